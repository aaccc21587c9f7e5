"""Cases, what happened to each, and which risks were accepted in writing."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Number, metadata, moment, number_id

cases = sa.Table(
    "cases",
    metadata,
    number_id(),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("environment", sa.String, nullable=False),
    sa.Column("problem", sa.String, nullable=False),
    sa.Column("owner_why", sa.Text, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("severity", sa.SmallInteger, nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("decision", sa.String, nullable=False, default=""),  # "", acknowledged, snoozed, accepted
    sa.Column("regressed", sa.Boolean, nullable=False, default=False),
    sa.Column("running", sa.String, nullable=False, default=""),  # the run under way, or ""
    sa.Column("assignee", sa.String, nullable=False, default=""),
    sa.Column("open_findings", sa.Integer, nullable=False, default=0),
    sa.Column("mitigated_findings", sa.Integer, nullable=False, default=0),
    sa.Column("total_findings", sa.Integer, nullable=False, default=0),
    sa.Column("version", sa.Integer, nullable=False, default=0),
    moment("due_at", optional=True),
    sa.Column("overdue_told", sa.SmallInteger, nullable=False, default=0),  # 0 no, 1 thread, 2 the lead too
    moment("until", optional=True),  # end of a snooze or of an acceptance
    # Somebody's word in the tracker that it is fixed. The state stays what the findings say.
    moment("claimed_at", optional=True),
    sa.Column("claimed_by", sa.String, nullable=False, default=""),  # their name
    # The window of vulnerability, each kept from the first day.
    moment("disclosed_at", optional=True),
    moment("seen_at"),
    moment("told_at", optional=True),
    moment("decided_at", optional=True),
    moment("mitigated_at", optional=True),
    moment("fixed_at", optional=True),
    sa.UniqueConstraint("owner", "environment", "problem"),
    sa.Index("cases_by_state", "state", "priority"),
    sa.Index("cases_by_problem", "problem"),
    sa.Index("cases_by_until", "until"),
    sa.Index("cases_by_due", "due_at"),
)
sa.Index(
    "cases_claimed",
    cases.c.claimed_at,
    sqlite_where=cases.c.claimed_at.is_not(None),
    postgresql_where=cases.c.claimed_at.is_not(None),
)

history = sa.Table(  # what happened to a case, one line each: its thread, and the page's timeline
    "history",
    metadata,
    number_id(),
    sa.Column("case_id", Number, nullable=False, index=True),
    moment("at"),
    sa.Column("who", sa.String, nullable=False, default=""),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("link", sa.Text, nullable=False, default=""),
    sa.Column("calls", sa.String, nullable=False, default=""),  # whom this line is to reach: ana, team:payments
    sa.Column("aloud", sa.Boolean, nullable=False, default=False),  # to be heard even where messages are not edited
    sa.Column("of_ticket", sa.Boolean, nullable=False, default=False),  # the ticket's readers know it already
    sa.Column("quiet", sa.Boolean, nullable=False, default=False),  # for the case's page; nobody is told
)

acceptance = sa.Table(
    "acceptance",
    metadata,
    number_id(),
    sa.Column("case_id", Number, nullable=False, index=True),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("control", sa.Text, nullable=False, default=""),  # what is done instead, compensating
    sa.Column("approved_by", sa.String, nullable=False, default=""),
    moment("until"),
    moment("at"),
    moment("ended_at", optional=True),
    sa.Column("end_reason", sa.Text, nullable=False, default=""),
    moment("reminded_at", optional=True),  # when its end was announced
)

known_then = sa.Table(  # what was known when the case was last snoozed or accepted: bot/model/known_facts.py
    "known_then",
    metadata,
    sa.Column("case_id", Number, primary_key=True, autoincrement=False),
    sa.Column("facts", sa.JSON, nullable=False),
    moment("at"),
)

"""Tickets in somebody's tracker: one a case, one a run that has a change record; and what we are told about them."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Number, metadata, moment

ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("subject", sa.String, primary_key=True),  # what it carries as our key: "S-12", a run's id, or a review's
    sa.Column("case_id", Number, nullable=False, index=True),
    sa.Column(
        "kind", sa.String, nullable=False, default="case"
    ),  # case; change: the record of a run; review: of a broken glass
    sa.Column("state", sa.String, nullable=False),  # wanted, creating, created, failed, gone
    sa.Column("project", sa.String, nullable=False),
    sa.Column("issue_type", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("key", sa.String, nullable=False, default="", index=True),
    sa.Column("number", sa.String, nullable=False, default="", index=True),
    sa.Column("url", sa.Text, nullable=False, default=""),
    sa.Column("turn", sa.Integer, nullable=False, default=1),  # pieces of work it has had; each has a name by it
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    moment("sent_at", optional=True),
    moment("at"),
    # The outbox of what follows: what the tracker has been told. What it should know is in the case, or in the run.
    sa.Column("told_history", Number, nullable=False, default=0),
    sa.Column("told_state", sa.String, nullable=False, default=""),
    sa.Column("told_assignee", sa.String, nullable=False, default=""),
    moment("told_due", optional=True),
    sa.Column("category", sa.String, nullable=False, default=""),  # where it was when we last looked
    sa.Column("sending", sa.String, nullable=False, default=""),  # the key of a comment that is on the wire
    moment("busy_until", optional=True),  # a piece of work has it until then
    moment("not_before", optional=True),
    moment("looked_at", optional=True),  # when it was last read without anybody telling us to
    sa.Column("seen_assignee", sa.String, nullable=False, default=""),  # the tracker's id of who had it when we looked
    sa.Column("refused_due", sa.String, nullable=False, default=""),  # the day that was too late, and was said to be
    moment("policy_due", optional=True),  # the case's own due date, from before the tracker set an earlier one
    sa.Index("ticket_by_state", "state", "kind"),
)

ticket_news = sa.Table(  # what a webhook told, once each; acknowledged only after it is here
    "ticket_news",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # the transport's own
    sa.Column("subject", sa.String, nullable=False, index=True),
    sa.Column("by_id", sa.String, nullable=False),
    sa.Column("by_name", sa.String, nullable=False),
    sa.Column("by_email", sa.String, nullable=False),
    sa.Column("changed", sa.JSON, nullable=False),  # names of what changed
    sa.Column("outcome", sa.String, nullable=False, default=""),  # "" : not looked at yet
    moment("at"),
)

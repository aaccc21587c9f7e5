"""Plans, runs, and how far each target of a run came."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Number, metadata, moment, number_id

plan = sa.Table(
    "plan",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", Number, nullable=False, index=True),
    sa.Column("fix", sa.String, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("documents", sa.JSON, nullable=False),  # one contract Plan a target
    sa.Column("problem", sa.Text, nullable=False, default=""),
    sa.Column("unread", sa.JSON, nullable=False, default=list),  # targets left out, each with why it could not be read
    moment("at"),
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", Number, nullable=False, index=True),
    sa.Column("plan_id", sa.String, nullable=False),
    sa.Column("fix", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),  # apply or undo
    sa.Column("undoes", sa.String, nullable=False, default=""),
    sa.Column("person", sa.String, nullable=False),  # "" : the policy itself, by the rule in ``allowed_by``
    sa.Column("allowed_by", sa.Text, nullable=False, default=""),  # config/policy.yaml:40, and who approved
    # queued, waiting, running, done, failed, unknown, undone, cancelled
    sa.Column("state", sa.String, nullable=False),
    moment("opens_at", optional=True),  # of a queued run: when its change window opens
    sa.Column("stopped_by", sa.String, nullable=False, default=""),  # who asked it to halt
    sa.Column("reason", sa.Text, nullable=False, default=""),
    moment("at"),
    moment("finished_at", optional=True),
    sa.Index("run_by_time", "at"),
)

run_target = sa.Table(
    "run_target",
    metadata,
    number_id(),
    sa.Column("run_id", sa.String, nullable=False, index=True),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column(
        "state", sa.String, nullable=False
    ),  # waiting, intended, applied, verified, failed, unknown, undone; partly: undone in part, the fix does not hold
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Column("found", sa.JSON, nullable=True),  # written before the first change: what undo needs after a crash
    sa.Column("receipt", sa.JSON, nullable=True),
    sa.Column("evidence", sa.JSON, nullable=True),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    moment("at"),
)

approval = sa.Table(  # other people's yes to one plan, or to one accepted risk
    "approval",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", Number, nullable=False),
    sa.Column("kind", sa.String, nullable=False, default="plan"),  # plan, acceptance
    sa.Column("subject", sa.String, nullable=False, unique=True),  # the plan's id; of a risk, the press that asked
    sa.Column("fix", sa.String, nullable=False, default=""),
    sa.Column("digest", sa.String, nullable=False, default=""),
    sa.Column("level", sa.SmallInteger, nullable=False),
    sa.Column("team", sa.String, nullable=False, default=""),  # of a risk: whose yes it needs
    sa.Column("asked", sa.JSON, nullable=False, default=dict),  # of a risk: reason, control, until
    sa.Column("why", sa.Text, nullable=False),  # which entry of the policy asks for it
    sa.Column("requester", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),  # bot/model/approval.py
    sa.Column("reason", sa.Text, nullable=False, default=""),
    moment("at"),
    moment("expires_at"),
    moment("ended_at", optional=True),
)
# Asked once, in one place: a case has one question at a time.
sa.Index(
    "approval_waiting",
    approval.c.case_id,
    unique=True,
    sqlite_where=approval.c.state == "waiting",
    postgresql_where=approval.c.state == "waiting",
)

voice = sa.Table(  # one person's yes
    "voice",
    metadata,
    sa.Column("approval_id", sa.String, primary_key=True),
    sa.Column("person", sa.String, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("groups", sa.JSON, nullable=False, default=list),  # of the session in which they spoke
    moment("at"),
)

freeze = sa.Table(  # no changes in an environment, until somebody ends it or its time is over
    "freeze",
    metadata,
    number_id(),
    sa.Column("environment", sa.String, nullable=False),  # "*" : everywhere; "" : where the environment is unknown
    sa.Column("person", sa.String, nullable=False),  # "" : Suture itself, after too many failed runs
    sa.Column("reason", sa.Text, nullable=False),
    moment("at"),
    moment("until", optional=True),
    moment("ended_at", optional=True),
    sa.Column("ended_by", sa.String, nullable=False, default=""),
)

review = sa.Table(  # somebody else looks at a run for which the glass was broken
    "review",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # review-<run>: once for each run
    sa.Column("case_id", Number, nullable=False, index=True),
    sa.Column("run_id", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),  # who broke it, and never reviews it
    sa.Column("reason", sa.Text, nullable=False),
    moment("at"),
    moment("due_at"),  # the working day after
    moment("opened_at", optional=True),
    moment("reviewed_at", optional=True),
    sa.Column("reviewed_by", sa.String, nullable=False, default=""),
    sa.Column("said", sa.Text, nullable=False, default=""),
)
sa.Index(
    "review_to_open",
    review.c.due_at,
    sqlite_where=review.c.opened_at.is_(None),
    postgresql_where=review.c.opened_at.is_(None),
)

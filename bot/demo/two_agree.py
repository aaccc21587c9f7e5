"""The step in which one press is not enough: asked by one, answered by another, and never by who asked."""

from __future__ import annotations

from bot.demo.browser import Page
from bot.demo.morning import Morning
from bot.demo.telling import expect

_CONTROL = "S3 general purpose buckets should block public read access"
_CLOSED = "nobody from outside"


def two_agree(morning: Morning) -> None:
    """Ana asks to close the public bucket and may not say yes herself; Sue reads the same plan and does."""
    ask_for_the_bucket(morning)
    sue = morning.at_console("sue")
    waiting = sue.open("/approvals")
    expect(waiting.says(_CONTROL, "Ana Sousa", "needs one other person"), "the question is not among the approvals")
    hers = sue.case(_CONTROL, morning.shop.bucket)
    _not_her_own(morning, hers)
    question = sue.press(hers, "Approve…")
    expect(question.says("Ana Sousa asks for this", morning.shop.bucket), "Sue is not shown what she is to approve")
    case = sue.wait_for(sue.press(question, "Approve"), "MITIGATED", "Proof:")
    morning.tell.saw("Sue of Security reads the same plan and presses Approve; the case says")
    morning.tell.quote(case.line("Proof:"))
    may_read = morning.cloud.who_reads(morning.shop.bucket)
    expect(may_read == _CLOSED, f"the cloud itself says that the bucket can be read by {may_read}")
    morning.tell.saw(f"asked directly, the cloud says that the bucket can be read by {may_read}")


def ask_for_the_bucket(morning: Morning) -> None:
    """Ana confirms the plan; nothing changes, and the case says whose yes it waits for."""
    ana = morning.at_console("ana")
    plan = ana.plan(ana.case(_CONTROL, morning.shop.bucket), "Fix now…")
    case = ana.wait_for(ana.press(plan, "Fix now"), "Waits for approval.")
    expect(morning.cloud.who_reads(morning.shop.bucket) != _CLOSED, "the bucket was closed before anybody said yes")
    morning.tell.saw("Ana confirms the plan for the public bucket; nothing is changed yet, and the case says")
    morning.tell.quote(case.line("Waits for approval."))


def _not_her_own(morning: Morning, theirs: Page) -> None:
    ana = morning.at_console("ana")
    hers = ana.case(_CONTROL, morning.shop.bucket)
    expect("Approve…" not in hers.buttons(), "Ana is offered to approve what she asked for herself")
    csrf = hers.forms[0].fields["csrf"]
    refused = ana.press(theirs, "Approve…", {"csrf": csrf})
    expect(refused.says("nobody approves what they asked for themselves"), "Ana was not refused her own approval")
    morning.tell.saw("Ana may approve, but not what she asked for: no button, and her press is refused")
    morning.tell.quote(refused.line("nobody approves"))

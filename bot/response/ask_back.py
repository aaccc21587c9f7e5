"""Asking back: a form for what is missing, a sentence for what cannot be taken."""

from __future__ import annotations

from dataclasses import replace

from bot.model.case_view import CaseView
from bot.response.asked import Asked, Desk, Outcome
from bot.views.answers import invalid_answer
from connectors.contract.message import Form, Level, Notice, Plain
from connectors.text import one_line

LONGEST_REASON = 2_000


async def view_of(asked: Asked, desk: Desk) -> CaseView:
    """The case as people see it now."""
    view = await desk.view(desk.connection, asked.case["id"])
    assert view is not None  # its row is locked by this transaction
    return view


def with_form(asked: Asked, form: Form) -> Asked:
    """Ask back; nothing is decided yet."""
    return replace(asked, outcome=Outcome.ASKED_BACK, answer=form)


def invalid(asked: Asked, why: str) -> Asked:
    """Say what cannot be taken, and why. Nothing has changed."""
    return replace(asked, outcome=Outcome.INVALID, why=why, answer=invalid_answer(why))


def once_more(asked: Asked, form: Form, why: str) -> Asked:
    """The same form again, with what was typed and why it cannot be taken. Nothing has changed."""
    inputs = tuple(replace(each, initial=asked.inputs.get(each.name, each.initial)) for each in form.inputs)
    parts = (Notice(Level.WARNING, (Plain(f"Not done: {why}."),)), *form.parts)
    return replace(asked, outcome=Outcome.INVALID, why=why, answer=replace(form, parts=parts, inputs=inputs))


def reason_of(asked: Asked, name: str = "reason") -> str:
    """The typed reason, tidied; "" when there is none."""
    return one_line(asked.inputs.get(name, ""), LONGEST_REASON)

"""Verbs that decide: they press the case's own button, so that words and clicks pass the same steps."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.call import Call
from bot.model.case import case_number
from bot.model.case_view import CaseView, Offers
from bot.model.policy import CHANGES_SYSTEMS, Act, Denied, may
from bot.response.guard import POSSIBLE
from bot.views.answers import invalid_answer, not_now, refusal, unknown_case
from connectors.contract.message import Form, Message, Notice

Seen = tuple[CaseView, Offers]


async def press(
    call: Call, act: Act, usage: str, inputs: Mapping[str, str] | None = None, *, word: str = ""
) -> Message:
    """Do ``act`` on the case that the first word names, with what the other words say; ``usage`` if that is too little.

    ``word``: the offer's own word, where one act has several buttons."""
    seen = await case_of(call, usage)
    if isinstance(seen, Message):
        return seen
    return await press_offer(call, seen, act, usage, inputs, word=word)


async def case_of(call: Call, usage: str) -> Seen | Message:
    """The case that the first word names, with its buttons; else the answer that says what is wrong.

    A case that this person may not see does not exist for them."""
    if not call.words:
        return invalid_answer(f"say which case: `{usage}`")
    number = case_number(call.words[0])
    seen = await call.viewing.with_offers(call.connection, number) if number is not None else None
    if seen is None or not call.may_view(seen[0].owner, seen[0].environment):
        return unknown_case(call.words[0])
    return seen


async def press_offer(
    call: Call,
    seen: Seen,
    act: Act,
    usage: str,
    inputs: Mapping[str, str] | None = None,
    *,
    word: str = "",
    otherwise: Message | None = None,
) -> Message:
    """Press the button of that act, or answer that it is not offered now.

    ``otherwise`` is the answer to a press that says nothing because its form comes later."""
    view, offers = seen
    offer = offer_of(offers, word or act.value)
    if not offer:
        return _not_offered(call, view, act)
    answer = await call.press(offer, {name: text for name, text in (inputs or {}).items() if text})
    if isinstance(answer, Form):
        return invalid_answer(_why(answer) or f"write `{usage}`")
    return answer or otherwise or not_now(view, act)


def _not_offered(call: Call, view: CaseView, act: Act) -> Message:
    """Why there is no such button: the state, or what the configuration does not give."""
    if act in CHANGES_SYSTEMS or view.state not in POSSIBLE.get(act, frozenset()):
        return not_now(view, act)
    if act is Act.TICKET and not call.settings.jira.enabled:
        return invalid_answer("no ticket can be opened, since config/suture.yaml does not enable jira")
    verdict = may(call.settings.policy, call.person, act, environment=view.environment, owner=view.owner)
    return refusal(verdict.why, verdict.who_could) if isinstance(verdict, Denied) else not_now(view, act)


def offer_of(offers: Offers, word: str) -> str:
    """The id of the first button of that word, "" when none is shown."""
    return next((offer for (name, _), offer in offers.ids.items() if name == word), "")


def _why(form: Form) -> str:
    """Why a filled form came back, as one sentence; "" when it asks for the first time."""
    first = form.parts[0] if form.parts else None
    if not isinstance(first, Notice):
        return ""
    return "".join(span.text for span in first.spans if hasattr(span, "text")).removeprefix("Not done: ").rstrip(".")

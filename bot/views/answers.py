"""Private answers: to a press that was refused, came too late or cannot be taken, and to typed words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.case import CaseState
from bot.model.case_view import CaseView, Offers
from bot.model.closing import Closing
from bot.model.on_call import OnCall
from bot.model.ownership import Owner
from bot.model.person import Team
from bot.model.policy import Act
from bot.views.buttons import ACT_WORDS
from bot.views.card import affected_row, case_card, state_line, state_words
from bot.views.on_call import on_call_words
from bot.views.paging import page_of, turning, whole
from connectors.contract.context import AssetRecord
from connectors.contract.message import (
    Code,
    Context,
    Level,
    Link,
    Listing,
    Message,
    Notice,
    Paragraph,
    Part,
    Plain,
    Spans,
    Strong,
)

_AGAIN = "Sign in again and confirm it there"
_PAGES_TURNED = 4  # nobody turns more of them in a chat


def notice(level: Level, text: str) -> Message:
    return Message(text=text, parts=(Notice(level, (Plain(text),)),))


def refusal(why: str, who_could: Sequence[str]) -> Message:
    """No, and who could."""
    known = ", ".join(who_could)
    text = why if not known or known in why else f"{why} Who could: {known}."
    return notice(Level.WARNING, text)


def sign_in_first(text: str, address: str) -> Message:
    """A private refusal, with the way to where it can be done."""
    way = Paragraph((Link(_AGAIN, address), Plain(". The link is yours alone.")))
    return Message(text=text, parts=(Notice(Level.WARNING, (Plain(text),)), way))


def address_in(message: Message) -> str:
    """Where ``sign_in_first`` leads; "" in any other answer."""
    spans = [span for part in message.parts[1:2] if isinstance(part, Paragraph) for span in part.spans[:1]]
    return next((span.url for span in spans if isinstance(span, Link) and span.text == _AGAIN), "")


def stale_answer(view: CaseView) -> Message:
    """What the button said is past; how it stands now."""
    return notice(Level.INFO, f"Too late for that: {view.name} is {state_line(view)}. Nothing was changed.")


def not_now(view: CaseView, act: Act) -> Message:
    """What was typed is no act of this case as it stands, or nobody may do it there."""
    why = _lacking(view, act) or f"it is {state_words(view.state, view.closing)}"
    return notice(Level.WARNING, f"{ACT_WORDS[act]} is not offered for {view.name}: {why}. Nothing was changed.")


def _lacking(view: CaseView, act: Act) -> str:
    """What an act needs and the case has not, whatever its state; "" when it lacks nothing."""
    match act:
        case Act.FIX if not view.fixes:
            return "no run-time fix of ours fits it"
        case Act.FIX if view.approval is not None and view.approval.plan_id:
            return "a plan of it waits for approval"
        case Act.UNDO | Act.STOP if view.run is None:
            return "no fix was run on it"
        case Act.APPROVE if view.approval is None:
            return "nothing of it waits for a yes"
        case _:
            return ""


def owner_answer(
    name: str, owner: Owner, team: Team | None, asset: AssetRecord | None, on_call: OnCall | None = None
) -> Message:
    """Whose something is, and why; who is on call for it, and what the inventory knows of it beside."""
    whose = team.name if team else owner.team or "nobody"
    text = f"{name} belongs to {whose}: {owner.why}." if team else f"{name}: {owner.why}."
    parts: list[Part] = [Paragraph((Strong(whose), Plain(f": {owner.why}.")))]
    if on_call is not None:
        said = on_call_words(on_call)
        text = f"{text} {said[0].upper()}{said[1:]}."
        parts.append(Paragraph((Plain(f"{said[0].upper()}{said[1:]}."),)))
    if asset is not None:
        tier = f"tier {asset.tier}" if asset.tier else "tier unknown"
        place = asset.environment or "environment unknown"
        parts.append(Context((Plain(f"{asset.name}: {place}, {tier}, exposure {asset.exposure.value}"),)))
    return Message(text=text, parts=tuple(parts))


def on_call_answer(rows: Sequence[tuple[Team, OnCall | None]]) -> Message:
    """A line a team; one without a schedule says whom it has instead."""
    lines = [(team.name, on_call_words(on_call) if on_call else "no on-call schedule") for team, on_call in rows]
    text = "; ".join(f"{name}: {words}" for name, words in lines)
    return Message(text=text, parts=(Listing(tuple((Strong(name), Plain(f": {words}")) for name, words in lines)),))


def invalid_answer(why: str) -> Message:
    return notice(Level.WARNING, f"Not done: {why}.")


def done_answer(name: str, line: str) -> Message:
    return notice(Level.SUCCESS, f"Done: you {_second_person(line)} ({name})")


def _second_person(line: str) -> str:
    """A history line says what *they* did; the answer says what *you* did."""
    for third, second in (("is on it.", "are on it."), ("says ", "say ")):
        if line.startswith(third):
            return second + line.removeprefix(third)
    return line


def already_answer(text: str) -> Message:
    """A press that was delivered twice."""
    return notice(Level.INFO, text or "That press was already taken; nothing was done twice.")


def gone_answer() -> Message:
    return notice(Level.INFO, "That button belongs to nothing we know any more. Nothing was changed.")


def unknown_case(words: str) -> Message:
    return notice(Level.WARNING, f"There is no case {words[:40]!r}. `list` shows those that are open.")


def case_answer(view: CaseView, offers: Offers, now: datetime) -> Message:
    """The card itself."""
    return case_card(view, offers, now)


def assets_answer(view: CaseView) -> Message:
    """Every asset of a case that is at hand, open ones first, with the true count of the others."""
    total = len(view.affected) + view.affected_more
    text = f"{view.name}: {total} affected"
    whole = (Plain("The whole list: "), Link(f"{view.name} in the console", f"{view.link}/affected"))
    listing = Listing(tuple(affected_row(each) for each in view.affected), view.affected_more)
    return Message(text=text, header=text, parts=(listing, Context(whole)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case in a list."""

    name: str
    link: str
    severity: str
    priority: str
    state: CaseState
    title: str
    owner: str
    environment: str
    closing: Closing | None = None


def list_answer(
    title: str, lines: Sequence[CaseLine], total: int, *, page: int = 1, again: str = "", link: str = ""
) -> Message:
    """Cases, most urgent first, with the true total; of a long list one page, and how to get the next.

    ``again`` are the words that asked for it, ``link`` is where the console shows it; a very long one is attached.
    """
    if not lines:
        return notice(Level.SUCCESS, f"{title}: none.")
    text = f"{title}: {total} case{'' if total == 1 else 's'}"
    all_rows = tuple(_line(line) for line in lines)
    rows, page, pages = page_of(all_rows, page)
    beyond = total - len(all_rows)  # so many that not even the pages hold them
    more = (beyond if page == pages else 0) if again else total - len(rows)
    parts: list[Part] = [Listing(tuple(rows), more)]
    if again and pages > 1:
        parts.append(Context(turning(page, pages, again, link)))
    attached = whole("cases.txt", text, (Listing(all_rows, beyond),)) if again and pages > _PAGES_TURNED else None
    return Message(text=text, header=text, parts=tuple(parts), attachment=attached)


def _line(line: CaseLine) -> Spans:
    where = f"{line.owner}, {line.environment or 'environment unknown'}"
    state = state_words(line.state, line.closing, brief=True)
    return (
        Link(line.name, line.link),
        Plain(f" {line.severity.upper()} {line.priority} · {line.title} · {where} · {state}"),
    )


def help_answer(verbs: Sequence[tuple[str, str]]) -> Message:
    """(usage, summary) of what this person may type."""
    rows = tuple((Code(usage), Plain(f" {summary}")) for usage, summary in verbs)
    more = Context((Code("--share"), Plain(" behind any words shows the answer to everybody in the channel.")))
    return Message(text="What you can ask Suture", header="What you can ask Suture", parts=(Listing(rows), more))


def wrong_word(word: str, nearest: str) -> Message:
    meant = f" Did you mean `{nearest}`?" if nearest else " `help` lists what there is."
    return notice(Level.WARNING, f"I do not know {word[:40]!r}.{meant}")

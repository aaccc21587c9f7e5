"""The answer to *may they?* in sentences: for the terminal, and beneath the page's headline."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.levels import LEVEL_WORDS
from bot.model.permission import Need, Permission, Verdict
from bot.model.policy import Allowed
from bot.model.priority_tables import Priority
from bot.views.times import span_words


def permission_lines(asked: Permission, owner_name: str) -> Iterator[str]:
    """One sentence a verdict, each with who could; then whose it is, and why."""
    for verdict in asked.verdicts:
        yield f"{verdict_words(asked, verdict)} {could_words(verdict)}"
        yield from needs_words(verdict)
    yield f"{place_words(asked, owner_name)}."


def verdict_words(asked: Permission, verdict: Verdict) -> str:
    """``Yes: Ana may "fix" (aws.close-open-port) on S-4, by config/policy.yaml:18.``"""
    if isinstance(verdict.answer, Allowed):
        fix = f" ({verdict.fix})" if verdict.fix else ""
        by = verdict.answer.rule.where
        return f'Yes: {asked.person.name} may "{asked.act.value}"{fix} on {asked.place.name}, by {by}.'
    return f"No: {verdict.answer.why}"


def needs_words(verdict: Verdict) -> Iterator[str]:
    """``For one target that can be undone: L1, one person's press, when immediate (config/policy.yaml:40).``"""
    for need in verdict.needs:
        when = "" if len(need.priorities) == len(Priority) else f", when {' or '.join(need.priorities)}"
        level = f"{need.level.name}, {LEVEL_WORDS[need.level]}"
        undone = "can" if need.reversible else "cannot"
        yield f"For one target that {undone} be undone: {level}{when}{_signed_in(need)} ({need.where})."


def _signed_in(need: Need) -> str:
    if need.signed_in is None:
        return ""
    return f"; each of them, and whoever asks, signed in to the console within the last {span_words(need.signed_in)}"


def could_words(verdict: Verdict) -> str:
    return f"Who could: {', '.join(verdict.who_could)}." if verdict.who_could else "Nobody could."


def place_words(asked: Permission, owner_name: str) -> str:
    place = asked.place
    why = f" ({place.owner_why})" if place.owner_why else ""
    return f"{place.name}: {owner_name or 'nobody'}, {place.environment or 'environment unknown'}{why}"

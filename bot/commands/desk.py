"""Takes typed words to their verb. A verb is one file here with one ``VERB``; nothing else needs to know it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import commands as family
from bot import metrics
from bot.commands.call import Call, Press, Unknown, Verb
from bot.commands.grammar import NotReadable, nearest, split
from bot.commands.sharing import shared, without_share
from bot.model.person import Person
from bot.response.identify import Identify, Recognised
from bot.response.viewing import Viewing
from bot.views.answers import address_in, invalid_answer, refusal, wrong_word
from bot.wiring import Wiring
from connectors.contract.message import Click, Command, Form, Message

Take = Callable[[AsyncConnection, Click], Awaitable[Message | Form | None]]


def verbs() -> dict[str, Verb]:
    """Every verb by its name."""
    found = {}
    for module in pkgutil.iter_modules(family.__path__, f"{family.__name__}."):
        verb = getattr(importlib.import_module(module.name), "VERB", None)
        if isinstance(verb, Verb):
            found[verb.name] = verb
    return dict(sorted(found.items()))


class CommandDesk:
    """The verbs, and what they need."""

    def __init__(self, wiring: Wiring, viewing: Viewing, identify: Identify) -> None:
        self._wiring = wiring
        self._viewing = viewing
        self._identify = identify
        self._verbs = verbs()

    async def run(self, command: Command, who: Recognised, take: Take) -> Message:
        """The private answer to one command; ``take`` is how a click is taken, for the verbs that decide."""
        person = who.person
        try:
            words = split(command.words)
        except NotReadable as error:
            return invalid_answer(str(error)) if person else refusal(who.why, ())
        if person is None:
            return await self._to_unknown(words, who)
        words, share = without_share(words)
        name = words[0].lower() if words else "help"
        verb = self._verbs.get(name)
        if verb is None:
            return wrong_word(name, nearest(name, self._verbs))
        metrics.CLICKS.labels(name, "command").inc()
        answer = await self._answer(verb, words[1:], command, who, person, take)
        # What leads one person to the console is theirs alone, whatever was typed.
        return shared(answer) if share and not verb.private and not address_in(answer) else answer

    async def _answer(
        self, verb: Verb, words: tuple[str, ...], command: Command, who: Recognised, person: Person, take: Take
    ) -> Message:
        """What the verb says, in one transaction."""
        # Before the transaction: it may ask the chat.
        held = await self._identify.held(person) if verb.about_self else ()
        async with self._wiring.store.write() as connection:
            call = Call(
                words=words,
                person=person,
                actor=command.actor,
                connection=connection,
                settings=self._wiring.settings,
                viewing=self._viewing,
                now=self._wiring.clock(),
                verbs=self._verbs,
                press=_pressing(command, connection, take),
                new_secret=self._new_secret,
                account=who.account,
                held=held,
            )
            return await verb.run(call)

    async def _to_unknown(self, words: tuple[str, ...], who: Recognised) -> Message:
        """A member of the chat whom we do not know may say who they are; whoever else is told nothing."""
        verb = self._verbs.get(words[0].lower()) if words else None
        if who.account is None or verb is None or verb.to_unknown is None:
            return refusal(who.why, ())
        async with self._wiring.store.write() as connection:
            unknown = Unknown(
                account=who.account,
                connection=connection,
                settings=self._wiring.settings,
                now=self._wiring.clock(),
                new_secret=self._new_secret,
            )
            return await verb.to_unknown(unknown)

    def _new_secret(self) -> str:
        return self._wiring.new_id() + self._wiring.new_id()


def _pressing(command: Command, connection: AsyncConnection, take: Take) -> Press:
    """How a verb that decides presses an offer: as the click of whoever typed, in the command's own transaction."""

    async def press(offer: str, inputs: Mapping[str, str]) -> Message | Form | None:
        click = Click(
            actor=command.actor,
            offer=offer,
            key=command.key,
            inputs=inputs,
            submitted=bool(inputs),
            reply=command.reply,
        )
        return await take(connection, click)

    return press

"""``digest payments``: how a team stands, as its channel is told by the clock, now and for you alone."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.commands.grammar import nearest
from bot.commands.teams import team_called
from bot.store.digest import environments_of, team_digest
from bot.views.answers import invalid_answer, wrong_word
from bot.views.digest import digest_message
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """Of the team that is named, else of one's own first; only what this person may view is counted."""
    people = call.settings.people
    own = people.teams_of(call.person)
    if not call.words and not own:
        return invalid_answer("say which team: `digest payments`")
    named = " ".join(call.words)
    team = team_called(people, named) if named else own[0]
    if team is None:
        return wrong_word(named, nearest(named, [each.id for each in people.teams]))
    seen = [each for each in await environments_of(call.connection, team.id) if call.may_view(team.id, each)]
    digest = await team_digest(call.connection, team, call.now, call.settings.public_url, environments=seen)
    return digest_message(digest, call.now)


VERB = Verb("digest", "digest [team]", "how a team stands: numbers, the most urgent, what is late", run)

"""``help``: what you may ask."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.model.policy import Act, Policy
from bot.views.answers import help_answer
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """Only what this person may do somewhere."""
    shown = [verb for verb in call.verbs.values() if verb.act is None or _somewhere(call, verb.act)]
    return help_answer([(verb.usage, verb.summary) for verb in shown])


def _somewhere(call: Call, act: Act) -> bool:
    """Whether any rule speaks of this person and act, for a team's case of any team."""
    policy: Policy = call.settings.policy
    teams = (None, *call.settings.people.teams)
    rules = [rule for rule in policy.rules if act in rule.acts]
    return any(rule.includes(call.person, team, policy.people) for rule in rules for team in teams)


VERB = Verb("help", "help", "what you can ask", run, act=None)

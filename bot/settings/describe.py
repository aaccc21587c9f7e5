"""What the configuration means, in lines: what each source and each owner would get. ``suture check`` prints them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.model.ownership import SPECIFICITY
from bot.model.person import Team
from bot.model.policy import CHANGES_SYSTEMS, Act, Rule
from bot.settings.describe_guardrails import guardrails
from bot.settings.line import Line
from bot.settings.values import Account, Settings, SourceOff, SourceSettings
from connectors.contract.source import Source


def describe(settings: Settings, sources: Mapping[str, Source] = MappingProxyType({})) -> tuple[Line, ...]:
    """Every line, in the order a person would ask: what comes in, whose it is, where it is told, who may act.

    ``sources`` are those of the registry, by which an alert is told from a report file."""
    return (
        *(_source(source, sources.get(source.id)) for source in settings.sources.values()),
        *(_lacks(source) for source in settings.sources_off.values() if source.lacks),
        *_owners(settings),
        *(_team(settings, team) for team in settings.people.teams),
        *_on_call(settings),
        *(Line("digest", each.team, f"told {each.text}") for each in settings.digests.values()),
        *_routes(settings),
        *(_account(account) for account in settings.accounts),
        *_tickets(settings),
        *(line for team in settings.people.teams for line in _permissions(settings, team)),
        *guardrails(settings),
        *_silences(settings),
    )


def _source(source: SourceSettings, kind: Source | None) -> Line:
    proof = [f"{len(source.secrets)} secret{'s' if len(source.secrets) > 1 else ''}"] if source.secrets else []
    proof += [f"{len(source.allow)} allowed sender{'s' if len(source.allow) > 1 else ''}"] if source.allow else []
    unknown = f", environment {source.environment} where unknown" if source.environment else ""
    to = [] if kind and kind.only_as_file else [f"/v1/alerts/{source.id}"]
    to += [f"/v1/scans/{source.id}"] if kind and kind.read_report else []
    text = f"posts to {' and '.join(to)}, proved by {' and '.join(proof)}{unknown} ({source.where})"
    return Line("source", source.id, text)


def _lacks(source: SourceOff) -> Line:
    return Line("source", source.id, f"LACKS ITS SECRET, so that nothing starts: {'; '.join(source.lacks)}")


def _owners(settings: Settings) -> Iterator[Line]:
    for rule in sorted(settings.owner_rules, key=lambda rule: rule.specificity, reverse=True):
        told = ", ".join(f"{key} {pattern}" for key, pattern in rule.matches)
        yield Line("owns", rule.team, f"{told} ({rule.where})")
    if settings.catch_all:
        text = f"what no {', '.join(reversed(SPECIFICITY))} of a team matches"
        yield Line("catch-all", settings.catch_all, text)


def _team(settings: Settings, team: Team) -> Line:
    lead = settings.people.person(team.lead)
    where = f"told in {team.channel}" if team.channel else "told by routes only"
    led = f"led by {lead.name}" if lead else "without a lead: nobody is told when a case is overdue"
    count = len(team.people)
    groups = f", and whoever signs in with {' or '.join(sorted(team.oidc_groups))}" if team.oidc_groups else ""
    return Line("team", team.id, f"{where}, {count} {'person' if count == 1 else 'people'}{groups}, {led}")


def _on_call(settings: Settings) -> Iterator[Line]:
    for each in settings.on_call.values():
        if each.rotation is not None:
            text = f"{', '.join(each.rotation.people)} in turn, {each.rotation.every.days} days each"
        elif each.calendar is not None:
            text = "by a calendar"
        else:
            text = f"by PagerDuty schedule {each.schedule}"
        yield Line("on-call", each.team, f"{text} ({each.where})")


def _routes(settings: Settings) -> Iterator[Line]:
    for route in settings.routes:
        named = {
            "owner": route.owners,
            "environment": route.environments,
            "kind": route.kinds,
            "priority": route.priorities,
            "source": route.sources,
        }
        told = [f"{name} {' or '.join(sorted(values))}" for name, values in named.items() if values]
        yield Line("route", str(route.channel), f"{', '.join(told) or 'everything'} ({route.where})")


def _account(account: Account) -> Line:
    can = "fixes may run" if account.write else "read only: fixes are planned, none runs"
    return Line("account", account.id, f"{account.name} ({account.platform}): {can}")


def _tickets(settings: Settings) -> Iterator[Line]:
    """Where each team's tickets are opened, and as what."""
    for team in settings.people.teams if settings.jira.enabled else ():
        mapping = settings.ticket_mapping(team.id)
        if not mapping.project:
            yield Line("tickets", team.id, "none: neither the team nor jira names a project")
            continue
        record = f", each run recorded as {mapping.change_issue_type}" if mapping.change_issue_type else ""
        yield Line("tickets", team.id, f"opened in {mapping.project} as {mapping.issue_type}{record}")


def _permissions(settings: Settings, team: Team) -> Iterator[Line]:
    """Rule by rule, who may do what on the team's cases."""
    for rule in settings.policy.rules:
        who = [person.name for person in settings.people.people if rule.includes(person, team, settings.people)]
        if who:
            acts = ", ".join(act.value for act in Act if act in rule.acts)
            yield Line("may", team.id, f"{', '.join(sorted(who))}: {acts} {_extent(rule)} ({rule.where})")


def _extent(rule: Rule) -> str:
    place = "in any environment" if rule.environments is None else f"in {', '.join(sorted(rule.environments))}"
    if not rule.acts & CHANGES_SYSTEMS:
        return place
    return f"{place}, by {'any fix' if rule.fixes is None else ', '.join(sorted(rule.fixes))}"


def _silences(settings: Settings) -> Iterator[Line]:
    """What is off or empty, since silence is easily taken for working."""
    if not settings.sources:
        yield Line("silence", "sources", "none is enabled: nothing can come in")
    if not settings.policy.rules:
        yield Line("silence", "policy", "no rule: nobody may do anything")
    if not settings.console.oidc.issuer and any(team.oidc_groups for team in settings.people.teams):
        yield Line("silence", "oidc_groups", "no console.oidc: nobody's groups are known, and none makes a member")
    if not settings.catch_all:
        yield Line("silence", "catch_all", "none: what nobody owns is seen in the console only")
    if not settings.slack.enabled and not settings.console.enabled:
        yield Line("silence", "chat", "neither Slack nor the console is enabled: nobody is told")
    yield from _meant_for_a_chat_that_is_off(settings)
    if settings.jira.enabled and not settings.jira.webhook_secrets:
        yield Line("silence", "webhook_secrets", "none: what is done in Jira is noticed within half an hour only")
    if not settings.context.known_exploited:
        yield Line("silence", "known_exploited", "no list: exploitation reads unknown")


def _meant_for_a_chat_that_is_off(settings: Settings) -> Iterator[Line]:
    """Teams and routes whose messages wait for a chat that is not enabled."""
    meant = [(team.channel, f"team {team.id}") for team in settings.people.teams]
    meant += [(route.channel, f"the route at {route.where}") for route in settings.routes]
    for chat, on in (("slack", settings.slack.enabled), ("console", settings.console.enabled)):
        who = [name for channel, name in meant if channel is not None and channel.chat == chat]
        if who and not on:
            yield Line("silence", chat, f"not enabled, so nobody is told there of the cases of {', '.join(who)}")

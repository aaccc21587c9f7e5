"""What config/policy.yaml means beside its rules, for ``suture check``: levels, windows, caps, protected."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.levels import LEVEL_WORDS, Level, LevelRule
from bot.model.policy import Act, Policy
from bot.settings.line import Line
from bot.settings.values import Settings


def guardrails(settings: Settings) -> Iterator[Line]:
    """Every line, in the order of the file."""
    policy = settings.policy
    for rule in policy.levels:
        yield Line("level", rule.level.name, f"{LEVEL_WORDS[rule.level]}: {_narrowed(rule)} ({rule.where})")
    minutes = int(policy.fresh_sign_in.total_seconds() // 60)
    fresh = f"within the last {minutes} minute{'' if minutes == 1 else 's'}"
    yield Line("sign-in", "L3", f"what cannot be undone: whoever asks or says yes signed in to the console {fresh}")
    for window in policy.windows:
        yield Line("window", _named(window.environments), f"{window.times} ({window.where})")
    caps = policy.caps
    text = f"{caps.targets_per_run} targets a run, {caps.targets_per_hour} an hour in one environment"
    yield Line("caps", "fixes", f"{text}; {caps.failures} failed runs within an hour freeze it")
    for protected in policy.protected:
        yield Line("protected", protected.pattern, f"no fix ever touches it ({protected.where})")
    yield from _silences(settings, policy)


def _narrowed(rule: LevelRule) -> str:
    parts = [f"in {_named(rule.environments)}"]
    if rule.fixes is not None:
        parts.append(f"by {', '.join(sorted(rule.fixes))}")
    if rule.priorities is not None:
        parts.append(f"when {' or '.join(sorted(rule.priorities))}")
    if rule.reversible is not None:
        parts.append("what can be undone" if rule.reversible else "what cannot be undone")
    if rule.targets is not None:
        parts.append(f"at most {rule.targets} target{'' if rule.targets == 1 else 's'}")
    return ", ".join(parts)


def _named(environments: frozenset[str] | None) -> str:
    return "any environment" if environments is None else ", ".join(sorted(environments))


def _silences(settings: Settings, policy: Policy) -> Iterator[Line]:
    """Questions that nobody could answer, said before somebody waits for it."""
    if not policy.rules:
        return
    if not policy.levels:
        yield Line("silence", "levels", "no entry: every fix needs L3, two others")
    if policy.security == "" and (not policy.levels or any(rule.level is Level.L3 for rule in policy.levels)):
        yield Line("silence", "security_team", "none: what needs L3 cannot be approved by anybody")
    if not settings.console.enabled:
        yield Line("silence", "console", "off: what cannot be undone and needs L3 cannot be done by anybody")
    asks = not policy.levels or any(rule.level >= Level.L2 for rule in policy.levels)
    if asks and not any(Act.APPROVE in rule.acts for rule in policy.rules):
        yield Line("silence", "approve", "no rule lets anybody approve: what needs a second person cannot be done")

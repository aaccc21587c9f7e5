"""The rest of config/policy.yaml: how many must agree, when changes may be made, how much at once, and what never."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from bot.model.change_window import ChangeWindow, Cron, Span, Times
from bot.model.levels import Level, LevelRule
from bot.model.policy import APPROVAL_LASTS, UNKNOWN_ENVIRONMENT, Caps, Protected
from bot.model.priority_tables import Priority
from bot.model.working_days import WorkingDays
from bot.settings.read_digest import times_of
from bot.settings.read_names import or_any
from bot.settings.section import Section
from bot.settings.units import check_glob

_UTC = "Etc/UTC"
_DEFAULT_LASTS = timedelta(hours=2)


def read_levels(top: Section) -> tuple[LevelRule, ...]:
    """The entries in file order; the first that fits decides."""
    return tuple(_level(section) for section in top.sections("levels"))


def _level(section: Section) -> LevelRule:
    word = section.required("level", check=_check_level)
    level = Level[word] if word in Level.__members__ else Level.L3
    rule = LevelRule(
        level=level,
        environments=or_any(section, "environments", "environment", (UNKNOWN_ENVIRONMENT,)),
        fixes=or_any(section, "fixes", "fix", ()) if section.has("fixes") else None,
        priorities=section.choices("priorities", Priority) if section.has("priorities") else None,
        reversible=section.flag("reversible", False) if section.has("reversible") else None,
        targets=section.number("targets", 1) if section.has("targets") else None,
        where=section.place.short,
    )
    if level is Level.L0 and not (rule.environments and rule.reversible and rule.targets == 1):
        what = "L0 changes systems without asking anybody, so it must say exactly where"
        section.problem("level", what, "list the environments by name, and write reversible: true and targets: 1")
    return rule


def read_windows(top: Section) -> tuple[ChangeWindow, ...]:
    """Change windows; an environment that none speaks of may be changed at any time."""
    return tuple(_window(section) for section in top.sections("windows"))


def _window(section: Section) -> ChangeWindow:
    environments = or_any(section, "environments", "environment", (UNKNOWN_ENVIRONMENT,))
    zone = ZoneInfo(_zone(section))
    if section.has("cron") == section.has("calendar"):
        section.notebook.problem(section.place, "a window needs its times", "write cron and lasts, or calendar")
    times = _calendar(section, zone) if section.has("calendar") else _cron(section, zone)
    # What could not be read is a problem that stops the start; until then the window never opens.
    return ChangeWindow(environments=environments, times=times or _Never(), where=section.place.short)


class _Never:
    def __str__(self) -> str:
        return "never"

    def spans(self, now: datetime) -> Iterator[Span]:
        return iter(())


def _zone(section: Section) -> str:
    name = section.text("zone", _UTC, check=_check_zone)
    return name if name in _zones() else _UTC


@cache
def _zones() -> frozenset[str]:
    """Every time zone by its name; they are files, looked for on the whole path of zones."""
    return frozenset(available_timezones())


def _cron(section: Section, zone: ZoneInfo) -> Times | None:
    expression = section.text("cron", check=_check_cron)
    lasts = section.duration("lasts", _DEFAULT_LASTS)
    if expression and not section.has("lasts"):
        section.missing("lasts", "write how long the window stays open, such as 2h")
    return Cron(expression, lasts, zone) if expression else None


def _calendar(section: Section, zone: ZoneInfo) -> Times | None:
    from bot.model.change_calendar import read_calendar  # slow to load, and seldom needed

    name = section.text("calendar")
    try:
        return read_calendar(Path(section.notebook.directory, name).read_bytes(), zone) if name else None
    except FileNotFoundError:
        section.problem("calendar", "there is no such file", "paths start at the configuration directory")
    except OSError as error:
        section.problem("calendar", f"cannot be read: {error.strerror}")
    except ValueError as error:
        section.problem("calendar", f"is no calendar: {error}", "write the name of an .ics file (RFC 5545)")
    return None


def read_caps(top: Section) -> Caps:
    section, default = top.section("caps"), Caps()
    return Caps(
        targets_per_run=section.number("targets_per_run", default.targets_per_run),
        targets_per_hour=section.number("targets_per_hour", default.targets_per_hour),
        failures=section.number("failures", default.failures),
    )


def read_protected(top: Section) -> tuple[Protected, ...]:
    """What no fix ever touches."""
    found = top.placed_texts("protected", check=check_glob)
    return tuple(Protected(pattern, place.short) for pattern, place in found)


def read_approval_lasts(top: Section) -> Mapping[Priority, timedelta]:
    """How long a request waits for its yes; then the answer is no."""
    section = top.section("approval_lasts")
    return {priority: section.duration(priority.value, APPROVAL_LASTS[priority]) for priority in Priority}


def read_acceptance_approvers(top: Section) -> Mapping[Priority, str]:
    """By priority, the team whose yes an accepted risk needs beside its signature."""
    section = top.section("acceptance_approved_by")
    named = {priority: section.name(priority.value, "team") for priority in Priority}
    return {priority: team for priority, team in named.items() if team}


def read_glass_reviewed(top: Section) -> WorkingDays:
    """When somebody looks at what was done without a yes or a window: on the next of these days."""
    text = top.text("glass_reviewed", WorkingDays().text, check=_check_days)
    try:
        return WorkingDays(*times_of(text), text)
    except ValueError:  # told by the check
        return WorkingDays()


def _check_days(text: str) -> None:
    cron, zone = times_of(text)
    if next(CronSim(cron, datetime(2026, 1, 1, tzinfo=zone)), None) is None:
        raise ValueError("that day never comes")


def _check_level(text: str) -> None:
    if text not in Level.__members__:
        raise ValueError(f"write one of {', '.join(Level.__members__)}")


def _check_zone(text: str) -> None:
    if text not in _zones():
        raise ValueError("write a time zone by its name, such as Europe/Lisbon")


def _check_cron(text: str) -> None:
    try:
        CronSim(text, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(f'write five fields of cron, such as "0 2 * * tue,thu" ({error})') from None

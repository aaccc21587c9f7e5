"""Environment and config/*.yaml become frozen values here; a mistake anywhere is told with its file and line."""

from bot.settings.describe import describe
from bot.settings.known import Known, known_of
from bot.settings.line import Line
from bot.settings.load import load
from bot.settings.problems import ConfigurationError, Problem
from bot.settings.secrets import Secret
from bot.settings.values import (
    Account,
    Console,
    ContextFiles,
    Credentials,
    DeliverySettings,
    GroupCommit,
    Jira,
    Limits,
    PerPriority,
    Retention,
    Settings,
    Slack,
    SourceSettings,
    Teams,
)

__all__ = [
    "Account",
    "ConfigurationError",
    "Console",
    "ContextFiles",
    "Credentials",
    "DeliverySettings",
    "GroupCommit",
    "Jira",
    "Known",
    "Limits",
    "Line",
    "PerPriority",
    "Problem",
    "Retention",
    "Secret",
    "Settings",
    "Slack",
    "SourceSettings",
    "Teams",
    "describe",
    "known_of",
    "load",
]

"""A configuration directory and the environment become :class:`Settings`, or one error that tells every mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.settings.environment import Environment, read_environment
from bot.settings.known import Known
from bot.settings.notebook import Notebook
from bot.settings.problems import ConfigurationError, Problem, did_you_mean
from bot.settings.read_policy import read_policy
from bot.settings.read_priority import read_priority
from bot.settings.read_routes import read_routes
from bot.settings.read_sources import read_sources
from bot.settings.read_suture import read_suture
from bot.settings.read_teams import read_teams
from bot.settings.read_webhooks import WEBHOOK
from bot.settings.secrets import Secret
from bot.settings.section import Section
from bot.settings.values import DEFAULT_DATA, Limits, Settings
from bot.settings.yaml_lines import Items, Table, read_yaml

FILES = ("suture.yaml", "sources.yaml", "teams.yaml", "routes.yaml", "policy.yaml", "priority.yaml")


def load(
    directory: str | Path | None, variables: Mapping[str, str], known: Known | None = None, *, lacking: bool = False
) -> Settings:
    """The configuration in that directory (None: SUTURE_CONFIG, else ``config``), checked as a whole.

    ``variables`` is the process's environment. A file that is absent leaves its defaults; an empty directory is a
    valid configuration in which nothing is enabled and nobody may do anything. ``lacking``: an enabled source whose
    secret is missing is among ``sources_off``, for who asks how things stand; else it stops the start of everything.
    Raises ConfigurationError.
    """
    settings, notebook = read(directory, variables, known or Known())
    if notebook.problems or (notebook.lacking and not lacking):
        raise ConfigurationError([*notebook.problems, *notebook.lacking])
    return settings


def read(directory: str | Path | None, variables: Mapping[str, str], known: Known) -> tuple[Settings, Notebook]:
    """What could be read, and the notebook with every problem and every key that was looked for."""
    environment, problems = read_environment(variables)
    where = str(directory or environment.suture_config)
    notebook = Notebook(where, variables)
    notebook.problems += problems
    for kind in ("team", "person", "environment", "source", WEBHOOK):
        notebook.know(kind, ())
    if known.fixes is not None:
        notebook.know("fix", known.fixes)
    files = {name: _open(notebook, name) for name in FILES}
    notebook.problems += _strangers(where)
    settings = _settings(files, environment, known)
    for section in files.values():
        section.close()
    notebook.resolve()
    return settings, notebook


def _open(notebook: Notebook, name: str) -> Section:
    shown = f"{notebook.directory}/{name}"
    path = Path(notebook.directory, name)
    table, problems = Table(1), list[Problem]()
    try:
        text = path.read_text(encoding="utf-8")
        table, problems = read_yaml(text, shown)
        problems += _cut_short(name, text, table, shown)
    except FileNotFoundError:
        pass  # every file may be absent; a directory that is absent is told of by _strangers
    except UnicodeDecodeError:
        problems = [Problem(shown, 0, "", "not UTF-8 text")]
    except OSError as error:
        problems = [Problem(shown, 0, "", f"cannot be read: {error.strerror}")]
    notebook.problems += problems
    return Section(notebook, shown, table)


def _cut_short(name: str, text: str, table: Table, shown: str) -> Iterable[Problem]:
    """A policy of which only the beginning arrived may lack what narrows it: it must show its own end."""
    lines, rules = text.rstrip().splitlines(), table.entries.get("rules")
    if name == "policy.yaml" and isinstance(rules, Items) and rules.items and lines[-1] != "...":
        remedy = "write ... as its last line, once it is whole; a policy cut short allows nothing"
        yield Problem(shown, len(lines), "", 'does not end with "..."', remedy)


def _strangers(directory: str) -> Iterable[Problem]:
    """YAML files nobody will read: a policy in ``polcy.yaml`` would be a policy that silently is not there."""
    path = Path(directory)
    if not path.is_dir():
        yield Problem(directory, 0, "", "there is no such configuration directory", "set SUTURE_CONFIG or --config")
        return
    for file in sorted(path.iterdir()):
        if file.suffix in (".yaml", ".yml") and file.name not in FILES:
            yield Problem(f"{directory}/{file.name}", 0, "", "nobody reads this file", did_you_mean(file.name, FILES))


def _settings(files: Mapping[str, Section], environment: Environment, known: Known) -> Settings:
    fields = read_suture(files["suture.yaml"], database_from_environment=environment.database_url is not None)
    limits: Limits = fields["limits"]
    teams = read_teams(files["teams.yaml"])
    fields |= _from_environment(environment, fields)
    return Settings(
        **fields,
        directory=files["suture.yaml"].notebook.directory,
        priority=read_priority(files["priority.yaml"]),
        **read_sources(files["sources.yaml"], known, limits.alert_body_bytes),
        **teams,
        routes=read_routes(files["routes.yaml"]),
        policy=read_policy(files["policy.yaml"], teams["people"]),
    )


def _from_environment(environment: Environment, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the environment overrides, and what follows from it."""
    port = environment.port or fields["port"]
    folder = Path(environment.suture_data or fields.get("data_directory") or DEFAULT_DATA)
    if environment.database_url is not None:
        database = Secret(environment.database_url.get_secret_value(), "env DATABASE_URL")
    else:
        database = fields.get("database_url") or Secret(f"sqlite:///{folder}/suture.db", "the default")
    return {
        "port": port,
        "worker_port": environment.worker_port,
        "data_directory": folder,
        "database_url": database,
        "log_level": environment.log_level,
        "public_url": fields.get("public_url") or f"http://127.0.0.1:{port}",
    }

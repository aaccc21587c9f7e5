"""Secrets are named in the files, never written there: ``{env: NAME}`` or ``{file: PATH}``."""

from __future__ import annotations

from pathlib import Path

from bot.settings.problems import Problem
from bot.settings.secrets import Secret
from bot.settings.section import Section
from bot.settings.yaml_lines import Items, Node, Scalar, Table

HOW = "write {env: NAME} or {file: PATH}"


def read_secret(section: Section, key: str, *, resolve: bool = True) -> Secret | None:
    """The secret a key refers to; None when the key is absent, or what is wrong was told.

    ``resolve=False`` checks only how it is written: what is not enabled needs no secret.
    """
    node = section.node(key)
    if node is None or not _is_reference(section, key, node, None):
        return None
    return _resolve(section.section(key), resolve)


def read_secrets(
    section: Section, key: str, *, resolve: bool = True, missing: list[Problem] | None = None
) -> tuple[Secret, ...]:
    """One secret, or two while rotating: both are accepted until the old one is taken out.

    What is not there is a problem of the configuration or, with ``missing``, put into that list.
    """
    node = section.node(key)
    if node is None:
        return ()
    if not isinstance(node, Items):
        _is_reference(section, key, node, None, wanted="a list of one or two references")
        return ()
    if len(node.items) > 2:
        section.problem(key, "at most two secrets are live at once", "take the oldest out")
    written_right = [_is_reference(section, key, item, index) for index, item in enumerate(node.items)]
    if not all(written_right):
        return ()
    found = (_resolve(reference, resolve, missing) for reference in section.sections(key))
    return tuple(secret for secret in found if secret is not None)


def secret_origins(section: Section, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where the secrets of a list are to be read, and which of these places are empty; no value is kept."""
    places = {}
    for reference in section.sections(key) if section.has(key) else ():
        variable, path = reference.text("env"), reference.text("file")
        if variable:
            places[f"env {variable}"] = bool(reference.notebook.variables.get(variable, "").strip())
        else:
            places[f"file {path}"] = _holds_something(Path(reference.notebook.directory, path))
    return tuple(places), tuple(place for place, filled in places.items() if not filled)


def _holds_something(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:
        return False


def _is_reference(section: Section, key: str, node: Node, index: int | None, wanted: str = "") -> bool:
    """Whether it is written as a reference. What stands there instead is not repeated: it may be the secret."""
    if isinstance(node, Scalar):
        section.problem(key, "a secret is never written in a configuration file", HOW, index)
        return False
    if isinstance(node, Items) or wanted:
        section.problem(key, f"expected {wanted or 'one reference'}", f"write [{HOW[6:]}]" if wanted else HOW, index)
        return False
    assert isinstance(node, Table)
    if not {"env", "file"} & node.entries.keys() or len(node.entries) > 1:
        section.problem(key, "expected one reference to a secret", HOW, index)
        return False
    return True


def _resolve(reference: Section, resolve: bool, missing: list[Problem] | None = None) -> Secret | None:
    variable, path = reference.text("env"), reference.text("file")
    if not resolve or not (variable or path):
        return None
    told = reference.notebook.problems if missing is None else missing
    return _from_environment(reference, variable, told) if variable else _from_file(reference, path, told)


def _from_environment(reference: Section, variable: str, told: list[Problem]) -> Secret | None:
    value = reference.notebook.variables.get(variable, "").strip()
    if not value:
        what = f"the environment variable {variable} is not set"
        told.append(reference.at("env").problem(what, "set it, or disable what needs it"))
        return None
    return Secret(value, f"env {variable}")


def _from_file(reference: Section, path: str, told: list[Problem]) -> Secret | None:
    whole = Path(reference.notebook.directory, path)
    try:
        value = whole.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        told.append(reference.at("file").problem(f"the secret file {path} cannot be read", str(reason)))
        return None
    if not value:
        told.append(reference.at("file").problem(f"the secret file {path} is empty"))
        return None
    return Secret(value, f"file {path}")

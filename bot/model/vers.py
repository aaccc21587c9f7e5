"""Whether a version lies in a range of the VERS notation: ``vers:maven/>=2.9.0|<2.9.5``, or is the one that is named.

The notation is that of https://github.com/package-url/vers-spec; versions are ordered by their ecosystem's own rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from bot.model.versions import UnreadableVersion, read_version, scheme_of

_RANGE = re.compile(r"vers:[a-z0-9.+-]+/(.+)", re.ASCII)
_CONSTRAINT = re.compile(r"(>=|<=|!=|>|<|=)?(.+)")
_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda version, bound: bool(version < bound),
    "<=": lambda version, bound: not bound < version,
    ">": lambda version, bound: bool(bound < version),
    ">=": lambda version, bound: not version < bound,
}


def contains(span: str, version: str, ecosystem: str, name: str) -> bool:
    """Whether ``span``, a range or one version, holds ``version``; False where either cannot be read."""
    found = _RANGE.fullmatch(span.replace(" ", ""))
    if found is None:
        return span == version
    scheme = scheme_of(ecosystem, name)
    if found.group(1) == "*":
        return bool(version)
    if scheme is None:
        return False
    told = [_CONSTRAINT.fullmatch(part) for part in found.group(1).split("|") if part]
    try:
        constraints = [(one.group(1) or "=", read_version(scheme, unquote(one.group(2)))) for one in told if one]
        return bool(constraints) and _holds(constraints, read_version(scheme, version))
    except UnreadableVersion:
        return False


def _holds(constraints: list[tuple[str, Any]], version: Any) -> bool:
    """Named versions first; then the intervals, each from a lower bound to the next upper one."""
    if any(not version < bound and not bound < version for sign, bound in constraints if sign == "!="):
        return False
    if any(not version < bound and not bound < version for sign, bound in constraints if sign == "="):
        return True
    lower: tuple[str, Any] | None = None
    for sign, bound in constraints:
        if sign.startswith(">"):
            lower = (sign, bound)
        elif sign.startswith("<"):
            if _BOUNDS[sign](version, bound) and (lower is None or _BOUNDS[lower[0]](version, lower[1])):
                return True
            lower = None
    return lower is not None and _BOUNDS[lower[0]](version, lower[1])

"""config/sources.yaml: what may push to us, and how each proves itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jmespath
import jmespath.exceptions

from bot.settings.known import WITHOUT_SECRET, Known
from bot.settings.problems import Problem, did_you_mean
from bot.settings.read_secret import read_secrets, secret_origins
from bot.settings.section import Section
from bot.settings.values import ALERT_BODY_BYTES_BY_SOURCE, SourceOff, SourceSettings


def read_sources(top: Section, known: Known, alert_body_bytes: int) -> Mapping[str, Any]:
    """The fields ``sources``, the enabled ones by id, and ``sources_off``, those with ``enabled: false``.

    The latter are checked all the same, but for their secrets. An enabled one whose secret is missing is among them."""
    found: dict[str, SourceSettings] = {}
    off: dict[str, SourceOff] = {}
    sources = top.section("sources")
    for source_id, section in sources.named_sections():
        if known.sources is not None and source_id not in known.sources:
            sources.problem(source_id, "unknown source", did_you_mean(source_id, known.sources))
        sources.notebook.declare("source", source_id, sources.at(source_id))
        enabled = section.flag("enabled", True)
        missing: list[Problem] = []
        settings = _source(section, source_id, enabled, alert_body_bytes, missing)
        _check_fields(section, settings.mapping, known)
        if enabled:
            _check_proof(section, settings, known)
        if enabled and not missing:
            found[source_id] = settings
        else:
            top.notebook.lacking += missing
            origins, empty = secret_origins(section, "secrets")
            off[source_id] = SourceOff(source_id, origins, empty, section.place.short, tuple(map(str, missing)))
    return {"sources": found, "sources_off": off}


def _source(
    section: Section, source_id: str, enabled: bool, alert_body_bytes: int, missing: list[Problem]
) -> SourceSettings:
    usual = max(alert_body_bytes, ALERT_BODY_BYTES_BY_SOURCE.get(source_id, 0))
    return SourceSettings(
        id=source_id,
        secrets=read_secrets(section, "secrets", resolve=enabled, missing=missing),
        allow=section.texts("allow"),
        mapping=_mapping(section.section("mapping")),
        environment=section.name("environment", "environment"),
        body_bytes=section.size("body_bytes", usual),
        where=section.place.short,
    )


def _check_fields(section: Section, mapping: Mapping[str, str], known: Known) -> None:
    """The source itself knows which fields a mapping may fill."""
    for told in known.mapping(mapping) if known.mapping and mapping else ():
        name, _, why = told.partition(": ")
        section.section("mapping").problem(name, why)


def _check_proof(section: Section, settings: SourceSettings, known: Known) -> None:
    """Nobody can prove anything against an empty secret, so the address would not exist."""
    kinds = WITHOUT_SECRET if known.sources is None else set(known.sources.get(settings.id, ()))
    by_list = bool(kinds & WITHOUT_SECRET and settings.allow)
    if not section.count("secrets") and not by_list:
        what = "enabled but has no secret: it answers 404"
        section.notebook.problem(section.place, what, "write secrets: [{env: NAME}], or enabled: false")
    elif known.sources and kinds and kinds <= WITHOUT_SECRET and not by_list:
        what = "enabled but names nobody who may send: its vendor signs by itself, and no secret is a proof"
        section.notebook.problem(section.place, what, "write allow: [ADDRESS], or enabled: false")


def _mapping(section: Section) -> Mapping[str, str]:
    return {key: section.text(key, check=_check_expression) for key in section.written() if section.has(key)}


def _check_expression(text: str) -> None:
    try:
        jmespath.compile(text)
    except jmespath.exceptions.JMESPathError as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"it is not a JMESPath expression ({reason})") from None

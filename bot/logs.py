"""Structured logs on standard error, one JSON object a line. What looks like a secret is cut out, whoever logged it."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Collection, MutableMapping
from typing import Any
from urllib.parse import quote, quote_plus

import structlog

REDACTED = "[redacted]"
_SECRET_KEYS = re.compile(
    r"secret|token|password|passwd|authorization|api_?key|cookie|signature|credential", re.IGNORECASE
)
_SECRET_SHAPES = re.compile(
    r"xox[abprs]-[\w-]{8,}|xapp-[\w-]{8,}|whsec_[\w+/=]{8,}|gh[pousr]_\w{16,}|github_pat_\w{16,}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|(?i:bearer|basic)\s+[\w.+/=-]{8,}"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)|(?<=[?&]sig=)[\w.%~-]+"
)


def spellings(secret: str) -> set[str]:
    """A secret as it may stand in an address, in a Python message, or in JSON, besides itself."""
    in_address = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    return {secret, *in_address, repr(secret)[1:-1], repr(secret.encode())[2:-1], json.dumps(secret)[1:-1]}


class Redactor:
    """Cuts out named secrets, keys that sound like one, and shapes that look like one."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        # The longest first, so that one secret inside another leaves no rest.
        spelled = {way for each in secrets if len(each) >= 6 for way in spellings(each)}
        known = [re.escape(each) for each in sorted(spelled, key=len, reverse=True)]
        self._known = re.compile("|".join(known)) if known else None

    def text(self, value: str) -> str:
        """``value`` without secrets, on one line."""
        if self._known is not None:
            value = self._known.sub(REDACTED, value)
        return _SECRET_SHAPES.sub(REDACTED, value).replace("\r", "\\r").replace("\n", "\\n")

    def value(self, key: str, value: Any) -> Any:
        """Any logged value, however deep."""
        if key and _SECRET_KEYS.search(key) and value not in (None, "", False, True):
            return REDACTED
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(k)): self.value(str(k), v) for k, v in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.value("", each) for each in value]
        return value if isinstance(value, (int, float, bool, type(None))) else self.text(str(value))

    def __call__(self, logger: Any, name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: self.value(key, value) for key, value in entry.items()}


def configure_logs(level: str, secrets: Collection[str] = (), *, stream: Any = None) -> None:
    """Set up logging for this process; ``secrets`` never appear in it."""
    redactor = Redactor(secrets)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, redactor, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),  # one write a line, as logging does
        cache_logger_on_first_use=False,
    )
    plain = logging.StreamHandler(stream or sys.stderr)
    plain.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redactor,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [plain]
    root.setLevel(logging.WARNING if level.lower() != "debug" else logging.INFO)


def log_with_ours(name: str) -> None:
    """A library that writes lines of its own shape writes ours instead, and no secret either."""
    theirs = logging.getLogger(name)
    theirs.handlers.clear()
    theirs.propagate = True

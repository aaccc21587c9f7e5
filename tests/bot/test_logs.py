"""Logs are one JSON object a line, and no secret of the configuration is in them, whoever logged it and however."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import structlog

from bot.logs import REDACTED, Redactor, configure_logs
from bot.settings import Settings
from bot.settings.secrets_of import secrets_of
from bot.wiring import settings_of
from tests.bot.web import served

PASSWORD = "a-database-password"
DATABASE = f"postgresql://suture:{PASSWORD}@db.example.com/suture"
SECRETS = [served.SECRET, served.OLD_SECRET, served.TOKEN, served.HOOK_SECRET, served.SIGNING, "xoxb-fake-token"]
SHAPES = [
    "xoxb-123456789012-abcdefgh",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "AKIAIOSFODNN7EXAMPLE",
    "Bearer abcdefgh.ijklmnop",
    "Basic dXNlcjpwYXNzd29yZA==",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJlLWhlcmU",
]


@dataclass
class Logs:
    """What was logged."""

    stream: io.StringIO
    settings: Settings

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Logs]:
    settings = settings_of(str(served.write_config(tmp_path)), served.variables(DATABASE))
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("info", secrets_of(settings), stream=stream)
    yield Logs(stream, settings)
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


def test_every_secret_of_the_configuration_is_known(logs: Logs) -> None:
    assert secrets_of(logs.settings) == {*SECRETS, DATABASE}


@pytest.mark.parametrize("secret", [*SECRETS, DATABASE, PASSWORD])
def test_a_secret_is_cut_out_wherever_it_stands(logs: Logs, secret: str) -> None:
    shown = DATABASE if secret == PASSWORD else secret
    log = structlog.get_logger().bind(bound=shown)
    log.warning(
        f"it is {shown}", value=shown, deep={"list": [{"key": (shown, {shown: 1})}]}, url=f"https://h/?k={shown}"
    )
    log.info("an object", it=ValueError(shown), raw=shown.encode())
    logging.getLogger("uvicorn.error").warning("from a library: %s and %r", shown, shown)
    assert secret not in logs.text
    assert logs.text.count(REDACTED) >= 8


@pytest.mark.parametrize("secret", [*SECRETS, DATABASE])
def test_a_secret_in_an_exception_is_cut_out_of_its_whole_story(logs: Logs, secret: str) -> None:
    try:
        try:
            raise KeyError(secret)
        except KeyError as cause:
            raise ValueError(f"could not use {secret}\nat {DATABASE}") from cause
    except ValueError:
        structlog.get_logger().exception("it broke", during=secret)
        logging.getLogger("a.library").exception("it broke with %s", secret)
    for line in logs.lines:
        assert "Traceback" in line["exception"]
        assert "could not use" in line["exception"]
    assert len(logs.lines) == 2
    assert secret not in logs.text
    assert PASSWORD not in logs.text


@pytest.mark.parametrize("spelled", [quote, quote_plus, repr, json.dumps, lambda secret: repr(secret.encode())])
def test_a_secret_is_cut_out_however_it_is_spelled(spelled: Callable[[str], str]) -> None:
    secret = 'it\'s "a/secret" \\ with everything+é'
    redacted = Redactor([secret]).text(f"before {spelled(secret)} after")

    assert "everything" not in redacted
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")


@pytest.mark.parametrize("shape", SHAPES)
def test_what_looks_like_a_secret_is_cut_out_though_nobody_knows_it(logs: Logs, shape: str) -> None:
    structlog.get_logger().info("seen", header=f"x {shape} y", inside=[shape])
    assert shape not in logs.text
    assert shape.split()[-1] not in logs.text


@pytest.mark.parametrize(
    "key", ["password", "api_key", "Authorization", "cookie", "slack_signing_secret", "webhook-signature", "apiKey"]
)
def test_a_key_that_sounds_like_a_secret_hides_its_value(logs: Logs, key: str) -> None:
    structlog.get_logger().info("seen", **{key: "hunter2"}, deep={"inside": {key: "hunter2"}})
    assert "hunter2" not in logs.text
    assert logs.lines[0][key] == REDACTED


def test_a_password_in_any_address_is_cut_out(logs: Logs) -> None:
    structlog.get_logger().info("asked", url="https://ana:hunter2@example.com/x", other="jdbc:postgres://:pw@h/d")
    assert "hunter2" not in logs.text
    assert ":pw@" not in logs.text
    assert logs.lines[0]["url"] == f"https://{REDACTED}@example.com/x"


def test_one_entry_is_one_line_whatever_is_in_it(logs: Logs) -> None:
    structlog.get_logger().warning('two\nlines\r\n{"level": "forged"}', value="a\nb\u2028c")
    logging.getLogger("a.library").warning("two\nlines")
    assert len(logs.text.strip("\n").split("\n")) == 2
    for line in logs.text.strip("\n").split("\n"):
        assert json.loads(line)["level"] == "warning"


def test_what_is_no_secret_is_left_as_it_was(logs: Logs) -> None:
    structlog.get_logger().info("delivery", source="generic", count=3, ok=True, none=None, share=0.5)
    (line,) = logs.lines
    assert {k: line[k] for k in ("event", "source", "count", "ok", "none", "share", "level")} == {
        "event": "delivery",
        "source": "generic",
        "count": 3,
        "ok": True,
        "none": None,
        "share": 0.5,
        "level": "info",
    }
    assert line["timestamp"].endswith("Z")


def test_the_level_is_kept(logs: Logs) -> None:
    structlog.get_logger().debug("too fine")
    logging.getLogger("a.library").info("too fine")
    assert logs.text == ""


def test_the_signature_of_a_workflows_address_is_cut_out() -> None:
    said = Redactor().text('"POST /workflows/w/triggers/manual?sv=1.0&sig=a-B_c%2Fd HTTP/1.1" 202')

    assert said == f'"POST /workflows/w/triggers/manual?sv=1.0&sig={REDACTED} HTTP/1.1" 202'


def test_each_line_is_written_at_once_so_that_threads_do_not_mix_theirs() -> None:
    written = list[str]()

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            written.append(text)
            return len(text)

    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logs("info", stream=Stream())
    structlog.get_logger().warning("ours")
    logging.getLogger("a.library").warning("theirs")
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)

    assert [json.loads(line)["event"] for line in written] == ["ours", "theirs"]
    assert all(line.endswith("\n") for line in written)

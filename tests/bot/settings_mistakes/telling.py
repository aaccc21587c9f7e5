"""One small broken configuration, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.settings import ConfigurationError, Known, load
from tests.whole_policy import as_written

_KINDS = {"github": ("hmac-sha256",), "securityhub": ("aws-sns", "bearer"), "gcp-scc": ("oidc",)}
KNOWN = Known(_KINDS, frozenset({"close-port"}))
WORKFLOW = "https://a.logic.azure.com/x?sig=s"
SET = {"SET": "a-secret-value", "ELSEWHERE": "https://evil.example.com/x?sig=hunter2", "WORKFLOW": WORKFLOW}

Mistake = tuple[str, str, str]  # file, what it says, the line of its mistake and the rest of the message


def each_of(mistakes: Sequence[Mistake]) -> pytest.MarkDecorator:
    """Run the test once for each."""
    return pytest.mark.parametrize("mistake", mistakes, ids=[told[:60] for *_, told in mistakes])


def check(folder: Path, mistake: Mistake) -> None:
    """It is told word for word; an ending of " " or "(" leaves out a list of words or another library's sentence."""
    file, text, told = mistake
    said = messages(folder, {file: text})

    expected = f"config/{file}:{told}"
    if expected.endswith((" ", "(")):
        assert any(line.startswith(expected) for line in said), said
    else:
        assert expected in said


def messages(folder: Path, files: dict[str, str]) -> list[str]:
    """Every message about these files, which hold a mistake; none gives a secret away."""
    (folder / "config").mkdir()
    for name, text in files.items():
        (folder / "config" / name).write_text(as_written(name, text), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(folder / "config", SET, KNOWN)
    assert "a-secret-value" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    return str(caught.value).replace(f"{folder}/", "").splitlines()

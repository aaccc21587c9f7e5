"""A policy file ends with YAML's end of a document, so that one cut short is noticed; the tests' texts leave it out."""

from __future__ import annotations

from pathlib import Path

_END = "\n...\n"


def whole(text: str) -> str:
    """The text as it has to stand in config/policy.yaml."""
    return text if text.endswith(_END) else f"{text.rstrip()}{_END}"


def as_written(name: str, text: str) -> str:
    """A file of the configuration as it is written: only a policy needs its end."""
    return whole(text) if name == "policy.yaml" else text


def add_rule(config: Path, rule: str) -> None:
    """One more entry at the end of a policy whose rules come last."""
    file = config / "policy.yaml"
    file.write_text(whole(file.read_text(encoding="utf-8").removesuffix(_END) + "\n" + rule), encoding="utf-8")

"""The documents' rules: every relative link resolves, and every `suture …` command that is named exists."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import typer

from bot.cli import app
from bot.commands.desk import verbs

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"`(?:\.venv/bin/)?suture ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
FENCED = re.compile(r"^\s*\$?\s*(?:\.venv/bin/)?suture ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", re.MULTILINE)


def documents() -> list[Path]:
    """Every Markdown file of the repository."""
    return sorted(
        [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("config/*.md"), *ROOT.glob("deploy/*.md")]
    )


def broken_links(path: Path, text: str) -> list[str]:
    """Relative links of one document that lead nowhere."""
    found = []
    for match in LINK.finditer(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        target = (match.group(1) or match.group(2)).partition("#")[0]
        is_relative = target and "://" not in target and not target.startswith("mailto:")
        if is_relative and not (path.parent / target).exists():
            found.append(f"{path.relative_to(ROOT)}: the link {target} leads nowhere")
    return found


def commands() -> dict[str, set[str]]:
    """The command line's words, the chat's among them, with the second words of those that have some."""
    words = getattr(typer.main.get_command(app), "commands", {})
    own = {name: set(getattr(command, "commands", ())) for name, command in words.items()}
    return {name: set[str]() for name in verbs()} | own


def unknown_commands(path: Path, text: str, known: dict[str, set[str]]) -> list[str]:
    """Commands of ours that one document names and that do not exist."""
    found = []
    for first, second in [*COMMAND.findall(text), *FENCED.findall(text)]:
        if first not in known:
            found.append(f"{path.relative_to(ROOT)}: there is no `suture {first}`")
        elif known[first] and second and second not in known[first]:
            found.append(f"{path.relative_to(ROOT)}: there is no `suture {first} {second}`")
    return found


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    known = commands()
    wrong = []
    for path in documents():
        text = path.read_text(encoding="utf-8")
        wrong += broken_links(path, text) + unknown_commands(path, text, known)
    print("\n".join(wrong) if wrong else f"{len(documents())} documents, every link and command in them exists")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""A scanner as scripts/need-producers has installed it, run as a pipeline runs it; it never asks the internet."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ENVIRONMENTS = Path(__file__).resolve().parents[3] / ".venv-producers"
HOW = "make e2e installs it, or says how: scripts/need-producers .venv/bin/python"
FOUND_SOMETHING = (0, 1)  # most scanners end with 1 when they have something to tell


def of_python(name: str) -> str:
    """The program of that name in its own environment."""
    program = ENVIRONMENTS / name / "bin" / name
    assert program.exists(), f"{name} is not in .venv-producers; {HOW}"
    return str(program)


def of_the_system(name: str) -> str:
    """The program of that name, as Debian or Node.js brings it."""
    program = shutil.which(name)
    assert program, f"{name} is not installed; {HOW}"
    return program


@dataclass(frozen=True)
class Pipeline:
    """Where a pipeline runs its scanners: in this folder, with a home of its own and nothing of our environment."""

    folder: Path
    home: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    async def run(self, program: str, *words: str, codes: tuple[int, ...] = FOUND_SOMETHING) -> str:
        """Run it to its end; returns what it printed. Fails with its own words when it ends with another code."""
        return await asyncio.to_thread(self._run, [program, *words], codes)

    async def report(self, program: str, *words: str, to: str, codes: tuple[int, ...] = FOUND_SOMETHING) -> bytes:
        """Run it to its end; returns the file that it wrote, named ``to``, which is then taken away."""
        await self.run(program, *words, codes=codes)
        written = self.home / to
        content = written.read_bytes()
        written.unlink()
        return content

    def _run(self, words: list[str], codes: tuple[int, ...]) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", **self.variables}
        ended = subprocess.run(words, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=100)
        assert ended.returncode in codes, f"{words[0]} ended with {ended.returncode}:\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout

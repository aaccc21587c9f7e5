"""A small repository of the shop's, with a weakness for each kind of scanner, and what it looks like once repaired."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "github.com/example/shop"
WEAK_CODE = '''\
"""Prints receipts."""

import subprocess


def print_receipt(path: str) -> None:
    subprocess.run("lpr " + path, shell=True)
'''
SOUND_CODE = WEAK_CODE.replace('"lpr " + path, shell=True', '["/usr/bin/lpr", path]')
OPEN_TO_ALL = """\
resource "aws_security_group" "shop" {
  name        = "shop"
  description = "The shop's servers"
  ingress {
    description = "SSH"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
OPEN_TO_FEW = OPEN_TO_ALL.replace("0.0.0.0/0", "192.0.2.0/24")
# Put together here, so that no scanner of this repository finds them in it.
LEAKED = "xox" + "b-" + "263594206564-2343594206574-FGqddMF8t08v8N7Oq4i57vs1"
WITH_SECRET = f"[slack]\ntoken = {LEAKED}\n"
WITHOUT_SECRET = "[slack]\ntoken_file = /run/secrets/slack\n"


@dataclass(frozen=True)
class Repository:
    """A working copy."""

    folder: Path

    def write(self, name: str, text: str) -> None:
        """One file as it stands from now on, known to git: scanners look at nothing else."""
        (self.folder / name).write_text(text, encoding="utf-8")
        subprocess.run(["git", "-C", str(self.folder), "add", name], check=True)


def repository(folder: Path) -> Repository:
    """A new one without a file."""
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return Repository(folder)

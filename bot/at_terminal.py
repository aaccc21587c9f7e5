"""Who types on the server: the account of the machine, as the machine itself knows it.

Not as the environment says, which whoever types may choose: what is done here stands in the trail under a name.
"""

from __future__ import annotations

import os
import pwd

from bot.model.person import People
from connectors.contract.message import Identity


def account() -> str:
    """The name of the account, or its number where it has none (as in many containers)."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def identity() -> Identity:
    """The same as whoever presses or types."""
    return Identity("terminal", account())


def signer(people: People) -> tuple[str, str]:
    """Who it is and where, for the trail: a person of config/teams.yaml, or the account itself."""
    name = account()
    person = people.of(identity())
    return person.id if person else f"terminal:{name}", f"terminal:{name}"

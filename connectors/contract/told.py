"""What every record that a source tells has in common: a value that is cheap to make, to write down and to read again.

A report has hundreds of thousands of them. A changed copy is made by ``msgspec.structs.replace``.
"""

from __future__ import annotations

import msgspec


class Told(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A frozen value, equal by its fields; as JSON it lacks what holds its default. It is part of no cycle."""

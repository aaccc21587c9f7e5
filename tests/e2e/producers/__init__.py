"""Real scanners, started here, push into a running Suture: each of their findings is its owner's case."""

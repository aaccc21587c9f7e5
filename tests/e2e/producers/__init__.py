"""Real scanners of real versions, started here, push into a running Suture: each of their findings is its owner's case."""

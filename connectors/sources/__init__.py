"""The things that push to us, one file a source."""

"""What each of our payloads says: one file for each, written by ``python -m tests.goldens write <source>``."""

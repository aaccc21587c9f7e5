"""Formats that several connectors read: each file knows one of them, and nothing of who sends it."""

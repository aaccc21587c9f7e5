"""What we decide: triage, cases, people and runs."""

__version__ = "0.1.0"

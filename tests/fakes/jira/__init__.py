"""A Jira of our own, as a process: Cloud or Data Center, with Jira's own refusals, and failures on demand."""

from tests.fakes.jira.client import FakeJira

__all__ = ["FakeJira"]

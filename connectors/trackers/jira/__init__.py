"""Jira Cloud and Jira Data Center. The ``jira`` package is imported when the first call is made, not before."""

from connectors.trackers.jira.once import create_once
from connectors.trackers.jira.options import JiraOptions
from connectors.trackers.jira.tracker import JiraTracker

__all__ = ["JiraOptions", "JiraTracker", "create_once"]

"""Slack: cards out, clicks and commands in, over the Web API and signed HTTP."""

from connectors.chat.slack.client import SlackChat
from connectors.chat.slack.door import SlackDoor
from connectors.chat.slack.options import SlackOptions

__all__ = ["SlackChat", "SlackDoor", "SlackOptions"]

"""Slack: cards out, clicks and commands in, over the Web API and signed HTTP or Socket Mode."""

from connectors.chat.slack.client import SlackChat
from connectors.chat.slack.door import SlackDoor
from connectors.chat.slack.members import SlackMembers
from connectors.chat.slack.options import SlackOptions
from connectors.chat.slack.socket import SlackSocket

__all__ = ["SlackChat", "SlackDoor", "SlackMembers", "SlackOptions", "SlackSocket"]

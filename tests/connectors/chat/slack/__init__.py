"""Tests of Slack: what is drawn, what is sent, what comes in."""

"""A Slack that runs as a process of its own and enforces what the real one enforces.

Start it with ``python -m tests.fakes.slack --port 0 --journal calls.jsonl`` or, in a test, with
:class:`tests.fakes.slack.client.FakeSlack`. Slack's limits and error names are those of docs.slack.dev.
"""

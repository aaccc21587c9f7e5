"""The part of JQL that a bot needs: equalities and IN lists joined by AND, ordered by creation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.fakes.jira.state import Issue, Jira

_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([A-Za-z0-9_.-]+)|([=(),]))')


class BadQuery(Exception):
    """What Jira answers with 400."""


def matching(jira: Jira, query: str) -> list[Issue]:
    """Indexed issues that match, in the order asked for. Raises BadQuery."""
    words, _, order = re.sub(r"(?i)\border\s+by\b", "\0", query, count=1).partition("\0")
    clauses = list(_clauses(list(_tokens(words))))
    if not clauses:
        raise BadQuery("Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
    for name, values in clauses:
        for value in values:
            if name == "project" and value not in jira.projects:
                raise BadQuery(f"The value '{value}' does not exist for the field 'project'.")
    found = [issue for issue in jira.indexed() if all(_has(issue, name, values) for name, values in clauses)]
    return sorted(found, key=lambda issue: (issue.created, issue.id), reverse="desc" in order.lower() or not order)


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """(token, quoted)."""
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise BadQuery(f"Error in the JQL Query: the character at {at} is not understood.")
        quoted, word, mark = found.groups()
        yield (re.sub(r"\\(.)", r"\1", quoted), True) if quoted is not None else (word or mark, False)
        at = found.end()


def _clauses(tokens: list[tuple[str, bool]]) -> Iterator[tuple[str, list[str]]]:
    while tokens:
        if len(tokens) < 3:
            raise BadQuery("Error in the JQL Query: expecting an operator and a value.")
        (name, _), (operator, _) = tokens.pop(0), tokens.pop(0)
        if name not in ("project", "labels", "key"):
            raise BadQuery(f"Field '{name}' does not exist or you do not have permission to view it.")
        if operator == "=":
            yield name, [tokens.pop(0)[0]]
        elif operator.lower() == "in" and tokens.pop(0) == ("(", False):
            end = tokens.index((")", False))
            yield name, [value for value, quoted in tokens[:end] if quoted or value != ","]
            del tokens[: end + 1]
        else:
            raise BadQuery(f"Error in the JQL Query: the operator '{operator}' is not understood.")
        if tokens and (tokens[0][0].lower() != "and" or tokens.pop(0)[1]):
            raise BadQuery(f"Error in the JQL Query: expecting 'AND' but got '{tokens[0][0] if tokens else ''}'.")


def _has(issue: Issue, name: str, values: list[str]) -> bool:
    if name == "labels":  # Jira compares labels without regard to case
        return bool({value.lower() for value in values} & {label.lower() for label in issue.fields.get("labels", ())})
    return (issue.project if name == "project" else issue.key) in values

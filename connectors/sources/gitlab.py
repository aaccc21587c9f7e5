"""GitLab: the vulnerabilities of a project or group, as its webhook tells of each one that comes or changes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.gitlab_hook import read_vulnerability
from connectors.quarantine import each
from connectors.signing import standard_webhooks, static_header
from connectors.wild import Wild

ID = "gitlab"
# What a hook that sends everything also sends: it tells of no finding.
# fmt: off
_OTHER = frozenset({
    "access_token", "build", "deployment", "emoji", "feature_flag", "issue", "merge_request", "milestone", "note",
    "pipeline", "push", "release", "tag_push", "wiki_page", "work_item",
})
# fmt: on


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One vulnerability. Group hooks also send members, subgroups and projects, which have an ``event_name`` only."""
    body = opened.body if isinstance(opened.body, dict) else {}
    kind = body.get("object_kind")
    if kind == "vulnerability":
        return each([Wild(body, opened.pointer).at("object_attributes")], partial(read_vulnerability, ID))
    if (isinstance(kind, str) and kind in _OTHER) or (kind is None and isinstance(body.get("event_name"), str)):
        return ()
    raise UnknownShape("no Vulnerability Hook of GitLab's: object_kind is not vulnerability")


SOURCE = Source(
    id=ID,
    title="GitLab",
    family=Family.CODE,
    arrives="vulnerabilities of projects and groups",
    kinds=(Kind.VULNERABILITY, Kind.CODE, Kind.SECRET),
    says_gone="resolved, or no longer found on the default branch",
    vendor_docs="https://docs.gitlab.com/user/project/integrations/webhook_events/#vulnerability-events",
    verifiers=(standard_webhooks(), static_header("x-gitlab-token")),
    parse=parse,
    docs=(
        "In the project's or group's settings, under Webhooks, add this address, the secret as signing token (or, on a "
        "GitLab without it, as secret token) and the trigger Vulnerability events. GitLab does not send its hook for "
        "every vulnerability that it closes by itself: post the jobs' reports to gitlab-report too."
    ),
)

"""What a source tells us, in one vocabulary: a finding of one tool about one resource.

A source's ``parse`` yields these and nothing else. They are frozen, hold no secret, and every string in them has been
cleaned by :mod:`connectors.text` when the source built them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, StrEnum

import msgspec

from connectors.contract.statement import Statement, Stating
from connectors.contract.told import Told


class Kind(StrEnum):
    """What sort of problem a finding tells of; the OCSF finding class follows from it."""

    VULNERABILITY = "vulnerability"  # OCSF 2002
    COMPLIANCE = "compliance"  # OCSF 2003
    DETECTION = "detection"  # OCSF 2004: something is happening now
    CODE = "code"  # a weakness in source code
    SECRET = "secret"  # a credential where it should not be; its value is never stored


class Severity(IntEnum):
    """OCSF ``severity_id``. A severity that the tool does not give stays UNKNOWN; it is never guessed."""

    UNKNOWN = 0
    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5
    FATAL = 6

    @property
    def word(self) -> str:
        """The severity as people read it: ``high``."""
        return self.name.lower()


class Status(StrEnum):
    """What the tool says about the finding now. Only OPEN can open a case."""

    OPEN = "open"
    RESOLVED = "resolved"  # the tool no longer sees it
    PASSED = "passed"  # a control that was checked and holds
    SUPPRESSED = "suppressed"  # someone silenced it in the tool
    ARCHIVED = "archived"  # put away in the tool
    SAMPLE = "sample"  # the tool's own test
    UNCHECKED = "not checked"  # it could not look, or leaves it to a person: this opens nothing and closes nothing
    ELSEWHERE = "told elsewhere"  # it is told of a more exact resource: what was told of this one is that finding now


# In one delivery the same finding may come with two statuses (ASFF does this); the one that needs a person wins, and
# what was checked in part only is not well. What is told elsewhere needs its person there.
STATUS_RANK: Mapping[Status, int] = {
    Status.ELSEWHERE: 7,
    Status.OPEN: 6,
    Status.SUPPRESSED: 5,
    Status.UNCHECKED: 4,
    Status.RESOLVED: 3,
    Status.ARCHIVED: 2,
    Status.PASSED: 1,
    Status.SAMPLE: 0,
}


class Resource(Told, frozen=True, kw_only=True):
    """What the tool named. ``id`` is the most exact name it gave (an ARN, a purl, a repository, a host)."""

    id: str
    type: str = ""  # the platform's own word: AwsEc2SecurityGroup, AwsS3Bucket, host, container-image, repository
    name: str = ""
    provider: str = ""  # aws, gcp, azure, kubernetes, github, host
    account: str = ""
    region: str = ""
    cluster: str = ""
    namespace: str = ""
    repository: str = ""
    path: str = ""
    line: int | None = None
    ip: str = ""
    image_digest: str = ""
    same_as: str = ""  # what most tools call it, where ``id`` is another name: by it the same thing is told once
    tags: Mapping[str, str] = msgspec.field(default_factory=dict)


class Package(Told, frozen=True, kw_only=True):
    """The component in which a vulnerability sits. ``installed`` is the full version, with epoch and revision."""

    name: str
    installed: str = ""
    fixed_in: str = ""
    purl: str = ""
    ecosystem: str = ""  # OSV's word: Debian, npm, PyPI, Go …
    besides: tuple[str, ...] = ()  # further versions of it in the same place, where one finding stands for several


class Finding(Told, frozen=True, kw_only=True):
    """One problem on one resource, as one tool reported it. Times are aware UTC."""

    source: str
    kind: Kind
    rule_id: str
    title: str  # at most 200 characters
    resource: Resource
    severity: Severity = Severity.UNKNOWN
    severity_raw: str = ""
    severity_from: str = "unknown"  # source, cvss, rule or unknown
    # The vulnerability id or the control family, without the resource: what several tools call by several names.
    problem: str
    # Set only when the tool declares it stable for this (rule, resource); placeholders are dropped by identify().
    source_uid: str = ""
    locator: tuple[str, ...] = ()  # what tells two findings of one rule on one resource apart; see contract.identity
    rule_name: str = ""
    summary: str = ""  # at most 2,000 characters
    confidence: str = ""
    vuln_ids: tuple[str, ...] = ()  # sorted; CVE first
    cvss_vector: str = ""
    cvss_score: float | None = None
    package: Package | None = None
    actor: str = ""
    process: str = ""
    mitre: tuple[str, ...] = ()
    world_open: bool = False  # the finding itself says: reachable by anyone, without credentials
    secret_active: bool = False  # a leaked secret proved valid, or seen used
    publicly_leaked: bool = False  # a leaked secret in a public repository
    status: Status = Status.OPEN
    status_reason: str = ""
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    observed_at: datetime | None = None  # when the tool looked; orders what arrives out of order
    disclosed_at: datetime | None = None  # when the world learned of the problem
    url: str = ""  # https only
    remediation_url: str = ""
    remediation_text: str = ""
    port: int | None = None  # network findings: the port in question
    protocol: str = ""
    scope: str = ""  # the Snapshot this finding belongs to, if its tool tells all it sees at once
    pointer: str = ""  # JSON pointer into the stored delivery
    warnings: tuple[str, ...] = ()


class Snapshot(Told, frozen=True):
    """The tool says: these were all my findings on ``scope``. What is absent is resolved."""

    scope: str
    observed_at: datetime | None = None
    unseen: tuple[str, ...] = ()  # names of packages that it could not look into: what was found there is not absent


class Quarantined(Told, frozen=True):
    """One record that could not be read, with its place and a reason a person can act on. Its siblings go on."""

    pointer: str
    reason: str
    record: str = ""  # the record's JSON, cut to 4,000 characters, for the quarantine page
    is_component: bool = False  # it would have been a package that was seen, and no finding


class ComponentSeen(Told, frozen=True):
    """A package that a report saw on a resource."""

    names: tuple[str, ...]  # what an inventory may call the resource, the most exact first
    purl: str  # with its version and, for a distribution's package, its distribution (…?distro=debian-12)
    pointer: str = ""


class AllSeen(Told, frozen=True):
    """The report says: these were all the components it sees on the resource. What it told before is there no more."""

    names: tuple[str, ...]  # as its components have them


Record = Finding | Snapshot | Quarantined | ComponentSeen | AllSeen | Statement | Stating

"""Which pages of the console are photographed, whose eyes they are seen with, and from which address."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """One page: ``docs/images/NAME.png`` on a desk and ``NAME-phone.png`` on a phone.

    ``route`` is the page's address in the routing table, ``address`` the one that is opened; in it {heartbleed},
    {edge}, {bucket} and {dependency} are cases of the demo, {record} is in its quarantine. ``press`` is a button
    pressed there, ``words`` are typed.
    """

    name: str
    route: str
    address: str
    by: str = "ana"
    press: str = ""
    words: str = ""


PAGES = (
    Picture("inbox", "/", "/"),
    Picture("case", "/cases/{case}", "/cases/{heartbleed}"),
    Picture("plan", "/cases/{case}", "/cases/{edge}", by="chris", press="Fix now…"),
    Picture("waiting", "/cases/{case}", "/cases/{bucket}"),
    Picture("approve", "/cases/{case}", "/cases/{bucket}", by="sue", press="Approve…"),
    Picture("accept", "/cases/{case}", "/cases/{dependency}", by="sue", press="Accept risk…"),
    Picture("findings", "/cases/{case}/affected", "/cases/{heartbleed}/affected"),
    Picture("affected", "/affected", "/affected?q=CVE-2014-0160"),
    Picture("approvals", "/approvals", "/approvals", by="sue"),
    Picture("acceptances", "/acceptances", "/acceptances", by="sue"),
    Picture("snoozed", "/snoozed", "/snoozed"),
    Picture("windows", "/windows", "/windows", by="sue"),
    Picture("policy", "/policy", "/policy?person=ben&act=fix&on={heartbleed}"),
    Picture("audit", "/audit", "/audit?case={heartbleed}", by="sue"),
    Picture("quarantine", "/quarantine", "/quarantine", by="sue"),
    Picture("record", "/quarantine/{record}", "/quarantine/{record}", by="sue"),
    Picture("sources", "/sources", "/sources", by="sue"),
    Picture("source", "/sources/{source}", "/sources/generic", by="sue"),
    Picture("me", "/me", "/me"),
    Picture("answer", "/", "/", words="help"),
)
# Seen by whoever is not signed in yet, at a company with a provider of its own.
GATE = Picture("sign-in", "/sign-in", "/sign-in", by="")
# What a button of a Teams card opens; tests/e2e/teams_pictures.py takes it.
CONFIRM = Picture("teams-confirm", "/confirm/{link}", "/confirm/{link}")
# What `/suture link` leads to; tests/e2e/slack_pictures.py takes it.
LINK = Picture("link", "/link/{token}", "/link/{token}")

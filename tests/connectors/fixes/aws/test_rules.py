"""What closes with a rule that goes: exact ports, minus what another rule keeps open."""

from __future__ import annotations

import pytest

from connectors.fixes.aws.rules import Rule, also_closed, as_json, from_json


def rule(first: int, last: int, cidr: str = "0.0.0.0/0", protocol: str = "tcp") -> Rule:
    return Rule("sgr-1", protocol, first, last, cidr, "", {})


@pytest.mark.parametrize(
    ("going", "staying", "expected"),
    [
        (rule(22, 22), [], ""),
        (rule(20, 25), [], "tcp 20-21, 23-25"),
        (rule(22, 23), [], "tcp 23"),
        (rule(0, 65535), [rule(443, 443)], "tcp 0-21, 23-442, 444-65535"),
        (rule(20, 25), [rule(23, 30)], "tcp 20-21"),
        (rule(22, 23), [rule(23, 23)], ""),
        (rule(20, 25), [rule(23, 30, cidr="::/0")], "tcp 20-21, 23-25"),
        (rule(20, 25), [rule(23, 30, protocol="udp")], "tcp 20-21, 23-25"),
        (rule(-1, -1, protocol="-1"), [], "every other protocol and port"),
        (rule(-1, -1, protocol="-1"), [rule(443, 443)], "every other protocol and port except tcp 443"),
    ],
)
def test_what_else_closes(going: Rule, staying: list[Rule], expected: str) -> None:
    assert also_closed(going, "tcp", 22, staying) == expected


def test_a_rule_covers_its_ports_and_all_of_them_when_it_is_for_everything() -> None:
    assert rule(20, 25).covers("tcp", 20)
    assert rule(20, 25).covers("tcp", 25)
    assert not rule(20, 25).covers("tcp", 26)
    assert not rule(20, 25).covers("udp", 22)
    assert rule(-1, -1, protocol="-1").covers("udp", 53)


def test_a_rule_survives_storage() -> None:
    kept = Rule("sgr-1", "udp", 53, 53, "::/0", "resolver", {"team": "dns"})
    assert from_json(as_json(kept)) == kept


def test_a_rule_is_the_same_again_whatever_its_id_and_awss_own_tags() -> None:
    saved = Rule("sgr-1", "tcp", 22, 22, "::/0", "ssh", {"team": "web", "aws:cloudformation:stack-name": "shop"})
    assert saved.same(Rule("sgr-2", "tcp", 22, 22, "::/0", "ssh", {"team": "web"}))
    assert not saved.same(Rule("sgr-2", "tcp", 22, 22, "::/0", "ssh", {"team": "dns"}))
    assert not saved.same(Rule("sgr-2", "tcp", 22, 22, "::/0", "", {"team": "web"}))
    assert not saved.same(Rule("sgr-2", "tcp", 22, 23, "::/0", "ssh", {"team": "web"}))

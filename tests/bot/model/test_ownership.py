"""The most specific rule decides whose something is, and the answer says why."""

from __future__ import annotations

import random
import re
import time
from fnmatch import translate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.ownership import Owner, OwnerRule, Ownership
from connectors.contract.context import AssetRecord
from connectors.contract.finding import Resource


def rule(team: str, line: int = 1, **matches: str) -> OwnerRule:
    return OwnerRule(team=team, matches=tuple(matches.items()), where=f"config/teams.yaml:{line}")


EVERYTHING = Resource(
    id="arn:aws:ec2:eu-west-1:111122223333:instance/i-0123",
    type="AwsEc2Instance",
    name="pay-01.example.com",
    account="111122223333",
    cluster="production-1",
    namespace="payments-api",
    repository="example/payments",
    tags={"team": "payments"},
)
# From the least specific to the most; each must beat all before it.
LADDER = [
    rule("by-account", account="111122223333"),
    rule("by-cluster", cluster="production-*"),
    rule("by-host", host="pay-*.example.com"),
    rule("by-repository", repository="example/*"),
    rule("by-namespace", namespace="payments-*"),
    rule("by-short-tag", tag="team=*"),
    rule("by-tag", tag="team=pay*"),
    rule("by-tag-and-account", tag="team=pay*", account="*"),
    rule("by-asset", asset="arn:aws:ec2:*:instance/i-0123"),
]


@pytest.mark.parametrize("height", range(1, len(LADDER) + 1))
def test_the_most_specific_rule_wins_whatever_the_order(height: int) -> None:
    rules = LADDER[:height]
    random.Random(height).shuffle(rules)

    assert Ownership(rules).owner_of(EVERYTHING).team == LADDER[height - 1].team


@pytest.mark.parametrize("each", LADDER, ids=lambda each: each.team)
def test_a_rule_does_not_match_what_lacks_its_name(each: OwnerRule) -> None:
    bare = Resource(id="arn:aws:s3:::example-bucket", type="AwsS3Bucket")

    assert Ownership([each]).owner_of(bare).team == ""


@pytest.mark.parametrize("pattern", ["acme/payments-*", "github.com/acme/*"])
def test_a_repository_is_matched_with_and_without_its_host(pattern: str) -> None:
    told = Resource(id="github.com/acme/payments-web", type="repository", repository="github.com/acme/payments-web")

    assert Ownership([rule("payments", repository=pattern)]).owner_of(told).team == "payments"
    assert Ownership([rule("payments", repository="payments-*")]).owner_of(told).team == ""


def test_of_equals_the_one_higher_in_the_file_wins() -> None:
    rules = [rule("first", 3, tag="team=payments"), rule("second", 9, tag="team=payments")]

    assert Ownership(rules).owner_of(EVERYTHING).team == "first"


def test_the_answer_says_why() -> None:
    ownership = Ownership([rule("payments", 12, tag="team=payments")], "security")
    group = Resource(id="sg-0a1b", tags={"team": "payments"})

    assert ownership.owner_of(group) == Owner("payments", "tag team=payments on sg-0a1b (config/teams.yaml:12)")


def test_of_an_arn_the_answer_says_the_last_part() -> None:
    ownership = Ownership([rule("payments", 12, account="111122223333")])
    group = Resource(id="arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b", account="111122223333")

    assert ownership.owner_of(group).why == "account 111122223333 on sg-0a1b (config/teams.yaml:12)"


def test_a_rule_of_several_keys_needs_all_of_them() -> None:
    ownership = Ownership([rule("payments", namespace="payments-*", cluster="staging-*")])

    assert ownership.owner_of(EVERYTHING).team == ""


_NAMES = st.text(alphabet="aAbB-kK.ſ\u212a1", max_size=5)
_GLOBS = st.text(alphabet="aAbB-kK.ſ\u212a1*?", min_size=1, max_size=5)


@given(globs=st.lists(_GLOBS, min_size=1, max_size=8), name=_NAMES, called=_NAMES)
def test_many_patterns_answer_like_each_tried_in_turn(globs: list[str], name: str, called: str) -> None:
    host = Resource(id=name, name=called, type="host")
    rules = sorted(
        (rule(str(n), n, host=glob) for n, glob in enumerate(globs)), key=lambda r: r.specificity, reverse=True
    )

    matched = [
        each.team
        for each in rules
        if any(re.match(translate(each.matches[0][1]), own, re.IGNORECASE) for own in (name, called) if own)
    ]

    assert Ownership(rules, "nobody").owner_of(host).team == next(iter(matched), "nobody")


def test_what_a_person_taught_stands_below_the_asset_and_above_the_rest() -> None:
    taught = Ownership([rule("by-tag", tag="team=payments")]).owner_of(EVERYTHING, learned="platform")
    named = Ownership([rule("by-asset", asset=EVERYTHING.id)]).owner_of(EVERYTHING, learned="platform")

    assert (taught.team, taught.why) == ("platform", "platform took pay-01.example.com as theirs")
    assert named.team == "by-asset"


def test_the_inventory_names_owner_tags_and_identifiers() -> None:
    asset = AssetRecord(id="a-1", name="pay-01", identifiers=("pay-01.example.com",), owner="platform", type="host")
    tagged = AssetRecord(id="a-2", name="pay-02", identifiers=("pay-02.example.com",), tags={"team": "payments"})
    resource = Resource(id="i-9", tags={})
    ownership = Ownership([rule("by-tag", tag="team=payments"), rule("by-host", host="pay-*.example.com")])

    assert ownership.owner_of(resource, asset=asset).why == "the inventory says platform owns pay-01"
    assert ownership.owner_of(resource, asset=tagged).team == "by-tag"
    assert ownership.owner_of(resource).team == ""


def test_a_host_pattern_is_for_hosts_only() -> None:
    bucket = Resource(id="pay-01.example.com", name="pay-01.example.com", type="AwsS3Bucket", provider="aws")

    assert Ownership([rule("payments", host="pay-*")]).owner_of(bucket).team == ""


def test_what_nobody_owns_goes_to_the_catch_all_and_says_so() -> None:
    nobody = Resource(id="i-9")

    assert Ownership([], "security").owner_of(nobody) == Owner(
        "security", "nobody owns it: no rule in config/teams.yaml matches", catch_all=True
    )
    assert Ownership([]).owner_of(nobody).team == ""


def test_a_remembered_answer_is_of_this_question_and_no_other() -> None:
    ownership = Ownership([rule("payments", tag="team=payments")], "security")
    asked = Resource(id="sg-1")

    assert ownership.owner_of(asked).team == "security"
    assert ownership.owner_of(asked, learned="platform").team == "platform"
    assert ownership.owner_of(Resource(id="sg-1", tags={"team": "payments"})).team == "payments"
    assert ownership.owner_of(asked).team == "security"


def test_a_hundred_thousand_look_ups_a_second() -> None:
    ownership = Ownership([rule(f"team-{n}", namespace=f"ns-{n}-*") for n in range(200)], "security")
    resources = [Resource(id=f"pod-{n}", namespace=f"ns-{n % 200}-a", tags={"app": "x"}) for n in range(500)]
    for resource in resources:
        ownership.owner_of(resource)

    def seconds() -> float:
        begin = time.perf_counter()
        for _ in range(20):
            for resource in resources:
                ownership.owner_of(resource)
        return time.perf_counter() - begin

    assert min(seconds() for _ in range(3)) < 0.1  # 10,000 look-ups

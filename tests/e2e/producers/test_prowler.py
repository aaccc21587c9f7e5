"""Prowler finds SSH open to the world in an account, whose owner hears of it."""

from __future__ import annotations

import pytest

from bot.store import tables as t
from tests.e2e.producers.seen import says_fixed, told_to_payments_alone
from tests.e2e.producers.tools import Pipeline, of_python
from tests.fakes.cloud import ACCOUNT, REGION, FakeCloud, opening
from tests.stories.world import World

SSH = "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22"


async def scan(pipeline: Pipeline, cloud: FakeCloud) -> bytes:
    """Its report in OCSF; without --scan-unused-services a group that nothing uses is passed over."""
    keys = {name.upper(): value for name, value in cloud.credentials(ACCOUNT).items()}
    aimed = Pipeline(pipeline.folder, pipeline.home, {**keys, "AWS_ENDPOINT_URL": cloud.url})
    about = ("aws", "--region", REGION, "--check", SSH, "--scan-unused-services")
    to = ("--output-formats", "json-ocsf", "--output-directory", str(pipeline.home), "--output-filename", "prowler")
    words = (*about, *to, "--no-banner", "--no-color", "--ignore-exit-code-3")
    return await aimed.report(of_python("prowler"), *words, to="prowler.ocsf.json")


@pytest.mark.timeout(240)
async def test_found_and_repaired(world: World, cloud: FakeCloud, pipeline: Pipeline) -> None:
    group = cloud.security_group(cloud.network()[0], "shop", [opening(22)])
    first = await world.report("prowler", await scan(pipeline, cloud))
    assert (first["state"], first["repeated"], first["quarantined"]) == ("done", 0, 0)
    card = await told_to_payments_alone(world, group)
    assert len(await world.rows(t.cases)) == 1  # what passed the check, as every VPC's default group does, is no case

    cloud.client("ec2").revoke_security_group_ingress(GroupId=group, IpPermissions=[opening(22)])
    second = await world.report("prowler", await scan(pipeline, cloud))
    assert (second["state"], second["new"], second["quarantined"]) == ("done", 0, 0)
    await says_fixed(world, card)

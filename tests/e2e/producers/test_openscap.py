"""OpenSCAP holds a host's sshd to the shop's own benchmark; the case is the host's owner's."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.producers.seen import fixed, told
from tests.e2e.producers.tools import Pipeline, of_the_system
from tests.stories.world import World

HELD, BROKEN = 0, 2  # how oscap ends
RULE = "xccdf_com.example.shop_rule_no_root_by_ssh"
BENCHMARK = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2" id="xccdf_com.example.shop_benchmark_hosts" resolved="1">
  <status>accepted</status>
  <title>Hosts of the shop</title>
  <version>1</version>
  <Rule id="{RULE}" selected="true" severity="high">
    <title>Root does not sign in by SSH</title>
    <check system="http://oval.mitre.org/XMLSchema/oval-definitions-5">
      <check-content-ref href="oval.xml" name="oval:com.example.shop:def:1"/>
    </check>
  </Rule>
</Benchmark>
"""
DEFINITIONS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5"
    xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5"
    xmlns:ind="http://oval.mitre.org/XMLSchema/oval-definitions-5#independent">
  <generator>
    <oval:schema_version>5.11</oval:schema_version>
    <oval:timestamp>2026-01-01T00:00:00Z</oval:timestamp>
  </generator>
  <definitions>
    <definition class="compliance" id="oval:com.example.shop:def:1" version="1">
      <metadata><title>Root does not sign in by SSH</title><description>PermitRootLogin is no</description></metadata>
      <criteria><criterion test_ref="oval:com.example.shop:tst:1"/></criteria>
    </definition>
  </definitions>
  <tests>
    <ind:textfilecontent54_test id="oval:com.example.shop:tst:1" version="1" check="all" comment="PermitRootLogin no">
      <ind:object object_ref="oval:com.example.shop:obj:1"/>
    </ind:textfilecontent54_test>
  </tests>
  <objects>
    <ind:textfilecontent54_object id="oval:com.example.shop:obj:1" version="1">
      <ind:filepath>{configuration}</ind:filepath>
      <ind:pattern operation="pattern match">^PermitRootLogin no$</ind:pattern>
      <ind:instance datatype="int">1</ind:instance>
    </ind:textfilecontent54_object>
  </objects>
</oval_definitions>
"""


async def scan(pipeline: Pipeline, configuration: Path) -> bytes:
    """Its XCCDF results, about the host whose sshd has this configuration."""
    benchmark = pipeline.folder / "xccdf.xml"
    benchmark.write_text(BENCHMARK, encoding="utf-8")
    (pipeline.folder / "oval.xml").write_text(DEFINITIONS.format(configuration=configuration), encoding="utf-8")
    to = str(pipeline.home / "results.xml")
    words = ("xccdf", "eval", "--results", to, str(benchmark))
    return await pipeline.report(of_the_system("oscap"), *words, to=to, codes=(HELD, BROKEN))


async def test_found_and_repaired(world: World, pipeline: Pipeline) -> None:
    configuration = pipeline.home / "sshd_config"
    configuration.write_text("PermitRootLogin yes\n", encoding="utf-8")
    card = await told(world, "openscap", await scan(pipeline, configuration), "Root does not sign in", 1, of="shop-7")

    configuration.write_text("PermitRootLogin no\n", encoding="utf-8")
    await fixed(world, "openscap", await scan(pipeline, configuration), card, of="shop-7")

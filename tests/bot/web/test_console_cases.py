"""The pages of cases: what stands there, who sees it, and that its forms decide without JavaScript."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store import tables
from bot.store.tables import acceptance, audit, cases, click, history, metadata
from connectors.contract.finding import Finding, Kind, Resource
from tests.bot.web.console_browser import Console, Forms, console_of, finding, words_of, write_config
from tests.databases import Clock
from tests.whole_policy import add_rule

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


async def test_the_inbox_lists_the_most_urgent_first(console: Console) -> None:
    await console.report(finding("pay-1"), finding("pay-1", "CVE-2021-44228"), finding("pay-2"))
    await console.sign_in("ana")
    page = words_of(await console.page("/"))
    assert "2 cases, most urgent first" in page
    assert "CVE-2021-44228 in openssl" in page
    assert "2 open of 2" in page


async def test_filters_narrow_the_list(console: Console) -> None:
    await console.report(finding("pay-1"), finding("pay-1", "CVE-2021-44228"))
    await console.sign_in("ana")
    await console.press("/cases/S-1", "I'm on it")
    for query, shown in (("state=acknowledged", {"S-1"}), ("state=open", {"S-2"}), ("mine=1", {"S-1", "S-2"})):
        page = await console.page(f"/?{query}")
        assert set(re.findall(r'href="/cases/(S-\d+)"', page)) == shown
    assert "No case matches" in await console.page("/?environment=production")
    assert "No case matches" in await console.page("/?team=platform")


async def test_what_a_statement_closed_is_not_called_fixed(console: Console) -> None:
    await console.report(finding("pay-1"), finding("pay-2"), finding("pay-1", "CVE-2021-44228"))
    stated = {"state": "suppressed", "reason": "not affected", "said_by": "Example Vendor (openvex), 2026-03-02"}
    for number, resource, values in ((1, "pay-1", stated), (1, "pay-2", {"state": "resolved"}), (2, "pay-1", stated)):
        which = sa.and_(tables.finding.c.case_id == number, tables.finding.c.resource == resource)
        async with console.wiring.store.write() as connection:
            await connection.execute(sa.update(tables.finding).where(which).values(values))
            await connection.execute(sa.update(cases).values(state="fixed", open_findings=0))
    await console.sign_in("ana")

    assert "CLOSED: 1 not affected, says Example Vendor (openvex), 2026-03-02; 1 fixed" in await console.page(
        "/cases/S-1"
    )
    assert "CLOSED: not affected, says Example Vendor (openvex), 2026-03-02" in await console.page("/cases/S-2")
    for page in (await console.page("/?state=fixed"), await console.page("/affected?q=CVE-2014-0160")):
        assert "CLOSED: in part not affected" in page
        assert "FIXED" not in page.replace('value="fixed"', "")


async def test_a_long_list_is_paged(console: Console) -> None:
    await console.report(*(finding("pay-1", f"CVE-2020-{number}") for number in range(1000, 1055)))
    await console.sign_in("ana")
    names = [set(re.findall(r'href="/cases/(S-\d+)"', await console.page(f"/?page={n}"))) for n in (1, 2)]
    assert [len(each) for each in names] == [50, 5]
    assert len(names[0] | names[1]) == 55
    assert set(re.findall(r'href="/cases/(S-\d+)"', await console.page("/?page=99999"))) == names[1]


async def test_each_place_of_a_repository_stands_there_once(console: Console) -> None:
    """Two files break one rule; that two tools see the first is told in one line."""

    def broken(source: str, path: str) -> Finding:
        at = Resource(
            id="github.com/acme/infra", type="repository", repository="github.com/acme/infra", path=path, line=7
        )
        told = {"kind": Kind.COMPLIANCE, "vuln_ids": (), "resource": at, "locator": (path, "aws_s3_bucket.site")}
        return finding("pay-1", "s3.public-access", source=source, **told)

    await console.report(broken("checkov", "site.tf"), broken("checkov", "logs.tf"), broken("trivy", "site.tf"))
    await console.sign_in("ben")
    page = words_of(await console.page("/cases/S-1"))
    assert (page.count("site.tf:7"), page.count("logs.tf:7")) == (1, 1)


async def test_who_may_not_view_a_case_finds_none(console: Console) -> None:
    await console.report(finding("pay-1"), finding("web-1", "CVE-2021-44228"))
    await console.sign_in("ben")
    owners = {row.id: row.owner for row in await console.rows(cases)}
    for number, owner in owners.items():
        for address in (f"/cases/S-{number}", f"/cases/S-{number}/affected"):
            await console.page(address, 200 if owner == "platform" else 404)
        assert (f"/cases/S-{number}" in await console.page("/")) == (owner == "platform")
    await console.page("/cases/S-999", 404)
    await console.page("/cases/nonsense", 404)


async def test_what_a_tool_wrote_stays_text(console: Console) -> None:
    await console.report(finding("pay-1", title=HOSTILE, remediation_text=HOSTILE, url="javascript:alert(1)"))
    await console.sign_in("ana")
    for address in ("/", "/cases/S-1", "/cases/S-1/affected", "/audit", "/affected?q=" + HOSTILE.replace('"', "%22")):
        page = await console.page(address)
        assert "<script" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)" in await console.page("/cases/S-1")


async def test_every_page_forbids_what_it_does_not_need(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    for address in ("/", "/cases/S-1", "/affected", "/audit", "/quarantine", "/sign-in?token=x", "/cases/S-9"):
        headers = (await console.http.get(address)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        page = (await console.http.get(address)).text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)


async def test_reading_never_acts(console: Console) -> None:
    """All tables but ``offer`` (a button's id is made when it is first shown) stay as they were."""
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    page = await console.page("/cases/S-1")
    offer = next(fields["offer"] for action, fields, _ in Forms(page).found if "offer" in fields)
    watched = [table for table in metadata.sorted_tables if table.name != "offer"]
    before = [await console.rows(table) for table in watched]
    for address in ("/", "/cases/S-1", "/cases/S-1?reading=1", "/affected?q=openssl", "/audit"):
        await console.page(address)
    for address in (f"/press?offer={offer}", "/command?words=mine", "/sign-out"):
        await console.page(address, 405)
    assert [await console.rows(table) for table in watched] == before


async def test_a_press_decides_and_says_so_once(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    answered = await console.press("/cases/S-1", "I'm on it")
    assert (answered.status_code, answered.headers["location"]) == (303, "/cases/S-1")
    assert "Done: you are on it" in words_of(await console.page("/cases/S-1"))
    assert "Done: you" not in words_of(await console.page("/cases/S-1"))
    (case,) = await console.rows(cases)
    assert (case.state, case.assignee) == ("acknowledged", "ana")


async def test_the_same_form_sent_twice_is_one_press(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    page = await console.page("/cases/S-1")
    before = len(await console.rows(history))
    for _ in range(2):
        assert (await console.submit(page, "I'm on it")).status_code == 303
    assert len(await console.rows(click)) == 1
    assert len(await console.rows(history)) == before + 1


async def test_an_answer_made_up_by_somebody_else_is_not_shown(console: Console) -> None:
    await console.sign_in("ana")
    console.http.cookies.set("suture_said", "WyJpbmZvIiwgInBheSBtZSJd.00", domain="suture.example.com")
    assert "pay me" not in await console.page("/")


async def test_snoozing_by_form(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    form = await console.press("/cases/S-1", "Snooze")
    assert form.status_code == 200
    done = await console.submit(form.text, "Snooze", span="4h")
    assert done.status_code == 303
    (case,) = await console.rows(cases)
    assert case.state == "snoozed"
    assert "snoozed it until 2026-03-02 13:00 UTC" in words_of(await console.page("/cases/S-1"))


async def test_accepting_a_risk_by_form(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    form = (await console.press("/cases/S-1", "Accept risk")).text
    assert re.search(r'<input type="date"[^>]* required[^>]* max="\d{4}-\d\d-\d\d"', form)
    refused = await console.submit(form, "Accept risk", reason="ok", until="2026-03-10")
    assert "Not done: an accepted risk needs a reason" in words_of(refused.text)
    assert '<textarea id="input-reason"' in refused.text
    assert ">ok</textarea>" in refused.text
    assert 'value="2026-03-10"' in refused.text
    await console.submit(refused.text, "Accept risk", reason="The host is switched off on Friday.", until="2026-03-10")
    (row,) = await console.rows(acceptance)
    assert (row.person, row.reason) == ("ana", "The host is switched off on Friday.")
    assert "The host is switched off on Friday." in words_of(await console.page("/cases/S-1"))


async def test_who_may_not_act_is_told_who_could(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    page = await console.page("/cases/S-1")
    await console.sign_in("ben")
    _, own, _ = Forms(await console.page("/")).found[0]
    _, fields, _ = next(f for f in Forms(page).found if "I'm on it" in f[2])
    await console.http.post("/press", data=fields | {"csrf": own["csrf"], "case": ""})
    assert "Ana Sousa" in words_of(await console.page("/"))
    (case,) = await console.rows(cases)
    assert case.state == "open"
    assert [row.outcome for row in await console.rows(audit) if row.act == "acknowledge"] == ["refused"]


async def test_a_button_for_others_is_not_shown_but_who_could_is(
    database_url: str, tmp_path: Path, clock: Clock
) -> None:
    config = write_config(tmp_path)
    add_rule(config, "  - {who: {people: [ben]}, acts: [view, snooze], environments: any}")
    console = console_of(config, database_url, clock)
    await console.wiring.engine.start(worker=False)
    await console.report(finding("pay-1"))
    await console.sign_in("ben")
    page = await console.page("/cases/S-1")

    assert {"".join(words) for action, _, words in Forms(page).found if action == "/press"} == {"Snooze…"}
    assert "Accept risk (Ana Sousa could)" in words_of(page)
    await console.http.aclose()
    await console.wiring.engine.stop(grace=1)
    await console.wiring.close()


async def test_typed_words_are_answered(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    _, fields, _ = next(f for f in Forms(await console.page("/")).found if "Ask" in f[2])
    answered = await console.http.post("/command", data=fields | {"words": "/suture list"})
    assert "S-1" in answered.text
    assert "I do not know &#39;lsit&#39;" in (await console.http.post("/command", data=fields | {"words": "lsit"})).text


async def test_what_could_not_be_looked_up_never_reads_as_unaffected(console: Console) -> None:
    await console.sign_in("ana")
    page = words_of(await console.page("/affected?q=OpenSSL+1.0.1f"))
    assert "Warning OpenSSL 1.0.1f : not understood, so nothing was looked up. Ask for a vulnerability" in page
    page = words_of(await console.page("/affected?q=heartbleed"))
    assert "no system that we know of has a package called heartbleed" in page


async def test_the_card_counts_more_findings_than_it_shows(console: Console) -> None:
    many = [finding(f"pay-{number}") for number in range(60)]
    await console.report(*many)
    await console.report(*many)
    await console.report(finding("pay-99", source="trivy"))
    await console.sign_in("ana")
    page = words_of(await console.page("/cases/S-1"))
    assert "Told by generic, trivy, 121 times" in page
    assert "All 61 findings ; the first 50 stand here" in page


async def test_a_fix_counts_every_target_not_those_of_the_findings_shown(console: Console) -> None:
    await console.report(*(public_bucket(f"example-{number}") for number in range(60)))
    await console.sign_in("ben")
    assert "Block public access to the bucket, on 60 targets" in words_of(await console.page("/cases/S-1"))


def public_bucket(name: str) -> Finding:
    place = Resource(id=f"arn:aws:s3:::{name}", type="AwsS3Bucket", name=name, provider="aws", account="111122223333")
    return finding(name, "s3.public-access", kind=Kind.COMPLIANCE, vuln_ids=(), resource=place)


async def test_a_button_says_where_it_acts_however_long_the_title(console: Console) -> None:
    await console.report(finding("pay-1", title="Security groups should not allow ingress from 0.0.0.0/0 to port 22"))
    await console.sign_in("ana")
    labels = re.findall(r'aria-label="([^"]* for S-1, [^"]*)"', await console.page("/cases/S-1"))
    assert "Snooze for S-1, Security groups should not allow i…, in unknown environment" in labels
    assert max(len(unescape(each)) for each in labels) <= 75


async def test_a_record_that_was_changed_shows_on_the_audit_page(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    await console.press("/cases/S-1", "I'm on it")
    assert "every one as it was written" in words_of(await console.page("/audit"))
    only = words_of(await console.page("/audit?case=S-1"))
    assert "acknowledge" in only
    assert "sign-in" not in only
    await console.sign_in("ben")
    assert "acknowledge" not in words_of(await console.page("/audit"))


@pytest.mark.parametrize(("person", "status"), [("ben", 200), ("ana", 404)])
async def test_quarantine_is_for_who_sees_what_nobody_owns(console: Console, person: str, status: int) -> None:
    async with console.wiring.store.write() as connection:
        words = "insert into quarantine (delivery, source, pointer, reason, record, at) values"
        await connection.execute(sa.text(f"{words} ('d-1', 'generic', '/3', 'no title', '<script>', 1)"))
    await console.sign_in(person)
    page = await console.page("/quarantine", status)
    assert ("no title" in page) == (status == 200)
    assert ('href="/quarantine"' in await console.page("/")) == (status == 200)
    assert "<script>" not in page


async def test_assign_offers_who_could_take_it(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    assert "Show affected" not in await console.page("/cases/S-1"), "the page lists them all"
    form = (await console.press("/cases/S-1", "Assign…")).text
    assert "Who takes it?" in form
    assert re.findall(r'<option value="(\w+)"', form) == ["ana"]

"""Signing in at the company's provider: who comes in, as what, for how long; and what is refused, with what to do."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from bot.store.db import plain
from bot.store.tables import approval, audit, cases, offer, plan, session
from connectors.contract.fix import Change, Plan, Risk, RiskLevel, Target
from tests.bot.web.console_browser import CONFIG, URL, Console, Forms, console_of, finding, words_of, write_config
from tests.databases import Clock
from tests.fakes.oidc import FakeOidc
from tests.whole_policy import as_written

CALLBACK = f"{URL}/sign-in/oidc/callback"
ANA = {"sub": "s-ana", "email": "Ana@Example.com", "email_verified": True, "groups": ["staff"]}
PEOPLE = {
    "ana": ANA,
    "ben": {"sub": "s-ben", "email": "ben@example.com", "email_verified": True},
    "dee": {"sub": "s-dee", "email": "dee@example.com", "email_verified": True, "groups": ["pay-ops", "staff"]},
    "eve": {"sub": "s-eve", "email": "ana@example.com", "email_verified": False},
    "fay": {"sub": "s-fay", "email": "fay@example.com", "email_verified": True, "groups": ["pay-ops"]},
    "gus": {"sub": "s-gus", "email": "ben@example.com", "email_verified": True},
    "hal": {"sub": "s-hal", "email": "hal@example.com", "email_verified": True},
    "jon": {"sub": "s-jon", "groups": ["pay-ops"]},
}
TEAMS = """
people:
  - {id: ana, name: Ana Sousa, email: ana@example.com, console: true}
  - {id: ben, name: Ben Okafor, email: ben@example.com, oidc: s-ben, console: true}
  - {id: dee, name: Dee Park, email: dee@example.com, console: true}
  - {id: hal, name: Hal Berg, email: hal@example.com}
  - {id: jon, name: Jon Vik, email: jon@example.com, console: true}
teams:
  - {id: payments, name: Payments, lead: ana, oidc_groups: [pay-ops], owns: [{host: "pay-*"}]}
  - {id: platform, name: Platform, lead: ben, owns: [{host: "*"}]}
catch_all: platform
"""


# What does not depend on the database is asked of one only.
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def started() -> Iterator[FakeOidc]:
    with FakeOidc() as oidc:
        yield oidc


@pytest.fixture
def oidc(started: FakeOidc, clock: Clock) -> FakeOidc:
    started.reset()
    started.set(people=PEOPLE, who="ana", redirect_uris=[CALLBACK], post_logout_uris=[f"{URL}/sign-in"])
    started.set(now=clock().timestamp())
    return started


def configure(folder: Path, issuer: str, **files: str) -> Path:
    config = write_config(folder)
    section = f"""
  oidc:
    issuer: {issuer}
    client_id: suture
    client_secret: {{env: OIDC_SECRET}}
    name: Example ID
    scopes: [openid, email, groups]
"""
    suture = f"public_url: {URL}\nconsole:\n  enabled: true\n  session: 1h\n  idle: 20m" + section
    for name, text in (CONFIG | {"suture.yaml": suture, "teams.yaml": TEAMS} | files).items():
        (config / name).write_text(as_written(name, text), encoding="utf-8")
    return config


@pytest.fixture
async def console(database_url: str, tmp_path: Path, clock: Clock, oidc: FakeOidc) -> AsyncIterator[Console]:
    config = configure(tmp_path, oidc.issuer)
    made = console_of(config, database_url, clock, OIDC_SECRET=oidc.client_secret)
    await made.wiring.engine.start(worker=False)
    yield made
    await made.http.aclose()
    await made.wiring.engine.stop(grace=1)
    await made.wiring.close()


async def leave(console: Console, address: str = "/sign-in/oidc") -> str:
    """To the provider and back: the address with which the browser comes home."""
    sent = await console.http.get(address)
    assert sent.status_code == 303, sent.text
    async with httpx2.AsyncClient() as outside:
        answered = await outside.get(sent.headers["location"])
    assert answered.status_code == 302, answered.text
    return str(answered.headers["location"])


async def sign_in(console: Console, oidc: FakeOidc, who: str) -> httpx2.Response:
    oidc.set(who=who)
    return await console.http.get(await leave(console))


async def test_a_stranger_is_offered_the_provider_and_comes_back_to_the_page(console: Console, oidc: FakeOidc) -> None:
    await console.report(finding("pay-1"))
    page = await console.page("/cases/S-1", 401)
    assert "Sign in with Example ID" in page
    assert "/sign-in/oidc?to=/cases/S-1" in unescape(page).replace("%2F", "/")

    came = await console.http.get(await leave(console, "/sign-in/oidc?to=/cases/S-1"))

    assert (came.status_code, came.headers["location"]) == (303, "/cases/S-1")
    assert "Ana Sousa" in await console.page("/cases/S-1")
    (record,) = await console.rows(audit)
    assert (record.who, record.act, record.detail) == ("ana", "sign-in", {"issuer": oidc.issuer, "joined": []})


@one_database
async def test_a_second_attempt_still_leads_back_to_the_page(console: Console, oidc: FakeOidc) -> None:
    await console.page("/cases/S-1", 401)
    oidc.fault("no_kid")
    refused = await sign_in(console, oidc, "ana")
    assert "Sign in again" in refused.text
    came = await sign_in(console, oidc, "ana")  # the page's own link, which names no page
    assert (came.status_code, came.headers["location"]) == (303, "/cases/S-1")


@one_database
@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "/%0d%0a", "/a\nb", "x"])
async def test_the_page_to_come_back_to_is_one_of_ours(console: Console, oidc: FakeOidc, to: str) -> None:
    address = str(httpx2.URL("/sign-in/oidc", params={"to": to}))
    came = await console.http.get(await leave(console, address))
    assert came.headers["location"] in ("/", "/%0d%0a")  # written out, so it is no line break


@one_database
async def test_the_provider_is_asked_as_it_should_be(console: Console) -> None:
    sent = await console.http.get("/sign-in/oidc")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    again = await console.http.get("/sign-in/oidc")
    other = {name: values[0] for name, values in parse_qs(urlsplit(again.headers["location"]).query).items()}

    assert asked["redirect_uri"] == CALLBACK
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"] == "openid email groups"
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) == 43
        assert asked[name] != other[name]
    cookie = sent.headers["set-cookie"]
    assert cookie.startswith("__Host-suture-oidc=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=600"} <= set(cookie.split("; "))


async def test_every_sign_in_gets_a_new_session_and_ends_the_one_before(console: Console, oidc: FakeOidc) -> None:
    await sign_in(console, oidc, "ana")
    first = console.http.cookies["__Host-suture"]
    await sign_in(console, oidc, "ana")
    assert console.http.cookies["__Host-suture"] != first
    assert len(await console.rows(session)) == 1
    assert (await console.http.get("/", headers={"cookie": f"__Host-suture={first}"})).status_code == 401


@one_database
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("wrong_issuer", "not one for us"),
        ("wrong_audience", "not one for us"),
        ("second_audience", "not one for us"),
        ("wrong_azp", "not one for us"),
        ("expired", "not one for us"),
        ("issued_in_the_future", "not one for us"),
        ("wrong_nonce", "not one for us"),
        ("no_nonce", "not one for us"),
        ("wrong_at_hash", "not one for us"),
        ("no_subject", "not one for us"),
        ("alg_none", "not signed with RS256 or ES256"),
        ("alg_hs256", "not signed with RS256 or ES256"),
        ("alg_rs512", "not signed with RS256 or ES256"),
        ("unknown_kid", "a key that the provider does not publish"),
        ("no_kid", "does not name its key"),
        ("other_key", "signature is not the provider"),
        ("no_id_token", "sent no ID token"),
        ("not_a_token", "is none"),
        ("answer_of_another_issuer", "not from the provider"),
        ("answer_without_issuer", "not from the provider"),
    ],
)
async def test_every_fault_is_refused_with_what_to_do(console: Console, oidc: FakeOidc, fault: str, says: str) -> None:
    oidc.fault(fault)
    came = await sign_in(console, oidc, "ana")
    assert came.status_code == 403
    said = words_of(came.text)
    assert says in unescape(said)
    assert "Sign in again" in said
    assert "If it stays so, tell whoever runs Suture." in said
    assert oidc.waiting_faults() == []
    assert await console.rows(session) == []
    await console.page("/", 401)
    assert (await sign_in(console, oidc, "ana")).status_code == 303


@one_database
@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("eve", "has not verified your e-mail"),
        ("fay", "Nobody in config/teams.yaml has the e-mail fay@example.com"),
        ("gus", "oidc ties them to another account"),
        ("hal", "Hal Berg may not use the console"),
        ("jon", "tells no e-mail of yours"),
    ],
)
async def test_whom_config_does_not_let_in_is_told_why(console: Console, oidc: FakeOidc, who: str, says: str) -> None:
    came = await sign_in(console, oidc, who)
    assert came.status_code == 403
    assert says in unescape(words_of(came.text))
    assert await console.rows(session) == []


async def test_a_subject_that_stands_in_the_configuration_is_that_person(console: Console, oidc: FakeOidc) -> None:
    assert (await sign_in(console, oidc, "ben")).status_code == 303
    assert "Ben Okafor" in await console.page("/")


async def test_a_group_makes_a_member_while_the_session_lives(console: Console, oidc: FakeOidc) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("dee")
    await console.page("/cases/S-1", 404)

    await sign_in(console, oidc, "dee")
    await console.page("/cases/S-1")
    assert (await console.press("/cases/S-1", "I'm on it")).status_code == 303
    (case,) = await console.rows(cases)
    assert (case.state, case.assignee) == ("acknowledged", "dee")
    signed_in = (await console.rows(audit))[-2]
    assert (signed_in.act, signed_in.detail["joined"]) == ("sign-in", ["payments"])

    await console.sign_in("dee")  # by link: no group says anything
    await console.page("/cases/S-1", 404)


async def test_a_member_by_group_is_no_lead_and_no_groups_are_no_teams(console: Console, oidc: FakeOidc) -> None:
    await console.report(finding("pay-1"))
    await sign_in(console, oidc, "dee")
    answered = await console.http.get("/cases/S-1")
    assert "Accept risk…" not in [words for words in answered.text.splitlines() if words.startswith("<button")]
    await sign_in(console, oidc, "ben")
    await console.page("/cases/S-1", 404)


async def test_email_and_groups_may_come_from_userinfo(console: Console, oidc: FakeOidc) -> None:
    await console.report(finding("pay-1"))
    oidc.set(claims_in_userinfo=True)
    assert (await sign_in(console, oidc, "dee")).status_code == 303
    await console.page("/cases/S-1")

    oidc.fault("userinfo_of_another")
    came = await sign_in(console, oidc, "dee")
    assert (came.status_code, "speaks of somebody else" in came.text) == (403, True)


@one_database
async def test_rotated_keys_are_fetched_again(console: Console, oidc: FakeOidc, clock: Clock) -> None:
    await sign_in(console, oidc, "ana")
    oidc.rotate("another", "ES256")
    clock.advance(minutes=2)
    oidc.set(now=clock().timestamp())
    assert (await sign_in(console, oidc, "ana")).status_code == 303


@one_database
async def test_strangers_tokens_do_not_make_us_ask_at_will(console: Console, oidc: FakeOidc) -> None:
    await sign_in(console, oidc, "ana")
    oidc.rotate("within-the-minute")
    came = await sign_in(console, oidc, "ana")
    assert "a key that the provider does not publish" in came.text


async def test_an_answer_belongs_to_the_browser_that_began(console: Console, oidc: FakeOidc, clock: Clock) -> None:
    victim = await leave(console)
    console.http.cookies.clear()
    assert (await console.http.get(victim)).status_code == 400  # no attempt here

    other = await leave(console)
    assert (await console.http.get(victim)).status_code == 400  # another attempt's state
    assert (await console.http.get(other)).status_code == 400  # and then this attempt is over

    late = await leave(console)
    clock.advance(minutes=11)
    assert (await console.http.get(late)).status_code == 400

    good = await leave(console)
    assert (await console.http.get(good.replace("state=", "state=x"))).status_code == 400
    assert await console.rows(session) == []


@one_database
@pytest.mark.parametrize(
    "cookie", ["", "x", "9999999999.", "9999999999.s.%%%", "9999999999.s.é", "1.s.Lw==", "٣.s.Lw=="]
)
async def test_a_made_up_attempt_is_none(console: Console, cookie: str) -> None:
    headers = [(b"cookie", f"__Host-suture-oidc={cookie}".encode())]
    answered = await console.http.get("/sign-in/oidc/callback?code=x&state=y", headers=headers)
    assert answered.status_code == 400


@one_database
async def test_a_declined_sign_in_says_so(console: Console, oidc: FakeOidc) -> None:
    came = await sign_in(console, oidc, "")
    assert (came.status_code, "access_denied" in came.text) == (403, True)


@one_database
async def test_a_provider_in_trouble_is_told_apart_from_one_set_up_wrong(console: Console, oidc: FakeOidc) -> None:
    oidc.fault("server_error")
    assert (await console.http.get("/sign-in/oidc")).status_code == 503
    oidc.set(document={"issuer": "https://another.example.com"})
    assert (await console.http.get("/sign-in/oidc")).status_code == 502
    oidc.set(document={"code_challenge_methods_supported": ["plain"]})
    assert "PKCE with S256" in (await console.http.get("/sign-in/oidc")).text
    oidc.set(document={"token_endpoint": "http://user@127.0.0.1/token"})
    assert "token_endpoint" in (await console.http.get("/sign-in/oidc")).text
    oidc.set(document={"id_token_signing_alg_values_supported": ["HS256", "none"]})
    assert (await console.http.get("/sign-in/oidc")).status_code == 502
    oidc.set(document={})
    assert (await console.http.get("/sign-in/oidc")).status_code == 303


@one_database
async def test_the_secret_may_travel_in_the_form(console: Console, oidc: FakeOidc) -> None:
    oidc.set(document={"token_endpoint_auth_methods_supported": ["client_secret_post"]})
    assert (await sign_in(console, oidc, "ana")).status_code == 303


@one_database
async def test_a_wrong_client_secret_is_a_matter_for_whoever_runs_suture(
    oidc: FakeOidc, database_url: str, tmp_path: Path, clock: Clock
) -> None:
    console = console_of(configure(tmp_path, oidc.issuer), database_url, clock, OIDC_SECRET="not-the-secret")
    came = await sign_in(console, oidc, "ana")
    assert came.status_code == 502
    assert "check console.oidc.client_id" in came.text
    assert "not-the-secret" not in came.text
    await console.http.aclose()
    await console.wiring.close()


async def test_signing_out_leads_on_to_the_provider(console: Console, oidc: FakeOidc) -> None:
    await sign_in(console, oidc, "ana")
    left = await console.press("/", "Sign out")
    assert "You are signed out" in left.text
    assert 'http-equiv="refresh"' in left.text
    onwards = unescape(left.text.partition("1; url=")[2].partition('"')[0])
    async with httpx2.AsyncClient() as outside:
        answered = await outside.get(onwards)
    assert (answered.status_code, answered.headers["location"]) == (302, f"{URL}/sign-in")
    assert len(oidc.signed_out()) == 1
    await console.page("/", 401)


@one_database
async def test_a_provider_without_sign_out_is_left_alone(console: Console, oidc: FakeOidc) -> None:
    oidc.set(document={"end_session_endpoint": None})
    await sign_in(console, oidc, "ana")
    assert "refresh" not in (await console.press("/", "Sign out")).text


async def test_what_the_store_holds_opens_nothing(console: Console, oidc: FakeOidc) -> None:
    await sign_in(console, oidc, "ana")
    (row,) = await console.rows(session)
    assert row.sealed_id_token
    assert "eyJ" not in str(row)
    assert console.http.cookies["__Host-suture"] not in str(row)


async def test_a_session_ends_when_nobody_uses_it(console: Console, oidc: FakeOidc, clock: Clock) -> None:
    await sign_in(console, oidc, "ana")
    for _ in range(2):
        clock.advance(minutes=19)
        await console.page("/")
    clock.advance(minutes=20)
    await console.page("/", 401)


async def test_a_session_ends_however_much_it_is_used(console: Console, oidc: FakeOidc, clock: Clock) -> None:
    await sign_in(console, oidc, "ana")
    for _ in range(3):
        clock.advance(minutes=15)
        await console.page("/")
    clock.advance(minutes=15)
    await console.page("/", 401)


async def test_sessions_of_a_provider_that_is_configured_no_more_are_over(
    console: Console, oidc: FakeOidc, database_url: str, tmp_path: Path, clock: Clock
) -> None:
    await sign_in(console, oidc, "dee")
    (tmp_path / "later").mkdir()
    config = configure(tmp_path / "later", "http://127.0.0.1:9")
    later = console_of(config, database_url, clock, OIDC_SECRET="x")
    later.http.cookies.update(console.http.cookies)
    await later.page("/", 401)
    await later.http.aclose()
    await later.wiring.close()


def no_way_back(clock: Clock) -> dict[str, object]:
    """The row of a plan that nobody could take back."""
    read = Plan(
        fix="aws.close-open-port",
        target=Target(account="111122223333", region="eu-west-1", id="sg-0aa"),
        title="Close the port",
        changes=(Change("tcp 22 from 0.0.0.0/0", "allowed", "removed"),),
        blast_radius=(),
        operational_risk=Risk(RiskLevel.LOW),
        reversible=False,
        state={},
        read_at=clock(),
    )
    row = {"id": "plan-1", "case_id": 1, "fix": read.fix, "digest": read.digest, "person": "ana", "problem": ""}
    return row | {"documents": [plain(read)], "at": clock()}


NO_WAY_BACK = "rules:\n  - {who: owner, acts: [view, fix], environments: any, fixes: any}\n"


@pytest.fixture
async def strict(database_url: str, tmp_path: Path, clock: Clock, oidc: FakeOidc) -> AsyncIterator[Console]:
    """A console on which a plan waits that cannot be undone: no entry of levels, so L3."""
    config = configure(tmp_path, oidc.issuer, **{"policy.yaml": NO_WAY_BACK})
    made = console_of(config, database_url, clock, OIDC_SECRET=oidc.client_secret)
    await made.wiring.engine.start(worker=False)
    await made.report(finding("pay-1"))
    async with made.wiring.store.write() as connection:
        await connection.execute(plan.insert(), [no_way_back(clock)])
    yield made
    await made.http.aclose()
    await made.wiring.engine.stop(grace=1)
    await made.wiring.close()


async def confirming(console: Console) -> str:
    """The page that confirms the plan, for whoever is signed in."""
    await console.page("/cases/S-1")
    (confirm,) = [row.id for row in await console.rows(offer) if row.act == "confirm"]
    return (await console.wiring.links.to(confirm)).removeprefix(URL)


async def test_what_cannot_be_undone_asks_to_sign_in_again_and_then_goes_on(strict: Console, oidc: FakeOidc) -> None:
    await sign_in(strict, oidc, "ana")
    page = await strict.page(await confirming(strict))
    assert "It takes a sign-in within the last 10 minutes" in words_of(page)
    assert "Fix now" not in [button for _, _, buttons in Forms(page).found for button in buttons]
    (again,) = re.findall(r'href="(/sign-in/oidc\?again=1[^"]*)"', unescape(page))
    sent = await strict.http.get(again)
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["600"])

    came = await strict.http.get(await leave(strict, again))
    (signed_in,) = await strict.rows(session)
    assert signed_in.signed_in_at == strict.clock()
    await strict.press(came.headers["location"], "Fix now")
    (question,) = await strict.rows(approval)
    assert (question.requester, question.level) == ("ana", 3)


async def test_a_press_without_it_leads_to_the_page_that_asks(strict: Console, oidc: FakeOidc) -> None:
    await sign_in(strict, oidc, "ana")
    answered = await strict.press("/cases/S-1", "Fix now")
    assert answered.headers["location"].startswith("/confirm/")
    assert await strict.rows(approval) == []


async def test_a_one_time_link_is_no_sign_in_where_the_company_has_its_own(strict: Console) -> None:
    await strict.sign_in("ana")
    assert "Sign in again with Example ID" in words_of(await strict.page(await confirming(strict)))


@one_database
@pytest.mark.parametrize("fault", ["no_auth_time", "no_prompt"])
async def test_a_provider_that_asked_for_nothing_is_not_believed(strict: Console, oidc: FakeOidc, fault: str) -> None:
    oidc.set(who="ana", signed_in_at=(strict.clock() - timedelta(hours=3)).timestamp())
    oidc.fault(fault)
    came = await strict.http.get(await leave(strict, "/sign-in/oidc?again=1"))
    assert came.status_code == 403
    assert "did not have you sign in again" in unescape(words_of(came.text))
    assert await strict.rows(session) == []


@one_database
async def test_an_attempt_that_forgets_to_ask_again_fits_no_answer(strict: Console, oidc: FakeOidc) -> None:
    """Whoever takes "again" out of the cookie takes the state with it."""
    oidc.set(who="ana")
    home = await leave(strict, "/sign-in/oidc?again=1")
    name, kept = next((each.name, each.value) for each in strict.http.cookies.jar if each.name.endswith("oidc"))
    assert ".again" in (kept or "")
    headers = {"cookie": f"{name}={(kept or '').replace('.again', '')}"}
    strict.http.cookies.clear()
    assert (await strict.http.get(home, headers=headers)).status_code == 400

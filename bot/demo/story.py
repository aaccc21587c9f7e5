"""A Heartbleed morning, step by step. Each step does something over HTTP and says what was really observed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.demo import alerts
from bot.demo.alerts import HEARTBLEED, Post
from bot.demo.browser import Page
from bot.demo.cloud import OFFICE, WORLD
from bot.demo.morning import Morning
from bot.demo.people import in_days
from bot.demo.telling import expect, until
from bot.demo.two_agree import two_agree

Step = Callable[[Morning], None]
_HIT = {"Refunds": "1.0.1e-2+deb7u4", "Invoices": "1.0.1f", "Edge proxy": "1.0.1"}
_SPARED = {"Chargebacks": "1.0.1e-2+deb7u5", "Ledger database": "1.0.1g", "Mail relay": "0.9.8y"}
_TRAIL = (  # who, what, with what outcome
    ("Ben Okafor", "fix", "refused"),
    ("Ana Sousa", "fix", "done"),
    ("suture", "apply ended", "done"),
    ("Ben Okafor", "ticket", "done"),
    ("Sue Bauer", "accept-risk", "done"),
    ("Ana Sousa", "approve", "refused"),
    ("Sue Bauer", "approve", "done"),
    ("Ana Sousa", "undo", "done"),
    ("suture", "watch", "regressed"),
)
_BLEEDING = "If we wait: security risk"
_BREAKING = "If we fix: operational risk"


def tell_story(morning: Morning) -> None:
    """All steps. Raises DidNotHappen at the first that was not observed."""
    know_the_world(morning)
    for number, (title, step) in enumerate(STEPS, 1):
        morning.tell.begin(number, title)
        step(morning)
    morning.tell.ended("Every step was observed. `suture demo` lets you press the buttons yourself.")


def know_the_world(morning: Morning) -> None:
    """Ana signs in, and Suture has read the inventory, the advisories, the known-exploited list and the scores."""
    ana = morning.at_console("ana")
    morning.tell.saw("a browser of the demo's own signed in as Ana by a one-time link")
    page = until(lambda: _read_lists(ana.open(f"/affected?q={HEARTBLEED}")), "the inventory and the advisories")
    morning.tell.saw("inventory, advisories, known-exploited list and EPSS are read")
    expect("SHOP-2014-0160" in page.text, "the upstream advisory is not named on the page")


def _read_lists(page: Page) -> Page | None:
    return page if page.says("1.0.1e-2+deb7u5", "DSA-2896-1", "exploited") else None


def alerts_arrive(morning: Morning) -> None:
    """Four senders, each signing in its own way; a repetition changes nothing, a forgery is refused."""
    now = morning.now()
    posts = [make(now) for make in alerts.morning(morning.shop, morning.keys)]
    for post in posts:
        if post.path.startswith("/v1/scans/"):
            _report(morning, post)
        else:
            status, said = morning.send(post)
            expect(status == 202 and said.get("new", 0) > 0, f"{post.what} was answered {status}: {said}")
            morning.tell.saw(f"{post.what}: 202, {counts(said)}")
    _repeated(morning, posts[1])
    _forged(morning, posts[1], now)


def counts(said: dict[str, object]) -> str:
    """What a sender was told, in words."""
    found = f"{said['findings']} finding{'' if said['findings'] == 1 else 's'}"
    return ", ".join(
        [found, *(f"{said[name]} {name}" for name in ("new", "repeated", "quarantined") if said.get(name))]
    )


def _report(morning: Morning, post: Post) -> None:
    status, said = morning.send(post)
    expect(status == 202, f"{post.what} was answered {status}: {said}")
    address = morning.house.url + str(said["progress"])

    def look() -> dict[str, object] | None:
        told: dict[str, object] = morning.http.get(address, headers=dict(post.headers)).json()
        expect(told.get("state") != "failed", f"the report could not be read: {told}")
        return told if told.get("state") == "done" else None

    told = until(look, f"{post.what}'s report to be read")
    morning.tell.saw(f"{post.what}'s report: 202, {said['bytes']} bytes; its progress says done, {counts(told)}")


def _repeated(morning: Morning, post: Post) -> None:
    before = len(morning.at_console("ana").cases())
    status, said = morning.send(post)
    after = len(morning.at_console("ana").cases())
    expect(status < 300 and not said.get("new"), f"the repetition was answered {status}: {said}")
    expect(before == after, f"a repeated delivery made {after - before} more cases")
    morning.tell.saw(f"{post.what} sends the same again: {status}, {counts(said)}; {after} cases before and after")


def _forged(morning: Morning, post: Post, now: datetime) -> None:
    before = len(morning.at_console("ana").cases())
    forgery = post.forged(b"edge-1.example.com", b"mail-1.example.com")
    status, said = morning.send(forgery)
    expect(status == 401, f"a forged body was answered {status}: {said}")
    expect(len(morning.at_console("ana").cases()) == before, "a forged delivery changed the inbox")
    morning.tell.saw("the same with one host changed, under the old signature: 401")
    morning.tell.quote(str(said.get("error")))


def who_is_hit(morning: Morning) -> None:
    """Which of our systems run OpenSSL 1.0.1 to 1.0.1f; the backported one is not among them."""
    page = morning.at_console("ana").open(f"/affected?q={HEARTBLEED}")
    for name, version in _HIT.items():
        row = _row_of(page, name, version)
        expect(row[1].startswith("affected"), f"{name} is not told as affected: {row}")
        morning.tell.saw(_told(row))
    for name, version in _SPARED.items():
        row = _row_of(page, name, version)
        expect(row[1].startswith("not affected"), f"{name} is not told as not affected: {row}")
        morning.tell.saw(_told(row))
    code, said = morning.house.ask("affected", HEARTBLEED)
    expect(code == 0 and "3 affected" in said, f"suture affected says: {said[:300]}")
    morning.tell.saw(f"`suture affected`, too: {said.splitlines()[0]}")


def _row_of(page: Page, name: str, version: str) -> list[str]:
    """What the table says about one system: its name and version, the verdict, the owner."""
    found = next((row for row in page.rows if row and row[0].startswith(f"{name} openssl {version}")), [])
    expect(len(found) > 2, f"no row of {page.url} is about {name} with openssl {version}")
    return found


def _told(row: list[str]) -> str:
    """One system in two lines: what it runs and whose it is, the verdict and why."""
    verdict = row[1].replace("affected ", "affected: ", 1)
    return (
        f"{row[0].replace(' openssl', ': openssl').partition(' fixed in')[0]} ({row[2].replace(' ', ', ')})\n{verdict}"
    )


def one_case_for_the_right_team(morning: Morning) -> None:
    """Payments has one case for its two hosts, with owner, reason and both risks."""
    case = morning.at_console("ana").case(HEARTBLEED, "Heartbleed", "Payments (")
    expect(case.says("Refunds", "Invoices"), "the case does not list both of Payments' hosts")
    expect(case.says(_BLEEDING, _BREAKING), "the case does not say both risks")
    morning.tell.saw(f"one case for Payments' two hosts at {_address(case)}")
    morning.tell.quote("\n".join(filter(None, (case.line("Payments ("), case.line("IMMEDIATE")))))
    morning.tell.quote("\n".join((case.line(_BLEEDING), case.line(_BREAKING))))
    other = morning.at_console("ana").case(HEARTBLEED, "Heartbleed", "Platform (")
    morning.tell.saw(f"Platform's host is a case of its own at {_address(other)}")


def _address(page: Page) -> str:
    return page.url.partition("?")[0].partition("#")[0]


def _between(page: Page, first: str, last: str) -> str:
    """The lines from one that says ``first`` to the next that says ``last``; fails when they are not there."""
    told = page.text.splitlines()
    start = next((number for number, line in enumerate(told) if line.startswith(first)), len(told))
    end = next((number for number, line in enumerate(told) if number > start and last in line), None)
    expect(end is not None, f"{page.url} has no lines from {first!r} to {last!r}")
    return "\n".join(told[start : (end or start) + 1])


def close_the_port(morning: Morning) -> None:
    """Ben may not; Ana sees the plan, confirms, and the cloud itself says that the port is closed."""
    ben, ana = morning.at_console("ben"), morning.at_console("ana")
    his, hers = ben.case(HEARTBLEED, "Payments ("), ana.case(HEARTBLEED, "Payments (")
    expect("Fix now…" not in his.buttons() and his.says("Fix now (Ana Sousa could)"), "Ben is not told who could fix")
    morning.tell.saw("Ben, a developer, has no Fix now… on the case; it names who has")
    refused = ben.press(hers, "Fix now…", {"csrf": his.forms[0].fields["csrf"]})
    expect(refused.says("Who could: Ana Sousa"), "Ben was not refused")
    morning.tell.saw("Ben sends the press of Ana's page all the same, and is refused")
    morning.tell.quote(refused.line("Ana Sousa"))
    _world_may_reach(morning, 443)
    _fix(morning, "Fix now…", "It can be undone")


def _fix(morning: Morning, label: str, shown_to: str = "+ removed") -> None:
    ana = morning.at_console("ana")
    plan = ana.plan(ana.case(HEARTBLEED, "Payments ("), label)
    expect(plan.says(morning.shop.backoffice_group, "What depends on it"), "the plan names neither group nor use")
    morning.tell.saw(f"Ana presses {label} and reads the plan")
    expect(plan.says("- allowed", "+ removed"), "the plan does not say what would change")
    morning.tell.quote(_between(plan, "Close tcp 443", shown_to))
    case = ana.wait_for(ana.press(plan, "Fix now"), "MITIGATED", "Proof:")
    morning.tell.saw("Ana confirms; the case says")
    morning.tell.quote("\n".join(filter(None, (case.line("Safe at run time"), case.line("Proof:")))))
    open_to = morning.cloud.may_reach(morning.shop.backoffice_group, 443)
    expect(open_to == [OFFICE], f"the cloud itself says that port 443 is open to {open_to}")
    morning.tell.saw(f"asked directly, the cloud says that port 443 is open to {', '.join(open_to)} only")


def _world_may_reach(morning: Morning, port: int) -> None:
    open_to = morning.cloud.may_reach(morning.shop.backoffice_group, port)
    expect(WORLD in open_to, f"the cloud itself says that port {port} is open to {open_to}, not to the world")
    morning.tell.saw(f"asked directly, the cloud says that port {port} is open to {', '.join(open_to)}")


def open_a_ticket(morning: Morning) -> None:
    """The lasting work is in Jira, once."""
    ben = morning.at_console("ben")
    pressed = ben.press(ben.case(HEARTBLEED, "Payments ("), "Open ticket")
    case = ben.wait_for(pressed, "PAY-1")
    asked = morning.http.get(f"{morning.jira.url}/rest/api/3/search/jql", params={"jql": 'project = "PAY"'}).json()
    keys = [each["key"] for each in asked["issues"]]
    expect(keys == ["PAY-1"], f"Jira has {keys}, where exactly PAY-1 was expected")
    expect("Open ticket" not in case.buttons(), "the case still offers to open a ticket")
    issue = morning.http.get(f"{morning.jira.url}/rest/api/3/issue/PAY-1").json()
    morning.tell.saw(f"Ben presses Open ticket; Jira has exactly one issue, {keys[0]}: {issue['fields']['summary']}")


def accept_a_risk(morning: Morning) -> None:
    """Security lives with something small, in writing and until a date."""
    sue = morning.at_console("sue")
    slow = sue.case("CVE-2022-25883", "Payments (")
    until_day, reason = in_days(7), "Only the build reads version ranges, and never a stranger's."
    form = sue.press(slow, "Accept risk…")
    pressed = sue.press(form, "Accept risk", {"input-reason": reason, "input-until": until_day})
    case = sue.wait_for(pressed, "accepted this risk until", until_day)
    morning.tell.saw("Sue of Security accepts the risk of the slow dependency; its case says")
    morning.tell.quote(case.line("accepted this risk until"))


def undo_and_fix_again(morning: Morning) -> None:
    """What was closed is opened exactly as it was, and closed again."""
    ana = morning.at_console("ana")
    form = ana.press(ana.case(HEARTBLEED, "Payments ("), "Undo…")
    case = ana.wait_for(ana.press(form, "Undo"), "Undone and verified")
    expect("Fix now…" in case.buttons(), f"after undo the case does not offer the fix; it has {case.buttons()}")
    morning.tell.saw("Ana presses Undo… and confirms; the case says that it is undone and verified")
    _world_may_reach(morning, 443)
    _fix(morning, "Fix now…")


def a_deploy_reopens_it(morning: Morning) -> None:
    """A redeploy from the old template opens the port again; the case comes back naming the deploy."""
    morning.cloud.open_port(morning.shop.backoffice_group, 443, "from the template")
    _world_may_reach(morning, 443)
    status, said = morning.send(alerts.deploy(morning.keys, morning.now()))
    expect(status == 202, f"the deploy was answered {status}: {said}")
    morning.tell.saw(f"the pipeline tells of its deploy: 202, taken as {said['deploy']}")
    ana = morning.at_console("ana")
    case = ana.wait_for(ana.case(HEARTBLEED, "Payments ("), "REGRESSED", "backoffice 8.1.2")
    morning.tell.saw("the case comes back and names the deploy")
    morning.tell.quote(case.line("backoffice 8.1.2"))
    _fix(morning, "Apply again…")


def the_trail(morning: Morning) -> None:
    """Who did what, and that nobody has changed it since."""
    rows = [row for row in morning.at_console("ana").open("/audit").rows if len(row) == len(_TRAIL[0]) + 2]
    for who, act, outcome in _TRAIL:
        found = [row for row in rows if row[1] == who and row[2].startswith(f"{act} ") and row[3] == outcome]
        expect(bool(found), f"the trail has no record of {who}: {act}, {outcome}")
        when, _, did, _, where = found[0]
        morning.tell.saw(
            f"{when.partition(' record')[0]} · {who}: {did.partition('Detail')[0].strip()}, {outcome} ({where})"
        )
    code, said = morning.house.ask("audit", "verify")
    expect(code == 0, f"suture audit verify ended with exit code {code}: {said}")
    morning.tell.saw(f"`suture audit verify`: {said}")


STEPS: tuple[tuple[str, Step], ...] = (
    ("Alerts arrive", alerts_arrive),
    ("Which of our systems are hit?", who_is_hit),
    ("The right team has one case", one_case_for_the_right_team),
    ("Close the exposed port now", close_the_port),
    ("Ticket the upgrade", open_a_ticket),
    ("Accept one risk in writing", accept_a_risk),
    ("Two must agree on the bucket", two_agree),
    ("Undo, and fix again", undo_and_fix_again),
    ("A redeploy opens the port again", a_deploy_reopens_it),
    ("Who did what", the_trail),
)

"""Every route for every role: what is shown to whom, and that no route is left out of the table."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from archive.commands import COMMANDS
from archive.questions import QUESTIONS
from archive.web.pages.questions import FORMS
from archive.web.signing_in import COOKIE
from tests.access import matrix
from tests.access.office import HOLDERS, PAST, an_office
from tests.said import close as close_year
from tests.web.desk import Browser, an_app, close, main_of

PASSWORD = "mountain-River-77-lamp"
ROLES = tuple(HOLDERS)
NOBODY: matrix.Row = {}
PUBLIC = {
    "static", "assets.asset", "openapi.spec", "trying.docs", "watching.health", "watching.metrics",
    "overview.help", "signing.sign_in", "signing.sign_in_do", "signing.sign_out",
}  # fmt: skip
"""What nobody need be signed in for."""
_CONTROL, _SYSTEM = matrix.OPERATIONS["verify"], matrix.OPERATIONS["rebuild"]
_AUDITOR, _EVERYBODY = matrix.OPERATIONS["patterns"], matrix.EVERYBODY
ROUTES: dict[str, matrix.Row] = {
    "overview.overview": _EVERYBODY,
    "overview.overview_json": _EVERYBODY,
    "search.search": _EVERYBODY,
    "search.search_json": _EVERYBODY,
    "grounds.grounds": matrix.QUESTIONS["rank"],
    "grounds.grounds_json": matrix.QUESTIONS["rank"],
    "do.commands": _EVERYBODY,
    "do.commands_json": _EVERYBODY,
    "do.recorded": _EVERYBODY,
    "import.import": _EVERYBODY,
    "import.import_upload": _EVERYBODY,
    "import.import_template": _EVERYBODY,
    "import.import_preview": NOBODY,  # of a file of one's own
    "import.import_json": NOBODY,
    "import.import_refused": NOBODY,
    "import.import_do": NOBODY,
    "patterns.patterns": _AUDITOR,
    "patterns.patterns_compute": _AUDITOR,
    "patterns.patterns_release": _AUDITOR,
    "patterns.patterns_file": _AUDITOR,
    "patterns.patterns_chart": _AUDITOR,
    "patterns.patterns_card": _AUDITOR,
    "patterns.patterns_card_json": _AUDITOR,
    "integrity.integrity": _CONTROL,
    "integrity.integrity_json": _CONTROL,
    "integrity.verify": _CONTROL,
    "integrity.rebuild": _SYSTEM,
    "integrity.checkpoint": matrix.OPERATIONS["checkpoint"],
    "integrity.proof": matrix.OPERATIONS["prove"],
    "jobs.jobs": _EVERYBODY,
    "jobs.jobs_json": _EVERYBODY,
    "jobs.job": NOBODY,  # of work of one's own
    "jobs.job_json": NOBODY,
    "signing.account": _EVERYBODY,
    "signing.password": _EVERYBODY,
    "signing.token": _EVERYBODY,
    "signing.revoke": _EVERYBODY,
    "keeping.accounts_form": {"system_admin": "all"},
    "keeping.accounts_do": {"system_admin": "all"},
}
for _name in QUESTIONS:
    for _endpoint in (f"ask.{_name}", f"ask.{_name}_file", f"api.ask_{_name}"):
        ROUTES[_endpoint] = matrix.QUESTIONS[_name]
for _name in COMMANDS:
    _under = _name.replace(".", "_")
    for _endpoint in (f"do.{_under}", f"do.{_under}_do", f"api.record_{_under}"):
        ROUTES[_endpoint] = matrix.COMMANDS[_name]
ASKED = {
    "rank": "year=2018", "eligible": "cadre=A&for=commendation&year=2018", "audit": "year=2018",
    "record": "cadre=A", "event": "positions=1", "talks": "year=2018", "spread": "year=2018",
    "appeals": "year=2018", "units": "year=2018", "schemes": "year=2018",
    "circular": "unit=U1&period=2018", "decisions": "", "dossier": "decision=D1",
    "check": "year=2018", "leads": "", "policy": "name=law-2021", "accounts": "", "access-log": "",
}  # fmt: skip
"""How each question is asked: of what concerns the roles' own unit, and the rater himself."""
URLS = {
    "/grounds": "year=2018&unit=U1&cadre=A",
    "/grounds.json": "year=2018&unit=U1&cadre=A",
    "/import/template.csv": "command=unit.register",
    "/": "year=2018",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory, store) -> Iterator[tuple[Any, Mapping[str, str]]]:
    """The app of an archive with accounts, and a session of each role."""
    with an_office(*PAST, close_year(), close_year("U2")) as archive:
        for account in HOLDERS.values():
            archive.accounts._keep(account, PASSWORD, must_change=False)  # as if it was chosen
        app = an_app(archive.location, tmp_path_factory.mktemp("state"))
        sessions = {role: _signed_in(Browser(app), who) for role, who in HOLDERS.items()}
        yield app, sessions
        close(app)


def _signed_in(browser: Browser, account: str) -> str:
    form = {"account": account, "password": PASSWORD}
    response = browser.send("/sign-in", form)
    assert response.status_code == 303, main_of(response)
    cookie = browser.client.get_cookie(COOKIE)
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Strict")
    return cookie.value


def url_of(rule: Any) -> str:
    """Return an address of a route, asked as ``ASKED`` says."""
    path = re.sub(r"<any\([^>]*>", "json", rule.rule)
    path = path.replace("<int:position>", "1").replace("<code>", "A" * 16)
    path = path.replace("<name>", "x.svg").replace("<action>", "account.open")
    name = re.sub(r"^(ask\.|api\.ask_)|_file$", "", rule.endpoint)
    asked = ASKED.get(name, "") if rule.endpoint.startswith(("ask.", "api.ask")) else URLS.get(path)
    return f"{path}?{asked}" if asked else path


def rules(app: Any, method: str) -> list[Any]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def test_every_route_is_in_the_table(office) -> None:
    app, _ = office
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert sorted(endpoints - ROUTES.keys() - PUBLIC) == []
    assert sorted(ROUTES.keys() | PUBLIC) == sorted(endpoints)


def test_without_signing_in_nothing_is_shown_or_done(office) -> None:
    app, _ = office
    browser = Browser(app)
    token = browser.token("/sign-in")
    for rule in rules(app, "GET"):
        if rule.endpoint in PUBLIC:
            continue
        response = browser.get(url_of(rule))
        machine = rule.rule.startswith("/api") or url_of(rule).split("?")[0].endswith(".json")
        assert response.status_code == (401 if machine else 302), rule.rule
        if not machine:
            assert response.headers["Location"].startswith("/sign-in"), rule.rule
    for rule in rules(app, "POST"):
        if rule.endpoint in PUBLIC:
            continue
        if rule.endpoint.startswith("api."):
            response = browser.client.post(url_of(rule), json={})
            assert response.status_code == 401, rule.rule
        else:
            response = browser.client.post(url_of(rule), data={"csrf_token": token})
            assert response.headers.get("Location", "").startswith("/sign-in"), rule.rule


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_shown_what_the_table_says(office, role: str) -> None:
    app, sessions = office
    browser = Browser(app, sessions[role])
    wrong = []
    for rule in rules(app, "GET"):
        if rule.endpoint in PUBLIC or rule.endpoint.startswith("api."):
            continue
        allowed = role in ROUTES[rule.endpoint]
        status = browser.get(url_of(rule)).status_code
        expected = (200, 302, 404, 422) if allowed else (403, 404)
        if ROUTES[rule.endpoint] == NOBODY:
            expected = (404,)
        if status not in expected or (allowed and ROUTES[rule.endpoint] is None):
            wrong.append((rule.rule, status))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says(office, role: str) -> None:
    """Only what changes nothing is tried where it is allowed: forms left empty."""
    app, sessions = office
    browser = Browser(app, sessions[role])
    token = browser.token("/account")
    kept = ("signing.", "import.", "patterns.patterns_compute", "integrity.rebuild")
    for rule in rules(app, "POST"):
        if rule.endpoint in PUBLIC or rule.endpoint.startswith(("api.", "do.", *kept)):
            continue
        status = browser.client.post(url_of(rule), data={"csrf_token": token}).status_code
        allowed = role in ROUTES[rule.endpoint]
        assert status in ((200, 303, 404, 422) if allowed else (403,)), (rule.rule, status)


@pytest.mark.parametrize(
    ("role", "url"),
    [
        ("rater", "/record?cadre=B"),
        ("rater", "/eligible?cadre=B&for=promotion&year=2018"),
        ("rater", "/record.csv?cadre=B"),
        ("rater", "/grounds?year=2018&unit=U1&cadre=B"),
        ("unit_admin", "/rank?year=2018&unit=U2"),
        ("unit_admin", "/record?cadre=E"),
        ("unit_head", "/spread.xlsx?year=2018&unit=U2"),
        ("appraisal_office", "/rank?year=2018&without_rater=A"),
        ("system_admin", "/rank.json?year=2018"),
    ],
)
def test_outside_of_ones_scope_nothing_is_shown(office, role: str, url: str) -> None:
    app, sessions = office
    response = Browser(app, sessions[role]).get(url)
    assert response.status_code in (403, 422)
    text = response.get_data(as_text=True)
    assert "干部E" not in text
    assert "干部B" not in text


@pytest.mark.parametrize("role", ROLES)
def test_the_first_page_leads_nowhere_that_is_denied(office, role: str) -> None:
    app, sessions = office
    browser = Browser(app, sessions[role])
    content = browser.text("/?year=2018").partition("<main")[2].partition("<dialog")[0]
    links = set(re.findall(r'<a class="(?:card[^"]*|file)" href="([^"]+)"', content))
    denied = {url for url in links if browser.get(url.replace("&amp;", "&")).status_code == 403}
    assert denied == set()
    assert links or role in ("system_admin", "security_admin", "security_auditor", "rater")


def test_a_table_holds_the_rows_of_ones_own_unit_in_every_form(office) -> None:
    app, sessions = office
    browser = Browser(app, sessions["unit_admin"])
    for url in ("/rank.json?year=2018", "/units.json?year=2018", "/decisions.json"):
        rows = browser.get(url).get_json()["rows"]
        assert {row["unit"] for row in rows} == {"U1"}, url
    assert "U2" not in browser.get("/rank.csv?year=2018").get_data(as_text=True)


def test_who_asks_is_who_records_whatever_the_form_says(office) -> None:
    app, sessions = office
    browser = Browser(app, sessions["appraisal_office"])
    form = {"unit": "U8", "name": "示例单位八", "kind": "town", "by": "SOMEBODY"}
    response = browser.send("/commands/unit.register", form)
    assert response.status_code == 303
    position = re.search(r"positions=(\d+)", response.headers["Location"])[1]  # type: ignore[index]
    (row,) = browser.get(f"/event.json?positions={position}").get_json()["rows"]
    assert row["by"] == "office"


@pytest.mark.parametrize(
    ("role", "url", "filled"),
    [
        ("rater", "/commands/ballot.submit?unit=U1", "rater"),
        ("organization_auditor", "/commands/lead.close", "reviewer"),
        ("rater", "/commands/result.acknowledge", "cadre"),
    ],
)
def test_a_field_that_can_name_nobody_else_is_filled_in(office, role, url, filled) -> None:
    app, sessions = office
    text = Browser(app, sessions[role]).text(url)
    assert f'name="{filled}" value="{HOLDERS[role]}"' in text


def test_where_others_may_be_named_too_nothing_is_filled_in(office) -> None:
    app, sessions = office
    text = Browser(app, sessions["organization_auditor"]).text("/commands/ballot.correct")
    assert 'name="rater" value=""' in text


@pytest.mark.parametrize("role", ["rater", "unit_admin", "appraisal_office"])
def test_paper_history_is_offered_to_who_may_record_it(office, role: str) -> None:
    app, sessions = office
    command = {"rater": "ballot.submit"}.get(role, "work_log.enter")
    command = "unit.register" if role == "appraisal_office" else command
    text = Browser(app, sessions[role]).text(f"/commands/{command}")
    assert ('name="legacy"' in text) == (role == "appraisal_office")


def test_what_is_denied_and_looked_at_stands_in_the_access_log(office) -> None:
    app, sessions = office
    Browser(app, sessions["rater"]).get("/record?cadre=G")
    Browser(app, sessions["organization_auditor"]).get("/audit?ratee=E")
    Browser(app, sessions["organization_auditor"]).get("/patterns")
    told = Browser(app, sessions["security_auditor"]).get("/access-log.json?size=1000").get_json()
    happened = {(row["account"], row["happened"], row["told"]) for row in told["rows"]}
    assert any(who == "A" and "cadre=G" in (text or "") for who, _, text in happened)
    assert any(who == "auditor" and "ratee=E" in (text or "") for who, _, text in happened)
    assert any(who == "auditor" and "patterns" in (text or "") for who, _, text in happened)


def test_the_access_log_tells_the_newest_first_and_in_words(office) -> None:
    app, sessions = office
    browser = Browser(app, sessions["security_auditor"], lang="zh")
    text = browser.text("/access-log?size=1000")
    shown = [int(at) for at in re.findall(r'k-position"><a href="[^"]+">#(\d+)', text)]
    assert shown
    assert shown == sorted(shown, reverse=True)
    assert '<option value="opened">开立</option>' in text
    table = browser.get("/access-log.csv").get_data(as_text=True).splitlines()
    assert table[1].startswith(f"{shown[0]},")


def test_a_session_that_ended_is_not_taken_again(office) -> None:
    app, _ = office
    browser = Browser(app)
    token = _signed_in(browser, "witness")
    assert browser.get("/rank?year=2018").status_code == 200
    browser.send("/sign-out", {}, page="/account")
    replayed = Browser(app, token).get("/rank?year=2018")
    assert replayed.headers["Location"].startswith("/sign-in")
    forged = Browser(app, token[:-1] + "x").get("/rank?year=2018")
    assert forged.status_code == 302
    before = _signed_in(browser, "witness")
    _signed_in(browser, "witness")  # who signs in anew leaves no session behind
    assert Browser(app, before).get("/rank?year=2018").status_code == 302


def test_after_signing_in_one_is_led_to_where_one_was_and_nowhere_else(office) -> None:
    app, _ = office
    for asked, led in (("/rank?year=2018", "/rank?year=2018"), ("//evil.example", "/"),
                       ("https://evil.example/", "/"), ("/\\evil.example", "/")):  # fmt: skip
        form = {"account": "witness", "password": PASSWORD, "next": asked}
        assert Browser(app).send("/sign-in", form).headers["Location"] == led


def test_a_wrong_password_and_an_unknown_account_are_refused_alike(office) -> None:
    app, _ = office
    told = set()
    for account in ("witness", "nobody-here"):
        response = Browser(app).send("/sign-in", {"account": account, "password": "wrong"})
        assert response.status_code == 401
        told.add(main_of(response))
    assert len(told) == 1


def test_a_machine_asks_by_a_token_in_one_role_until_it_is_revoked(office) -> None:
    app, sessions = office
    browser = Browser(app, sessions["appraisal_office"])
    form = {"label": "报表系统", "grant": "appraisal_office", "days": "30"}
    page = browser.send("/account/tokens", form, page="/account").get_data(as_text=True)
    text = re.search(r'id="made">(shiji_[^<]+)<', page)[1]  # type: ignore[index]
    machine = Browser(app)
    bearer = {"Authorization": f"Bearer {text}"}
    rows = machine.get("/api/rank?year=2018", headers=bearer).get_json()["rows"]
    assert {row["unit"] for row in rows} == {"U1", "U2"}
    assert machine.get("/api/audit?year=2018", headers=bearer).status_code == 403
    assert machine.get("/rank?year=2018", headers=bearer).status_code == 302  # for the API alone
    unit = {"unit": "U9", "name": "示例单位九", "kind": "town"}
    done = machine.client.post("/api/commands/unit.register", json=unit, headers=bearer)
    assert done.status_code == 200
    token = re.search(r"<code>([0-9a-f]{8})</code>", browser.text("/account"))[1]  # type: ignore[index]
    browser.send("/account/tokens/revoke", {"token": token}, page="/account")
    assert machine.get("/api/rank?year=2018", headers=bearer).status_code == 401
    for wrong in ("Bearer shiji_forged", "Basic x", "Bearer", f"Bearer {sessions['rater']}"):
        response = machine.get("/api/rank?year=2018", headers={"Authorization": wrong})
        assert response.status_code == 401, wrong


def test_a_cookie_is_no_token_of_the_api(office) -> None:
    app, sessions = office
    assert Browser(app, sessions["appraisal_office"]).get("/api/rank?year=2018").status_code == 401


def test_officers_open_accounts_and_grant_roles_by_forms(office) -> None:
    app, sessions = office
    admin = Browser(app, sessions["system_admin"])
    wrong = admin.send("/accounts/account.open", {"account": "new one", "name": ""})
    assert wrong.status_code == 422
    assert 'value="new one"' in wrong.get_data(as_text=True)
    made = admin.send("/accounts/account.open", {"account": "newone", "name": "新人"})
    initial = re.search(r'id="made">([^<]+)<', made.get_data(as_text=True))[1]  # type: ignore[index]
    granter = Browser(app, sessions["security_admin"])
    form = {"account": "newone", "role": "unit_admin", "unit": "U2"}
    assert granter.send("/accounts/account.grant", form).status_code == 200
    assert 'k-roles">unit administrator U2</td>' in granter.text("/accounts")
    newcomer = Browser(app)
    led = newcomer.send("/sign-in", {"account": "newone", "password": initial})
    assert led.headers["Location"] == "/account"
    assert newcomer.get("/rank?year=2018").headers["Location"] == "/account"  # a password first
    changed = {"old": initial, "new": PASSWORD + "x", "again": PASSWORD + "x"}
    newcomer.send("/account/password", changed, page="/account")
    _signed_in_with(newcomer, "newone", PASSWORD + "x")
    rows = newcomer.get("/rank.json?year=2018").get_json()["rows"]
    assert {row["unit"] for row in rows} == {"U2"}


def _signed_in_with(browser: Browser, account: str, password: str) -> None:
    response = browser.send("/sign-in", {"account": account, "password": password})
    assert response.status_code == 303, main_of(response)


def test_files_of_tables_are_of_these_forms() -> None:
    assert FORMS == ("csv", "xlsx", "json")

"""What a stranger may try: forged forms, paths, headers and ids, packed and huge files."""

import re
import threading
from pathlib import Path

import pytest

from archive.accounts.accounts import SignInRefused
from archive.web import uploads
from archive.web.assets import ASSETS, content_of
from archive.web.current import LANGS
from archive.web.jobs import Jobs
from archive.web.limits import MOST_FIELDS
from archive.web.settings import MOST_UPLOAD
from domain.refusal import Refusal
from tests.said import unit
from tests.web.conftest import last_position
from tests.web.desk import Browser, an_app, close, main_of

STATIC = Path(__file__).parents[2] / "archive" / "web" / "static"


def posts(app) -> list[str]:
    """Return the routes that are sent forms, the API's aside."""
    return [
        rule.rule.replace("<code>", "A" * 16).replace("<action>", "account.open")
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("api.")
    ]


def test_no_form_is_taken_without_its_token(desk, small) -> None:
    before = last_position(small)
    for url in posts(desk.client.application):
        assert desk.client.post(url, data={}).status_code == 400, url
        forged = desk.client.post(url, data={"csrf_token": "forged"})
        assert forged.status_code == 400, url
    other = Browser(desk.client.application).token("/commands/unit.register")
    stolen = desk.client.post("/commands/unit.register", data={"csrf_token": other})
    assert stolen.status_code == 400
    assert last_position(small) == before


def test_every_answer_has_its_headers_and_no_outside_host(desk) -> None:
    for url in ("/help", "/rank?year=2018", "/nope", "/api/rank?year=2018", "/static/desk.css"):
        headers = desk.get(url).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Server" not in headers
    assert desk.get("/rank?year=2018").headers["Cache-Control"] == "no-store"
    docs = desk.get("/api/docs").headers["Content-Security-Policy"]
    assert "unsafe" not in docs


def test_what_is_too_large_is_refused_unread(desk) -> None:
    huge = {"CONTENT_LENGTH": str(100 * 1024 * 1024)}
    for url, kind in (("/import", "multipart/form-data; boundary=x"),
                      ("/api/commands/unit.register", "application/json")):  # fmt: skip
        response = desk.client.post(url, environ_overrides=huge, content_type=kind)
        assert response.status_code == 413, url
    assert MOST_UPLOAD < 100 * 1024 * 1024


@pytest.mark.parametrize(
    "url",
    [
        "/static/../app.py", "/static/%2e%2e/app.py", "/assets/..%2fhtmx.js", "/assets/none.js",
        "/import/../../etc/passwd", "/import/%2e%2e%2fsecret", "/import/" + "A" * 16,
        "/jobs/..%2f..%2fsecret", "/jobs/" + "A" * 16, "/jobs/x.json",
        "/patterns/chart/" + "A" * 16 + "/..%2fleads.json", "/patterns?job=" + "A" * 16,
        "/patterns?kind=../leads", "/proof/99999999999999999999999", "/rank.exe?year=2018",
        "/import/template.csv?command=../x",
    ],
)  # fmt: skip
def test_a_path_or_id_that_was_made_up_leads_nowhere(desk, url: str) -> None:
    response = desk.get(url)
    assert response.status_code in (200, 404, 422), response.status_code
    if response.status_code == 200:  # the page of patterns, with nothing computed
        assert "Nothing was computed yet" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "url",
    [
        "/rank?year=2018&lang=en%0d%0aSet-Cookie:%20x=1",
        "/recorded?positions=1%0d%0aX:1&command=x%0d%0aX:1",
        "/search?q=%23%0d%0aX:1",
        "/rank?unit=U1%0d%0aX:1",
    ],
)
def test_headers_take_nothing_from_a_url(desk, url: str) -> None:
    response = desk.get(url)
    assert response.status_code < 500
    assert "X" not in response.headers
    assert "x=1" not in str(response.headers)


@pytest.mark.parametrize(
    "url",
    [
        "/rank?year=2018&page=-1&size=999999999999", "/rank?year=2018&sort=__class__",
        "/rank?year=2018&f.__proto__=x&f.=y", "/rank?year=2018&as_of=%2399999999999999999999",
        "/event?positions=" + ",".join(["1"] * 2000), "/event?positions=-1", "/search?q=%00",
        "/rank?year=2018&unit=%00", "/record?cadre=%F0%9F%98%80", "/record?cadre=%ff%fe",
        "/rank?year=2018&q=" + "x" * 5000, "/?year=999999999999999999", "/rank?year=%EF%BC%92",
        "/overview.json?as_of=x", "/commands/unit.register?unit=" + "x" * 5000,
        "/circular?unit=U1&period=2018-13", "/decisions?years=2018-2010",
    ],
)  # fmt: skip
def test_whatever_stands_in_a_url_is_answered_by_a_sentence(desk, url: str) -> None:
    assert desk.get(url).status_code in (200, 302, 404, 422)


def test_one_language_is_chosen_from_those_that_there_are(desk) -> None:
    assert 'lang="en"' in desk.text("/help?lang=xx")  # as chosen before
    assert LANGS == ("zh", "en")


def test_figures_are_for_this_machine_alone_and_tell_of_no_people(desk) -> None:
    desk.get("/record?cadre=A")
    mine = desk.text("/metrics")
    assert "ask.record" in mine
    assert "cadre=" not in mine
    abroad = desk.get("/metrics", environ_overrides={"REMOTE_ADDR": "10.0.0.9"})
    assert abroad.status_code == 404
    assert desk.get("/health").get_json()["status"] == "ok"


def test_the_log_tells_routes_and_no_people(desk, capfd) -> None:
    desk.get("/record?cadre=A")
    desk.get("/proof/7")
    out = "".join(capfd.readouterr())
    assert "/record" in out
    assert "/proof/<int:position>" in out
    assert "cadre=A" not in out
    assert "/proof/7" not in out


def test_too_many_requests_are_refused(small, tmp_path) -> None:
    app = an_app(small, tmp_path / "state", limited=True)
    browser = Browser(app)
    form = {"csrf_token": browser.token("/commands/unit.register")}
    answers = [browser.client.post("/sign-in", data=form) for _ in range(25)]
    answers += [browser.get("/help"), browser.get("/nope")]
    close(app)
    told = {(one.status_code, "Retry-After" in one.headers) for one in answers}
    assert {(429, True), (200, False), (404, False)} <= told
    assert {status for status, again in told if again} == {429}


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_a_librarys_file_is_the_one_that_was_looked_at(name: str) -> None:
    assert content_of(ASSETS[name]) is not None


def test_our_own_files_load_nothing_from_elsewhere() -> None:
    for path in STATIC.iterdir():
        text = path.read_text("utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert re.findall(r"https?://|//\w+\.\w+|@import|eval\(", text) == [], path


def test_work_whose_process_went_away_is_told_as_interrupted(tmp_path) -> None:
    import json

    jobs = Jobs(tmp_path)
    job = jobs.start("rebuild", {}, "A", lambda report: {"events": 1})
    jobs.wait(job, 10)
    found = jobs.find(job.id, "A")
    assert found is not None
    assert found.state == "done"
    assert jobs.find(job.id, "B") is None  # somebody else's
    (path,) = tmp_path.glob(f"*/{job.id}.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"state": "running"}))
    stopped = jobs.find(job.id, "A")
    assert stopped is not None
    assert stopped.state == "stopped"


def test_work_of_one_neither_crowds_out_anothers_nor_runs_without_end(tmp_path) -> None:
    jobs, gate = Jobs(tmp_path), threading.Event()
    theirs = jobs.start("verify", {}, "B", lambda report: None)
    running = [jobs.start("verify", {"n": n}, "A", lambda report: gate.wait()) for n in range(4)]
    assert jobs.start("verify", {"n": 0}, "A", lambda report: None) == running[0]
    with pytest.raises(Refusal, match="4"):
        jobs.start("verify", {"n": 4}, "A", lambda report: None)
    gate.set()
    for job in running:
        jobs.wait(job, 10)
    for n in range(40):
        jobs.wait(jobs.start("verify", {"n": n}, "A", lambda report: None), 10)
    assert len(jobs.recent("A")) == 30
    assert jobs.find(theirs.id, "B") is not None
    assert jobs.find(theirs.id, "A") is None


def test_a_file_of_more_commands_than_a_desk_takes_is_refused(desk, monkeypatch) -> None:
    monkeypatch.setattr(uploads, "MOST_COMMANDS", 3)
    assert desk.upload("{}\n" * 3).status_code == 200
    told = desk.upload("{}\n" * 4)
    assert "more than 3 commands" in told.get_data(as_text=True)


MARKS = "\u0345" * 300_000 + "\u0334" * 300_000
"""Marks that NFC would sort for hours."""


def test_marks_without_end_keep_nobody_waiting(desk) -> None:
    body = {**unit("U9"), "name": f"e{MARKS}"}
    told = desk.client.post("/api/commands/unit.register", json=body)
    assert (told.status_code, told.get_json()["field"]) == (422, "name")
    assert "30 marks" in told.get_json()["detail"]
    form = {"unit": MARKS, "name": "x", "kind": "town", "by": "CLERK", "on": "2018-01-01"}
    assert "30 marks" in main_of(desk.send("/commands/unit.register", form))
    desk.send("/sign-in", {"account": MARKS, "password": MARKS}, page="/commands/unit.register")
    archive = desk.client.application.extensions["shiji"].archives.here()
    with pytest.raises(SignInRefused):
        archive.accounts.sign_in("A", MARKS)


def test_a_body_with_a_key_twice_among_very_many_is_told_at_once(desk) -> None:
    keys = ",".join(f'"k{n}":0' for n in range(300_000))
    body = f'{{{keys},"k299999":1}}'
    told = desk.client.post(
        "/api/commands/unit.register", data=body, content_type="application/json"
    )
    assert (told.status_code, told.get_json()["code"]) == (400, "json_key_twice")
    assert "k299999" in told.get_json()["detail"]


def test_a_form_too_long_or_of_too_many_fields_is_refused_before_it_is_taken_apart(desk) -> None:
    for form in ({f"a{n}": "" for n in range(MOST_FIELDS + 1)}, {"a": "a" * 5_000_000}):
        assert desk.client.post("/sign-in", data=form).status_code == 413


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200), ("localhost", 200), ("[::1]:8000", 200), ("rebound.example", 421),
        ("127.0.0.1.example:8000", 421), ("[::1", 421), ("a b", 421), ("x:" + "9" * 5000, 421),
        ("127.0.0.1@rebound.example", 421),
    ],
)  # fmt: skip
def test_a_desk_of_this_machine_is_called_by_this_machines_names(
    small, tmp_path, host: str, status: int
) -> None:
    app = an_app(small, tmp_path / "state", own_machine=True)
    told = Browser(app).get("/api/rank?year=2018", headers={"Host": host})
    close(app)
    assert told.status_code == status

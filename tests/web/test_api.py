"""The API: every command and question, described, exact, and with the command line's sentences."""

import json

import pytest
from openapi_spec_validator import validate

from archive.commands import COMMANDS
from archive.questions import QUESTIONS
from archive.web.api.described import described
from archive.web.api.problems import PROBLEM
from tests.said import sheet, unit
from tests.web.conftest import last_position


def call(desk, name: str, body, **headers: str):
    data = body if isinstance(body, bytes) else json.dumps(body)
    return desk.client.post(
        f"/api/commands/{name}", data=data, content_type="application/json", headers=headers
    )


def spec(desk) -> dict:
    return desk.get("/api/openapi.json").get_json()


def test_it_is_described_as_openapi_and_holds_every_declaration_once(desk) -> None:
    told = spec(desk)
    assert told["openapi"] == "3.1.0"
    validate(told)
    wanted = {f"/api/commands/{name}" for name in COMMANDS}
    wanted |= {f"/api/{name}" for name in QUESTIONS}
    assert told["paths"].keys() == wanted


def test_every_field_is_described_as_it_is_declared(desk) -> None:
    schemas = spec(desk)["components"]["schemas"]
    for name, command in COMMANDS.items():
        properties = schemas[name]["properties"]
        assert properties.keys() == {*command.fields, *command.common} - {"command"}
        required = {n for n, field in command.fields.items() if field.required}
        assert set(schemas[name].get("required", ())) == required, name
    points = schemas["ballot.submit"]["properties"]["scores"]["items"]["properties"]["points"]
    field = COMMANDS["ballot.correct"].fields["points"]
    assert points.items() >= described(field).items()
    assert points["type"] == "number"
    assert "multipleOf" not in points


def test_points_are_exact_and_a_third_decimal_is_refused(desk) -> None:
    told = sheet("B", {"A": 91.57})
    assert call(desk, "ballot.submit", told).status_code == 200
    rows = desk.get("/api/audit?rater=B").get_json()["rows"]
    assert [row["points"] for row in rows] == [91.57]
    body = json.dumps(sheet("C", {"A": 0})).replace('"points": 0', '"points": 91.575').encode()
    response = call(desk, "ballot.submit", body)
    assert response.status_code == 422
    assert response.get_json()["field"] == "scores.0.points"


def test_the_same_key_again_returns_the_first_result(desk, small) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = call(desk, "unit.register", unit("U7"), **key)
    after = last_position(small)
    assert call(desk, "unit.register", unit("U7"), **key).get_json() == first.get_json()
    assert last_position(small) == after
    other = call(desk, "unit.register", unit("U8"), **key)
    assert (other.status_code, other.get_json()["field"]) == (409, "command_id")
    both = call(desk, "unit.register", unit("U8", command_id="k-2"), **key)
    assert both.status_code == 422


def test_errors_are_problems_with_the_sentences_of_the_command_line(desk) -> None:
    response = call(desk, "unit.register", unit("U1"))
    assert response.content_type.startswith(PROBLEM)
    told = response.get_json()
    assert (told["status"], told["field"], told["code"]) == (422, "unit", "unit_registered")
    from archive.archive import Archive  # the sentence that the command line would print
    from archive.web.current import kept
    from domain.refusal import Refusal
    from domain.sentence import speak

    with desk.client.application.app_context():
        location = kept().settings.location
    with Archive(location) as archive, pytest.raises(Refusal) as refused:
        archive.do(unit("U1"))
    assert told["detail"] == speak(refused.value.sentence, "en")


@pytest.mark.parametrize(
    ("name", "body", "fields"),
    [
        (
            "unit.register",
            {"unit": "U7", "nme": "x", "kind": "offce"},
            {"by", "name", "kind", "nme"},
        ),
        (
            "ballot.submit",
            sheet("B", {"A": 101, "C": 7}) | {"year": 1, "x": 0},
            {"scores.0.points", "year", "x"},
        ),
        ("unit.register", {"\n": 1} | unit("U7"), {repr("\n")}),
        ("unit.register", unit("U7", name=" "), {"name"}),
    ],
)
def test_each_field_of_a_refused_command_has_its_error(desk, name, body, fields) -> None:
    told = call(desk, name, body)
    assert told.status_code == 422
    errors = {one["field"]: one["message"] for one in told.get_json()["errors"]}
    assert errors.keys() == fields
    first = told.get_json()["field"]
    assert errors[first] in told.get_json()["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"unit": "U1", "unit": "U2"}', "application/json", 400),
        (b'{"unit": NaN}', "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"unit=U1", "application/x-www-form-urlencoded", 415),
        (b'{"command": "year.close"}', "application/json", 422),
        (b'{"nothing": 1}', "application/json", 422),
    ],
)
def test_a_body_that_is_no_command_is_a_problem(desk, body, content_type, status) -> None:
    url = "/api/commands/unit.register"
    response = desk.client.post(url, data=body, content_type=content_type)
    assert (response.status_code, response.get_json()["status"]) == (status, status)


def test_a_question_is_paged_filtered_sorted_and_asked_as_of_a_time(desk) -> None:
    told = desk.get("/api/rank?year=2018&sort=-cadre&size=2&page=2").get_json()
    assert (told["total"], told["pages"], told["page"]) == (5, 3, 2)
    assert [row["cadre"] for row in told["rows"]] == ["C", "B"]
    assert told["as_of"] is None
    then = desk.get("/api/rank?year=2018&as_of=%232").get_json()
    assert (then["rows"], then["as_of"]) == ([], "#2")
    wrong = desk.get("/api/rank?year=1&unit=%20x%2F&as_of=now")
    assert wrong.status_code == 422
    fields = {one["field"] for one in wrong.get_json()["errors"]}
    assert fields == {"year", "unit", "as_of"}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("unti=U1", {"unti": "year, unit"}),
        ("f.nosuch=1&f.=1", {"f.nosuch": "cadre", "f.": "cadre"}),
        ("sort=nosuch", {"sort": "no column nosuch"}),
        ("sort=-", {"sort": "cadre"}),
        ("size=0&page=-1", {"size": "from 1 to 1000", "page": "from 1"}),
        ("size=1001&page=x", {"size": "1001", "page": "'x'"}),
        ("lang=fr", {"lang": "zh"}),
        ("page=1&page=2&q=a&q=b", {"page": "once", "q": "once"}),
        ("year=1&unti=U1", {"year": "1949", "unti": "f.<column>"}),
    ],
)
def test_what_there_is_not_to_ask_for_is_told_and_what_there_is(desk, asked, expected) -> None:
    year = "" if "year=" in asked else "&year=2018"
    told = desk.get(f"/api/rank?{asked}{year}")
    assert told.status_code == 422
    errors = {one["field"]: one["message"] for one in told.get_json()["errors"]}
    assert errors.keys() == expected.keys()
    assert all(part in errors[name] for name, part in expected.items()), errors
    assert desk.get(f"/rank.json?{asked}&year=2018").status_code in (200, 422)


def test_a_page_behind_the_last_is_empty_and_counted(desk) -> None:
    told = desk.get("/api/rank?year=2018&size=%203&page=99&lang=zh&f.unit=U1").get_json()
    assert (told["rows"], told["page"], told["pages"], told["found"]) == ([], 99, 1, 3)


def test_several_values_are_given_by_repeating_or_by_commas(desk) -> None:
    one = desk.get("/api/event?positions=1&positions=2").get_json()["rows"]
    assert one == desk.get("/api/event?positions=1,2").get_json()["rows"]
    assert [row["position"] for row in one] == [1, 2]


def test_the_page_that_tries_it_out_loads_its_files_from_here(desk) -> None:
    text = desk.text("/api/docs")
    assert "//" not in text.replace("<!doctype", "")
    for name in ("swagger-ui.js", "swagger-ui.css"):
        assert desk.get(f"/assets/{name}").status_code == 200

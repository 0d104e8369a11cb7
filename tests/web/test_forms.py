"""Data entry by forms: each error stands beside its field, and what was typed is kept."""

import re

import pytest
from markupsafe import escape

from archive.archive import Archive
from archive.commands import COMMANDS
from tests.web.conftest import last_position
from tests.web.desk import main_of

UNIT = {"unit": "U9", "name": "示例单位九", "kind": "town", "by": "CLERK", "on": "2018-01-01"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_a_form_with_all_its_fields(desk, name: str) -> None:
    text = desk.text(f"/commands/{name}")
    for field in (*COMMANDS[name].fields, "by", "on", "legacy", "known_at", "source"):
        assert re.search(rf'name="{re.escape(field)}(\.0\.\w+)?"', text), field


def test_what_is_typed_is_recorded_and_told_by_its_position(desk, small) -> None:
    before = last_position(small)
    response = desk.send("/commands/unit.register", UNIT)
    assert response.status_code == 303
    assert f"#{before + 1}" in desk.text(response.headers["Location"])
    assert "示例单位九" in desk.text("/search?q=U9")


def test_each_error_stands_beside_its_field_and_what_was_typed_is_kept(desk, small) -> None:
    before = last_position(small)
    form = {"unit": "U 9", "name": "示例单位九", "kind": "", "by": "CLERK", "on": "9.1.2018"}
    response = desk.send("/commands/unit.register", form)
    text = response.get_data(as_text=True)
    assert response.status_code == 422
    errors = dict(re.findall(r'class="error" id="f-([\w.]+)-error" role="alert">([^<]+)', text))
    assert errors.keys() == {"unit", "kind", "on"}
    assert "U+0020" in errors["unit"]
    for typed in ("U 9", "示例单位九", "9.1.2018"):
        assert f'value="{typed}"' in text
    assert last_position(small) == before


def test_errors_in_a_list_stand_at_their_row_empty_rows_left_out(desk) -> None:
    form = {
        "unit": "U1", "year": "2018", "round": "second", "rater": "A", "relation": "peer",
        "by": "A", "on": "2018-12-20",
        "scores.0.ratee": "", "scores.0.points": "",
        "scores.1.ratee": "B", "scores.1.points": "91.5",
        "scores.2.ratee": "C", "scores.2.points": "101",
    }  # fmt: skip
    text = desk.send("/commands/ballot.submit", form).get_data(as_text=True)
    assert re.findall(r'id="f-([\w.]+)-error"', text) == ["scores.1.points"]
    assert 'name="scores.0.points" value="91.5"' in text
    assert 'name="scores.1.points" value="101"' in text


def test_a_refusal_of_the_domain_stands_at_the_field_it_names(desk) -> None:
    text = desk.send("/commands/unit.register", UNIT | {"unit": "U1"}).get_data(as_text=True)
    assert re.findall(r'id="f-([\w.]+)-error"', text) == ["unit"]


def test_a_row_more_is_had_without_script_and_nothing_is_recorded(desk, small) -> None:
    before = last_position(small)
    form = {"unit": "U1", "scores.0.ratee": "B", "add.scores": "1"}
    response = desk.send("/commands/ballot.submit", form)
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert 'name="scores.1.ratee"' in text
    assert 'name="scores.0.ratee" value="B"' in text
    assert last_position(small) == before


def test_a_form_that_is_sent_twice_records_once(desk, small) -> None:
    form = UNIT | {"command_id": "web-1"}
    first = desk.send("/commands/unit.register", form)
    after = last_position(small)
    second = desk.send("/commands/unit.register", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert last_position(small) == after


def test_paper_history_is_recorded_by_the_same_form(desk, small) -> None:
    form = UNIT | {"legacy": "true", "known_at": "2017-05-01", "source": "2017年登记表 第3页"}
    assert desk.send("/commands/unit.register", form).status_code == 303
    with Archive(small) as archive:
        (row,) = archive.events([archive.log.last_position()])
    assert b"2017-04-30T16:00:00Z" in row[4].encode() if isinstance(row[4], str) else row[4]


def test_a_form_is_filled_in_by_its_url(desk) -> None:
    assert 'name="unit" value="U1"' in desk.text("/commands/year.close?unit=U1&year=2018")
    assert "year.close" in main_of(desk.get("/commands/year.close"))


ODD = [
    "x" * 20_000, "<script>alert(1)</script>", "=1+1", "２０１８", "\x01", "a\x00b", "2018-02-30",
    "9" * 5_000, "{" * 3_000, "\u202e反",
]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["ballot.submit", "scheme.draft", "cadre.absence", "allowance.grant"]
)
def test_whatever_is_typed_is_answered_with_sentences_and_kept(desk, small, name: str) -> None:
    """Of each kind of field there is one in these forms."""
    before, token = last_position(small), desk.token(f"/commands/{name}")
    empty = desk.text(f"/commands/{name}").partition('<form class="command')[2]
    fields = set(re.findall(r'name="([a-z_]+(?:\.0\.\w+)?)"', empty)) - {"csrf_token"}
    for odd in ODD:
        form = dict.fromkeys(fields, odd) | {"csrf_token": token, "command_id": "web-1"}
        response = desk.client.post(f"/commands/{name}", data=form)
        text = response.get_data(as_text=True)
        assert response.status_code == 422, odd[:20]
        assert "<script>alert" not in text
        assert re.search(r'id="f-[\w.]+-error" role="alert">[^<]+<', text), odd[:20]
        if len(odd) < 100 and odd.isprintable():
            assert text.count(escape(odd)) >= len(fields) - 3, odd  # choices and the like besides
    assert last_position(small) == before


@pytest.mark.parametrize("odd", ODD)
def test_whatever_stands_in_a_url_is_answered(desk, odd: str) -> None:
    names = (
        "year",
        "unit",
        "cadre",
        "as_of",
        "q",
        "sort",
        "page",
        "size",
        "compare",
        "job",
        "card",
    )
    asked = dict.fromkeys(names, odd)
    for path in (
        "/",
        "/overview.json",
        "/rank",
        "/record",
        "/grounds",
        "/search",
        "/patterns/card",
    ):
        assert desk.client.get(path, query_string=asked).status_code < 500, path


def test_the_years_of_patterns_are_refused_at_their_field(desk) -> None:
    response = desk.send("/patterns", {"years": "<b>2018"})
    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert re.findall(r'id="(\w+)-error" role="alert">[^<]+<', text) == ["years"]
    assert f'value="{escape("<b>2018")}"' in text


def test_a_choice_that_is_none_stays_chosen_beside_its_error(desk) -> None:
    response = desk.get("/eligible?cadre=A&for=glory")
    assert response.status_code == 422
    assert "<option selected>glory</option>" in response.get_data(as_text=True)

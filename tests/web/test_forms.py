"""Data entry by forms: each error stands beside its field, and what was typed is kept."""

import re

import pytest

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

"""Which text of which policy judges a year, whatever is adopted, amended or changed later."""

import re

import pytest

from domain.refusal import Refusal
from domain.rules.document import adopted_policy, read_policy, shipped
from domain.rules.facts import UnitYear
from projections.unit_year import Scope, unit_years
from tests.given import an_archive, asked, given
from tests.said import (
    Command,
    close,
    paper,
    people,
    policy,
    roster,
    said,
    unit,
)


def text_of(name: str = "shishou-2018", **changes: str) -> str:
    """Return a shipped text with some of its values changed, by dotted parameter."""
    text = shipped(name)
    assert text is not None
    for parameter, value in changes.items():
        text, made = re.subn(rf"(?m)^{parameter} = .*$", f"{parameter} = {value}", text, count=1)
        assert made == 1, parameter
    return text


OTHERWISE = [
    text_of(days='{ value = 99999, clause = "R21" }'),
    text_of(quota="{ value = 0.20 }"),
    text_of(quota='{ value = 0.99, clause = "R15" }'),
    text_of(half='{ value = "nearest", clause = "R17" }'),
    shipped("shishou-2018") + '\n[weather]\nrain = { value = 1, clause = "?" }\n',  # type: ignore[operator]
]


@pytest.mark.parametrize("text", OTHERWISE)
def test_what_would_be_refused_today_is_still_read_once_adopted(text: str) -> None:
    with pytest.raises(Refusal):
        read_policy(text)
    assert adopted_policy(text).name == "shishou-2018"


def test_what_a_document_leaves_out_is_as_it_was_when_adopted() -> None:
    text = re.sub(r"(?m)^quota = .*$", "", text_of())
    assert read_policy(text).unstated["grading.quota"] == 2000
    assert adopted_policy(text, '{"grading.quota": 1500}').grading.quota == 1500


OFFICE = [*people("A", "B"), unit("U2")]
LISTED = paper("2018-12-01", roster("A", "B"))
OLD = policy("shishou-2013", on="2013-01-01")
NEW = policy("shishou-2018", on="2018-01-01")


def judging(*commands: Command, as_of: str | None = None) -> UnitYear:
    """Return the year 2018 of U1 with the policies that judge it."""
    with an_archive(*commands) as archive, asked(archive, as_of) as reader:
        (found,) = unit_years(reader, Scope(2018, units=("U1",)))
        return found


def test_an_amendment_takes_the_place_of_the_text_it_amends() -> None:
    later = {"from": '{ value = 2019, clause = "R25" }'}
    amended = said("policy.amend", policy="shishou-2018", document=text_of(**later))
    assert judging(*OFFICE, OLD, NEW, *LISTED).policy.name == "shishou-2018"
    assert judging(*OFFICE, OLD, NEW, *LISTED, amended).policy.name == "shishou-2013"


def test_a_pilot_amended_to_other_units_no_longer_judges_the_first() -> None:
    text = text_of().replace("shishou-2018", "pilot")
    adopted = said("policy.adopt", policy="pilot", document=text, units=["U1", "U2"])
    amended = said("policy.amend", policy="pilot", document=text, units=["U2"])
    assert judging(*OFFICE, OLD, adopted, *LISTED).policy.name == "pilot"
    assert judging(*OFFICE, OLD, adopted, *LISTED, amended).policy.name == "shishou-2013"


def test_amending_an_older_policy_does_not_put_it_before_a_later_adoption() -> None:
    text = text_of("shishou-2013") + "# 修订\n"
    amended = said("policy.amend", policy="shishou-2013", document=text, on="2018-06-01")
    assert judging(*OFFICE, OLD, NEW, *LISTED, amended).policy.name == "shishou-2018"


def test_no_other_policy_judges_a_closed_year_whose_own_was_not_known_then() -> None:
    office = paper("2018-01-01", *OFFICE, OLD)
    learnt, closed = paper("2019-06-01", NEW), paper("2019-01-20", close())
    with an_archive(*office, *learnt, *LISTED, *closed) as archive:
        with asked(archive, "2019-02-01") as reader:
            assert unit_years(reader, Scope(2018, units=("U1",))) == []
            assert len(reader.notes) == 1
        with asked(archive) as reader:
            (found,) = unit_years(reader, Scope(2018, units=("U1",)))
            assert found.policy.name == "shishou-2018"


def test_a_closed_year_is_not_judged_by_a_law_adopted_after_its_closing() -> None:
    law = policy("law-2007", on="2007-01-01")
    before = judging(*OFFICE, NEW, law, *LISTED, close())
    after = judging(*OFFICE, NEW, *LISTED, close(), law)
    assert before.law is not None
    assert after.law is None


def test_a_closing_pins_the_text_that_was_amended_before_it() -> None:
    text = text_of() + "# 修订\n"
    amended = said("policy.amend", policy="shishou-2018", document=text)
    assert judging(*OFFICE, NEW, *LISTED, amended, close()).policy.text == text
    assert judging(*OFFICE, NEW, *LISTED, close(), amended).policy.text == text_of()


def test_of_two_policies_adopted_on_one_day_that_which_begins_later_judges_from_then_on() -> None:
    day = "2013-01-01"
    for adopted in ([policy("shishou-2013", on=day), policy(on=day)], [policy(on=day), OLD]):
        assert judging(*OFFICE, *adopted, *LISTED).policy.name == "shishou-2018"


def test_a_document_of_another_name_is_refused() -> None:
    given().when(policy("mine", document=text_of())).refused(
        "the document's name is shishou-2018; expected mine", "document"
    )

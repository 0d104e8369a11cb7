"""A cadre's time in service: absences, sanctions, cases, training and letters of inquiry."""

import pytest

from domain.sentence import speak
from tests.commands.office import APPROVED, clock, withdraw
from tests.commands.personnel import absence, case, letter, sanction, train
from tests.commands.stepping import (
    NOBODY,
    OFFICE,
    Step,
    recorded_of_paper,
    refused_live,
    refused_of_paper,
    steps,
)
from tests.given import When, an_archive, given
from tests.said import Command

STREAM = "service/A"


def english(tried: When) -> str:
    """Return the sentence of a refusal."""
    assert tried.refusal is not None
    return speak(tried.refusal.sentence, "en")


@pytest.mark.parametrize(
    ("command", "topic", "fields"),
    [
        (
            absence(),
            "service.absent",
            {"kind": "sick", "starts": "2018-03-01", "ends": "2018-04-30", "on": "2018-05-02"},
        ),
        (absence(until=None), "service.absent", {"starts": "2018-03-01", "ends": None}),
        (letter(reply_by="2018-07-31"), "service.inquired", {"reply_by": "2018-07-31"}),
        (
            sanction(),
            "service.sanctioned",
            {"kind": "warning", "starts": "2018-06-01", "ends": "2018-11-30"},
        ),
        (case("opened"), "service.case_opened", {"outcome": None}),
        (train(), "service.trained", {"course": "绩考专干培训班"}),
        (
            letter(reply="属实"),
            "service.inquired",
            {"content": "请说明情况", "reply_by": "2018-08-15", "reply": "属实"},
        ),
        (letter(reply_by=None), "service.inquired", {"reply_by": None, "reply": None}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_befalls_a_cadre_is_recorded(
    command: Command, topic: str, fields: dict[str, object]
) -> None:
    given(*OFFICE, clock=clock).when(command).then((STREAM, topic, fields))


@pytest.mark.parametrize("until", ["2018-04-30", "2018-12-31", None])
def test_until_when_an_absence_lasted_is_told_once_it_is_known(until: str | None) -> None:
    given(*OFFICE, absence(until=None), clock=clock).when(absence(until=until)).then(
        (STREAM, "service.absent", {"starts": "2018-03-01", "ends": until})
    )


def test_a_case_is_opened_closed_and_another_opened() -> None:
    given(*OFFICE, case("opened"), clock=clock).when(case("closed", outcome="不予处分")).then(
        (STREAM, "service.case_closed", {"outcome": "不予处分"})
    )
    given(*OFFICE, case("opened"), case("closed"), clock=clock).when(case("opened")).then(
        (STREAM, "service.case_opened", {})
    )


NOT_YET = "cadre LATE exists from 2019-05-01, not yet on"
ALWAYS = steps(
    ("an absence of nobody", [], absence("NOBODY"), NOBODY, "cadre"),
    ("a sanction of nobody", [], sanction("NOBODY"), NOBODY, "cadre"),
    ("a case of nobody", [], case("opened", "NOBODY"), NOBODY, "cadre"),
    ("a training of nobody", [], train("NOBODY"), NOBODY, "cadre"),
    ("a letter to nobody", [], letter("NOBODY"), NOBODY, "cadre"),
    ("an absence before coming", [], absence("LATE"), f"{NOT_YET} 2018-05-02", "cadre"),
    ("a sanction before coming", [], sanction("LATE"), f"{NOT_YET} 2018-06-01", "cadre"),
    ("a case before coming", [], case("opened", "LATE"), f"{NOT_YET} 2018-07-01", "cadre"),
    ("a training before coming", [], train("LATE"), f"{NOT_YET} 2018-02-01", "cadre"),
    ("a letter before coming", [], letter("LATE"), f"{NOT_YET} 2018-08-01", "cadre"),
    (
        "a training of who left",
        [],
        train("GONE"),
        "cadre GONE left on 2018-01-31 (retired), before 2018-02-01",
        "cadre",
    ),
    (
        "an absence that ends before it starts",
        [],
        absence(until="2018-02-28"),
        "until 2018-02-28 is before from 2018-03-01",
        "until",
    ),
    (
        "a sanction that ends before it starts",
        [],
        sanction(until="2018-05-31"),
        "until 2018-05-31 is before from 2018-06-01",
        "until",
    ),
)


@ALWAYS
def test_refused_always(step: Step) -> None:
    refused_live(step)
    refused_of_paper(step)


LIVE = steps(
    (
        "a case opened while one is",
        [case("opened")],
        case("opened"),
        "a case against A is open already; expected it to be closed first",
        "state",
    ),
    (
        "a case closed that never was opened",
        [],
        case("closed"),
        "no case against A is open; expected one to be opened first",
        "state",
    ),
    (
        "a case closed twice",
        [case("opened"), case("closed")],
        case("closed"),
        "no case against A is open; expected one to be opened first",
        "state",
    ),
)


@LIVE
def test_refused_live_and_recorded_of_paper(step: Step) -> None:
    refused_live(step)
    recorded_of_paper(step)


@pytest.mark.parametrize(
    "command",
    [
        absence(**{"from": "2018-05-01"}, until="2018-05-01"),
        absence(**{"from": "2018-02-01"}, until="2018-02-28"),
        absence(kind="private"),
        absence("B"),
    ],
)
def test_absences_side_by_side_or_of_another_kind_or_cadre_stand_together(
    command: Command,
) -> None:
    tried = given(*OFFICE, absence(), clock=clock).when(command)
    assert tried.refusal is None, str(tried.refusal)


def test_who_left_may_still_be_sanctioned_and_asked() -> None:
    for command in (absence("GONE"), sanction("GONE"), case("opened", "GONE"), letter("GONE")):
        tried = given(*OFFICE, clock=clock).when(command)
        assert tried.refusal is None, str(tried.refusal)


@pytest.mark.parametrize("command", [absence(), sanction(), case("opened"), train(), letter()])
def test_what_was_recorded_in_error_is_withdrawn_and_recorded_anew(command: Command) -> None:
    with an_archive(*OFFICE, command, clock=clock) as archive:
        last = archive.log.last_position()
        wanted = {"version": 1, "withdrawn": last, **APPROVED}
        When(archive, withdraw(last)).then((STREAM, "service.withdrawn", wanted))
        assert "record of service" in english(When(archive, withdraw(last)))
        again = When(archive, command)
        assert again.refusal is None, str(again.refusal)


def test_a_withdrawn_case_is_open_no_more_and_its_withdrawn_closing_opens_it_again() -> None:
    with an_archive(*OFFICE, case("opened"), case("closed"), clock=clock) as archive:
        closing = archive.log.last_position()
        When(archive, withdraw(closing)).then((STREAM, "service.withdrawn", {}))
        When(archive, case("opened")).refused(
            "a case against A is open already; expected it to be closed first", "state"
        )
        When(archive, withdraw(closing - 1)).then((STREAM, "service.withdrawn", {}))
        When(archive, case("opened")).then((STREAM, "service.case_opened", {}))

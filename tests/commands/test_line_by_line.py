"""A file is recorded line by line: a line may name the position of any line before it."""

from collections.abc import Callable

import pytest

from domain.rules.document import shipped
from tests.commands.office import PAST, clock, withdraw
from tests.commands.personnel import decision, exception
from tests.given import Command, an_archive
from tests.said import post, said


def amended(position: int) -> Command:
    text = shipped("shishou-2018")
    return said("policy.amend", policy="shishou-2018", document=text, because=[position])


def evaluated(position: int) -> Command:
    return exception("D-commend", evidence=[position])


@pytest.mark.parametrize("naming", [withdraw, amended, evaluated])
def test_what_a_line_before_recorded_can_be_named(naming: Callable[[int], Command]) -> None:
    with an_archive(*PAST, decision("commend"), clock=clock) as archive:
        next_one = archive.log.last_position() + 1
        outcomes = list(archive.record([post("A", unit="U2"), naming(next_one)]))
    assert [outcome.refusal for outcome in outcomes] == [None, None]
    assert [outcome.positions for outcome in outcomes] == [(next_one,), (next_one + 1,)]


def test_what_a_line_behind_will_record_cannot_be_named() -> None:
    with an_archive(*PAST, clock=clock) as archive:
        later = archive.log.last_position() + 1
        outcomes = list(archive.record([withdraw(later), post("A", unit="U2"), withdraw(10**9)]))
    assert [bool(outcome.refusal) for outcome in outcomes] == [True, False, True]


ODD: list[Command] = [
    *(withdraw(odd) for odd in ("1", 1.5, True, [1], {}, -1)),
    *(exception("D-commend", evidence=odd) for odd in ("1", {}, [[1]], ["1"], [True])),
]


@pytest.mark.parametrize("command", ODD, ids=str)
def test_what_is_no_position_refuses_its_own_line_only(command: Command) -> None:
    with an_archive(*PAST, decision("commend"), clock=clock) as archive:
        outcomes = list(archive.record([post("A", unit="U2"), command, post("B", unit="U2")]))
    assert [bool(outcome.refusal) for outcome in outcomes] == [False, True, False]

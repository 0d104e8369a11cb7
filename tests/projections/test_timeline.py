"""A cadre's record leaves nothing out: every view that names cadres is told, in words."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

import domain
from archive.archive import Archive
from domain.sentence import speak
from domain.story import tell
from projections.facts import VIEWS, expected
from projections.timeline import ABOUT, NOT_ABOUT, record_positions
from projections.view import View
from tests.commands.office import clock
from tests.commands.test_catalogue import EVERYTHING
from tests.given import an_archive, asked
from tests.said import said

NAMES = ("cadre", "ratee")
TERMS = tomllib.loads(
    Path(domain.__file__).parent.joinpath("catalogue", "terms.toml").read_text("utf-8")
)
OWN_STRINGS = ("round", "policy", "decision")
"""The organisation's own strings, which may read like codes."""
NAMING = [view for view in VIEWS if any(name in view.table.c for name in NAMES)]


@pytest.fixture(scope="module")
def everything(store: str) -> Iterator[Archive]:
    with an_archive(*EVERYTHING, clock=clock) as archive:
        yield archive


def test_every_view_that_names_cadres_is_told_but_what_is_about_the_whole_unit() -> None:
    assert [*dict.fromkeys(view for view, _ in ABOUT), *NOT_ABOUT] == [
        *(view for view in NAMING if view is not expected),
        expected,
    ]


@pytest.mark.parametrize("view", [view for view, _ in ABOUT], ids=lambda view: view.name)
def test_what_a_view_holds_about_a_cadre_stands_in_the_record(
    everything: Archive, view: View
) -> None:
    with asked(everything) as reader:
        rows = reader.rows(view)
        assert rows, "no event of this view is recorded in the test"
        for row in rows:
            whose = row.ratee if "ratee" in row._fields else row.cadre
            if whose is not None:
                assert row.position in record_positions(reader, whose), row


def test_a_decisions_exception_and_withdrawal_stand_in_the_record_of_whom_it_is_about(
    everything: Archive,
) -> None:
    topics = {row[0]: row[3] for page in everything.log.scan(0) for row in page}
    by_topic = {topic: position for position, topic in topics.items()}
    withdrawn = everything.do(
        said(
            "fact.withdraw",
            position=by_topic["decision.excepted"],
            reason="录入有误",
            approver="BOSS",
        )
    )
    with asked(everything) as reader:
        for year in (None, 2019):  # an appointment is about no year: it happened in one
            told = record_positions(reader, "A", year)
            assert {by_topic["decision.appointed"], by_topic["decision.excepted"]} <= {*told}
            assert {*withdrawn} <= {*told}
        assert by_topic["decision.appointed"] not in record_positions(reader, "A", 2018)


def test_codes_are_told_by_their_labels(everything: Archive) -> None:
    for page in everything.log.scan(0):
        for _, stream, version, topic, state in page:
            sentence = tell(everything.mapper.to_fact(StoredEvent(stream, version, topic, state)))
            told = speak(sentence)
            own = " ".join(str(value) for name, value in sentence.values if name in OWN_STRINGS)
            for word in re.findall(r"[a-z_]{2,}", told):
                assert word not in TERMS or word in own, (topic, told)

"""What must hold of decisions in any history: judged as asked then, cited truly, explained."""

from collections.abc import Sequence
from datetime import date

from eventsourcing.persistence import StoredEvent
from hypothesis import given
from hypothesis import strategies as st

from archive.archive import Archive
from domain.decision import Cited, Taken
from projections.as_of import AsOf
from projections.decisions import DecisionTaken, taken
from projections.dossier import dossier
from projections.eligibility import eligibility
from projections.reader import Reader
from tests.archive import histories
from tests.archive.histories import CADRES, YEARS
from tests.archive.test_properties import TODAY, on_days, recorded, thorough
from tests.given import Command
from tests.said import said


@st.composite
def decisions(draw: st.DrawFn) -> Command:
    kind = draw(st.sampled_from(("commend", "talent", "train", "appoint")))
    own: dict[str, object] = {"year": draw(st.sampled_from(YEARS)), "title": "先进"}
    if kind == "train":
        own["course"] = own.pop("title")
    if kind == "appoint":
        own = {"post": "科长", "rank_level": "1A42", "unit": "U1"}
    code = f"D{draw(st.integers(1, 6))}"
    return said(f"decision.{kind}", decision=code, cadre=draw(st.sampled_from(CADRES)), **own)


@st.composite
def histories_with_decisions(draw: st.DrawFn) -> list[Command]:
    """Draw a history in which decisions are taken, some of them together, on days of their own."""
    commands: list[Command] = draw(histories.anything())
    for together in draw(st.lists(st.lists(decisions(), min_size=1, max_size=3), max_size=4)):
        place = draw(st.integers(0, len(commands)))
        commands = [*commands[:place], *together, *commands[place:]]
    days = draw(st.lists(st.integers(0, 5), min_size=len(commands), max_size=len(commands)))
    return on_days(commands, days)


def cited_by(archive: Archive, decision: DecisionTaken) -> Cited:
    ((_, stream, version, topic, state),) = archive.events([decision.position])
    event = archive.mapper.to_fact(StoredEvent(stream, version, topic, state))
    assert isinstance(event, Taken)
    return event.cited


def in_order(positions: Sequence[int]) -> bool:
    return len(positions) == len({*positions})


@thorough
@given(commands=histories_with_decisions())
def test_a_decision_is_judged_then_and_now_as_if_it_were_asked_alone(
    commands: list[Command],
) -> None:
    with recorded(commands) as (archive, _), archive.ask(AsOf(TODAY)) as reader:
        for found in taken(reader):
            then = Reader(reader.connection, AsOf(TODAY, found.known_at, found.position - 1))
            asked = eligibility(then, found.purpose, found.cadre, found.asked)
            assert found.then == asked.finding
            if found.year is not None:
                now = Reader(reader.connection, AsOf(TODAY))
                asked = eligibility(now, found.purpose, found.cadre, found.year)
                assert found.now == asked.finding
            assert (found.cited.verdict, found.on) == (found.then.verdict, date(2018, 1, 1))


@thorough
@given(commands=histories_with_decisions())
def test_a_dossier_agrees_with_its_citation_and_names_what_is_behind_each_change(
    commands: list[Command],
) -> None:
    with recorded(commands) as (archive, _), archive.ask(AsOf(TODAY)) as reader:
        for found in taken(reader):
            laid = dossier(reader, found, cited_by(archive, found))
            assert laid.differences == ()
            assert (laid.then.finding, laid.now.finding) == (found.then, found.now)
            assert in_order(laid.events)
            for change in laid.changes:
                assert {*change.events} <= {*laid.events}
                assert change.events, (change, found)

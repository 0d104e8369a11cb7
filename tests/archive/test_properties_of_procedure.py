"""What must hold of any history of how things are done: rebuilt, and asked as of then."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from archive.streams import EVENTS
from archive.views import database_of
from domain.decision import Cited
from projections.appeals import appeals_of_year
from projections.as_of import AsOf, parse_as_of
from projections.conformance import checks_of_year
from projections.decisions import DecisionTaken, taken
from projections.dossier import dossier
from projections.eligibility import eligibility
from projections.engine import Views
from projections.facts import VIEWS
from projections.ranking import annual_ranking
from projections.reader import Reader
from projections.spread import proposals, spreads
from projections.talks import talks_of_year
from projections.timeline import record_positions
from projections.units import units_of_year
from tests.archive import procedures
from tests.archive.histories import CADRES, YEARS
from tests.archive.procedures import FOUNDATION
from tests.archive.test_properties import (
    FIRST,
    NOW,
    TODAY,
    KnownBy,
    quick,
    recorded,
    tables,
)
from tests.given import Command
from tests.said import paper
from tests.stores import a_location

asking = settings(quick, max_examples=10)  # each example asks everything several times


@st.composite
def papers(draw: st.DrawFn, *, in_order: bool) -> list[Command]:
    commands = draw(procedures.anything())
    days = draw(st.lists(st.integers(0, 30), min_size=len(commands), max_size=len(commands)))
    known = [FIRST + timedelta(days=day) for day in (sorted(days) if in_order else days)]
    pairs = zip(known, commands, strict=True)
    return [*FOUNDATION, *(c for day, command in pairs for c in paper(day.isoformat(), command))]


def cited(decision: DecisionTaken) -> Cited:
    """Return what a decision cites, as far as the views have it."""
    found = decision.cited
    return Cited(found.position, found.root, decision.purpose, found.year, found.verdict, ())


def answers(reader: Reader) -> dict[str, Any]:
    """Return what the archive answers to everything about the procedure."""
    decided = taken(reader)
    return {
        "rank": [annual_ranking(reader, year) for year in YEARS],
        "eligible": [
            eligibility(reader, purpose, "C1", 2018) for purpose in ("promotion", "commendation")
        ],
        "talks": [talks_of_year(reader, year) for year in YEARS],
        "spread": [spreads(reader, year) for year in YEARS],
        "proposals": [proposals(reader, year) for year in YEARS],
        "check": [checks_of_year(reader, year) for year in YEARS],
        "check of a unit": checks_of_year(reader, 2018, "U1"),
        "decisions": decided,
        "dossiers": [dossier(reader, decision, cited(decision)) for decision in decided],
        "appeals": [appeals_of_year(reader, year) for year in YEARS],
        "units": [units_of_year(reader, year) for year in YEARS],
        "record": [record_positions(reader, cadre) for cadre in CADRES],
    }


def asked(archive: Archive, as_of: str | None = None, today: date = TODAY) -> dict[str, Any]:
    moment = parse_as_of(as_of, NOW) if as_of else AsOf(today)
    assert moment is not None
    with archive.ask(moment) as reader:
        return answers(reader)


@quick
@given(commands=procedures.anything(), cuts=st.sets(st.integers(0, 60), max_size=5))
def test_a_rebuild_makes_the_very_rows_of_live_catching_up(
    commands: list[Command], cuts: set[int]
) -> None:
    with recorded(FOUNDATION) as (archive, _):
        archive.views.ensure()
        for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), 60], strict=True):
            list(archive.record(commands[start:stop]))
            archive.views.catch_up()
        live = tables(archive)
        archive.rebuild()
        assert tables(archive) == live
        assert not archive.views.set_aside()


@asking
@given(commands=papers(in_order=True), day=st.integers(0, 30), data=st.data())
def test_as_of_then_the_archive_answers_as_it_would_have_answered_then(
    commands: list[Command], day: int, data: st.DataObject
) -> None:
    then = (FIRST + timedelta(days=day)).isoformat()
    by_then = [command for command in commands if command["known_at"] <= then]
    stop = data.draw(st.integers(len(FOUNDATION), len(commands)))
    with recorded(commands) as (archive, outcomes):
        with recorded(by_then) as (old, _):
            assert asked(archive, then) == asked(old, today=date.fromisoformat(then))
        last = max(p for outcome in outcomes[:stop] for p in outcome.positions)
        with recorded(commands[:stop]) as (shorter, _):
            assert asked(archive, f"#{last}") == asked(shorter)


@asking
@given(commands=papers(in_order=False), live=procedures.anything(), day=st.integers(0, 30))
def test_as_of_then_only_what_was_known_then_counts_in_whatever_order_it_was_recorded(
    commands: list[Command], live: list[Command], day: int
) -> None:
    then = FIRST + timedelta(days=day)
    with recorded([*commands, *live]) as (archive, _), a_location() as location:
        log, database = KnownBy(archive, then), database_of(location)
        views = Views(database, VIEWS, log, known_topics=EVENTS)
        views.ensure()
        with database.engine.connect() as connection:
            expected = answers(Reader(connection, AsOf(then)))
        database.close()
        assert asked(archive, then.isoformat()) == expected


@asking
@given(commands=papers(in_order=False), live=procedures.anything(), data=st.data())
def test_as_of_a_position_only_the_log_up_to_it_counts(
    commands: list[Command], live: list[Command], data: st.DataObject
) -> None:
    history = [*commands, *live]
    stop = data.draw(st.integers(len(FOUNDATION), len(history)))
    with recorded(history) as (archive, outcomes), recorded(history[:stop]) as (shorter, _):
        last = max(p for outcome in outcomes[:stop] for p in outcome.positions)
        assert asked(archive, f"#{last}") == asked(shorter)

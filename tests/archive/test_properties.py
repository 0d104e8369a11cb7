"""What must hold of any history, on real archives: rebuilt, asked as of then, voided, renamed."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from archive.archive import Archive
from archive.deciding import Outcome
from archive.store.sqlite import Row
from archive.streams import EVENTS
from archive.views import database_of
from domain.times import day_of, last_moment
from projections.as_of import AsOf, parse_as_of
from projections.audit import Which, missing_scores, who_scored_whom
from projections.eligibility import eligibility
from projections.engine import Views
from projections.facts import VIEWS
from projections.ranking import annual_ranking
from projections.reader import Reader
from projections.talks import talks_of_year
from projections.timeline import record_positions
from tests.archive import histories
from tests.archive.histories import CADRES, FOUNDATION, RATERS, YEARS
from tests.commands.pointed import lead, release
from tests.given import Command
from tests.said import component, correction, paper, policy, post, said, sheet
from tests.stores import a_location

NOW = datetime(2026, 1, 1, 4, tzinfo=UTC)
TODAY = day_of(NOW)
FIRST = date(2017, 1, 1)

quick = settings(derandomize=True, deadline=None, max_examples=30)
thorough = settings(quick, max_examples=20)  # each example asks everything several times


@contextmanager
def recorded(commands: Iterable[Command]) -> Iterator[tuple[Archive, list[Outcome]]]:
    """Yield an archive of these commands, refused ones left out, under a clock that stands."""
    with a_location() as location, Archive(location, create=True, clock=lambda: NOW) as archive:
        yield archive, list(archive.record(commands))


def on_days(commands: Sequence[Command], days: Sequence[int]) -> list[Command]:
    """Return the foundation, then the commands as paper history known on these days."""
    known = [(FIRST + timedelta(days=day)).isoformat() for day in days]
    pairs = zip(known, commands, strict=True)
    return [*FOUNDATION, *(c for day, command in pairs for c in paper(day, command))]


@st.composite
def papers(draw: st.DrawFn, *, in_order: bool) -> list[Command]:
    commands = draw(histories.anything())
    days = draw(
        st.lists(st.integers(0, 30), min_size=len(commands), max_size=len(commands)),
    )
    return on_days(commands, sorted(days) if in_order else days)


def answers(reader: Reader) -> dict[str, Any]:
    """Return what the archive answers to everything."""
    which = [Which(), Which(rater="R1"), Which(unit="U1"), Which(ratee="C1", year=2018)]
    return {
        "rank": [annual_ranking(reader, year) for year in YEARS],
        "without": annual_ranking(reader, 2018, "U1", without_rater="R1"),
        "eligible": [
            eligibility(reader, purpose, cadre, year)
            for cadre, year in (("C1", 2018), ("C2", None))
            for purpose in ("promotion", "commendation", "training", "talent")
        ],
        "audit": [who_scored_whom(reader, one) for one in which],
        "missing": missing_scores(reader, Which()),
        "record": [record_positions(reader, cadre) for cadre in CADRES],
        "talks": [talks_of_year(reader, year) for year in YEARS],
    }


def asked(archive: Archive, as_of: str | None = None, today: date = TODAY) -> dict[str, Any]:
    moment = parse_as_of(as_of, NOW) if as_of else AsOf(today)
    assert moment is not None
    with archive.ask(moment) as reader:
        return answers(reader)


def tables(archive: Archive) -> dict[str, list[Any]]:
    """Return every view's rows."""
    with archive.views.engine.connect() as connection:
        return {
            view.name: sorted(map(tuple, connection.execute(select(view.table))), key=repr)
            for view in VIEWS
        }


@quick
@given(commands=histories.anything(), cuts=st.sets(st.integers(0, 60), max_size=5))
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


@thorough
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


class KnownBy:
    """A log of what was known by the end of a day."""

    def __init__(self, archive: Archive, day: date) -> None:
        limit = last_moment(day)
        self.rows = [
            row
            for page in archive.log.scan(0)
            for row in page
            if datetime.fromisoformat(msgspec.json.decode(row[4])["known_at"]) <= limit
        ]

    def scan(self, after: int, upto: int | None = None, page: int = 0) -> Iterator[list[Row]]:
        """Yield what is behind a position."""
        rows = [row for row in self.rows if row[0] > after and (upto is None or row[0] <= upto)]
        if rows:
            yield rows

    def last_position(self) -> int:
        """Return the last position."""
        return self.rows[-1][0]


@thorough
@given(commands=papers(in_order=False), live=histories.anything(), day=st.integers(0, 30))
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


Line = tuple[Any, ...]


def judged(archive: Archive, without_rater: str | None = None) -> dict[str, Line]:
    """Return what everybody got, without the positions it rests on."""
    with archive.ask(AsOf(TODAY)) as reader:
        return {
            f"{s.year} {s.unit} {s.cadre}": (
                s.rank, s.of, s.performance, s.annual, s.half, s.grade, s.grade_status,
            )
            for year in YEARS
            for s in (
                line.standing
                for line in annual_ranking(reader, year, without_rater=without_rater)
            )
        }  # fmt: skip


Scores = dict[tuple[str, str], float]
"""Points by (rater, ratee)."""


def round_of(scores: Scores) -> list[Command]:
    """Return each rater's ballot; R1 and R2 lead."""
    raters = sorted({rater for rater, _ in scores})
    return [
        sheet(
            rater,
            {ratee: given for (who, ratee), given in scores.items() if who == rater},
            "leader" if rater in ("R1", "R2") else "peer",
        )
        for rater in raters
    ]


def everybody() -> st.SearchStrategy[Scores]:
    """Draw a round in which nearly everybody scores everybody."""
    pairs = [(a, b) for a in (*RATERS, *CADRES) for b in CADRES if a != b]
    return st.dictionaries(st.sampled_from(pairs), histories.points(), min_size=25)


PERFORMANCE = [
    *FOUNDATION,
    *paper("2018-06-01", *(component(c, "performance", 70 + 5 * n) for n, c in enumerate(CADRES))),
]


def renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [renamed(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


@quick
@given(scores=everybody(), data=st.data())
def test_neither_the_order_of_ballots_nor_the_names_of_cadres_change_a_rank(
    scores: Scores, data: st.DataObject
) -> None:
    ballots = round_of(scores)
    others = data.draw(st.permutations(["甲", "乙", "C2", "C1", "Z9", "a0"]))
    names = dict(zip(CADRES, others, strict=True))
    shuffled = data.draw(st.permutations(ballots))
    with recorded([*PERFORMANCE, *ballots]) as (archive, _):
        expected = judged(archive)
    with recorded(renamed([*PERFORMANCE, *shuffled], names)) as (archive, outcomes):
        assert not any(outcome.refusal for outcome in outcomes)
        found = judged(archive)
    places = {who: who.split() for who in expected}
    assert found == {
        f"{year} {unit} {names.get(cadre, cadre)}": expected[who]
        for who, (year, unit, cadre) in places.items()
    }


WORK = [
    said("work_list.submit", cadre="C1", year=2018, items=histories.ITEMS[1]),
    said("work_list.submit", cadre="C2", year=2018, items=histories.ITEMS[0]),
]
WORK_SCORES = [
    said("work_list.score", cadre=who, year=2018, scores=[{"item": item, "points": 80}],
         rater=rater, relation="leader")
    for who, item, rater in (("C1", "I1", "R1"), ("C1", "I2", "R2"), ("C2", "I1", "R2"))
] + [
    said("work_log.rate", cadre=who, day=day, points=70, rater=rater, relation="leader")
    for who, day, rater in (
        ("C1", "2018-03-05", "R1"), ("C1", "2018-04-05", "R2"), ("C2", "2018-03-05", "R1"),
    )
]  # fmt: skip


@quick
@given(scores=everybody(), rater=st.sampled_from(("R1", "R2", "C1")))
def test_voiding_all_that_a_rater_gave_is_as_if_he_never_scored(scores: Scores, rater: str) -> None:
    computed = [
        command
        for command in PERFORMANCE
        if command["command"] != "component.record" or command["cadre"] not in ("C1", "C2")
    ]
    base = [*computed, *WORK]
    given = [*WORK_SCORES, *round_of(scores)]
    approved = {"reason": "失实", "approver": "BOSS"}
    with recorded([*base, *given]) as (archive, outcomes):
        assert not any(outcome.refusal for outcome in outcomes)
        without = judged(archive, without_rater=rater)
        for command, outcome in zip(given, outcomes[len(base) :], strict=True):
            if command["rater"] != rater:
                continue
            if command["command"] == "ballot.submit":
                sheet_of = {key: command[key] for key in ("unit", "year", "round", "rater")}
                archive.do(said("ballot.void", **sheet_of, **approved))
            else:
                (position,) = outcome.positions
                archive.do(said("fact.withdraw", position=position, **approved))
        voided = judged(archive)
    with recorded([*base, *(c for c in given if c["rater"] != rater)]) as (archive, _):
        never = judged(archive)
    assert voided == never
    assert without == never


AFTER = st.lists(
    histories.evidence(least=76) | histories.frame() | st.just(policy("law-2021")),
    min_size=5,
    max_size=40,
)


@quick
@given(scores=everybody(), more=st.lists(histories.evidence(least=76), max_size=20), after=AFTER)
def test_a_closed_year_stands_whatever_comes_until_a_result_is_corrected(
    scores: Scores, more: list[Command], after: list[Command]
) -> None:
    high = {pair: max(given, 76) for pair, given in scores.items()}
    leads = [
        said("ballot.void", unit="U1", year=2018, round="annual", rater=rater, lead="LEAD-1",
             reason="失实", approver="BOSS")
        for rater in ("R1", "R2", "R3", "C1")
    ]  # fmt: skip
    pointed = release(lead("LEAD-1", "R1", "R2", "R3", "C1"))
    before = [*PERFORMANCE, *round_of(high), *more, pointed]
    before.append(said("year.close", unit="U1", year=2018))
    with recorded(before) as (archive, outcomes):
        assert outcomes[-1].refusal is None

        def closed() -> dict[str, Line]:
            return {who: line for who, line in judged(archive).items() if "2018 U1" in who}

        expected = closed()
        voided = list(archive.record([*after, *leads]))[-len(leads) :]
        assert any(outcome.refusal is None for outcome in voided)
        assert closed() == expected
        someone = next(who.split()[2] for who in expected)
        archive.do(correction(someone, "annual", 12.34))
        assert closed()[f"2018 U1 {someone}"][3] == 1234


def test_what_another_unit_still_records_leaves_a_closed_year_as_it_was() -> None:
    elsewhere = [command | {"unit": "U2"} for command in WORK_SCORES]
    numbers = [component("C1", name, 80) for name in ("democratic", "leader")]
    before = [*FOUNDATION, *paper("2018-06-01", *numbers), *WORK, *elsewhere]
    approved = {"reason": "核实", "approver": "BOSS"}
    listed = {"cadre": "C1", "year": 2018, "unit": "U2"}
    rated = {"rater": "R1", "relation": "leader", "points": 100}
    scores = [{"item": "I2", "points": 100}]
    with recorded([*before, said("year.close", unit="U1", year=2018)]) as (archive, outcomes):
        expected = judged(archive)
        assert expected["2018 U1 C1"][3] == 7880  # .40 × (.70 × 80 + .30 × 70) + .60 × 80
        (first,) = outcomes[len(before) - len(elsewhere)].positions
        for command in (
            said("work_log.rate", cadre="C1", unit="U2", day="2018-06-05", **rated),
            said("work_list.score", **listed, scores=scores, rater="R1", relation="leader",
                 **approved),
            said("fact.withdraw", position=first, **approved),
            said("work_list.submit", **listed, items=histories.ITEMS[0]),
            post("C1", on="2018-06-01", probation_until="2019-06-30"),
        ):  # fmt: skip
            archive.do(command)
            assert judged(archive) == expected, command["command"]

"""Whom a closed unit's small groups are compared with: the city as it was known at the closing.

Of the whole city only who changed since is fetched again; here everybody is, and nothing differs.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import city
from domain.rules.document import shipped
from domain.rules.facts import UnitYear
from domain.rules.ranking import Level
from domain.rules.standing import pooled, score_all
from domain.times import last_moment, micros
from projections import pools, remembered_pools
from projections.as_of import AsOf
from projections.changes import Changes
from projections.pools import city_pools
from projections.reader import Reader
from projections.unit_year import Scope, unit_years
from tests.archive import histories
from tests.archive.test_properties import TODAY, on_days, recorded, thorough
from tests.given import Command, an_archive, asked
from tests.said import (
    close,
    component,
    correction,
    paper,
    people,
    policy,
    post,
    roster,
    said,
    sheet,
    unit,
)

Pool = dict[Level, list[int]]


def sorted_out(pool: Any, levels: frozenset[Level]) -> Pool:
    return {level: sorted(pool[level]) for level in levels if pool.get(level)}


def levels_of(facts: Sequence[UnitYear]) -> frozenset[Level]:
    members = chain.from_iterable(unit_year.members for unit_year in facts)
    return frozenset((member.category, member.rank_level) for member in members)


def shared(reader: Reader, scope: Scope) -> dict[str, Pool]:
    """Return what each unit would be compared with, if all its groups were small."""
    facts = unit_years(reader, scope)
    levels = levels_of(facts)
    scores = {unit_year.unit: score_all(unit_year) for unit_year in facts}
    found = city_pools(reader, scope, facts, dict.fromkeys(scores, levels), scores)
    return {code: sorted_out(pool, levels) for code, pool in found.items()}


def fetched(reader: Reader, scope: Scope) -> dict[str, Pool]:
    """Return the same from everybody's facts as of each closing."""
    facts = unit_years(reader, scope)
    levels, found = levels_of(facts), {}
    for own in facts:
        others = facts
        if own.closing:
            as_of = replace(reader.as_of, known_at=own.closing.known_at)
            everybody = replace(scope, levels=levels)
            others = unit_years(Reader(reader.connection, as_of), everybody)
        found[own.unit] = pooled([own, *(other for other in others if other.unit != own.unit)])
    return {code: sorted_out(pool, levels) for code, pool in found.items()}


YEAR = Scope(2018)
LEVEL = ("other", "1A50")
TOLD = {"reason": "核实", "approver": "BOSS"}
OF_C = {"cadre": "C", "year": 2018, "unit": "U2"}
C_ON_A_DAY = {"cadre": "C", "day": "2018-06-05", "unit": "U2"}
BY_R = {"rater": "R", "relation": "leader"}
ITEMS = histories.ITEMS
BEFORE = [
    *paper("2010-02-01", *people("A"), *people("B", "C", "D", "R", unit_code="U2")),
    *paper("2018-02-01", policy()),
    *paper("2018-03-01", roster("A"), roster("B", "C", "D", unit="U2")),
    *paper("2018-03-02", said("work_list.submit", **OF_C, items=ITEMS[1])),
    *paper(
        "2019-01-10",
        component("A", "annual", 70),
        *(component("B", name, 80, unit="U2") for name in ("performance", "leader")),
        *(component("C", name, 84, unit="U2") for name in ("democratic", "leader")),
        component("D", "annual", 90, unit="U2"),
        sheet("R", {"B": 82}, unit="U2"),
        said("work_list.score", **OF_C, **BY_R, scores=[{"item": "I1", "points": 70}]),
        said("work_list.score", **OF_C, **BY_R, scores=[{"item": "I2", "points": 90}]),
        said("work_log.rate", **C_ON_A_DAY, **BY_R, points=88),
    ),
    *paper("2019-01-20", close()),
]

ON_BALLOT = {"unit": "U2", "year": 2018, "round": "annual", "rater": "R"}
ON_ROSTER = {"unit": "U2", "year": 2018, "category": "other", "participates": "yes", **TOLD}
SCHEME = {"unit": "U2", "year": 2018}
CONTENT = {"components": {"performance": 0.55, "democratic": 0.25, "leader": 0.2}}
STEPS = ("screen", "resolve", "countersign", "ratify")


def amended(code: str, change: str, level: str = "1A50", **fields: Any) -> Command:
    line = {"cadre": code, "change": change, "rank_level": level, **ON_ROSTER}
    return said("roster.amend", **line | fields)


_TEXT = shipped("shishou-2018") or ""
REWEIGHED = _TEXT.replace("work_share = { value = 0.70", "work_share = { value = 0.60").replace(
    "log_share = { value = 0.30", "log_share = { value = 0.40"
)

AFTER: dict[str, list[Command]] = {
    "a ballot": [sheet("A", {"B": 60}, unit="U2")],
    "a ballot corrected": [said("ballot.correct", **ON_BALLOT, ratee="B", points=60, **TOLD)],
    "a ballot voided": [said("ballot.void", **ON_BALLOT, **TOLD)],
    "an item scored again": [
        said("work_list.score", **OF_C, **BY_R, **TOLD, scores=[{"item": "I1", "points": 60}])
    ],
    "a list revised": [said("work_list.submit", **OF_C, items=ITEMS[0])],
    "a log rated again": [said("work_log.rate", **C_ON_A_DAY, **BY_R, **TOLD, points=60)],
    "a rating withdrawn": [said("fact.withdraw", position="work_log.rated", **TOLD)],
    "a component recorded": [component("B", "democratic", 60, unit="U2")],
    "a result corrected": [correction("D", "annual", 60)],
    "a cadre removed": [amended("D", "removed")],
    "a cadre added": [amended("R", "added"), component("R", "annual", 60, unit="U2")],
    "a cadre of another level": [amended("D", "changed", "1A60")],
    "a cadre who takes no part": [amended("D", "changed", participates="no")],
    "a roster line withdrawn": [said("fact.withdraw", position="year.listed", **TOLD)],
    "a cadre on another roster too": [
        post("D", "U1", on="2018-11-01"),
        *people("F", unit_code="U3"),
        roster("D", "F", unit="U3"),
    ],
    "a policy amended": [said("policy.amend", policy="shishou-2018", document=REWEIGHED)],
    "a policy adopted for the unit": [
        policy("pilot", document=REWEIGHED.replace("shishou-2018", "pilot"), units=["U2"])
    ],
    "a scheme ratified": [
        said("scheme.draft", content=CONTENT, **SCHEME),
        *(said(f"scheme.{step}", **SCHEME) for step in STEPS),
    ],
}


def record(archive: Archive, known_at: str, commands: Sequence[Command]) -> None:
    """Record paper history; for a topic where a position should be, the last of its events."""
    last = {row[3]: row[0] for page in archive.log.scan(0) for row in page}
    named = [{k: last[v] if k == "position" else v for k, v in c.items()} for c in commands]
    assert not [str(o.refusal) for o in archive.record(paper(known_at, *named)) if o.refusal]


@pytest.mark.parametrize("what", AFTER)
def test_the_city_of_a_closing_forgets_what_became_known_later(what: str) -> None:
    with an_archive(*BEFORE) as archive:
        with asked(archive) as reader:
            before = shared(reader, YEAR)
        record(archive, "2019-02-10", AFTER[what])
        with asked(archive) as reader:
            after = shared(reader, YEAR)
            assert after == fetched(reader, YEAR)
            facts = unit_years(reader, YEAR)
        assert after["U1"] == before["U1"]
        assert sorted_out(pooled(facts), frozenset([LEVEL])) != after["U1"]
        record(archive, "2019-02-15", [close("U2")])
        with asked(archive) as reader:
            assert shared(reader, YEAR) == fetched(reader, YEAR)
            assert shared(reader, YEAR)["U1"] == before["U1"]


@pytest.mark.parametrize("what", AFTER)
def test_and_counts_what_was_imported_later_but_known_before(what: str) -> None:
    with an_archive(*BEFORE) as archive:
        record(archive, "2019-01-15", AFTER[what])
        with asked(archive) as reader:
            facts = unit_years(reader, YEAR)
            everybody = sorted_out(pooled(facts), levels_of(facts))
            assert shared(reader, YEAR)["U1"] == fetched(reader, YEAR)["U1"] == everybody


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The moments as of which the city was judged to be compared with."""
    moments: list[int] = []
    as_of = pools._as_of

    def judged(reader: Reader, moment: int, scope: Scope) -> Any:
        moments.append(moment)
        return as_of(reader, moment, scope)

    monkeypatch.setattr(pools, "_as_of", judged)
    return moments


@pytest.mark.parametrize("what", AFTER)
def test_what_was_compared_with_is_remembered_until_one_imports_what_was_known_before(
    what: str, compared: list[int]
) -> None:
    of_one = replace(YEAR, units=("U1",))
    with an_archive(*BEFORE) as archive:
        with asked(archive) as reader:
            before = shared(reader, of_one)
        record(archive, "2019-02-10", [unit("U8")])
        with asked(archive) as reader:
            assert shared(reader, of_one) == before
        assert len(compared) == 1
        with asked(archive) as reader:
            assert shared(reader, replace(of_one, without_rater="R")) != {}
        assert len(compared) == 2
        record(archive, "2019-01-15", AFTER[what])
        with asked(archive) as reader:
            (found, everybody) = shared(reader, of_one)["U1"], fetched(reader, YEAR)["U1"]
        assert found == {level: everybody[level] for level in found} != {}
        assert len(compared) == 3


def test_and_put_away_anew_when_much_was_recorded_since(
    compared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered_pools, "_FEW", 2)
    monkeypatch.setattr(remembered_pools, "_MOST", 4)
    of_one = replace(YEAR, units=("U1",))
    with an_archive(*BEFORE) as archive:
        for more in range(5):
            with asked(archive) as reader:
                assert shared(reader, of_one)["U1"] == fetched(reader, YEAR)["U1"]
            record(archive, "2019-02-10", [unit(f"U8{more}{n}") for n in range(3)])
        assert len(compared) == 1
        record(archive, "2019-02-10", [unit("U9"), unit("U10")])
        with asked(archive) as reader:
            shared(reader, of_one)
        assert len(compared) == 2


ELSEWHERE = {
    "listed in two units": ("D", roster("D", "F", unit="U3")),
    "scored in two units": ("B", sheet("R", {"B": 60}, unit="U3")),
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_and_forgets_a_posting_that_became_known_later(what: str) -> None:
    code, there = ELSEWHERE[what]
    before = [*paper("2010-02-01", *people("F", unit_code="U3")), *paper("2019-01-12", there)]
    with an_archive(*BEFORE, *before) as archive:
        with asked(archive) as reader:
            then = shared(reader, YEAR)
        record(archive, "2019-02-10", [post(code, "U3", on="2018-07-01")])
        with asked(archive) as reader:
            assert shared(reader, YEAR) == fetched(reader, YEAR)
            assert shared(reader, YEAR)["U1"] == then["U1"]
            now = pooled(unit_years(reader, YEAR))
        assert sorted_out(now, frozenset([LEVEL])) != then["U1"]


def test_and_counts_what_lies_behind_a_closing_that_became_known_later() -> None:
    of_e = {"cadre": "E", "year": 2018, "unit": "U3"}
    listed = [amended("E", "added"), close("U2")]
    given = [component("E", name, 80, unit="U2") for name in ("democratic", "leader")]
    behind = [
        said("work_list.submit", **of_e, items=ITEMS[0]),
        said("work_list.score", **of_e, **BY_R, scores=[{"item": "I1", "points": 60}]),
        said("work_log.rate", **{**C_ON_A_DAY, "cadre": "E", "unit": "U3"}, **BY_R, points=60),
    ]
    people_there = paper("2010-02-01", *people("E", unit_code="U3"))
    with an_archive(*BEFORE, *people_there, *paper("2019-01-12", *given)) as archive:
        record(archive, "2019-01-15", listed[:1])
        record(archive, "2019-02-15", listed[1:])
        record(archive, "2019-01-16", behind)
        with asked(archive) as reader:
            assert shared(reader, YEAR) == fetched(reader, YEAR)
            now = sorted_out(pooled(unit_years(reader, YEAR)), frozenset([LEVEL]))
            assert len(shared(reader, YEAR)["U1"][LEVEL]) == len(now[LEVEL]) + 1


def test_nobody_is_fetched_again_where_only_units_were_closed() -> None:
    with (
        an_archive(*BEFORE, *paper("2019-02-15", close("U2"))) as archive,
        asked(archive) as reader,
    ):
        closings = [own.closing.known_at for own in unit_years(reader, YEAR) if own.closing]
        changes = Changes(reader, replace(YEAR, levels=frozenset([LEVEL])), min(closings))
        assert len(closings) == 2
        assert changes.between(max(closings), None) == set()
        assert changes.between(min(closings), max(closings)) == set()
        assert changes.between(min(closings), None) == set()


def test_a_unit_gets_the_levels_that_it_needs_and_not_those_of_others() -> None:
    chief = ("other", "1A60")
    later = [*AFTER["a cadre of another level"], close("U2")]
    with an_archive(*BEFORE, *paper("2019-01-15", *later[:1])) as archive:
        record(archive, "2019-02-15", later[1:])
        with asked(archive) as reader:
            facts = unit_years(reader, YEAR)
            scores = {unit_year.unit: score_all(unit_year) for unit_year in facts}
            needed = {"U1": frozenset([LEVEL]), "U2": frozenset([chief])}
            found = city_pools(reader, YEAR, facts, needed, scores)
    assert {code: set(pool) for code, pool in found.items()} == {"U1": {LEVEL}, "U2": {chief}}


@pytest.mark.parametrize("seed", [3, 4])
def test_nor_does_anybody_of_a_whole_city_differ(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    compared = 0
    with Archive(tmp_path_factory.mktemp("city"), create=True) as archive:
        assert not [o for o in archive.record(city(5, 2, seed).commands(COMMANDS)) if o.refusal]
        for year, month in product((2017, 2018), (1, 2, 12)):
            day = date(year + 1, month, 9)
            scope = Scope(year, without_rater="C00003" if month == 2 else None)
            with archive.ask(AsOf(day, known_at=micros(last_moment(day)))) as reader:
                found = shared(reader, scope)
                assert found == fetched(reader, scope)
            compared += sum(map(len, chain.from_iterable(p.values() for p in found.values())))
    assert compared > 1000


@thorough
@given(commands=histories.anything(), data=st.data())
def test_nor_in_any_history(commands: list[Command], data: st.DataObject) -> None:
    days = data.draw(st.lists(st.integers(0, 30), min_size=len(commands), max_size=len(commands)))
    with recorded(on_days(commands, days)) as (archive, _):
        last = archive.log.last_position()
        for as_of in (AsOf(TODAY), AsOf(TODAY, position=data.draw(st.integers(1, last)))):
            for year, without in product(histories.YEARS, (None, "R1")):
                scope = Scope(year, without_rater=without)
                with archive.ask(as_of) as reader:
                    assert shared(reader, scope) == fetched(reader, scope)

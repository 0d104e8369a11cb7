"""The oracle again, on years with transfers, sanctions, leave, cases, schemes and approvals."""

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from archive.archive import Archive
from archive.cli.main import shiji
from projections.ranking import annual_ranking
from tests.archive import oracle
from tests.commands.office import rate, work_list
from tests.given import Command, asked
from tests.said import close, paper, people, policy, post, roster, said, sheet
from tests.stores import a_location

UNITS = {
    "U1": tuple(f"A{n}" for n in range(1, 8)),
    "U2": tuple(f"B{n}" for n in range(1, 7)),
}
MOVED = {"A1": "2018-03-01", "A2": "2018-11-20", "B1": "2018-07-01"}
HEADS = {"U1": "H1", "U2": "H2"}


def other(unit: str) -> str:
    return "U2" if unit == "U1" else "U1"


def units_of(cadre: str) -> list[str]:
    """Return the units in which a cadre serves in the year, in order."""
    first = "U1" if cadre[0] == "A" else "U2"
    return [first, other(first)] if cadre in MOVED else [first]


def points(rng: Random) -> float:
    return rng.randint(5500, 10_000) / 100


def worked(cadre: str, unit: str, rng: Random) -> Iterator[Command]:
    """A list with the unit, its items' scores and some ratings."""
    weights = rng.choice(((1.0,), (0.6, 0.4), (0.25, 0.25, 0.5)))
    yield work_list(cadre, *weights, unit=unit)
    scores = [{"item": f"I{n}", "points": points(rng)} for n in range(1, len(weights) + 1)]
    leader = {"rater": HEADS[unit], "relation": "leader"}
    yield said("work_list.score", cadre=cadre, year=2018, unit=unit, scores=scores, **leader)
    for month in range(1, 4) if unit == units_of(cadre)[0] else range(10, 12):
        yield rate(cadre, f"2018-{month:02}-15", points(rng), unit=unit, rater=HEADS[unit])


def listed_in(unit: str, rng: Random, always: Sequence[str] = ()) -> list[str]:
    """Return whose unit this is in the end, and some of those who have left it."""
    served = [c for codes in UNITS.values() for c in codes if unit in units_of(c)]
    return [c for c in served if unit == units_of(c)[-1] or c in always or rng.random() < 0.7]


def balloted(unit: str, on_roster: Sequence[str], rng: Random) -> Iterator[Command]:
    """Some score everybody on the roster, and some of those who left before it was frozen."""
    ratees = listed_in(unit, rng, on_roster)
    for rater in UNITS[unit][:3]:
        given = {c: points(rng) for c in ratees if c != rater}
        yield sheet(rater, given, unit=unit, round="annual")
    head = {c: points(rng) for c in ratees}
    yield sheet(HEADS[unit], head, "leader", unit=unit)


def on_record(rng: Random) -> Iterator[Command]:
    """Sanctions, leave and cases of some."""
    for cadre in ("A3", "B3", "A4"):
        span = {"from": f"201{rng.randint(6, 8)}-05-01", "until": f"201{rng.randint(8, 9)}-05-01"}
        yield said("cadre.sanction", cadre=cadre, kind=rng.choice(oracle.SANCTIONS), **span)
    for cadre in ("A5", "B5", "A3"):
        span = {"from": f"2018-0{rng.randint(1, 9)}-10"}
        kind = rng.choice(("sick", "private", "study"))
        yield said("cadre.absence", cadre=cadre, kind=kind, **span)
    yield said("cadre.case", cadre="B4", state="opened", on="2018-06-01")
    if rng.random() < 0.5:
        yield said(
            "cadre.case", cadre="B4", state="closed", on=rng.choice(("2018-09-01", "2019-03-01"))
        )


def schemed(rng: Random) -> Iterator[Command]:
    where = {"unit": "U1", "year": 2018}
    other_weights = {"performance": 0.5, "democratic": 0.35, "leader": 0.15}
    yield said("scheme.draft", content={"components": other_weights}, **where)
    if rng.random() < 0.5:
        yield said("scheme.draft", content={"categories": {"other": {"democratic": 0.3}}}, **where)
    for step in ("screen", "resolve", "countersign", "ratify"):
        yield said(f"scheme.{step}", **where)


def history(seed: int) -> list[Command]:
    rng = Random(seed)
    listed = {unit: listed_in(unit, rng) for unit in UNITS}
    rosters = [roster(*codes, unit=unit) for unit, codes in listed.items()]
    rng.shuffle(rosters)
    moves = [post(c, units_of(c)[-1], on=day) for c, day in MOVED.items()]
    codes = [c for own in UNITS.values() for c in own]
    work = [c for code in codes for unit in units_of(code) for c in worked(code, unit, rng)]
    ballots = [c for unit, own in listed.items() for c in balloted(unit, own, rng)]
    laws = [policy("law-2007")] if rng.random() < 0.5 else []
    share = {"share": rng.choice((0.21, 0.25)), "approver": "BOSS", "document": "示例批文"}
    approval = [] if laws else [said("quota.approve", unit="U1", year=2018, **share)]
    return [
        *paper("2010-02-01", *people(*UNITS["U1"], "H1")),
        *paper("2010-02-01", *people(*UNITS["U2"], "H2", unit_code="U2")),
        *paper("2018-01-02", policy(), *laws),
        *paper("2018-12-01", *moves, *schemed(rng), *rosters),
        *paper("2018-12-30", *work),
        *paper("2018-12-31", *ballots, *on_record(rng)),
        *paper("2019-01-20", *(close(unit) for unit in UNITS)),
        *paper("2019-01-25", *approval),
    ]


def ask(location: str, *arguments: str) -> Any:
    """Return the JSON of ``shiji …``."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        shiji([*arguments, "--json", "--archive", str(location)], standalone_mode=False)
    return json.loads(out.getvalue(), parse_float=Decimal)


def exact(points: Any) -> Fraction:
    return Fraction(0 if points is None else points)


@pytest.mark.parametrize("seed", range(12))
def test_the_oracle_agrees_on_years_that_nothing_is_simple_about(seed: int) -> None:
    with a_location() as location:
        with Archive(location, create=True) as archive:
            refused = [o.refusal for o in archive.record(history(seed)) if o.refusal]
            last = archive.log.last_position()
            assert [str(refusal) for refusal in refused] == []
            with asked(archive) as reader:
                standings = [line.standing for line in annual_ranking(reader, 2018)]
        events = ask(location, "event", *map(str, range(1, last + 1)))
        judged = oracle.judge(2018, ask(location, "audit", "--year", "2018"), events)
    found = {
        (s.unit, s.cadre): (
            s.rank, s.of, s.half, s.computed_grade,
            s.rank and Fraction(s.performance or 0, 100), s.rank and Fraction(s.annual or 0, 100),
        )
        for s in standings
    }  # fmt: skip
    expected = {
        (m.unit, m.cadre): (
            m.rank, m.of, m.half, m.computed, m.rank and m.performance, m.rank and m.annual,
        )
        for m in judged
    }  # fmt: skip
    assert found == expected
    evidence = {(m.unit, m.cadre): m.evidence for m in judged if m.rank}
    cited = {(s.unit, s.cadre): set(s.scored.evidence) for s in standings if s.rank}
    assert cited == evidence

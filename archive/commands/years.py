"""Commands about a unit's year: roster, rounds, components, closing."""

from types import SimpleNamespace
from typing import get_args

from archive.commands.declare import Command
from archive.fields import Choice, Day, Id, Points, Text, Weight, year
from archive.form import ListOf
from archive.streams import Streams
from archive.who import OFFICE, everywhere, own_unit
from domain.ballot import RELATIONS
from domain.cadre import CATEGORIES
from domain.fact import Stamp
from domain.roster import PARTICIPATES, Change, Line
from domain.round import Expected
from domain.supervision import Supervision
from domain.year import Year


def _freeze(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    lines = [Line(**member) for member in c.members]
    streams.get(Year, c.year, c.unit).freeze(
        stamp,
        lines,
        unit=streams.unit(c.unit),
        cadres=streams.cadres(line.cadre for line in lines),
    )


def _amend(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Year, c.year, c.unit).amend(
        stamp,
        streams.cadre(c.cadre),
        c.change,
        c.rank_level,
        c.category,
        c.participates,
        c.reason,
        c.approver,
        unit=streams.unit(c.unit),
    )


def _open_round(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    expected = [Expected(**pair) for pair in c.expected]
    people = {pair.rater for pair in expected} | {pair.ratee for pair in expected}
    streams.get(Year, c.year, c.unit).open_round(
        stamp,
        c.round,
        getattr(c, "from"),
        c.until,
        expected,
        unit=streams.unit(c.unit),
        cadres=streams.cadres(people),
    )


def _record_component(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    cadre = streams.cadre(c.cadre)
    unit = streams.unit_of(cadre, stamp.on, c.unit)
    streams.get(Year, c.year, unit.code).record_component(
        stamp,
        cadre,
        c.component,
        c.points,
        c.reason,
        c.approver,
        unit=unit,
        policy=streams.policy_in_force(unit.code, c.year),
    )


def _close(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    stream = streams.get(Year, c.year, c.unit)
    stream.must_be_open()
    supervision = streams.get(Supervision, c.year, c.unit)
    stream.close(
        stamp,
        unit=streams.unit(c.unit),
        policy=streams.policy_in_force(c.unit, c.year),
        law=streams.law_of(c.unit, c.year),
        unit_points=supervision.points,
        deductions=supervision.deductions,
    )


def _approve_quota(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Year, c.year, c.unit).approve_quota(
        stamp,
        c.share,
        c.approver,
        c.document,
        unit=streams.unit(c.unit),
        policy=streams.policy_in_force(c.unit, c.year),
        law=streams.law_of(c.unit, c.year),
    )


_ENTERED = everywhere(OFFICE) + own_unit("unit_admin")

COMMANDS = (
    Command(
        "roster.freeze",
        _freeze,
        _ENTERED,
        unit=Id(),
        year=year(),
        members=ListOf(
            {
                "cadre": Id(),
                "rank_level": Id(),
                "category": Choice(CATEGORIES),
                "participates": Choice(PARTICIPATES),
                "reason": Text(required=False),
            }
        ),
    ),
    Command(
        "roster.amend",
        _amend,
        _ENTERED,
        unit=Id(),
        year=year(),
        cadre=Id(),
        change=Choice(get_args(Change)),
        rank_level=Id(required=False),
        category=Choice(CATEGORIES, required=False),
        participates=Choice(PARTICIPATES, required=False),
        reason=Text(required=False),
        approver=Id(required=False),
    ),
    Command(
        "round.open",
        _open_round,
        _ENTERED,
        unit=Id(),
        year=year(),
        round=Id(),
        **{"from": Day()},
        until=Day(),
        expected=ListOf({"rater": Id(), "ratee": Id(), "relation": Choice(RELATIONS)}, least=0),
    ),
    Command(
        "component.record",
        _record_component,
        _ENTERED,
        cadre=Id(),
        year=year(),
        unit=Id(required=False),
        component=Id(),
        points=Points(),
        reason=Text(required=False),
        approver=Id(required=False),
    ),
    Command("year.close", _close, everywhere(OFFICE), unit=Id(), year=year()),
    Command(
        "quota.approve",
        _approve_quota,
        everywhere(OFFICE),
        unit=Id(),
        year=year(),
        share=Weight(),
        approver=Id(),
        document=Text(),
    ),
)

"""Commands about ballots."""

from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Choice, Id, Moment, Points, Text, year
from archive.form import ListOf
from archive.streams import Streams
from archive.who import AUDITOR, everywhere, oneself
from domain.ballot import RELATIONS, Ballot, Entry
from domain.fact import Stamp
from domain.lead import Lead


def _ballot(streams: Streams, c: SimpleNamespace) -> Ballot:
    return streams.get(Ballot, c.year, c.unit, c.round, c.rater)


def _submit(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    entries = [
        Entry(
            score["ratee"],
            score["points"],
            score["relation"] or c.relation,
            score["dimension"] or "",
            score["at"],
        )
        for score in c.scores
    ]
    _ballot(streams, c).submit(
        stamp,
        entries,
        year=streams.year(c.year, c.unit),
        unit=streams.unit(c.unit),
        rater=streams.cadre(c.rater),
        ratees=streams.cadres(entry.ratee for entry in entries),
    )


def _correct(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    _ballot(streams, c).correct(
        stamp,
        c.ratee,
        c.dimension or "",
        c.points,
        c.reason,
        c.approver,
        year=streams.year(c.year, c.unit),
    )


def _void(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    year_stream = streams.year(c.year, c.unit)
    lead = None
    if c.lead is not None:
        streams.guards.discard(year_stream.id)
        lead = streams.get(Lead, c.lead)
    _ballot(streams, c).void(
        stamp, c.ratee, c.dimension, c.reason, c.approver, lead, year=year_stream
    )


_SHEET = {"unit": Id(), "year": year(), "round": Id(), "rater": Id()}

COMMANDS = (
    Command(
        "ballot.submit",
        _submit,
        oneself("rater"),
        **_SHEET,
        relation=Choice(RELATIONS),
        scores=ListOf(
            {
                "ratee": Id(),
                "points": Points(),
                "dimension": Id(required=False),
                "relation": Choice(RELATIONS, required=False),
                "at": Moment(required=False),
            }
        ),
    ),
    Command(
        "ballot.correct",
        _correct,
        oneself("rater") + everywhere(AUDITOR),
        **_SHEET,
        ratee=Id(),
        dimension=Id(required=False),
        points=Points(),
        reason=Text(required=False),
        approver=Id(required=False),
    ),
    Command(
        "ballot.void",
        _void,
        everywhere(AUDITOR),
        **_SHEET,
        ratee=Id(required=False),
        dimension=Id(required=False),
        reason=Text(required=False),
        approver=Id(required=False),
        lead=Id(required=False),
    ),
)

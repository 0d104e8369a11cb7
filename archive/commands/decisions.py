"""Commands about decisions."""

from functools import partial
from types import SimpleNamespace

from archive.commands.declare import Command, Decide
from archive.fields import Id, Text, Whole, year
from archive.form import ListOf
from archive.streams import Streams
from archive.who import OFFICE, everywhere
from domain.decision import Decision, Papers
from domain.fact import Stamp
from domain.refusal import Refusal
from domain.rules.eligibility import Purpose
from domain.sentence import say


def _honour(kind: str, purpose: Purpose, named: str) -> Decide:
    """Return what decides an honour; ``named`` is the field that says which."""

    def decide(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
        streams.get(Decision, c.decision).honour(
            stamp,
            kind,
            c.year,
            getattr(c, named),
            c.reason,
            _papers(streams, c),
            cadre=streams.cadre(c.cadre),
            cite=partial(streams.cite, purpose, c.cadre, c.year, stamp.known_at),
        )

    return decide


def _appoint(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Decision, c.decision).appoint(
        stamp,
        c.post,
        c.rank_level,
        c.reason,
        _papers(streams, c),
        cadre=streams.cadre(c.cadre),
        unit=streams.unit(c.unit),
        cite=partial(streams.cite, "promotion", c.cadre, None, stamp.known_at),
    )


def _except(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Decision, c.decision).make_exception(
        stamp, c.reason, c.approver, _papers(streams, c)
    )


def _papers(streams: Streams, c: SimpleNamespace) -> Papers:
    """Return what the decision says of itself; its evidence must stand in the log.

    Raises:
        Refusal: there is no event at one of the positions.
    """
    evidence = c.evidence or ()
    there = {row[0] for row in streams.recorder.read(list(evidence))} if evidence else set()
    for index, position in enumerate(evidence):
        if position not in there:
            raise Refusal(say("no_event", position=position), f"evidence.{index}")
    return Papers(c.document, c.meeting, c.proposer, tuple(sorted(there)))


_PAPERS = {
    "document": Text(required=False),
    "meeting": Text(required=False),
    "proposer": Id(required=False),
    "evidence": ListOf(Whole(1, 2**63 - 1), least=0, required=False),
}
_REASON = {"reason": Text(2000, required=False)}
_ABOUT = {"decision": Id(), "cadre": Id()}

_CITING = (
    Command(
        "decision.commend",
        _honour("commend", "commendation", "title"),
        everywhere(OFFICE),
        **_ABOUT,
        year=year(),
        title=Text(),
        **_REASON,
        **_PAPERS,
    ),
    Command(
        "decision.talent",
        _honour("talent", "talent", "title"),
        everywhere(OFFICE),
        **_ABOUT,
        year=year(),
        title=Text(),
        **_REASON,
        **_PAPERS,
    ),
    Command(
        "decision.train",
        _honour("train", "training", "course"),
        everywhere(OFFICE),
        **_ABOUT,
        year=year(),
        course=Text(),
        **_REASON,
        **_PAPERS,
    ),
    Command(
        "decision.appoint",
        _appoint,
        everywhere(OFFICE),
        **_ABOUT,
        post=Text(),
        rank_level=Id(),
        unit=Id(),
        **_REASON,
        **_PAPERS,
    ),
)
CITING = frozenset(command.name for command in _CITING)
"""The commands that cite findings, hence want everything before them in the views."""

COMMANDS = (
    *_CITING,
    Command(
        "decision.except",
        _except,
        everywhere(OFFICE),
        decision=Id(),
        reason=Text(2000, required=False),
        approver=Id(required=False),
        **_PAPERS,
    ),
)

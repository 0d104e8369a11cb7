"""Commands about talks."""

from datetime import date
from types import SimpleNamespace

from archive.commands.declare import Command
from archive.fields import Choice, Day, Id, Text, year
from archive.streams import Streams
from archive.who import OFFICE, everywhere, oneself, own_unit
from domain.fact import Stamp
from domain.talk import KINDS, OUTCOMES, TALKER_ROLES, Talk


def _hold(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    cadre = streams.cadre(c.cadre)
    listing = streams.units_listing(cadre, c.year)
    days = (stamp.on,) if listing else (date(c.year, 12, 31), stamp.on)
    served = [unit for day in days if (unit := cadre.unit_on(day))]
    units = dict.fromkeys((*listing, *served))
    streams.get(Talk, c.year, c.cadre).hold(
        stamp,
        c.kind,
        c.talker,
        c.talker_role,
        c.content,
        cadre=cadre,
        units=[streams.unit(unit) for unit in units],
    )


def _set_deadline(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Talk, c.year, c.cadre).set_deadline(
        stamp, c.due, c.requirements, cadre=streams.cadre(c.cadre)
    )


def _review_improvement(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Talk, c.year, c.cadre).review_improvement(
        stamp, c.outcome, cadre=streams.cadre(c.cadre)
    )


def _demote(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Talk, c.year, c.cadre).demote(
        stamp, c.post, c.rank_level, c.reason, cadre=streams.cadre(c.cadre)
    )


def _move_to_non_leading(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Talk, c.year, c.cadre).move_to_non_leading(
        stamp, c.post, c.rank_level, c.reason, cadre=streams.cadre(c.cadre)
    )


_ABOUT = {"cadre": Id(), "year": year()}
_POST = {"post": Text(), "rank_level": Id(), "reason": Text(2000)}

COMMANDS = (
    Command(
        "talk.hold",
        _hold,
        everywhere(OFFICE) + oneself("talker"),
        cadre=Id(),
        year=year(),
        kind=Choice(KINDS),
        talker=Id(),
        talker_role=Choice(TALKER_ROLES),
        content=Text(20_000),
    ),
    Command(
        "talk.set_deadline",
        _set_deadline,
        everywhere(OFFICE) + own_unit("unit_head"),
        **_ABOUT,
        due=Day(),
        requirements=Text(20_000),
    ),
    Command(
        "talk.review_improvement",
        _review_improvement,
        everywhere(OFFICE) + own_unit("unit_head"),
        **_ABOUT,
        outcome=Choice(OUTCOMES),
    ),
    Command("post.demote", _demote, everywhere(OFFICE), **_ABOUT, **_POST),
    Command("post.to_non_leading", _move_to_non_leading, everywhere(OFFICE), **_ABOUT, **_POST),
)

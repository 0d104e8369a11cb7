"""Commands about leads: their release, replies, and the reviews that close them."""

from types import SimpleNamespace
from typing import Any

from archive.commands.declare import Command
from archive.fields import Choice, Content, Id, Text, Weight, Whole, year
from archive.form import ListOf
from archive.streams import Streams
from archive.who import AUDITOR, Clause, everywhere, oneself
from domain.ballot import RELATIONS
from domain.fact import Stamp
from domain.lead import KINDS, OUTCOMES, SOURCES, STRENGTHS, Lead, Named
from domain.lead_release import Computed, Family, LeadRelease
from domain.refusal import Refusal
from domain.sentence import say

MOST_SEEDS = 2**63 - 1


def _release(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    if not stamp.legacy and not streams.recorder.read([c.position]):
        raise Refusal(say("no_event", position=c.position), "position")
    leads = [_named(given, c.first, c.last) for given in c.leads or ()]
    families = [Family(**given) for given in c.families]
    computed = Computed(c.position, c.code_version, c.seed, c.first, c.last, families)
    streams.get(LeadRelease, c.release).make(stamp, computed, [each.lead for each in leads])
    for index, named in enumerate(leads):
        streams.unit(named.unit).must_exist(stamp.on, f"leads.{index}.unit")
        for place, cadre in enumerate(named.members):
            streams.cadre(cadre).must_be_known(f"leads.{index}.members.{place}")
        streams.get(Lead, named.lead).release(stamp, c.release, named)


def _named(given: dict[str, Any], first: int, last: int) -> Named:
    return Named(
        given["lead"],
        given["kind"],
        given["unit"],
        tuple(given["members"]),
        given["relation"],
        given["source"],
        given["first"] or first,
        given["last"] or last,
        given["strength"],
        given["found"] or {},
    )


def _reply(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Lead, c.lead).reply(stamp, c.cadre or stamp.by, c.note)


def _close(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Lead, c.lead).review(stamp, c.reviewer, c.outcome, c.note)


_STRATUM = {
    "relation": Choice(RELATIONS, required=False),
    "source": Choice(SOURCES, required=False),
}

_REVIEWER = (Clause(frozenset({AUDITOR}), me=("reviewer",)),)

COMMANDS = (
    Command(
        "lead.release",
        _release,
        everywhere(AUDITOR),
        release=Id(),
        position=Whole(1, 2**63 - 1),
        code_version=Text(),
        seed=Whole(0, MOST_SEEDS),
        first=year(),
        last=year(),
        families=ListOf(
            {
                "kind": Choice(KINDS),
                **_STRATUM,
                "tests": Whole(0, 2**53),
                "level": Weight(required=False),
            }
        ),
        leads=ListOf(
            {
                "lead": Id(),
                "kind": Choice(KINDS),
                "unit": Id(),
                "members": ListOf(Id()),
                **_STRATUM,
                "first": year(required=False),
                "last": year(required=False),
                "strength": Choice(STRENGTHS, required=False),
                "found": Content({"estimate": 7.5, "q": 0.01}, required=False),
            },
            least=0,
            required=False,
        ),
    ),
    Command(
        "lead.reply",
        _reply,
        everywhere(AUDITOR) + oneself("cadre"),
        lead=Id(),
        cadre=Id(required=False),
        note=Text(20_000),
    ),
    Command(
        "lead.close",
        _close,
        _REVIEWER,
        lead=Id(),
        reviewer=Id(),
        outcome=Choice(OUTCOMES),
        note=Text(20_000),
    ),
)

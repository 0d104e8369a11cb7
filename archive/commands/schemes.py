"""Commands about a unit's scheme."""

from types import SimpleNamespace

from archive.commands.declare import Command, Decide
from archive.fields import Content, Id, Text, year
from archive.form import ListOf
from archive.streams import Streams
from archive.who import CADRE, OFFICE, Who, everywhere, own_unit
from domain.fact import Stamp
from domain.rules.procedure import scheme_roles
from domain.scheme import Scheme


def _draft(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
    streams.get(Scheme, c.year, c.unit).draft(
        stamp,
        c.content,
        unit=streams.unit(c.unit),
        year=streams.year(c.year, c.unit),
        policy=streams.policy_of(c.unit, c.year),
    )


def _advance(step: str) -> Decide:
    def decide(streams: Streams, stamp: Stamp, c: SimpleNamespace) -> None:
        unit = streams.unit(c.unit)
        wanted = scheme_roles(step)
        streams.get(Scheme, c.year, c.unit).advance(
            stamp,
            step,
            c.comment,
            c.meeting,
            c.attendees or (),
            unit=unit,
            year=streams.year(c.year, c.unit),
            roles=streams.roles(stamp.by, unit, stamp.on, () if stamp.legacy else wanted),
        )

    return decide


# A cadre's own role on that day is what such a step itself asks for (domain.rules.procedure).
def _step(name: str, step: str, who: Who) -> Command:
    return Command(
        name,
        _advance(step),
        who,
        unit=Id(),
        year=year(),
        comment=Text(2000, required=False),
        meeting=Text(required=False),
        attendees=ListOf(Id(), least=0, required=False),
    )


EXAMPLE = {
    "components": {"performance": 0.5, "democratic": 0.3, "leader": 0.2},
    "allowance": {
        "basis": "grade",
        "method": "tiers",
        "tiers": [
            {"grade": "excellent", "coefficient": 1.1},
            {"grade": "competent", "coefficient": 1},
        ],
    },
}
"""A scheme's content with all that is read of it (``domain.rules.scheme_terms``)."""

COMMANDS = (
    Command(
        "scheme.draft",
        _draft,
        everywhere(OFFICE) + own_unit("unit_admin", "unit_head"),
        unit=Id(),
        year=year(),
        content=Content(EXAMPLE),
    ),
    _step("scheme.screen", "screened", everywhere(OFFICE)),
    _step("scheme.resolve", "resolved", everywhere(CADRE)),
    _step("scheme.countersign", "countersigned", everywhere(CADRE)),
    _step("scheme.ratify", "ratified", everywhere(OFFICE)),
    _step("scheme.return", "returned", everywhere(OFFICE, CADRE)),
)

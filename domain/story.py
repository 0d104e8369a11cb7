"""An event told in one sentence, for timelines: ``domain/catalogue/events.toml`` by topic."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from eventsourcing.utils import get_topic, resolve_topic

from domain.cadre import Cadre
from domain.decision import Taken
from domain.fact import Fact
from domain.lead import Lead
from domain.rules.consistency import share
from domain.rules.spread import yuan
from domain.sentence import Sentence, Term, points, say
from domain.supervision import Supervision

_CODES = frozenset(
    {
        "category",
        "change",
        "component",
        "grade",
        "kind",
        "outcome",
        "participates",
        "relation",
        "role",
        "stage",
        "subject",
        "talker_role",
    }
)
_OWN_CODES: Mapping[type[Fact], frozenset[str]] = {
    Cadre.Left: frozenset({"reason"}),
    Supervision.Inspected: frozenset({"item"}),
    Supervision.Deducted: frozenset({"item"}),
    Lead.Released: frozenset({"strength"}),
}


_LABELS: Mapping[type[Fact], str] = {Lead.Released: "lead_", Lead.Reviewed: "lead_"}
"""What stands before a code in the name of its label, where it is another concept's by itself."""

_MONEY = frozenset({"amount", "floating", "standard"})


def tell(event: Fact) -> Sentence:
    """Return the event's sentence, with its fields and the segments of its stream's id.

    A field that has no value is empty; its clause in parentheses isn't told.
    """
    topic, *parts = event.originator_id.split("/")
    values: dict[str, Any] = dict(zip(resolve_topic(topic).PARTS, parts, strict=True))
    codes = _CODES | _OWN_CODES.get(type(event), frozenset())
    label = _LABELS.get(type(event))
    for field in dataclasses.fields(event):  # type: ignore[arg-type]
        told = _told(field.name, getattr(event, field.name), codes)
        if label and isinstance(told, Term):
            told = Term(told.code, label + told.code)
        values[field.name] = told
    if isinstance(event, Taken):
        values |= {
            "cited_position": event.cited.position,
            "cited_verdict": Term(event.cited.verdict),
        }
    return say(get_topic(type(event)), **values)


def _told(name: str, value: Any, codes: frozenset[str]) -> object:
    if value is None or value == ():
        return ""
    if name in _MONEY:
        return yuan(value)
    if name in ("annual", "points"):
        return points(value)
    if name == "share":
        return share(value)
    if isinstance(value, tuple):
        return len(value)
    return Term(value) if name in codes else value

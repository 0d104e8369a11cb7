"""From what was found in scores to rows with the contract's keys."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from math import isfinite
from typing import Any

from domain.lead import KINDS
from domain.sentence import Sentence, Term, say
from projections.leads import About, ReleasedLead
from projections.patterns.across import Across
from projections.patterns.found import Found
from projections.patterns.leads import NotAssessable
from projections.patterns.panel import Panel
from projections.patterns.parts import is_of
from projections.patterns.releasing import Pointed, listed
from projections.patterns.work_beside import WorkBeside

Row = dict[str, Any]
_Told = tuple[str, str, str, str, Sentence | None]

_STRATUM = ("group", "relation", "source")
_TESTED = ("estimate", "se", "z", "p", "q", "strength", "floor_met", "family", "smallest_effect")
_LEAD = ("lead", "lead_status")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "pairs": (
        *_STRATUM, "a", "b", "estimate", "se", "z", "p", "q", "periods", "a_to_b", "b_to_a",
        "strength", "floor_met", "rank_without", "family", "smallest_effect", *_LEAD,
    ),
    "rings": (*_STRATUM, "members", "estimate", "z", "p", "q", "strength", "family", *_LEAD),
    "windows": (
        *_STRATUM, "a", "b", "first", "last", "periods", "estimate", "statistic", "p", "q",
        "strength", "floor_met", "family", "smallest_effect", *_LEAD,
    ),
    "raters": (
        *_STRATUM, "rater", "severity", "severity_se", "spread_ratio", "flat", "noise_sd", "slope",
        "halo", "halo_unit", "last_hours", "last_hours_before", "seconds", "seconds_before",
        "drift", "drift_se", "scored", *_LEAD,
    ),
    "in-group": (
        *_STRATUM, "attribute", "rater", "estimate", "se", "p", "q", "matched", "strength",
        "floor_met", "family", "smallest_effect", *_LEAD,
    ),
    "rivals": (*_STRATUM, "rater", "rivals", *_TESTED, *_LEAD),
    "units": (
        *_STRATUM, "people_n", "periods", "actor", "partner", "relationship", "actor_partner",
        "reciprocity", "se", "correlation", "z", "p", "q", "strength", "family", *_LEAD,
    ),
    "one-way": (*_STRATUM, "rater", "ratee", "estimate", "se", "z", "periods"),
    "lift": (
        *_STRATUM, "rater", "ratee", "decided_in", "mutual", "estimate", "z", "p", "q", "family",
        "beyond_work",
    ),
    "rotation": (*_STRATUM, "again", "by_chance", "sd", "z", "p"),
    "across": (*_STRATUM, "leader_id", "subordinate_id", "down", "up", "estimate", "se", "z"),
}  # fmt: skip
RETALIATION = COLUMNS["pairs"]
LEADS = (
    "lead_kind", *_STRATUM, "members", "first", "last", "estimate", "p", "q", "strength", *_LEAD,
)  # fmt: skip
REASONS = ("groups", "relation", "source", "verdict", "smallest_effect", "kinds", "reason")
GROUPS = (*_STRATUM, "verdict", "smallest_effect", "kinds", "reason")
_RENAMED = {
    "visible": "smallest_effect",
    "people": "people_n",
    "spread": "spread_ratio",
    "decided": "decided_in",
    "leader": "leader_id",
    "subordinate": "subordinate_id",
}
_HIDDEN = ("card",)


def column_of(number: str) -> str:
    """Return the column in which tables have a number of a finding."""
    return _RENAMED.get(number, number)


def columns_of(kind: str) -> tuple[str, ...]:
    """Return the columns of a kind's table."""
    return COLUMNS["pairs" if kind == "retaliation" else kind]


def kind_rows(
    every: Iterable[Found],
    kind: str,
    unit: str | None,
    known: Mapping[About, ReleasedLead],
    leads: Iterable[Pointed],
) -> list[Row]:
    """Return all that was found of a kind, leads and others, the strata one after the other."""
    by_item = {id(lead.item): lead for lead in leads}
    return [
        {"relation": term_of(found.relation), "source": term_of(found.source)}
        | item_row(item)
        | _status(by_item.get(id(item)), known)
        for found in every
        for item in listed(found, kind)
        if is_of(item.group, unit)
    ]


def across_rows(found: Iterable[tuple[str, Across]], unit: str | None) -> list[Row]:
    """Return the leaders and subordinates who favour each other; two strata make no relation."""
    return [
        {"relation": None, "source": term_of(source)} | item_row(pair)
        for source, pair in found
        if is_of(pair.group, unit)
    ]


def with_work(rows: Sequence[Row], panels: Iterable[Panel]) -> list[Row]:
    """Return rows of lifts with how much ballots rose above the work list."""
    beside = WorkBeside(panels)
    return [
        row | {"beyond_work": beside.of(row["group"], row["ratee"], row["decided_in"])}
        for row in rows
    ]


def lead_rows(
    leads: Iterable[Pointed], unit: str | None, known: Mapping[About, ReleasedLead]
) -> list[Row]:
    """Return the leads of every kind, with what each kind tells besides."""
    return [
        dict.fromkeys(LEADS)
        | item_row(lead.item)
        | {
            "kind": lead.kind,
            "verdict": Term("lead"),
            "lead_kind": Term(lead.kind, f"lead_{lead.kind}"),
            "group": lead.group,
            "relation": term_of(lead.relation),
            "source": term_of(lead.source),
            "members": list(lead.members),
            "first": lead.first,
            "last": lead.last,
        }
        | _status(lead, known)
        for lead in leads
        if is_of(lead.group, unit)
    ]


def group_rows(every: Iterable[Found], kinds: Sequence[str], unit: str | None) -> list[Row]:
    """Return in which groups nothing was found, or nothing can be told, and why.

    A group stands in one row for all the kinds of which the same is told. Raters of whose pairs
    nothing can be told stand there, too; those who have no sheet where raters alone are asked for.
    """
    found: dict[_Told, dict[str, float | None]] = defaultdict(dict)
    for one in every:
        for nothing in one.nothing_found:
            told = (nothing.group, one.relation, one.source, "nothing_found", None)
            found[told][nothing.kind] = number(nothing.visible)
        single = ("raters",) if tuple(kinds) == ("raters",) else ("pairs",)
        lacks = (
            lack
            for lack in one.not_assessable
            if lack.kind in kinds and (lack.who is None or lack.kind in single)
        )
        for lack in _by_rater(lacks):
            left = (lack.group, one.relation, one.source, "not_assessable", lack.reason)
            found[left][lack.kind] = None
    return [
        {
            "group": group,
            "relation": term_of(relation),
            "source": term_of(source),
            "verdict": Term(verdict),
            "smallest_effect": seen.get("pairs", next(iter(seen.values()))),
            "smallest_effects": seen if verdict == "nothing_found" else None,
            "kinds": [Term(kind, f"lead_{kind}") for kind in kinds if kind in seen],
            "reason": reason,
        }
        for (group, relation, source, verdict, reason), seen in sorted(
            found.items(), key=lambda item: item[0][:4]
        )
        if is_of(group, unit)
    ]


def _by_rater(lacks: Iterable[NotAssessable]) -> list[NotAssessable]:
    """Return what is told of whole groups, and for what reason nothing of which of their raters."""
    told = []
    single: dict[tuple[str, str], list[NotAssessable]] = defaultdict(list)
    for lack in lacks:
        if lack.who is None:
            told.append(lack)
        else:
            single[lack.group, str(lack.reason)].append(lack)
    for first, *others in single.values():
        raters = tuple(lack.who for lack in (first, *others))
        reason = say("rater_not_assessable", who=raters, reason=first.reason)
        told.append(replace(first, who=None, reason=reason))
    return told


def reason_rows(groups: Sequence[Row]) -> list[Row]:
    """Return rows about groups as a table shows them.

    Those of which nothing can be told for one reason stand together; all kinds are one word.
    """
    together: dict[str, Row] = {}
    for row in groups:
        stratum = (str(row["relation"]), str(row["source"]))
        alone = row["group"] if row["reason"] is None else ""
        key = repr((stratum, alone, str(row["reason"]), str(row["kinds"])))
        kinds = [Term("every_kind")] if len(row["kinds"]) == len(KINDS) else row["kinds"]
        made = together.setdefault(key, row | {"groups": [], "kinds": kinds})
        made["groups"].append(row["group"])
    return sorted(together.values(), key=lambda row: row["reason"] is not None)


def item_row(item: Any) -> Row:
    """Return what was found as a row: its fields, numbers that aren't known empty."""
    assert is_dataclass(item)
    return {
        column_of(field.name): _value(field.name, getattr(item, field.name))
        for field in fields(item)
        if field.name not in _HIDDEN
    }


def _value(name: str, value: Any) -> Any:
    if isinstance(value, float):
        return number(value)
    if name == "strength":
        return None if value == "none" else Term(value, f"lead_{value}")
    if name == "attribute":
        return Term(value)
    if name == "rank_without":
        return [{"ratee": r.ratee, "rank": r.rank, "without": r.without, "of": r.of} for r in value]
    return list(value) if isinstance(value, tuple) else value


def _status(lead: Pointed | None, known: Mapping[About, ReleasedLead]) -> Row:
    """Return the lead's id and where it stands, if it was released before."""
    one = known.get(lead.about) if lead else None
    return {
        "lead": one.lead if one else None,
        "lead_status": Term(one.status, f"lead_{one.status}") if one else None,
    }


def number(value: float) -> float | None:
    """Return a number as JSON has it: none where there is none."""
    return float(value) if isfinite(value) else None


def term_of(code: str) -> Term | None:
    """Return a relation or source as rows have it; a table needn't have any."""
    return Term(code) if code else None


def shown(row: Row, names: Mapping[str, str]) -> Row:
    """Return a row as a table shows it: people with their names, ranks as a sentence."""
    made = dict(row)
    for key in ("a", "b", "rater", "ratee", "leader_id", "subordinate_id"):
        if isinstance(made.get(key), str):
            made[key] = named(made[key], names)
    for key in ("members", "rivals"):
        if isinstance(made.get(key), list):
            made[key] = [named(who, names) for who in made[key]]
    if isinstance(made.get("rank_without"), list):
        made["rank_without"] = [say("rank_without_cell", **rank) for rank in made["rank_without"]]
    return made


def named(who: str, names: Mapping[str, str]) -> str:
    """Return an id with its name."""
    name = names.get(who, "")
    return f"{who} {name}" if name else who

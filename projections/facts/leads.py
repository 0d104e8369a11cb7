"""Releases of leads, the leads, and what was said and found about each."""

import json
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Integer, Text

from domain.lead import Lead
from domain.lead_release import LeadRelease
from projections.view import View

lead_releases = View(
    "lead_releases",
    version=1,
    columns=(
        Column("release", Text),
        Column("computed_at", BigInteger),
        Column("code_version", Text),
        Column("seed", BigInteger),
        Column("first", Integer),
        Column("last", Integer),
        Column("families", Text),
    ),
    indexes=(("release",),),
)


@lead_releases.on(LeadRelease.Made, "position", "code_version", "seed", "first", "last", "families")
def _made(stream: list[str], e: Any) -> tuple[Any, ...]:
    families = msgspec.json.encode(e.families).decode()
    return (stream[1], e.position, e.code_version, e.seed, e.first, e.last, families)


leads = View(
    "leads",
    version=1,
    columns=(
        Column("lead", Text),
        Column("release", Text),
        Column("kind", Text),
        Column("unit", Text),
        Column("members", Text),
        Column("relation", Text),
        Column("source", Text),
        Column("first", Integer),
        Column("last", Integer),
        Column("strength", Text),
        Column("found", Text),
    ),
    indexes=(("lead",), ("release",)),
)

_LEAD = (
    "release", "kind", "unit", "members", "relation", "score_source", "first", "last",
    "strength", "found",
)  # fmt: skip


@leads.on(Lead.Released, *_LEAD)
def _released(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (
        stream[1], e.release, e.kind, e.unit, json.dumps(e.members, ensure_ascii=False),
        e.relation, e.score_source, e.first, e.last, e.strength,
        json.dumps(e.found, ensure_ascii=False),
    )  # fmt: skip


lead_reviews = View(
    "lead_reviews",
    version=1,
    columns=(
        Column("lead", Text),
        Column("reviewer", Text),
        Column("outcome", Text),
        Column("note", Text),
    ),
    indexes=(("lead",),),
)


@lead_reviews.on(Lead.Reviewed, "reviewer", "outcome", "note")
def _reviewed(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], e.reviewer, e.outcome, e.note)


lead_replies = View(
    "lead_replies",
    version=1,
    columns=(Column("lead", Text), Column("replier", Text), Column("note", Text)),
    indexes=(("lead",),),
)


@lead_replies.on(Lead.Replied, "cadre", "note")
def _replied(stream: list[str], e: Any) -> tuple[Any, ...]:
    return (stream[1], e.cadre, e.note)

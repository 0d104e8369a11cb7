"""Leads that were released, and what was said and found about each."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Row

from domain.lead_release import Family
from domain.rules.leads import status
from projections.cadre_year import ordered
from projections.facts import lead_releases, lead_replies, lead_reviews, leads
from projections.reader import Reader

About = tuple[str, str, str | None, str | None, tuple[str, ...], str | None]
"""Kind, unit, relation, source, members and attribute: two leads alike in these are about one."""


@dataclass(frozen=True, slots=True)
class Review:
    """What one reviewer came to."""

    reviewer: str
    outcome: str
    note: str
    on: date
    position: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody whom it concerns said."""

    cadre: str
    note: str
    on: date
    position: int


@dataclass(frozen=True, slots=True)
class ReleasedLead:
    """A lead and where it stands.

    Args:
        status: ``open``, or the outcome that two reviewers agreed on.
        found: the statistics as released.
        position: of its release.
    """

    lead: str
    release: str
    kind: str
    unit: str
    members: tuple[str, ...]
    relation: str | None
    source: str | None
    first: int
    last: int
    strength: str | None
    found: Mapping[str, Any]
    status: str
    reviews: tuple[Review, ...]
    replies: tuple[Reply, ...]
    on: date
    position: int

    @property
    def about(self) -> About:
        """What it is about, whenever it was released."""
        return about(self.kind, self.unit, self.relation, self.source, self.members, self.found)


@dataclass(frozen=True, slots=True)
class Release:
    """What leads were computed from.

    Args:
        computed_at: the position up to which the log was read.
        first, last: the closed years looked at.
    """

    release: str
    computed_at: int
    code_version: str
    seed: int
    first: int
    last: int
    families: tuple[Family, ...]
    on: date
    position: int


def about(
    kind: str,
    unit: str,
    relation: str | None,
    source: str | None,
    members: tuple[str, ...],
    found: Mapping[str, Any],
) -> About:
    """Return what a lead of these is about."""
    return kind, unit, relation, source, tuple(sorted(members)), found.get("attribute")


def releases(reader: Reader) -> dict[str, Release]:
    """Return every release by its id, in the order in which they became known."""
    return {
        row.release: Release(
            row.release,
            row.computed_at,
            row.code_version,
            row.seed,
            row.first,
            row.last,
            msgspec.json.decode(row.families, type=tuple[Family, ...]),
            date.fromisoformat(row.on),
            row.position,
        )
        for row in ordered(reader.rows(lead_releases))
    }


def released_leads(reader: Reader, release: str | None = None) -> list[ReleasedLead]:
    """Return the leads of one release or of all, in the log's order."""
    asked = () if release is None else (leads.table.c.release == release,)
    rows = reader.rows(leads, *asked)
    codes = sorted({row.lead for row in rows})
    reviews: dict[str, list[Review]] = defaultdict(list)
    for row in ordered(reader.rows_of(lead_reviews, "lead", codes)):
        on = date.fromisoformat(row.on)
        reviews[row.lead].append(Review(row.reviewer, row.outcome, row.note, on, row.position))
    replies: dict[str, list[Reply]] = defaultdict(list)
    for row in ordered(reader.rows_of(lead_replies, "lead", codes)):
        on = date.fromisoformat(row.on)
        replies[row.lead].append(Reply(row.replier, row.note, on, row.position))
    return [_lead(row, tuple(reviews[row.lead]), tuple(replies[row.lead])) for row in rows]


def _lead(row: Row[Any], reviews: tuple[Review, ...], replies: tuple[Reply, ...]) -> ReleasedLead:
    return ReleasedLead(
        lead=row.lead,
        release=row.release,
        kind=row.kind,
        unit=row.unit,
        members=tuple(json.loads(row.members)),
        relation=row.relation,
        source=row.source,
        first=row.first,
        last=row.last,
        strength=row.strength,
        found=json.loads(row.found),
        status=status(review.outcome for review in reviews),
        reviews=reviews,
        replies=replies,
        on=date.fromisoformat(row.on),
        position=row.position,
    )

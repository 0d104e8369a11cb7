"""A unit's year: roster, who is expected to score whom, components, closing."""

from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.year import Year
from projections.view import View

_UNIT_YEAR = (("year", "unit"), ("cadre", "year"))

roster = View(
    "roster",
    version=2,
    columns=(
        Column("year", Integer),
        Column("unit", Text),
        Column("cadre", Text),
        Column("change", Text),
        Column("rank_level", Text),
        Column("category", Text),
        Column("participates", Text),
        Column("reason", Text),
        Column("approver", Text),
    ),
    indexes=_UNIT_YEAR,
)


_LINE = ("cadre", "rank_level", "category", "participates", "reason")


@roster.on(Year.Listed, *_LINE)
def _listed(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, unit = stream
    return (
        int(year), unit, e.cadre, "listed", e.rank_level, e.category, e.participates,
        e.reason, None,
    )  # fmt: skip


@roster.on(Year.Amended, *_LINE, "change", "approver")
def _amended(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, unit = stream
    return (
        int(year), unit, e.cadre, e.change, e.rank_level, e.category, e.participates,
        e.reason, e.approver,
    )  # fmt: skip


expected = View(
    "expected",
    version=1,
    columns=(
        Column("year", Integer),
        Column("unit", Text),
        Column("round", Text),
        Column("rater", Text),
        Column("ratee", Text),
        Column("relation", Text),
    ),
    indexes=(("year", "unit"), ("ratee",), ("rater",)),
)


@expected.on(Year.RoundOpened, "round", "expected")
def _opened(stream: list[str], e: Any) -> list[tuple[Any, ...]]:
    _, year, unit = stream
    return [(int(year), unit, e.round, p.rater, p.ratee, p.relation) for p in e.expected]


components = View(
    "components",
    version=1,
    columns=(
        Column("year", Integer),
        Column("unit", Text),
        Column("cadre", Text),
        Column("component", Text),
        Column("points", Integer),
        Column("computed_elsewhere", Integer),
    ),
    indexes=_UNIT_YEAR,
)


@components.on(Year.ComponentRecorded, "cadre", "component", "points", "computed_elsewhere")
def _component(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, unit = stream
    return (int(year), unit, e.cadre, e.component, e.points, int(e.computed_elsewhere))


closings = View(
    "closings",
    version=2,
    columns=(
        Column("year", Integer),
        Column("unit", Text),
        Column("policy", Text),
        Column("policy_sha256", Text),
        Column("law_sha256", Text),
        Column("unit_points", Integer),
        Column("deductions", Integer),
    ),
    indexes=(("unit", "year"),),
)


@closings.on(Year.Closed, "policy", "policy_sha256", "law_sha256", "unit_points", "deductions")
def _closed(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, unit = stream
    return (
        int(year), unit, e.policy, e.policy_sha256, e.law_sha256, e.unit_points, e.deductions
    )  # fmt: skip


quotas = View(
    "quotas",
    version=1,
    columns=(
        Column("year", Integer),
        Column("unit", Text),
        Column("share", Integer),
        Column("approver", Text),
        Column("paper", Text),
    ),
    indexes=(("year", "unit"), ("unit",)),
)


@quotas.on(Year.QuotaApproved, "share", "approver", "document")
def _approved(stream: list[str], e: Any) -> tuple[Any, ...]:
    _, year, unit = stream
    return (int(year), unit, e.share, e.approver, e.document)

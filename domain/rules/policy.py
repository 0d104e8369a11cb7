# ruff: noqa: RUF009 - a declaration is a field that a function makes
"""The policy: every parameter of the assessment rules, each declared once.

A declaration is a field of a section: its name in the document, its default, and its
``Parameter`` (kind, range, choices). The document's reader, its refusals and the readings
of an answer are all made from the declarations, so a new parameter takes one line here.

Shares and weights are basis points (10000 is 1), points are hundredths (8500 is 85.00).
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any, Literal, get_args

Layer = Literal["city", "law"]
Category = Literal["chief", "team_member", "section_chief", "other"]
Relation = Literal["leader", "peer", "subordinate", "served"]
ComponentSource = Literal["performance", "ballots", "outside"]
Method = Literal["mean", "trimmed_mean", "weighted_by_relation"]
Partition = Literal["unit_level", "unit_category_level", "unit_category"]
HalfRule = Literal["floor", "ceil"]
Total = Literal["performance_sum", "annual_sum"]
Peers = Literal["complete_only", "mean_scaled"]
Gap = Literal["break", "bridge"]
Definition = Literal["range", "max_deviation", "floating_share"]
Kind = Literal["share", "points", "count", "choice", "choices", "shares", "texts"]
Check = Literal[
    "order",
    "wrong_role",
    "self_approval",
    "not_collective",
    "scheme_out_of_bounds",
    "used_before_ratified",
    "content_changed",
    "no_filed_list",
    "late",
    "no_evidence",
    "grade_differs",
    "barred_excellent",
    "below_half_commended",
    "two_incompetent",
    "publicised_differs",
    "paid_same",
    "over_pool",
    "spread",
    "paid_more_than_ahead",
    "talk_missing",
    "talk_wrong_talker",
    "talk_too_light",
    "talk_overdue",
    "no_improvement",
    "ineligible_appointed",
    "decision_without_evidence",
    "evidence_changed",
    "posted_without_decision",
    "closed_without_supervision",
    "no_trained_admin",
    "half_changed_by_roster",
]
Sanction = Literal[
    "warning",
    "serious_warning",
    "demerit",
    "major_demerit",
    "demotion",
    "removal",
    "admonition",
]
AbsenceKind = Literal["sick", "private", "secondment", "study"]

CATEGORIES: tuple[str, ...] = get_args(Category)
UNSTATED = "政策未载明，按系统默认"
ZB09 = (
    "1A01", "1A02", "1A11", "1A12", "1A21", "1A22",
    "1A31", "1A32", "1A41", "1A42", "1A50", "1A60",
)  # fmt: skip
"""The codes of rank levels, high to low."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a parameter may be: a number from ``low`` to ``high``, or one of ``choices``.

    ``left_open`` marks a choice that the source text leaves open; its choices are its readings.
    """

    kind: Kind
    low: int = 0
    high: int = 10_000
    choices: tuple[str, ...] = ()
    left_open: bool = False


def _declared(parameter: Parameter, default: object) -> Any:
    return field(default=default, metadata={"parameter": parameter})


def _share(default: object = MISSING) -> Any:
    return _declared(Parameter("share"), default)


def _points(default: int) -> Any:
    return _declared(Parameter("points"), default)


def _count(default: object, low: int, high: int) -> Any:
    return _declared(Parameter("count", low, high), default)


def _choices(of: object, default: tuple[str, ...]) -> Any:
    return _declared(Parameter("choices", choices=get_args(of)), default)


def _choice(of: object, default: object = MISSING, *, left_open: bool = False) -> Any:
    return _declared(Parameter("choice", choices=get_args(of), left_open=left_open), default)


@dataclass(frozen=True, slots=True)
class Years:
    """The assessment years that the policy judges, both included."""

    from_: int = _count(MISSING, 1949, 2200)
    until: int | None = _count(None, 1949, 2200)


@dataclass(frozen=True, slots=True)
class Performance:
    """How 实绩 is measured, and what it must weigh in the annual score (R01)."""

    target: int = _share(5000)
    tolerance: int = _share(500)
    work_share: int = _share(7000)
    log_share: int = _share(3000)


@dataclass(frozen=True, slots=True)
class Component:
    """One component of the annual score; ``relations`` and what follows are for ballots."""

    weight: int = _share()
    source: ComponentSource = _choice(ComponentSource)
    relations: tuple[str, ...] = _declared(Parameter("choices", choices=get_args(Relation)), ())
    method: Method = _choice(Method, "mean")
    trim: int = _count(1, 0, 1000)
    relation_weights: Mapping[str, int] = field(
        default_factory=dict,
        metadata={"parameter": Parameter("shares", choices=get_args(Relation))},
    )


@dataclass(frozen=True, slots=True)
class Ranking:
    """Who is ranked with whom (R12), and where the halves part (R17)."""

    partition: Partition = _choice(Partition, "unit_level", left_open=True)
    min_group: int = _count(3, 1, 1000)
    half: HalfRule = _choice(HalfRule, "floor", left_open=True)


@dataclass(frozen=True, slots=True)
class Grading:
    """The quota of 优秀 and the cuts of the grades (R15)."""

    quota: int = _share(2000)
    quota_max: int = _share(2500)
    excellent_floor: int = _points(8500)
    basically_competent_below: int = _points(7500)
    incompetent_below: int = _points(6000)


@dataclass(frozen=True, slots=True)
class Bars:
    """What bars 优秀 in a year in which it is in force (R15); a parameter of the law's layer."""

    sanctions: tuple[str, ...] = _choices(Sanction, get_args(Sanction))


@dataclass(frozen=True, slots=True)
class Absence:
    """How long a leave leaves a year ungraded (R15); a parameter of the law's layer.

    Ungraded is who was away for more than ``days`` days of the year on leave of these kinds.
    """

    days: int = _count(183, 1, 366)
    kinds: tuple[str, ...] = _choices(AbsenceKind, ("sick", "private"))


@dataclass(frozen=True, slots=True)
class Zone:
    """The bottom zone (R21)."""

    share: int = _share(2000)


@dataclass(frozen=True, slots=True)
class Promotion:
    """The conditions of promotion (R20)."""

    window: int = _count(3, 1, 50)
    annual_floor: int = _points(8500)
    performance_floor: int = _points(8500)
    total: Total = _choice(Total, "performance_sum", left_open=True)
    peers: Peers = _choice(Peers, "complete_only", left_open=True)


@dataclass(frozen=True, slots=True)
class Training:
    """Preference for training (R18)."""

    window: int = _count(5, 1, 50)
    excellent: int = _count(3, 1, 50)


@dataclass(frozen=True, slots=True)
class Talent:
    """A run of 优秀 years (R19)."""

    window: int = _count(5, 1, 50)
    run: int = _count(3, 1, 50)
    gap: Gap = _choice(Gap, "break", left_open=True)


@dataclass(frozen=True, slots=True)
class Talks:
    """How many days after closing a talk is due, and after an admonition the improvement."""

    days: int = _count(60, 1, 3660)
    improvement_days: int = _count(180, 1, 3660)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far allowances differ within a rank level, as a share of the standard (R13)."""

    low: int = _share(1500)
    high: int = _share(2500)
    definition: Definition = _choice(Definition, "range", left_open=True)


@dataclass(frozen=True, slots=True)
class Appeal:
    """Within how many days a result is contested and decided anew, by the law."""

    reconsider_days: int = _count(30, 1, 3660)
    reconsider_decided_days: int = _count(30, 1, 3660)
    appeal_after_decision_days: int = _count(15, 1, 3660)
    appeal_after_notice_days: int = _count(30, 1, 3660)
    appeal_decided_days: int = _count(60, 1, 3660)
    appeal_extension_days: int = _count(30, 0, 3660)


@dataclass(frozen=True, slots=True)
class Lists:
    """By when a work list is filed: a day of the year, or days after a new post (R10)."""

    due_month: int = _count(3, 1, 12)
    due_day: int = _count(31, 1, 31)
    after_posting_days: int = _count(30, 1, 366)


@dataclass(frozen=True, slots=True)
class Resolution:
    """How many of the Party group make a meeting of it (R09, R28)."""

    attendees: int = _count(2, 1, 100)


@dataclass(frozen=True, slots=True)
class Levels:
    """The rank levels from high to low (R20)."""

    order: tuple[str, ...] = _declared(Parameter("texts"), ZB09)


@dataclass(frozen=True, slots=True)
class Checks:
    """Which checks of the procedure are switched off."""

    off: tuple[Check, ...] = _declared(Parameter("choices", choices=get_args(Check)), ())


def _section(of: type) -> Any:
    return field(default_factory=of, metadata={"section": of})


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy version, as read from its document by ``document.read_policy``.

    Args:
        text, sha256: the document and the hex digest of its UTF-8 bytes.
        components: by name, in the document's order.
        categories: a category's own weights by component, in basis points (R11).
        clauses: the source clause of each parameter, by its dotted name.
        unstated: the values of parameters that the document leaves out, as JSON has them.
    """

    name: str
    title: str
    layer: Layer
    text: str
    sha256: str
    years: Years = field(metadata={"section": Years})
    components: Mapping[str, Component] = field(hash=False)
    categories: Mapping[str, Mapping[str, int]] = field(hash=False)
    clauses: Mapping[str, str] = field(hash=False, repr=False)
    unstated: Mapping[str, object] = field(hash=False, repr=False)
    performance: Performance = _section(Performance)
    ranking: Ranking = _section(Ranking)
    grading: Grading = _section(Grading)
    bars: Bars = _section(Bars)
    absence: Absence = _section(Absence)
    zone: Zone = _section(Zone)
    promotion: Promotion = _section(Promotion)
    training: Training = _section(Training)
    talent: Talent = _section(Talent)
    talks: Talks = _section(Talks)
    spread: Spread = _section(Spread)
    lists: Lists = _section(Lists)
    resolution: Resolution = _section(Resolution)
    levels: Levels = _section(Levels)
    checks: Checks = _section(Checks)
    appeal: Appeal = _section(Appeal)

    @property
    def from_year(self) -> int:
        """The first year it judges."""
        return self.years.from_

    @property
    def until_year(self) -> int | None:
        """The last year it judges; None while it is in force."""
        return self.years.until

    def covers(self, year: int) -> bool:
        """Say whether the policy judges ``year``."""
        return self.years.from_ <= year and (self.years.until is None or year <= self.years.until)

    def weight(self, component: str, category: str) -> int:
        """Return a component's weight for a category, in basis points (R11)."""
        own = self.categories.get(category)
        if own is not None and component in own:
            return own[component]
        return self.components[component].weight

    def weight_clause(self, component: str, category: str) -> str:
        """Return the clause of a component's weight for a category (R11)."""
        own = f"categories.{category}.{component}"
        return self.clauses.get(own) or self.clauses[f"components.{component}.weight"]

    def clause(self, parameter: str) -> str:
        """Return the clause of a parameter such as ``ranking.min_group``.

        Raises:
            KeyError: there is no such parameter.
        """
        return self.clauses[parameter]

    def reading(self, parameter: str, value: object) -> "Policy":
        """Return this policy with one parameter read otherwise; the text stays as it is.

        Raises:
            KeyError: there is no such parameter.
            ValueError: the value isn't one of the parameter's choices.
        """
        section, name = parameter.split(".")
        declared = declarations(SECTIONS[section])[name]
        if declared.choices and value not in declared.choices:
            raise ValueError(f"{parameter} is one of {declared.choices}, not {value!r}")
        changed = replace(getattr(self, section), **{name: value})
        return replace(self, **{section: changed})


def declarations(section: type) -> dict[str, Parameter]:
    """Return a section's parameters by their name in the document, in order."""
    return {f.name.rstrip("_"): f.metadata["parameter"] for f in fields(section)}


SECTIONS: Mapping[str, type] = {
    f.name: f.metadata["section"] for f in fields(Policy) if "section" in f.metadata
}

OPEN: Mapping[str, tuple[str, ...]] = {
    f"{name}.{parameter}": declared.choices
    for name, section in SECTIONS.items()
    for parameter, declared in declarations(section).items()
    if declared.left_open
}
"""The readings of each parameter that the source text leaves open."""

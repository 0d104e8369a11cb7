"""One unit's year judged: scored, ranked, graded; the one entry for whoever asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.rules.facts import CadreYear, Status, UnitYear
from domain.rules.finding import Finding, Verdict
from domain.rules.grading import Graded, grade
from domain.rules.measured import Scored
from domain.rules.policy import Policy
from domain.rules.ranking import (
    Half,
    Level,
    Ranked,
    Wider,
    Zone,
    below_cuts,
    half_finding,
    rank,
    rank_finding,
    takes_part,
    wider_needed,
    zone,
    zone_finding,
)
from domain.rules.scheme_in_force import scheme_finding
from domain.rules.scoring import score
from domain.sentence import Term, say

NOBODY: Wider = {}


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of a ranking.

    Args:
        rank, of: the place among ``of`` ranked people; rank is None when not ranked.
        performance, annual: published scores in hundredths; None when evidence is missing.
        grade, grade_status: the grade on record, else the computed one.
        computed_grade: what the scores alone give.
        zone: the place towards the bottom zone.
    """

    cadre: str
    unit: str
    year: int
    rank_level: str
    category: str
    rank: int | None
    of: int
    performance: int | None
    annual: int | None
    half: Half
    grade: str | None
    grade_status: Status | None
    computed_grade: str | None
    policy: Policy = field(repr=False)
    member: CadreYear = field(repr=False)
    scored: Scored = field(repr=False)
    ranked: Ranked = field(repr=False)
    graded: Graded = field(repr=False)
    zone: Zone = field(repr=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why: the scores, a scheme's weights, the rank, the half, the zone and the grade."""
        scheme = self.graded.unit_year.scheme
        found = (
            *self.scored.findings,
            *([scheme_finding(scheme, self.policy, self.category)] if scheme else []),
            rank_finding(self.ranked, self.policy),
            half_finding(self.ranked, self.policy),
            zone_finding(self.ranked, self.zone, self.policy),
            self.graded.finding,
        )
        recorded = _recorded(self.member, self.graded)
        return (*found, recorded) if recorded else found


def score_all(unit_year: UnitYear) -> dict[str, Scored]:
    """Return the scores of every member by cadre."""
    return {member.cadre: score(member, unit_year.policy) for member in unit_year.members}


def levels_needed(
    unit_year: UnitYear, scored: Mapping[str, Scored] | None = None
) -> frozenset[Level]:
    """Return the (category, rank_level) of which ``judge`` wants the city's annual scores."""
    scored = score_all(unit_year) if scored is None else scored
    policy = unit_year.policy
    if not any(below_cuts(of_one.annual, policy) for of_one in scored.values()):
        return frozenset()
    return wider_needed(policy, rank(unit_year, scored))


def pooled(units: Iterable[UnitYear]) -> dict[Level, list[int]]:
    """Return the city's published annual scores by (category, rank_level), as ``judge`` takes.

    The units may hold only their members of the wanted levels.
    """
    pool: dict[Level, list[int]] = {}
    for unit_year in units:
        for member in unit_year.members:
            annual = score(member, unit_year.policy).annual
            if takes_part(member) and annual is not None:
                pool.setdefault((member.category, member.rank_level), []).append(annual)
    return pool


def judge(
    unit_year: UnitYear,
    wider: Wider = NOBODY,
    scored: Mapping[str, Scored] | None = None,
) -> tuple[Standing, ...]:
    """Return the standing of every member, in the order of the ranking.

    Args:
        wider: the city's published annual scores by ``levels_needed``, the unit's included.
        scored: the scores, when they are at hand already.
    """
    scored = score_all(unit_year) if scored is None else scored
    policy = unit_year.policy
    rows = rank(unit_year, scored)
    zones = {row.cadre: zone(row, policy, wider) for row in rows}
    graded = grade(unit_year, rows, zones)
    members = {member.cadre: member for member in unit_year.members}
    return tuple(
        _standing(row, members[row.cadre], policy, scored[row.cadre], graded[row.cadre], zones)
        for row in rows
    )


def _standing(
    row: Ranked,
    member: CadreYear,
    policy: Policy,
    scored: Scored,
    graded: Graded,
    zones: Mapping[str, Zone],
) -> Standing:
    computed: Status | None = None if graded.grade is None else "computed"
    return Standing(
        cadre=row.cadre,
        unit=row.unit,
        year=row.year,
        rank_level=row.rank_level,
        category=row.category,
        rank=row.rank,
        of=row.of,
        performance=row.performance,
        annual=row.annual,
        half=row.half,
        grade=member.grade.grade if member.grade else graded.grade,
        grade_status=member.grade.status if member.grade else computed,
        computed_grade=graded.grade,
        policy=policy,
        member=member,
        scored=scored,
        ranked=row,
        graded=graded,
        zone=zones[row.cadre],
    )


def _recorded(member: CadreYear, graded: Graded) -> Finding | None:
    """Compare the grade on record with the computed one (R14); soft: a reason may stand."""
    given = member.grade
    if given is None:
        return None
    same = Verdict.PASS if given.grade == graded.grade else Verdict.FAIL
    return Finding(
        rule="R14",
        verdict=Verdict.INSUFFICIENT if graded.grade is None else same,
        found=say("grade_recorded", grade=Term(given.grade), status=Term(given.status)),
        needed=say("grade_as_computed", grade=Term(graded.grade or "none")),
        clause=graded.clause,
        evidence=(given.position,),
        soft=True,
    )

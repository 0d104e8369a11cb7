"""The grade that follows from the scores (R15).

excellent: a seat of the quota, the upper half and the floor; basically_competent and
incompetent: the bottom zone and below the cut; competent otherwise. A zone that can't be
told lowers no grade.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.rules.consistency import WHOLE, share
from domain.rules.facts import CadreYear, UnitYear
from domain.rules.finding import Finding, Verdict, all_of, positions
from domain.rules.policy import Policy
from domain.rules.ranking import Ranked, Zone, half_finding, half_verdict, zone_finding
from domain.sentence import Sentence, Term, points, say

CUTS: Mapping[str | None, str] = {
    "basically_competent": "grading.basically_competent_below",
    "incompetent": "grading.incompetent_below",
}


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of 优秀 in one group: who has one, and who ties at the last."""

    count: int
    holders: frozenset[str]
    tied: frozenset[str]


@dataclass(frozen=True, slots=True)
class Graded:
    """A computed grade and what it rests on; None when evidence is missing."""

    grade: str | None
    member: CadreYear
    row: Ranked
    zone: Zone
    seats: Seats
    unit_year: UnitYear = field(repr=False)

    @property
    def finding(self) -> Finding:
        """Why this grade (R15)."""
        return _explained(self)

    @property
    def clause(self) -> str:
        """The clause that decided the grade."""
        return _clause(self)


def quota(unit_year: UnitYear) -> tuple[int, str]:
    """Return the share of 优秀 in basis points and its clause: the stricter of policy and law."""
    layers = [unit_year.policy, *([unit_year.law] if unit_year.law else [])]
    strictest = min(layers, key=lambda layer: layer.grading.quota)
    return strictest.grading.quota, strictest.clause("grading.quota")


def seats(sizes: Mapping[tuple[str, ...], int], quota: int) -> dict[tuple[str, ...], int]:
    """Return the seats of each group of ``sizes`` people at a quota in basis points.

    ⌊quota × n⌋ each; what is left up to ⌊quota × N⌋ goes by largest remainder, and groups
    that tie for the last of it get none.
    """
    given = {group: quota * n // WHOLE for group, n in sizes.items()}
    left = quota * sum(sizes.values()) // WHOLE - sum(given.values())
    remainders = {group: quota * n % WHOLE for group, n in sizes.items()}
    order = sorted(remainders, key=lambda group: -remainders[group])
    if left:  # fewer than the groups with a remainder, each being below one seat
        edge = remainders[order[left]]
        order = [group for group in order[:left] if remainders[group] > edge]
    for group in order[:left]:
        given[group] += 1
    return given


def grade(
    unit_year: UnitYear, ranked: Sequence[Ranked], zones: Mapping[str, Zone]
) -> dict[str, Graded]:
    """Return the computed grade of every member by cadre.

    Args:
        zones: the place towards the bottom zone of each cadre.
    """
    members = {member.cadre: member for member in unit_year.members}
    held = _held(unit_year, ranked, members)
    return {
        row.cadre: _graded(members[row.cadre], row, zones[row.cadre], held[row.group], unit_year)
        for row in ranked
    }


def _held(
    unit_year: UnitYear, ranked: Sequence[Ranked], members: Mapping[str, CadreYear]
) -> dict[tuple[str, ...], Seats]:
    floor = unit_year.policy.grading.excellent_floor
    candidates: dict[tuple[str, ...], list[Ranked]] = {row.group: [] for row in ranked}
    for row in ranked:
        barred = half_verdict(row) is Verdict.FAIL or members[row.cadre].on_probation
        if row.rank is not None and (row.annual or 0) >= floor and not barred:
            candidates[row.group].append(row)
    sizes = {row.group: row.of for row in ranked}
    counts = seats(sizes, quota(unit_year)[0])
    return {group: _seated(counts[group], rows) for group, rows in candidates.items()}


def _seated(count: int, candidates: Sequence[Ranked]) -> Seats:
    order = sorted(candidates, key=lambda row: row.rank or 0)
    if len(order) <= count:
        return Seats(count, _cadres(order), frozenset())
    edge = order[count].rank or 0
    above = [row for row in order if (row.rank or 0) < edge]
    # Those who tie below a filled last seat missed it; there is nothing to settle.
    tied = [row for row in order if row.rank == edge] if len(above) < count else []
    return Seats(count, _cadres(above), _cadres(tied))


def _cadres(rows: Iterable[Ranked]) -> frozenset[str]:
    return frozenset(row.cadre for row in rows)


def _graded(
    member: CadreYear, row: Ranked, zone: Zone, seated: Seats, unit_year: UnitYear
) -> Graded:
    computed = _outside(member)
    if computed is None and row.annual is not None:
        holds = row.cadre in seated.holders
        computed = "excellent" if holds else _low(row.annual, unit_year.policy, zone)
    return Graded(computed, member, row, zone, seated, unit_year)


def _outside(member: CadreYear) -> str | None:
    """Return the grade of those who aren't graded by their score."""
    if member.participates == "no":
        return "not_assessed"
    if member.participates == "comment_only" or member.on_probation:
        return "ungraded"
    return None


def _low(annual: int, policy: Policy, zone: Zone) -> str:
    if zone.verdict is not Verdict.PASS or annual >= policy.grading.basically_competent_below:
        return "competent"
    return "incompetent" if annual < policy.grading.incompetent_below else "basically_competent"


def _explained(graded: Graded) -> Finding:
    policy, row = graded.unit_year.policy, graded.row
    verdict, found, parts = Verdict.PASS, say("rank_none"), tuple[Finding, ...]()
    if outside := _outside(graded.member):
        verdict = Verdict.NOT_APPLICABLE
        found = say("grade_outside", grade=Term(outside), reason=_reason(graded.member))
    elif graded.grade is None or row.annual is None:
        verdict = Verdict.INSUFFICIENT
    else:
        found = say("grade_computed", grade=Term(graded.grade), annual=points(row.annual))
        parts = (_excellent(graded, row.annual), zone_finding(row, graded.zone, policy))
    return Finding(
        rule="R15",
        verdict=verdict,
        found=found,
        needed=_needed(policy),
        clause=_clause(graded),
        evidence=positions(
            ((graded.member.position,), _own(graded), *(part.evidence for part in parts))
        ),
        parts=parts,
    )


def _clause(graded: Graded) -> str:
    """Return the clause of the seats or of the cut; of 称职, of what kept it from 优秀.

    Who isn't graded by a score is told the clause that a score would have had to meet first.
    """
    policy, annual = graded.unit_year.policy, graded.row.annual
    if graded.grade in CUTS:
        return policy.clause(CUTS[graded.grade])
    if graded.grade not in ("excellent", "competent") or annual is None:
        return policy.clause("grading.excellent_floor")
    if annual < policy.grading.excellent_floor:
        return policy.clause("grading.excellent_floor")
    if half_verdict(graded.row) is Verdict.FAIL:
        return policy.clause("ranking.half")
    return quota(graded.unit_year)[1]


def _reason(member: CadreYear) -> Term:
    outside = member.participates != "yes"
    return Term(f"participates_{member.participates if outside else 'probation'}")


def _needed(policy: Policy) -> Sentence:
    grading = policy.grading
    return say(
        "grade_needed",
        floor=points(grading.excellent_floor),
        basic=points(grading.basically_competent_below),
        bad=points(grading.incompetent_below),
    )


def _excellent(graded: Graded, annual: int) -> Finding:
    policy = graded.unit_year.policy
    floor, clause = policy.grading.excellent_floor, policy.clause("grading.excellent_floor")
    high = Finding(
        rule="R15.floor",
        verdict=Verdict.PASS if annual >= floor else Verdict.FAIL,
        found=say("annual_found", annual=points(annual)),
        needed=say("at_least", points=points(floor)),
        clause=clause,
        evidence=_own(graded),
    )
    parts = (half_finding(graded.row, policy, "R15.half"), high, _seat(graded))
    return all_of("R15.excellent", parts, say("excellent_needed"), clause)


def _own(graded: Graded) -> tuple[int, ...]:
    """Return the positions that the cadre's own score rests on."""
    own = graded.row.peers.scored.get(graded.row.cadre)
    return own.evidence if own else ()


def _seat(graded: Graded) -> Finding:
    """Say whether a seat is held; what a group gets depends on the size of the unit's others."""
    row, seated = graded.row, graded.seats
    portion, clause = quota(graded.unit_year)
    key = "seat_none"
    if row.cadre in seated.holders:
        key = "seat_held"
    elif row.cadre in seated.tied:
        key = "seat_tied"
    return Finding(
        rule="R15.quota",
        verdict=Verdict.PASS if key == "seat_held" else Verdict.FAIL,
        found=say(key, seats=seated.count, n=row.of),
        needed=say("seat_needed", share=share(portion)),
        clause=clause,
        evidence=positions(
            (row.evidence, (member.position for member in graded.unit_year.members))
        ),
    )

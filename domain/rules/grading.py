"""The grade that follows from the scores (R15).

excellent: a seat of the quota, the upper half and the floor; basically_competent and
incompetent: the bottom zone and below the cut; competent otherwise. A zone that can't be
told lowers no grade. A sanction in force in the year bars 优秀. Who isn't graded by a score
still takes a place in the ranking, where a rank is due, but no seat.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.rules.consistency import WHOLE, share
from domain.rules.facts import CadreYear, Service, UnitYear
from domain.rules.finding import Finding, Verdict, all_of, positions
from domain.rules.outside import Outside, outside
from domain.rules.policy import Policy
from domain.rules.quota import quota
from domain.rules.ranking import Ranked, Zone, half_finding, half_verdict, zone_finding
from domain.rules.service import barring
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
    """A computed grade and what it rests on.

    Args:
        grade: None when evidence is missing, or another roster ranks the cadre.
        outside: why no score decides, if none does.
    """

    grade: str | None
    outside: Outside | None
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
    def bar(self) -> Finding:
        """Whether a sanction bars 优秀, whatever the scores (R15)."""
        return _unbarred(self)

    @property
    def clause(self) -> str:
        """The clause that decided the grade."""
        return _clause(self)


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
    without = {cadre: outside(member, unit_year) for cadre, member in members.items()}
    held = _held(unit_year, ranked, members, without)
    return {
        row.cadre: _graded(
            members[row.cadre],
            without[row.cadre],
            row,
            zones[row.cadre],
            held[row.group],
            unit_year,
        )
        for row in ranked
    }


def _held(
    unit_year: UnitYear,
    ranked: Sequence[Ranked],
    members: Mapping[str, CadreYear],
    without: Mapping[str, Outside | None],
) -> dict[tuple[str, ...], Seats]:
    floor = unit_year.policy.grading.excellent_floor
    candidates: dict[tuple[str, ...], list[Ranked]] = {row.group: [] for row in ranked}
    for row in ranked:
        able = row.rank is not None and (row.annual or 0) >= floor
        if not able or half_verdict(row) is Verdict.FAIL or without[row.cadre]:
            continue
        if not _barring(members[row.cadre], unit_year):
            candidates[row.group].append(row)
    sizes = {row.group: row.of for row in ranked}
    counts = seats(sizes, quota(unit_year).share)
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


def _barring(member: CadreYear, unit_year: UnitYear) -> tuple[Service, ...]:
    return barring(member.service, unit_year.year, unit_year.strict)


def _graded(
    member: CadreYear,
    without: Outside | None,
    row: Ranked,
    zone: Zone,
    seated: Seats,
    unit_year: UnitYear,
) -> Graded:
    computed = without.grade if without else None
    if without is None and row.annual is not None:
        holds = row.cadre in seated.holders
        computed = "excellent" if holds else _low(row.annual, unit_year.policy, zone)
    return Graded(computed, without, member, row, zone, seated, unit_year)


def _low(annual: int, policy: Policy, zone: Zone) -> str:
    if zone.verdict is not Verdict.PASS or annual >= policy.grading.basically_competent_below:
        return "competent"
    return "incompetent" if annual < policy.grading.incompetent_below else "basically_competent"


def _explained(graded: Graded) -> Finding:
    policy, row = graded.unit_year.policy, graded.row
    verdict, found, parts = Verdict.PASS, say("rank_none"), tuple[Finding, ...]()
    why: tuple[int, ...] = ()
    if graded.outside:
        verdict, found, why = Verdict.NOT_APPLICABLE, graded.outside.found, graded.outside.evidence
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
            ((graded.member.position,), why, _own(graded), *(part.evidence for part in parts))
        ),
        parts=parts,
    )


def _clause(graded: Graded) -> str:
    """Return the clause of the seats or of the cut; of 称职, of what kept it from 优秀.

    Who isn't graded by a score is told the clause that a score would have had to meet first.
    """
    policy, annual = graded.unit_year.policy, graded.row.annual
    if graded.outside and graded.outside.clause:
        return graded.outside.clause
    if graded.grade in CUTS:
        return policy.clause(CUTS[graded.grade])
    if graded.grade not in ("excellent", "competent") or annual is None:
        return policy.clause("grading.excellent_floor")
    if annual < policy.grading.excellent_floor:
        return policy.clause("grading.excellent_floor")
    if half_verdict(graded.row) is Verdict.FAIL:
        return policy.clause("ranking.half")
    if _barring(graded.member, graded.unit_year):
        return graded.unit_year.strict.clause("bars.sanctions")
    return quota(graded.unit_year).clause


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
    half = half_finding(graded.row, policy, "R15.half")
    parts = (half, high, _unbarred(graded), _seat(graded))
    return all_of("R15.excellent", parts, say("excellent_needed"), clause)


def _unbarred(graded: Graded) -> Finding:
    sanctions = _barring(graded.member, graded.unit_year)
    found = tuple(
        say("bar_found", kind=Term(line.what), since=line.starts, until=line.ends or "…")
        for line in sanctions
    )
    return Finding(
        rule="R15.bar",
        verdict=Verdict.FAIL if sanctions else Verdict.PASS,
        found=say("bars_found", sanctions=found) if found else say("bar_none"),
        needed=say("bar_needed"),
        clause=graded.unit_year.strict.clause("bars.sanctions"),
        evidence=tuple(sorted(line.position for line in sanctions)),
    )


def _own(graded: Graded) -> tuple[int, ...]:
    """Return the positions that the cadre's own score rests on."""
    own = graded.row.peers.scored.get(graded.row.cadre)
    return own.evidence if own else ()


def _seat(graded: Graded) -> Finding:
    """Say whether a seat is held; what a group gets depends on the size of the unit's others."""
    row, seated, limit = graded.row, graded.seats, quota(graded.unit_year)
    key = "seat_none"
    if row.cadre in seated.holders:
        key = "seat_held"
    elif row.cadre in seated.tied:
        key = "seat_tied"
    approved, at_most = limit.approval, share(limit.share)
    needed = say("seat_needed", share=at_most)
    if approved:
        needed = say("seat_needed_approved", share=at_most)
    return Finding(
        rule="R15.quota",
        verdict=Verdict.PASS if key == "seat_held" else Verdict.FAIL,
        found=say(key, seats=seated.count, n=row.of),
        needed=needed,
        clause=limit.clause,
        evidence=positions(
            (
                row.evidence,
                (approved.position,) if approved else (),
                (member.position for member in graded.unit_year.members),
            )
        ),
    )

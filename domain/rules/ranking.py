"""Ranks, halves and the bottom zone (R12, R17, R21).

Published annual scores are ranked high to low; ties share a rank (1-2-2-4). Who is ranked:
members who take part fully and have an annual score.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from domain.rules.consistency import WHOLE, share
from domain.rules.facts import CadreYear, UnitYear
from domain.rules.finding import Finding, Verdict, positions
from domain.rules.measured import Scored
from domain.rules.policy import HalfRule, Partition, Policy
from domain.sentence import Sentence, Term, points, say

Half = Literal["upper", "lower", "none"]
Level: TypeAlias = tuple[str, str]
"""A (category, rank_level): whom the city's small groups are compared with."""
Wider: TypeAlias = Mapping[Level, Sequence[int]]
"""The city's published annual scores of a level, everyone's, in hundredths."""

GROUPING: Mapping[Partition, Callable[[CadreYear], tuple[str, ...]]] = {
    "unit_level": lambda member: (member.rank_level,),
    "unit_category_level": lambda member: (member.category, member.rank_level),
    "unit_category": lambda member: (member.category,),
}

HALVES: Mapping[Half, Verdict] = {
    "upper": Verdict.PASS,
    "lower": Verdict.FAIL,
    "none": Verdict.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Zone:
    """A place towards the bottom zone: PASS is in it; ``lower`` of ``n`` people scored lower.

    ``wider`` says that the city was compared with, not the unit's own group.
    """

    verdict: Verdict
    lower: int
    n: int
    wider: bool = False


@dataclass(frozen=True)
class Peers:
    """Those who are ranked together, and what their places rest on.

    Args:
        roster: the positions of their roster lines, ascending.
        scored: the scores of those who take part, by cadre.
    """

    roster: tuple[int, ...]
    scored: Mapping[str, Scored]

    @cached_property
    def evidence(self) -> tuple[int, ...]:
        """The positions of the roster lines and of every score compared; made when asked for."""
        return positions((self.roster, *(scored.evidence for scored in self.scored.values())))


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of the roster with its rank.

    Args:
        group: the key of those it is ranked with.
        rank, of: the place among ``of`` ranked people; rank is None when not ranked.
        performance, annual: published scores in hundredths.
        lower: how many of the group scored lower.
        takes_part: whether a rank is due at all; not for those who only get a comment.
        peers: those of the group, with their scores.
        ranked_in: the unit on whose roster the cadre is ranked, where it is another one.
    """

    cadre: str
    unit: str
    year: int
    rank_level: str
    category: str
    group: tuple[str, ...]
    rank: int | None
    of: int
    half: Half
    performance: int | None
    annual: int | None
    lower: int
    takes_part: bool
    peers: Peers = field(repr=False, compare=False)
    ranked_in: str | None = None

    @property
    def roster(self) -> tuple[int, ...]:
        """The positions of the group's roster lines."""
        return self.peers.roster

    @property
    def evidence(self) -> tuple[int, ...]:
        """The positions that the place rests on: the roster lines and the scores compared.

        Without a rank nothing was compared: the roster lines and what there is of one's own score.
        """
        if self.rank is not None:
            return self.peers.evidence
        own = self.peers.scored.get(self.cadre)
        return positions((self.roster, own.evidence if own else ()))

    @property
    def level(self) -> Level:
        """The (category, rank_level) that the city is asked for."""
        return self.category, self.rank_level


def rank(unit_year: UnitYear, scored: Mapping[str, Scored]) -> list[Ranked]:
    """Return the roster ranked: group by group, best first, the unranked last.

    Args:
        scored: the scores by cadre; every member has one.
    """
    key = GROUPING[unit_year.policy.ranking.partition]
    groups: dict[tuple[str, ...], list[CadreYear]] = {}
    for member in unit_year.members:
        groups.setdefault(key(member), []).append(member)
    rows: list[Ranked] = []
    for group, members in sorted(groups.items()):
        rows.extend(_ranked(group, members, scored, unit_year.policy))
    return rows


def takes_part(member: CadreYear) -> bool:
    """Say whether a member is ranked, given a score; on one roster only, the new unit's."""
    return member.participates == "yes" and member.ranked_in is None


def half_of(rank: int, of: int, rule: HalfRule, min_group: int) -> Half:
    """Return the half in which a rank falls; a small group has none (R17)."""
    if of < min_group:
        return "none"
    limit = of // 2 if rule == "floor" else -(-of // 2)
    return "upper" if rank <= limit else "lower"


def rank_finding(row: Ranked, policy: Policy) -> Finding:
    """Explain the rank (R12)."""
    return Finding(
        rule="R12",
        verdict=_unranked(row) if row.rank is None else Verdict.PASS,
        found=_place(row),
        needed=say("rank_needed", partition=Term(policy.ranking.partition)),
        clause=policy.clause("ranking.partition"),
        evidence=row.evidence,
    )


def half_verdict(row: Ranked) -> Verdict:
    """Say whether the cadre is in the upper half; NOT_APPLICABLE in a small group (R17)."""
    return _unranked(row) if row.rank is None else HALVES[row.half]


def half_finding(row: Ranked, policy: Policy, rule: str = "R17") -> Finding:
    """Explain ``half_verdict``."""
    small = row.half == "none" and row.rank is not None
    return Finding(
        rule=rule,
        verdict=half_verdict(row),
        found=say("group_small", n=row.of, min=policy.ranking.min_group) if small else _place(row),
        needed=say("half_needed", half=Term("upper")),
        clause=policy.clause("ranking.min_group" if small else "ranking.half"),
        evidence=row.evidence,
    )


def zone(row: Ranked, policy: Policy, wider: Wider) -> Zone:
    """Say whether the cadre is in the bottom zone (R21).

    In it iff 1 + (people who scored lower) ≤ ⌈share × n⌉. A group below ``min_group`` is
    compared with the city's same category and level; NOT_APPLICABLE when that is unknown
    or small as well.
    """
    if row.rank is None or row.annual is None:
        return Zone(_unranked(row), row.lower, row.of)
    lower, n = row.lower, row.of
    small = n < policy.ranking.min_group
    if small:
        pool = sorted(wider.get(row.level, ()))
        lower, n = bisect_left(pool, row.annual), len(pool)
    if n < policy.ranking.min_group:
        return Zone(Verdict.NOT_APPLICABLE, lower, n, small)
    within = 1 + lower <= -(-policy.zone.share * n // WHOLE)
    return Zone(Verdict.PASS if within else Verdict.FAIL, lower, n, small)


def zone_finding(row: Ranked, place: Zone, policy: Policy) -> Finding:
    """Explain where the cadre is towards the bottom zone (R21).

    Of a comparison with the city the own group's evidence is cited; the text says how many more
    were compared with.
    """
    if row.rank is None:
        found = _place(row)
    elif place.verdict is Verdict.NOT_APPLICABLE:
        found = say("group_small", n=max(row.of, place.n), min=policy.ranking.min_group)
    else:
        found = say(
            "zone_found_wider" if place.wider else "zone_found", lower=place.lower, n=place.n
        )
    return Finding(
        rule="R21.zone",
        verdict=place.verdict,
        found=found,
        needed=say("zone_needed", share=share(policy.zone.share)),
        clause=policy.clause("zone.share"),
        evidence=row.evidence,
    )


def below_cuts(annual: int | None, policy: Policy) -> bool:
    """Tell if a score is so low that the bottom zone decides the grade."""
    return annual is not None and annual < policy.grading.basically_competent_below


def wider_needed(policy: Policy, ranked: Sequence[Ranked]) -> frozenset[Level]:
    """Return the levels whose city-wide scores matter: small groups with someone so low."""
    return frozenset(
        row.level
        for row in ranked
        if row.rank is not None
        and row.of < policy.ranking.min_group
        and below_cuts(row.annual, policy)
    )


def _ranked(
    group: tuple[str, ...],
    members: Sequence[CadreYear],
    scored: Mapping[str, Scored],
    policy: Policy,
) -> list[Ranked]:
    counted = sorted(
        annual
        for member in members
        if takes_part(member) and (annual := scored[member.cadre].annual) is not None
    )
    peers = Peers(
        roster=tuple(sorted(member.position for member in members)),
        scored={m.cadre: scored[m.cadre] for m in members if takes_part(m)},
    )
    rows = [_row(group, m, scored[m.cadre], counted, peers, policy) for m in members]
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.cadre))


def _row(
    group: tuple[str, ...],
    member: CadreYear,
    scored: Scored,
    counted: Sequence[int],
    peers: Peers,
    policy: Policy,
) -> Ranked:
    rank: int | None = None
    lower = 0
    half: Half = "none"
    if takes_part(member) and scored.annual is not None:
        rank = len(counted) - bisect_right(counted, scored.annual) + 1
        lower = bisect_left(counted, scored.annual)
        half = half_of(rank, len(counted), policy.ranking.half, policy.ranking.min_group)
    return Ranked(
        cadre=member.cadre,
        unit=member.unit,
        year=member.year,
        rank_level=member.rank_level,
        category=member.category,
        group=group,
        rank=rank,
        of=len(counted),
        half=half,
        performance=scored.performance,
        annual=scored.annual,
        lower=lower,
        takes_part=takes_part(member),
        peers=peers,
        ranked_in=member.ranked_in,
    )


def _unranked(row: Ranked) -> Verdict:
    return Verdict.INSUFFICIENT if row.takes_part else Verdict.NOT_APPLICABLE


def _place(row: Ranked) -> Sentence:
    if row.ranked_in is not None:
        return say("rank_elsewhere", unit=row.ranked_in)
    if row.rank is None or row.annual is None:
        return say("rank_none")
    return say("rank_found", rank=row.rank, of=row.of, annual=points(row.annual))

"""One cadre's case before an eligibility question: the facts, and a year as it is seen.

The shell fills a ``Case``; the rules of promotion and of honours look at its window years.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from domain.rules.facts import CadreYear, GradeGiven, UnitYear
from domain.rules.finding import Finding, Verdict, positions
from domain.rules.measured import Measured, Scored
from domain.rules.policy import OPEN, Policy, Ranking
from domain.rules.ranking import Level, Wider, below_cuts, rank, wider_needed
from domain.rules.scoring import score
from domain.rules.standing import NOBODY, Standing, judge, score_all
from domain.sentence import Sentence, Term, say

UnitScores: TypeAlias = Mapping[str, Scored]
Judged: TypeAlias = dict[Ranking, Mapping[str, Standing]]
"""A unit's standings by cadre, by the way of ranking."""


@dataclass(frozen=True, slots=True)
class PeerYear:
    """A peer's year outside the subject's own units, judged by the policy of that unit."""

    member: CadreYear
    policy: Policy
    closed: bool


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of one cadre's eligibility.

    Args:
        cadre: the subject.
        year: the last year of the window, included.
        policy: the one in force for the subject's unit in ``year``; its windows and floors hold.
        years: by window year, the unit in whose roster the subject stood, whole; a year is
            left out when the subject stood in none.
        earlier: for promotion, the years in the window of the people on the last year's roster
            at the subject's level, where they served elsewhere than in ``years``.
        wider: by window year, what ``judge`` takes of the city for the subject's unit.
        grades: by window year, the subject's grade on record, on a roster or not.
        unruled: by window year, the unit on whose roster the subject stood when no policy
            covers it.
        scored: by window year, the unit's scores, when they are at hand already.
        judged: by window year and way of ranking, the unit judged; filled as it is asked for, and
            shared by whoever asks about the same years.
    """

    cadre: str
    year: int
    policy: Policy
    years: Mapping[int, UnitYear]
    earlier: tuple[PeerYear, ...] = ()
    wider: Mapping[int, Wider] = field(default_factory=dict)
    grades: Mapping[int, GradeGiven] = field(default_factory=dict)
    unruled: Mapping[int, str] = field(default_factory=dict)
    scored: Mapping[int, UnitScores] = field(default_factory=dict)
    judged: dict[int, Judged] = field(default_factory=dict, repr=False, compare=False)

    def reading(self, parameter: str, value: str) -> "Case":
        """Return the case with one open parameter read otherwise in every policy.

        Only the way of ranking bears on how a unit's year is judged.
        """
        policy = self.policy.reading(parameter, value)
        if policy.ranking == self.policy.ranking:
            return replace(self, policy=policy)
        years = {
            year: replace(facts, policy=facts.policy.reading(parameter, value))
            for year, facts in self.years.items()
        }
        return replace(self, policy=policy, years=years)

    def standing(self, year: int, scored: UnitScores) -> Standing | None:
        """Return where the subject stood in a year of ``years``."""
        facts = self.years[year]
        judged = self.judged.setdefault(year, {})
        if facts.policy.ranking not in judged:
            standings = judge(facts, self.wider.get(year, NOBODY), scored)
            judged[facts.policy.ranking] = {one.cadre: one for one in standings}
        return judged[facts.policy.ranking].get(self.cadre)


@dataclass(frozen=True, slots=True)
class Scores:
    """Every score that a case needs; no open parameter changes them.

    Args:
        years: by window year, the subject's unit by cadre.
        closed: the closed years by (cadre, year), wherever served.
    """

    years: Mapping[int, UnitScores]
    closed: Mapping[tuple[str, int], Scored]


@dataclass(frozen=True, slots=True)
class Seen:
    """One window year of the subject.

    Args:
        standing: None only when absent from any roster, or when no policy covers its unit.
        unit: that unit.
        recorded: the grade on record, if any.
    """

    year: int
    state: Literal["closed", "open", "absent", "no_policy"]
    policy: Policy
    standing: Standing | None = None
    closing: tuple[int, ...] = ()
    unit: str = ""
    recorded: GradeGiven | None = None

    @property
    def grade(self) -> str | None:
        """The grade of a closed year, or that confirmed of any; None when it isn't known."""
        if self.standing and self.state == "closed":
            return self.standing.grade
        if self.recorded and self.recorded.status != "proposed":
            return self.recorded.grade
        return None

    @property
    def grade_evidence(self) -> tuple[int, ...]:
        """The positions that the grade rests on."""
        if self.recorded:
            return positions(((self.recorded.position,), self.closing))
        if self.standing is None:
            return ()
        computed = (self.standing.scored.evidence, self.standing.ranked.roster)
        return positions((*computed, self.closing))

    def evidence(self, final: Measured) -> tuple[int, ...]:
        """Return the positions of a final score of this year, its closing included."""
        return positions((final.evidence, self.closing))


def scores(case: Case) -> Scores:
    """Return the scores of a case."""
    years = {
        year: case.scored[year] if year in case.scored else score_all(facts)
        for year, facts in case.years.items()
    }
    closed = {
        (cadre, year): scored
        for year, unit in years.items()
        if case.years[year].closing is not None
        for cadre, scored in unit.items()
    }
    for peer in case.earlier:
        key = (peer.member.cadre, peer.member.year)
        closed.pop(key, None)
        if peer.closed:
            closed[key] = score(peer.member, peer.policy)
    return Scores(years, closed)


def levels_of_every_reading(facts: UnitYear, scored: UnitScores, cadre: str) -> frozenset[Level]:
    """Return the levels of which a cadre wants the city's scores, however groups are read.

    Where the others of the unit stand towards the bottom zone bears on nobody but them.
    """
    own = scored.get(cadre)
    if own is None or not below_cuts(own.annual, facts.policy):
        return frozenset()
    readings = (facts.policy.reading("ranking.partition", v) for v in OPEN["ranking.partition"])
    rows = (
        (policy, [row for row in rank(replace(facts, policy=policy), scored) if row.cadre == cadre])
        for policy in (facts.policy, *readings)
    )
    return frozenset().union(*(wider_needed(policy, ranked) for policy, ranked in rows))


def window(case: Case, length: int, known: Scores) -> tuple[Seen, ...]:
    """Return the last ``length`` years up to the case's year, ascending."""
    years = range(case.year - length + 1, case.year + 1)
    return tuple(_seen(case, year, known) for year in years)


def unclosed(seen: Seen) -> Sentence:
    """Say why a year can't be judged yet."""
    if seen.state == "no_policy":
        return say("no_policy_known", unit=seen.unit, year=seen.year)
    return say("year_open" if seen.state == "open" else "year_absent", year=seen.year)


def excellent_count(
    years: tuple[Seen, ...], needed: int, rule: str, clause: str, *, soft: bool = False
) -> Finding:
    """Ask for ``needed`` years of 优秀; unknown grades count when they could change it."""
    grades = [seen.grade for seen in years]
    known, unknown = grades.count("excellent"), grades.count(None)
    verdict = Verdict.INSUFFICIENT
    if known >= needed:
        verdict = Verdict.PASS
    elif known + unknown < needed:
        verdict = Verdict.FAIL
    return Finding(
        rule=rule,
        verdict=verdict,
        found=grades_found(years),
        needed=say("excellent_years", n=needed, window=len(years)),
        clause=clause,
        evidence=positions(seen.grade_evidence for seen in years),
        soft=soft,
    )


def grades_found(years: tuple[Seen, ...]) -> Sentence:
    """Say the grade of each year."""
    return say(
        "grades_found",
        grades=tuple(
            say("grade_in_year", year=seen.year, grade=Term(seen.grade or "grade_unknown"))
            for seen in years
        ),
    )


def _seen(case: Case, year: int, known: Scores) -> Seen:
    facts, recorded = case.years.get(year), case.grades.get(year)
    if facts is None:
        unit = case.unruled.get(year)
        state: Literal["absent", "no_policy"] = "no_policy" if unit else "absent"
        return Seen(year, state, case.policy, unit=unit or "", recorded=recorded)
    own = case.standing(year, known.years[year])
    if own is None:
        return Seen(year, "absent", facts.policy, recorded=recorded)
    recorded = own.member.grade
    if facts.closing is None:
        return Seen(year, "open", facts.policy, own, recorded=recorded)
    return Seen(year, "closed", facts.policy, own, (facts.closing.position,), recorded=recorded)

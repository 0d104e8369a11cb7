"""What the city remembers of its closed years, so that decisions follow the results."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from domain.rules.case import Case, PeerYear, UnitScores, scores
from domain.rules.eligibility import PURPOSES, Purpose
from domain.rules.facts import GradeGiven, UnitYear
from domain.rules.finding import Verdict
from domain.rules.standing import score_all


@dataclass(slots=True)
class Memory:
    """The closed years by (unit, year), and who was judged where."""

    years: dict[tuple[str, int], UnitYear] = field(default_factory=dict)
    scored: dict[tuple[str, int], UnitScores] = field(default_factory=dict)
    judged: dict[tuple[str, int], str] = field(default_factory=dict)
    grades: dict[tuple[str, int], str] = field(default_factory=dict)

    def remember(self, unit_year: UnitYear, grades: dict[str, str]) -> None:
        """Take in a closed year, without its scores, and the grades on record."""
        unit, year = unit_year.unit, unit_year.year
        self.years[unit, year] = unit_year
        self.scored[unit, year] = score_all(unit_year)
        for member in unit_year.members:
            self.judged[member.cadre, year] = unit
        for cadre, grade in grades.items():
            self.grades[cadre, year] = grade

    def regrade(self, cadre: str, year: int, grade: str) -> None:
        """Take in a grade that was decided or corrected afterwards."""
        where = self.judged[cadre, year], year
        given = GradeGiven(grade, "corrected", 0)
        members = (
            replace(m, grade=given) if m.cadre == cadre else m for m in self.years[where].members
        )
        self.years[where] = replace(self.years[where], members=tuple(members))
        self.grades[cadre, year] = grade

    def excellent(self, cadre: str) -> int:
        """Return how often the cadre was excellent up to now."""
        years = (year for _, year in self.years)
        return sum(self.grades.get((cadre, year)) == "excellent" for year in set(years))

    def verdict(self, purpose: Purpose, cadre: str, year: int) -> Verdict:
        """Return the verdict of the rule on a cadre; ``year`` is the window's last."""
        unit = self.judged.get((cadre, year))
        if unit is None:
            return Verdict.INSUFFICIENT
        rule, _ = PURPOSES[purpose]
        case = self._case(purpose, cadre, unit, year)
        return rule(case, scores(case)).verdict

    def _case(self, purpose: Purpose, cadre: str, unit: str, year: int) -> Case:
        policy = self.years[unit, year].policy
        length = 1 if purpose == "commendation" else getattr(policy, purpose).window
        window = range(year - length + 1, year + 1)
        judged = {y: where for y in window if (where := self.judged.get((cadre, y)))}
        years = {y: self.years[where, y] for y, where in judged.items()}
        return Case(
            cadre=cadre,
            year=year,
            policy=policy,
            years=years,
            scored={y: self.scored[where, y] for y, where in judged.items()},
            earlier=tuple(self._earlier(cadre, year, years)) if purpose == "promotion" else (),
            grades={
                y: GradeGiven(grade, "confirmed", 0)
                for y in window
                if (grade := self.grades.get((cadre, y)))
            },
        )

    def _earlier(self, cadre: str, year: int, years: dict[int, UnitYear]) -> Iterator[PeerYear]:
        """Yield the earlier years of the subject's peers where other units judged them."""
        members = years[year].members
        level = next(m.rank_level for m in members if m.cadre == cadre)
        peers = {m.cadre for m in members if m.rank_level == level and m.cadre != cadre}
        for earlier in range(year - years[year].policy.promotion.window + 1, year):
            here = years[earlier].unit if earlier in years else None
            for peer in sorted(peers):
                unit = self.judged.get((peer, earlier))
                if unit is not None and unit != here:
                    elsewhere = self.years[unit, earlier]
                    member = next(m for m in elsewhere.members if m.cadre == peer)
                    yield PeerYear(member, elsewhere.policy, closed=True)

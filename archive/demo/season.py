"""One unit's year once everything is scored: its facts, as the rules judge them."""

from dataclasses import dataclass, field

from archive.demo.books import Books
from archive.demo.people import Person
from archive.demo.plants import Label
from archive.demo.roster import Roster
from domain.rules.facts import UnitYear
from domain.rules.finding import Verdict
from domain.rules.ranking import Wider
from domain.rules.standing import Standing, judge


@dataclass(slots=True)
class Season:
    """The year at its closing, and what became of it.

    Attributes:
        wider: the city's scores that small groups are compared with.
        standings: by cadre, as computed at the closing; corrections replace them.
        grades: the grades on record, as they are proposed and later decided.
        honoured: those of whom something was decided by these results.
    """

    roster: Roster
    facts: UnitYear
    books: Books
    wider: Wider
    standings: dict[str, Standing] = field(default_factory=dict)
    grades: dict[str, str] = field(default_factory=dict)
    honoured: set[str] = field(default_factory=set)

    def judge(self) -> None:
        """Judge the facts as they are now."""
        self.standings = {s.cadre: s for s in judge(self.facts, self.wider)}

    @property
    def unit(self) -> str:
        """The unit's code."""
        return self.roster.unit.unit

    @property
    def year(self) -> int:
        """The assessment year; its papers are of the next January."""
        return self.roster.year

    @property
    def ranked(self) -> list[Standing]:
        """Those who have a rank, group by group, the best first."""
        return [standing for standing in self.standings.values() if standing.rank is not None]

    @property
    def people(self) -> dict[str, Person]:
        """Those on the roster at the year's end, by id."""
        return {p.cadre: p for p in self.roster.staying}

    def planned(self, check: str) -> bool:
        """Tell if the check is to be violated here."""
        return self.books.violations.planned(check, self.unit, self.year)

    def seized(self, check: str) -> bool:
        """Tell if an opportunity to violate the check is seized."""
        return self.books.violations.seized(check, self.unit)

    def label(self, check: str, cadre: str | None = None) -> None:
        """Note a violation of this unit's year."""
        self.books.violations.label(check, self.unit, cadre, self.year)

    def tell(self, label: Label) -> None:
        """Note something else that is worth finding."""
        self.books.violations.labels.append(label)

    def again(self, cadre: str) -> bool:
        """Tell if this is the second year in a row in which somebody is incompetent."""
        grade = self.books.memory.grades.get((cadre, self.year - 1))
        return grade == self.grades.get(cadre) == "incompetent"

    def free_of_plants(self, cadre: str) -> bool:
        """Tell if nothing is planned with somebody."""
        return cadre not in self.books.plants.settled

    def unbarred(self, cadre: str) -> bool:
        """Tell if no sanction keeps somebody from 优秀."""
        return self.standings[cadre].graded.bar.verdict is Verdict.PASS

    def free(self, cadre: str) -> bool:
        """Tell if nothing is planned with somebody, and nothing open."""
        return cadre not in self.books.plants.settled | self.books.world.bound

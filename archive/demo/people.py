"""Units and the people in them, as they stand at one moment of the simulation."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from domain.rules.facts import Service

PLACES = ("示例甲县", "示例乙县", "示例丙县", "示例丁县", "示例戊市")
SCHOOLS = ("示例第一大学", "示例第二大学", "示例农学院", "示例师范学院", "示例党校")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of unit: how many people of which category, and what their posts are called."""

    kind: str
    stem: str
    size: int
    team: int
    deputies: int
    sections: int
    posts: tuple[str, str, str, str]
    reach: int | None = None
    """How many neighbours on either side an ordinary cadre scores; None: everyone."""


KINDS = (
    Kind("town", "示例镇", 80, 7, 5, 8, ("党委书记", "党委委员", "站所长", "干事"), reach=8),
    Kind("department", "示例局", 45, 4, 3, 8, ("局长", "副局长", "科长", "科员")),
    Kind("institution", "示例中心", 24, 3, 2, 4, ("主任", "副主任", "部长", "职员")),
    Kind("office", "示例办", 12, 2, 1, 2, ("主任", "副主任", "组长", "科员")),
)
OFFICE = ("C90001", "C90002", "C90003")
"""The city's appraisal office: registered, but on no unit's roster."""
CATEGORIES = ("chief", "team_member", "section_chief", "other")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the city."""

    unit: str
    name: str
    kind: Kind
    city_leader: str


@dataclass(frozen=True, slots=True)
class Person:
    """A cadre as posted now.

    ``slot`` is the portfolio: the one a team member holds, or the one an ordinary cadre
    belongs to. ``seat`` orders the colleagues of a unit, so that neighbours stay neighbours.
    """

    cadre: str
    unit: str
    category: str
    rank_level: str
    slot: int
    seat: float
    probation_until: date | None = None

    @property
    def leads(self) -> bool:
        """Tell if this is the head or a member of the leading team."""
        return self.category in ("chief", "team_member")


@dataclass(slots=True)
class World:
    """The city now; only the yearly moves change it."""

    seed: int
    units: tuple[Unit, ...]
    staff: dict[str, dict[str, Person]]
    admins: dict[str, str]
    ability: dict[str, float]
    severity: dict[str, float]
    leaving: dict[str, tuple[date, str]] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    """Who stays for a year: a deadline, a talk or an appeal is still open."""
    demoted: set[str] = field(default_factory=set)
    """Who went down a rank level in the course of the year."""
    service: dict[str, list[Service]] = field(default_factory=dict)
    in_question: set[str] = field(default_factory=set)
    """Whose case is still open."""
    trained: set[str] = field(default_factory=set)
    """Who was an appraisal administrator and gave it up, or took over from one."""
    untrained: set[str] = field(default_factory=set)
    """Appraisal administrators who are yet to be trained."""
    born: int = 0
    decided: dict[int, int] = field(default_factory=dict)

    def next_cadre(self, rng: Random) -> str:
        """Make the next cadre, with abilities of their own, and return the id."""
        self.born += 1
        cadre = f"C{self.born:05}"
        # three in a hundred do much worse than the rest, so that there are talks to hold
        struggling = -rng.uniform(12, 30) if rng.random() < 0.03 else 0.0
        self.ability[cadre] = rng.gauss(0, 5) + struggling
        self.severity[cadre] = rng.gauss(0, 4)
        return cadre

    def decision(self, year: int) -> str:
        """Return the number of the next decision of the organization department."""
        self.decided[year] = self.decided.get(year, 0) + 1
        return f"D{year}-{self.decided[year]:03}"

    def place(self, person: Person) -> None:
        """Put a person where the person is posted."""
        self.staff[person.unit][person.cadre] = person

    def head(self, unit: str) -> Person:
        """Return the unit's head."""
        return next(p for p in self.staff[unit].values() if p.category == "chief")

    def team(self, unit: str) -> list[Person]:
        """Return the team members, by portfolio."""
        members = (p for p in self.staff[unit].values() if p.category == "team_member")
        return sorted(members, key=lambda p: p.slot)


def post_of(unit: Unit, category: str) -> str:
    """Return what a post of this category is called in the unit."""
    return unit.kind.posts[CATEGORIES.index(category)]


def newcomer(world: World, unit: Unit, category: str, rank_level: str, rng: Random) -> Person:
    """Return a new person in the unit, in a random seat and portfolio."""
    slot = rng.randrange(unit.kind.deputies)
    return Person(
        world.next_cadre(rng), unit.unit, category, rank_level, slot, round(rng.random(), 6)
    )

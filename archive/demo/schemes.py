"""A unit's scheme in February: drafted, screened, resolved, countersigned and ratified."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from archive.demo.books import Books
from archive.demo.chance import chance
from archive.demo.paper import Command, at, in_order, later, paper
from archive.demo.people import OFFICE
from archive.demo.roster import Roster
from archive.demo.rules import Rules
from domain.rules.scheme_terms import AllowanceTerms, read_terms

RETURNED = 0.12
BASES = ("annual", "performance", "rank")
TIERS = (
    {"upto": 0.3, "coefficient": 1.1},
    {"upto": 0.7, "coefficient": 1},
    {"upto": 1, "coefficient": 0.9},
)
TIERED = 0.25
COUNTERSIGN_FIRST = ("draft", "screen", "countersign", "resolve", "ratify")


def allowance(roster: Roster) -> dict[str, Any]:
    """Return how the unit's allowances follow results this year, as its scheme declares it."""
    rng = chance(roster.seed, "allowance", roster.unit.unit, roster.year)
    if rng.random() < TIERED:
        return {"basis": "rank", "method": "tiers", "tiers": list(TIERS)}
    return {"basis": rng.choice(BASES), "method": "proportional"}


def terms_of(roster: Roster) -> AllowanceTerms:
    """Return the same as the archive reads it."""
    terms = read_terms({"allowance": allowance(roster)}).allowance
    if terms is None:
        raise LookupError("allowance")
    return terms


def scheme(roster: Roster, rules: Rules, books: Books) -> list[Command]:
    """Return the papers of the unit's scheme; ratified before anything is scored under it."""
    rng = chance(roster.seed, "scheme", roster.unit.unit, roster.year)
    return in_order(_papers(_Chain(roster, rules, books, rng)))


class _Chain:
    """The steps of one scheme, each some days after the one before."""

    def __init__(self, roster: Roster, rules: Rules, books: Books, rng: Random) -> None:
        self.roster, self.rules, self.books, self.rng = roster, rules, books, rng
        components = rules.policy.components
        self.weights = {name: part.weight / 10_000 for name, part in components.items()}
        if self.planned("scheme_out_of_bounds"):
            self.weights = {"performance": 0.7, "democratic": 0.2, "leader": 0.1}
        self.day = date(roster.year, 2, 12)

    def step(self, name: str, by: str, days: int = 2, **fields: Any) -> Command:
        """Return the next step, at most so many days on."""
        self.day = later(self.day, self.rng, 1, days)
        own = {"unit": self.roster.unit.unit, "year": self.roster.year}
        return paper(f"scheme.{name}", by, self.day, at(self.day, self.rng), **own, **fields)

    def draft(self, version: int = 1) -> Command:
        """Return a draft; its version makes it another one."""
        content = {
            "title": f"{self.roster.year}年度考核实施方案第{version}稿",
            "components": self.weights,
            "allowance": allowance(self.roster),
        }
        return self.step("draft", self.roster.admin, content=content)

    def planned(self, check: str) -> bool:
        """Tell if the chain is to violate the check, and label it if so."""
        unit, year = self.roster.unit.unit, self.roster.year
        if not self.books.violations.planned(check, unit, year):
            return False
        self.label(check)
        return True

    def label(self, check: str) -> None:
        """Note a violation of the chain."""
        unit, year = self.roster.unit.unit, self.roster.year
        self.books.violations.label(check, unit, None, year)


def _papers(chain: _Chain) -> Iterator[Command]:
    roster, rng = chain.roster, chain.rng
    yield chain.draft()
    yield chain.step("screen", OFFICE[0], comment="同意提交集体研究")
    if rng.random() < RETURNED:
        yield chain.step("return", OFFICE[0], comment="补贴档次需细化")
        yield chain.draft(2)
        yield chain.step("screen", OFFICE[1])
    if chain.planned("order"):
        yield chain.step("countersign", roster.unit.city_leader)
        yield _resolved(chain)
    else:
        yield _resolved(chain)
        if chain.planned("content_changed"):
            yield chain.draft(3)
            chain.label("order")  # what was drafted anew was neither screened nor resolved
        yield chain.step("countersign", roster.unit.city_leader)
    if chain.planned("used_before_ratified"):
        chain.day = date(roster.year, 12, 14)
    by = roster.admin if chain.planned("wrong_role") else OFFICE[2]
    yield chain.step("ratify", by, 1)


def _resolved(chain: _Chain) -> Command:
    roster = chain.roster
    fields: dict[str, Any] = {"attendees": [roster.head, *roster.party]}
    if not chain.planned("not_collective"):
        fields["meeting"] = f"{roster.year}年党组第1次会议"
    return chain.step("resolve", roster.head, **fields)

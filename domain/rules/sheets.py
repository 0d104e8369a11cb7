"""A cadre's evidence of one year sorted once: as a whole, and by the unit it was given in.

A year served in several units is weighed by days (R12): each part of the scores, over the units
in which there is evidence for it. A unit without any isn't weighed, but a part that the evidence
of one of them leaves incomplete is missing. Where there is evidence in fewer than two units
served in, and for ballots none in the unit that ranks, the year is judged as a whole.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from domain.rules.facts import CadreYear, Item, Score, Served
from domain.rules.transfers import list_of

Points: TypeAlias = dict[str, list[int]]


class Sheet:
    """Some scores sorted: points and positions by relation, item and log."""

    __slots__ = ("ballot_positions", "ballots", "items", "listed", "log_positions", "logs")

    def __init__(self, scores: Iterable[Score], listed: Sequence[Item]) -> None:
        self.listed = listed
        self.ballots: dict[str, Points] = {}
        self.ballot_positions: dict[str, list[int]] = {}
        self.items: dict[str, tuple[list[int], list[int]]] = {}
        self.logs: list[int] = []
        self.log_positions: list[int] = []
        for position, source, _, relation, dimension, points, _ in scores:
            if source == "ballot":
                if relation not in self.ballots:
                    self.ballots[relation] = {}
                    self.ballot_positions[relation] = []
                of_relation = self.ballots[relation]
                if dimension not in of_relation:
                    of_relation[dimension] = []
                of_relation[dimension].append(points)
                self.ballot_positions[relation].append(position)
            elif source == "log":
                self.logs.append(points)
                self.log_positions.append(position)
            else:
                of_item, where = self.items.setdefault(dimension, ([], []))
                of_item.append(points)
                where.append(position)

    def has_ballots(self, relations: Iterable[str]) -> bool:
        """Say whether anyone of these relations gave a ballot."""
        return any(relation in self.ballots for relation in relations)


class Sheets:
    """A member's evidence; ``whole`` is what counts where nothing is weighed by days."""

    def __init__(self, member: CadreYear) -> None:
        self.member = member
        own = member.scores
        if member.served:
            here = ("", member.unit)
            own = tuple(s for s in own if s.source != "ballot" or s.unit in here)
        self.whole = Sheet(own, member.items)

    @cached_property
    def by_unit(self) -> Mapping[str, Sheet]:
        """The evidence of each unit served in; an item's score goes with the list it is about."""
        member = self.member
        scores: dict[str, list[Score]] = {served.unit: [] for served in member.served}
        for given in member.scores:
            unit = given.unit or member.unit
            if given.source == "item":
                unit = list_of(unit, member.lists) or unit
            if unit in scores:
                scores[unit].append(given)
        return {unit: Sheet(own, member.lists.get(unit, ())) for unit, own in scores.items()}

    def weighed(
        self, has_evidence: Callable[[Sheet], bool], *, with_own: bool = False
    ) -> list[tuple[Served, Sheet]]:
        """Return the units that a part is weighed over, with their evidence; none: the whole.

        Args:
            with_own: only where the unit that ranks is one of them.
        """
        if len(self.member.served) < 2:
            return []
        found = [(s, self.by_unit[s.unit]) for s in self.member.served]
        found = [(served, sheet) for served, sheet in found if has_evidence(sheet)]
        own = any(served.unit == self.member.unit for served, _ in found)
        return found if len(found) > 1 and (own or not with_own) else []

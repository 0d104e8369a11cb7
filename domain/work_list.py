"""A cadre's work item list (工作项目清单). Stream ``work-list/2018/C00123``.

Topics and field names are the storage format: they never change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.cadre import Cadre
from domain.fact import Fact, Stamp, Withdrawal, must_be_approved
from domain.refusal import Refusal
from domain.scored_work import ScoredWork
from domain.sentence import say
from domain.unit import Unit
from domain.year import Year

WHOLE = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One item with its weight in basis points."""

    item: str
    title: str
    weight: int
    target: str | None = None
    due: date | None = None


class ItemPoints(NamedTuple):
    """Points in hundredths for one item."""

    item: str
    points: int


class WorkList(ScoredWork):
    """The list in force; ``standing`` holds the scored items by version."""

    TOPIC = "work-list"
    PARTS = ("year", "cadre")

    class Submitted(Fact):
        """The list was handed in, again if revised."""

        TOPIC = "work_list.submitted"
        unit: str
        items: tuple[WorkItem, ...]

        def apply(self, work_list: "WorkList") -> None:
            work_list.items = {item.item for item in self.items}

    class Scored(Fact):
        """An item was scored; with reason and approver it corrects the score before."""

        TOPIC = "work_list.scored"
        unit: str
        rater: str
        relation: str
        item: str
        points: int
        reason: str | None = None
        approver: str | None = None

        def apply(self, work_list: "WorkList") -> None:
            work_list.fold_score(self.originator_version, self.item, self.unit)

    class Withdrawn(Withdrawal):
        """An item's score was recorded in error."""

        TOPIC = "work_list.withdrawn"

    def begin(self) -> None:
        """Set the state before the first event."""
        super().begin()
        self.items: set[str] = set()

    def submit(
        self, stamp: Stamp, items: Sequence[WorkItem], *, unit: Unit, year: Year, cadre: Cadre
    ) -> None:
        """Hand in the list, or a revision of it.

        Raises:
            Refusal: the year is closed, an item stands twice, the weights don't sum to 1.
        """
        year.must_be_open()
        unit.must_exist(stamp.on)
        cadre.must_exist(stamp.on)
        seen: set[str] = set()
        for index, item in enumerate(items):
            if item.item in seen:
                raise Refusal(say("item_twice", item=item.item), f"items.{index}.item")
            seen.add(item.item)
        total = sum(item.weight for item in items)
        if total != WHOLE:
            raise Refusal(say("weights_not_one", total=f"{total / WHOLE:.4f}"), "items")
        self.record(self.Submitted, stamp, unit=unit.code, items=tuple(items))

    def score(
        self,
        stamp: Stamp,
        rater: Cadre,
        relation: str,
        scores: Sequence[ItemPoints],
        reason: str | None,
        approver: str | None,
        *,
        unit: Unit,
        year: Year,
        cadre: Cadre,
    ) -> None:
        """Score items of the list in force; an item scored before wants reason and approver."""
        year.must_be_open()
        unit.must_exist(stamp.on)
        cadre.must_exist(stamp.on)
        rater.must_exist(stamp.on, "rater")
        self.must_be_others(rater)
        seen: set[str] = set()
        for index, (item, _) in enumerate(scores):
            field = f"scores.{index}.item"
            if item not in self.items:
                raise Refusal(say("item_unknown", item=item, stream=self.id), field)
            if item in seen:
                raise Refusal(say("item_twice", item=item), field)
            seen.add(item)
        again = [item for item, _ in scores if self.is_scored(item)]
        if again:
            if not (reason and approver):
                raise Refusal(say("item_scored_before", item=again[0], stream=self.id), "scores")
            must_be_approved(stamp, reason, approver)
        for item, points in scores:
            self.record(
                self.Scored,
                stamp,
                unit=unit.code,
                rater=rater.code,
                relation=relation,
                item=item,
                points=points,
                reason=reason,
                approver=approver,
            )

"""A cadre's work item list (工作项目清单). Stream ``work-list/2018/C00123``.

Topics and field names are the storage format: they never change.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.cadre import Cadre
from domain.fact import Fact, Stamp, Withdrawal, must_be_approved
from domain.refusal import Refusal
from domain.rules.procedure import LIST_ORDER, approves, holds_any, list_roles
from domain.rules.transfers import list_of
from domain.scored_work import ScoredWork, Standing
from domain.sentence import Term, say
from domain.steps import Step, must_be_next, must_hold
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


class ListStep(Step):
    """A step about the list in hand, taken for this unit."""

    unit: str

    def apply(self, work_list: "WorkList") -> None:
        """Fold: the list has come so far."""
        work_list.step = self.TOPIC.partition(".")[2]  # type: ignore[attr-defined]


class WorkList(ScoredWork):
    """The lists in force by unit, and the step that the last has come to.

    ``standing`` holds the scored items by version.
    """

    TOPIC = "work-list"
    PARTS = ("year", "cadre")

    class Submitted(Fact):
        """The list was handed in, again if revised."""

        TOPIC = "work_list.submitted"
        unit: str
        items: tuple[WorkItem, ...]

        def apply(self, work_list: "WorkList") -> None:
            work_list.lists.pop(self.unit, None)
            work_list.lists[self.unit] = {item.item for item in self.items}
            work_list.step = "submitted"
            work_list.submitter = self.by
            work_list.unit = self.unit

    class Reviewed(ListStep):
        """The unit's deputy in charge has reviewed it (审核)."""

        TOPIC = "work_list.reviewed"

    class Resolved(ListStep):
        """The Party group has resolved it at a meeting (集体研究)."""

        TOPIC = "work_list.resolved"

    class Filed(ListStep):
        """It is filed (备案)."""

        TOPIC = "work_list.filed"

    class Returned(ListStep):
        """It goes back (退回); a revision is wanted."""

        TOPIC = "work_list.returned"

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
        self.lists: dict[str, set[str]] = {}  # by unit, the last handed in last
        self.step: str | None = None
        self.submitter: str | None = None
        self.unit: str | None = None

    def is_same(self, one: Standing, other: Standing) -> bool:
        """Tell if both are scores of one item: of the same list, whatever their units."""
        lists = (list_of(score.unit, self.lists) for score in (one, other))
        return super().is_same(one, other) and len(set(lists)) == 1

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

    def advance(
        self,
        stamp: Stamp,
        step: str,
        comment: str | None,
        meeting: str | None,
        attendees: Sequence[str],
        *,
        unit: Unit,
        year: Year,
        cadre: Cadre,
        roles: Collection[str],
        category: str | None,
    ) -> None:
        """Take a step about the list in hand.

        Args:
            step: ``reviewed``, ``resolved``, ``filed`` or ``returned``.
            roles: those that ``stamp.by`` holds in the unit on that day.
            category: the cadre's, where it is known.

        Raises:
            Refusal: the year is closed, nobody is there; live also a step out of order, by the
                wrong hands or about another unit's list.
        """
        year.must_be_open()
        unit.must_exist(stamp.on)
        cadre.must_have_come(stamp.on)
        if not stamp.legacy:
            must_be_next(LIST_ORDER, self.id, self.step, step, category)
            if unit.code != self.unit:
                raise Refusal(say("list_elsewhere", stream=self.id, unit=self.unit), "unit")
            self._must_approve(stamp, step, category)
            self._must_hold(stamp, step, unit, roles)
        self.record(
            _EVENTS[step],
            stamp,
            unit=unit.code,
            comment=comment,
            meeting=meeting,
            attendees=tuple(attendees),
        )

    def _must_hold(self, stamp: Stamp, step: str, unit: Unit, roles: Collection[str]) -> None:
        deputies = unit.holders("unit_deputy", stamp.on) - {self.cadre, self.submitter}
        wanted = list_roles(step, has_deputy=bool(deputies))
        if step == "reviewed" and not deputies and not holds_any(roles, wanted):
            deputy, head = Term("unit_deputy"), Term("unit_head")
            raise Refusal(
                say(
                    "head_reviews",
                    unit=unit.code,
                    day=stamp.on,
                    deputy=deputy,
                    head=head,
                    by=stamp.by,
                ),
                "by",
            )
        must_hold(stamp, step, unit.code, roles, wanted)

    def _must_approve(self, stamp: Stamp, step: str, category: str | None) -> None:
        if not approves(step, category):
            raise Refusal(
                say("list_wrong_approval", cadre=self.cadre, category=Term(category or "")),
                "cadre",
            )
        if step in ("reviewed", "resolved") and stamp.by in (self.cadre, self.submitter):
            raise Refusal(say("list_own", by=stamp.by, stream=self.id), "by")

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
        """Score items of the list in force; an item scored before wants reason and approver.

        In force is the unit's own list, else the last one handed in.
        """
        year.must_be_open()
        unit.must_exist(stamp.on)
        cadre.must_exist(stamp.on)
        rater.must_exist(stamp.on, "rater")
        self.must_be_others(rater)
        seen: set[str] = set()
        items = self.lists.get(list_of(unit.code, self.lists) or "", set())
        for index, (item, _) in enumerate(scores):
            field = f"scores.{index}.item"
            if item not in items:
                raise Refusal(say("item_unknown", item=item, stream=self.id), field)
            if item in seen:
                raise Refusal(say("item_twice", item=item), field)
            seen.add(item)
        again = [item for item, _ in scores if self.is_scored(item, unit.code)]
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


_EVENTS: Mapping[str, type[Fact]] = {
    "reviewed": WorkList.Reviewed,
    "resolved": WorkList.Resolved,
    "filed": WorkList.Filed,
    "returned": WorkList.Returned,
}

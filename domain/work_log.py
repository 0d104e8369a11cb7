"""A cadre's work log (工作日志) and its ratings. Stream ``work-log/2018/C00123``.

Topics and field names are the storage format: they never change.
"""

from datetime import date

from domain.cadre import Cadre
from domain.fact import Fact, Stamp, Withdrawal, must_be_approved
from domain.refusal import Refusal
from domain.scored_work import ScoredWork
from domain.sentence import say
from domain.unit import Unit
from domain.year import Year


class WorkLog(ScoredWork):
    """A year of entries; ``standing`` holds the rated days by version."""

    TOPIC = "work-log"
    PARTS = ("year", "cadre")

    class Entered(Fact):
        """The cadre wrote down a day's work."""

        TOPIC = "work_log.entered"
        unit: str
        day: date
        text: str

    class Rated(Fact):
        """A day was rated; with reason and approver it corrects the rating before."""

        TOPIC = "work_log.rated"
        unit: str
        day: date
        rater: str
        relation: str
        points: int
        reason: str | None = None
        approver: str | None = None

        def apply(self, work_log: "WorkLog") -> None:
            work_log.fold_score(self.originator_version, self.day, self.unit)

    class Withdrawn(Withdrawal):
        """A rating was recorded in error."""

        TOPIC = "work_log.withdrawn"

    def enter(
        self, stamp: Stamp, day: date, text: str, *, unit: Unit, year: Year, cadre: Cadre
    ) -> None:
        """Enter a day's work."""
        year.must_be_open()
        unit.must_exist(stamp.on)
        cadre.must_exist(day)
        self.record(self.Entered, stamp, unit=unit.code, day=day, text=text)

    def rate(
        self,
        stamp: Stamp,
        day: date,
        rater: Cadre,
        relation: str,
        points: int,
        reason: str | None,
        approver: str | None,
        *,
        unit: Unit,
        year: Year,
        cadre: Cadre,
    ) -> None:
        """Rate a day; a day rated before wants reason and approver."""
        year.must_be_open()
        unit.must_exist(stamp.on)
        cadre.must_exist(day)
        rater.must_exist(stamp.on, "rater")
        self.must_be_others(rater)
        if self.is_scored(day, unit.code):
            if not (reason and approver):
                raise Refusal(say("day_rated_before", day=day, stream=self.id), "day")
            must_be_approved(stamp, reason, approver)
        self.record(
            self.Rated,
            stamp,
            unit=unit.code,
            day=day,
            rater=rater.code,
            relation=relation,
            points=points,
            reason=reason,
            approver=approver,
        )

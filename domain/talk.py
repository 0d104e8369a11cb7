"""Reminder and admonition talks (谈话提醒, 诫勉谈话) and what follows. Stream ``talk/2018/C00123``.

Topics and field names are the storage format: they never change.
"""

from collections.abc import Sequence
from datetime import date

from domain.cadre import Cadre
from domain.fact import Fact, Stamp, WithdrawableStream, Withdrawal
from domain.refusal import Refusal
from domain.sentence import Term, say
from domain.unit import Unit

KINDS = ("reminder", "admonition")
TALKER_ROLES = ("unit_head", "unit_deputy", "city_leader")
OUTCOMES = ("improved", "not_improved")


class Talk(WithdrawableStream):
    """The talks about one year; ``standing`` holds their kinds, and further steps, by version."""

    TOPIC = "talk"
    PARTS = ("year", "cadre")
    standing: dict[int, str]

    class Held(Fact):
        """A talk was held."""

        TOPIC = "talk.held"
        kind: str
        talker: str
        talker_role: str
        content: str

        def apply(self, talk: "Talk") -> None:
            talk.standing[self.originator_version] = self.kind

    class DeadlineSet(Fact):
        """By ``due``, the requirements are to be met (限期改进)."""

        TOPIC = "talk.deadline_set"
        due: date
        requirements: str

        def apply(self, talk: "Talk") -> None:
            talk.standing[self.originator_version] = "deadline"

    class ImprovementReviewed(Fact):
        """It was looked at whether the cadre improved."""

        TOPIC = "talk.improvement_reviewed"
        outcome: str

        def apply(self, talk: "Talk") -> None:
            talk.standing[self.originator_version] = "improvement"

    class Demoted(Fact):
        """The cadre is to take a lower post (降职调整); the posting itself is recorded as one."""

        TOPIC = "talk.demoted"
        post: str
        rank_level: str
        reason: str

        def apply(self, talk: "Talk") -> None:
            talk.standing[self.originator_version] = "demoted"

    class MovedToNonLeading(Fact):
        """The cadre is to take a non-leading post (改非); the posting is recorded as one."""

        TOPIC = "talk.moved_to_non_leading"
        post: str
        rank_level: str
        reason: str

        def apply(self, talk: "Talk") -> None:
            talk.standing[self.originator_version] = "non_leading"

    class Withdrawn(Withdrawal):
        """A talk or a step that followed was recorded in error."""

        TOPIC = "talk.withdrawn"

    def hold(
        self,
        stamp: Stamp,
        kind: str,
        talker: str,
        talker_role: str,
        content: str,
        *,
        cadre: Cadre,
        units: Sequence[Unit],
    ) -> None:
        """Record a talk; live, its talker is another who holds that role on that day.

        Args:
            units: those on whose roster of that year the subject stands (on none: where he
                served at its end), and that of the day.
        """
        cadre.must_exist(stamp.on)
        if not stamp.legacy:
            if talker == cadre.code:
                raise Refusal(say("talks_to_oneself", cadre=talker), "talker")
            if not any(unit.holds(talker, talker_role, stamp.on) for unit in units):
                raise Refusal(
                    say(
                        "talker_lacks_role",
                        talker=talker,
                        role=Term(talker_role),
                        units=tuple(unit.code for unit in units) or "—",
                        day=stamp.on,
                    ),
                    "talker",
                )
        self.record(
            self.Held, stamp, kind=kind, talker=talker, talker_role=talker_role, content=content
        )

    def set_deadline(self, stamp: Stamp, due: date, requirements: str, *, cadre: Cadre) -> None:
        """Set a deadline to improve; live, after a talk that stands."""
        cadre.must_be_known()
        if not stamp.legacy and not any(kind in KINDS for kind in self.standing.values()):
            year, code = self.parts
            raise Refusal(say("deadline_without_talk", cadre=code, year=year), "year")
        self.record(self.DeadlineSet, stamp, due=due, requirements=requirements)

    def review_improvement(self, stamp: Stamp, outcome: str, *, cadre: Cadre) -> None:
        """Record whether the cadre improved; live, where a deadline stands."""
        cadre.must_be_known()
        if "deadline" not in self.standing.values() and not stamp.legacy:
            year, code = self.parts
            raise Refusal(say("review_without_deadline", cadre=code, year=year), "year")
        self.record(self.ImprovementReviewed, stamp, outcome=outcome)

    def demote(
        self, stamp: Stamp, post: str, rank_level: str, reason: str, *, cadre: Cadre
    ) -> None:
        """Decide on a lower post; live, of a cadre who is here."""
        _must_be_here(cadre, stamp)
        self.record(self.Demoted, stamp, post=post, rank_level=rank_level, reason=reason)

    def move_to_non_leading(
        self, stamp: Stamp, post: str, rank_level: str, reason: str, *, cadre: Cadre
    ) -> None:
        """Decide on a non-leading post; live, of a cadre who is here."""
        _must_be_here(cadre, stamp)
        self.record(self.MovedToNonLeading, stamp, post=post, rank_level=rank_level, reason=reason)


def _must_be_here(cadre: Cadre, stamp: Stamp) -> None:
    if stamp.legacy:
        cadre.must_be_known()
    else:
        cadre.must_exist(stamp.on)

"""Reminder and admonition talks (谈话提醒, 诫勉谈话). Stream ``talk/2018/C00123``.

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


class Talk(WithdrawableStream):
    """The talks about one year; ``standing`` holds their days by version."""

    TOPIC = "talk"
    PARTS = ("year", "cadre")
    standing: dict[int, date]

    class Held(Fact):
        """A talk was held."""

        TOPIC = "talk.held"
        kind: str
        talker: str
        talker_role: str
        content: str

        def apply(self, talk: "Talk") -> None:
            talk.standing[self.originator_version] = self.on

    class Withdrawn(Withdrawal):
        """A talk was recorded in error."""

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

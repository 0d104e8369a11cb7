"""A unit's differentiated allowances of one year (五项奖励性补贴). Stream ``allowance/2018/U012``.

Money is in fen. Topics and field names are the storage format: they never change.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.fact import Fact, Stamp, WithdrawableStream, Withdrawal
from domain.refusal import Refusal
from domain.sentence import say
from domain.year import Year


class Grant(NamedTuple):
    """What one cadre is paid, in fen; ``standard`` is his own, where it isn't his level's."""

    cadre: str
    amount: int
    standard: int | None = None


class Allowance(WithdrawableStream):
    """The pools and grants; ``standing`` holds the cadre of each grant by version."""

    TOPIC = "allowance"
    PARTS = ("year", "unit")
    standing: dict[int, str]

    class PoolSet(Fact):
        """The standard a person of a rank level; ``floating`` is the part that floats."""

        TOPIC = "allowance.pool_set"
        rank_level: str
        standard: int
        floating: int | None = None

        def apply(self, allowance: "Allowance") -> None:
            allowance.levels.add(self.rank_level)

    class Granted(Fact):
        """A cadre of this rank level is paid an amount; ``standard`` is one of his own."""

        TOPIC = "allowance.granted"
        cadre: str
        rank_level: str
        amount: int
        standard: int | None = None

        def apply(self, allowance: "Allowance") -> None:
            allowance.standing[self.originator_version] = self.cadre

    class Withdrawn(Withdrawal):
        """A grant was recorded in error."""

        TOPIC = "allowance.withdrawn"

    def begin(self) -> None:
        """Set the state before the first event."""
        super().begin()
        self.levels: set[str] = set()

    def set_pool(
        self, stamp: Stamp, rank_level: str, standard: int, floating: int | None, *, year: Year
    ) -> None:
        """Set the standard of a rank level that the year's roster has; again: a new standard."""
        if not any(line.rank_level == rank_level for line in year.standing.values()):
            number, unit = year.code
            raise Refusal(
                say("level_not_on_roster", rank_level=rank_level, unit=unit, year=number),
                "rank_level",
            )
        if standard == 0:
            raise Refusal(say("standard_zero"), "standard")
        if floating is not None and floating > standard:
            raise Refusal(say("floating_over_standard"), "floating")
        self.record(
            self.PoolSet, stamp, rank_level=rank_level, standard=standard, floating=floating
        )

    def grant(self, stamp: Stamp, grants: Sequence[Grant], *, year: Year) -> None:
        """Grant amounts to people on the year's roster, each once.

        Raises:
            Refusal: somebody isn't on the roster, stands twice, was granted before, or has a
                standard of nothing.
        """
        levels: dict[str, str] = {}
        number, unit = year.code
        for index, (cadre, _, standard) in enumerate(grants):
            if standard == 0:
                raise Refusal(say("standard_zero"), f"grants.{index}.standard")
            field = f"grants.{index}.cadre"
            line = year.line(cadre)
            if line is None:
                raise Refusal(
                    say("grant_not_on_roster", cadre=cadre, unit=unit, year=number), field
                )
            if cadre in levels or cadre in self.standing.values():
                raise Refusal(say("granted_before", cadre=cadre, unit=unit, year=number), field)
            levels[cadre] = line.rank_level
        self._record_grants(stamp, grants, levels)

    def _record_grants(
        self, stamp: Stamp, grants: Sequence[Grant], levels: Mapping[str, str]
    ) -> None:
        for cadre, amount, standard in grants:
            self.record(
                self.Granted,
                stamp,
                cadre=cadre,
                rank_level=levels[cadre],
                amount=amount,
                standard=standard,
            )

"""What small groups of closed units were compared with, remembered until it was another.

That is the city as it was known at a closing: who asks for a unit again needn't judge everybody
again. It was another only if something was recorded since that was known by that moment already,
as imported history is.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import msgspec

from domain.rules.facts import UnitYear
from domain.rules.ranking import Level
from domain.times import micros
from projections.log import Log
from projections.reader import Reader
from projections.remembered import recall_past, remember
from projections.standing import standing
from projections.unit_year import Scope

_FEW = 1_000
_MOST = 100_000
"""Events recorded since: behind FEW what stands is put away anew, behind MOST nobody looks."""

Annuals = Sequence[int]
"""Published annual scores in hundredths."""


class _Known(msgspec.Struct, gc=False):
    known_at: datetime


_known = msgspec.json.Decoder(_Known).decode


class RememberedPools:
    """What was put away by whoever asked before, for who asks with all that is recorded.

    Args:
        reader: who asks.
        scope: of which year; as if a rater had never scored, nothing is remembered.
    """

    def __init__(self, reader: Reader, scope: Scope) -> None:
        self._reader = reader
        self._year = scope.year
        self._log: Log | None = None
        if scope.without_rater is None and reader.as_of.position is None:
            self._log = reader.log
        self._upto = 0
        if self._log is not None:
            stands = standing(reader.connection)
            assert stands is not None  # who reads has caught up
            self._upto = stands.position

    def recall(self, own: UnitYear, level: Level) -> Annuals | None:
        """Return the others' annual scores at a unit's closing; None where they aren't known."""
        if self._log is None:
            return None
        found = recall_past(self._reader.connection, self._question(own, level))
        if found is None:
            return None
        position, answer = found
        if not _stands(self._log, position, self._upto, _moment(own)):
            return None
        annuals: Annuals = msgspec.json.decode(answer, type=list[int])
        if self._upto - position > _FEW:
            self.remember(own, level, annuals)
        return annuals

    def remember(self, own: UnitYear, level: Level, annuals: Annuals) -> None:
        """Put away what the others had."""
        if self._log is None:
            return
        with self._reader.connection.engine.connect() as connection:
            asked, answer = self._question(own, level), msgspec.json.encode(annuals)
            remember(connection, asked, self._upto, answer, known_by=_moment(own))

    def _question(self, own: UnitYear, level: Level) -> str:
        return repr(("pool", self._year, own.unit, level, _moment(own)))


def _moment(own: UnitYear) -> int:
    assert own.closing is not None
    return own.closing.known_at


def _stands(log: Log, position: int, upto: int, moment: int) -> bool:
    """Tell if all that was recorded between two positions became known after a moment."""
    if not 0 <= upto - position <= _MOST:
        return False
    for page in log.scan(position, upto):
        for *_, state in page:
            with suppress(msgspec.DecodeError):  # such an event stands in no view
                if micros(_known(state).known_at) <= moment:
                    return False
    return True

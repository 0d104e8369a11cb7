"""What small groups of closed units were compared with, remembered until it was another.

That is the city as it was known at a closing: who asks for a unit again needn't judge everybody
again. It was another only if something was recorded since that was known by that moment already,
as imported history is.
"""

from collections.abc import Sequence

import msgspec

from domain.rules.facts import UnitYear
from domain.rules.ranking import Level
from projections.log import Log, known_at
from projections.reader import Reader
from projections.remembered import Answer, recall_past, remember
from projections.standing import standing
from projections.unit_year import Scope

_FEW = 1_000
_MOST = 100_000
"""Events recorded since: behind FEW what stands is put away anew, behind MOST nobody looks."""

Annuals = Sequence[int]
"""Published annual scores in hundredths."""


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
        self._made: list[Answer] = []
        self._least: dict[int, int | None] = {}

    def recall(self, own: UnitYear, level: Level) -> Annuals | None:
        """Return the others' annual scores at a unit's closing; None where they aren't known."""
        if self._log is None:
            return None
        found = recall_past(self._reader.connection, self._question(own, level))
        if found is None:
            return None
        position, answer = found
        if not self._stands(position, _moment(own)):
            return None
        annuals: Annuals = msgspec.json.decode(answer, type=list[int])
        if self._upto - position > _FEW:
            self.note(own, level, annuals)
        return annuals

    def note(self, own: UnitYear, level: Level, annuals: Annuals) -> None:
        """Note what the others had, to be put away."""
        asked, answer = self._question(own, level), msgspec.json.encode(annuals)
        self._made.append(Answer(asked, answer, known_by=_moment(own)))

    def put_away(self) -> None:
        """Put away what was noted."""
        if self._log is not None and self._made:
            with self._reader.connection.engine.connect() as connection:
                remember(connection, self._upto, self._made)

    def _question(self, own: UnitYear, level: Level) -> str:
        return repr(("pool", self._year, own.unit, level, _moment(own)))

    def _stands(self, position: int, moment: int) -> bool:
        """Tell if all that was recorded since a position became known after a moment."""
        assert self._log is not None
        if not 0 <= self._upto - position <= _MOST:
            return False
        if position not in self._least:
            self._least[position] = _least_known(self._log, position, self._upto)
        least = self._least[position]
        return least is None or least > moment


def _moment(own: UnitYear) -> int:
    assert own.closing is not None
    return own.closing.known_at


def _least_known(log: Log, position: int, upto: int) -> int | None:
    """Return the first moment that something became known which was recorded between positions."""
    known = (known_at(state) for page in log.scan(position, upto) for *_, state in page)
    return min((moment for moment in known if moment is not None), default=None)

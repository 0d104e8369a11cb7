"""Where cadres were posted, as it was known at a place in the log."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from domain.rules.transfers import Posting
from projections.facts import postings
from projections.reader import Reader


class Posted:
    """The postings of some cadres, fetched at once."""

    def __init__(self, reader: Reader, cadres: Iterable[str]) -> None:
        self._reader = reader
        self._postings: dict[str, list[Posting]] = defaultdict(list)
        for row in reader.rows_of(postings, "cadre", sorted(set(cadres))):
            posting = Posting(row.unit, date.fromisoformat(row.on), row.position)
            self._postings[row.cadre].append(posting)

    def of(self, cadre: str, upto: int | None = None) -> list[Posting]:
        """Return the postings that stand, as recorded up to a position; None for now."""
        return [
            posting
            for posting in self._postings.get(cadre, ())
            if (upto is None or posting.position <= upto)
            and self._reader.stands(posting.position, upto)
        ]

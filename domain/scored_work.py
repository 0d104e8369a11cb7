"""What a work list and a work log share: something is scored once, then only corrected."""

from datetime import date
from typing import NamedTuple

from domain.cadre import Cadre
from domain.fact import WithdrawableStream
from domain.refusal import Refusal
from domain.sentence import say


class Standing(NamedTuple):
    """The score of an item, or of a day, that stands, and the unit in whose year it was given."""

    scored: str | date
    unit: str


class ScoredWork(WithdrawableStream):
    """A cadre's year of work; ``standing`` holds what is scored, by version."""

    standing: dict[int, Standing]

    @property
    def cadre(self) -> str:
        """Whose work it is."""
        return self.parts[1]

    def fold_score(self, version: int, scored: str | date, unit: str) -> None:
        """Fold: the new score takes the place of the one before."""
        score = Standing(scored, unit)
        for before in self._scores(score):
            del self.standing[before]
        self.standing[version] = score

    def is_scored(self, what: str | date, unit: str) -> bool:
        """Tell if a score of this item or day stands."""
        return bool(self._scores(Standing(what, unit)))

    def _scores(self, score: Standing) -> list[int]:
        """Return the versions that hold a score of the same thing."""
        scored = score.scored
        return [
            version
            for version, kept in self.standing.items()
            if kept.scored == scored and self.is_same(kept, score)
        ]

    def is_same(self, one: Standing, other: Standing) -> bool:
        """Tell if both are scores of one thing."""
        return one.scored == other.scored

    def must_be_others(self, rater: Cadre) -> None:
        """Raise a refusal where the rater scores his own work."""
        if rater.code == self.cadre:
            raise Refusal(say("scores_oneself", cadre=rater.code), "rater")

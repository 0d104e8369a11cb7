"""What a decision cites: a cadre's eligibility as the views know it, once they are caught up."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from domain.decision import Cited, CitedFinding
from domain.refusal import Refusal
from domain.rules.eligibility import Answer, Purpose
from domain.sentence import say, speak
from domain.times import day_of, micros
from projections.as_of import AsOf
from projections.eligibility import eligibility
from projections.engine import Views
from projections.kept import Kept
from projections.reader import Reader


class Citing:
    """Cites for one archive; of the years that many decisions rest on each is fetched once.

    Args:
        views: the archive's.
        root: returns the root over the log up to a position, None where that isn't sealed.
    """

    def __init__(self, views: Views, root: Callable[[int], str | None] = lambda _: None) -> None:
        self._views = views
        self._root = root
        self._kept = Kept(views.log)

    def __call__(self, purpose: Purpose, cadre: str, year: int | None, known_at: datetime) -> Cited:
        """Answer an eligibility question from what was known at ``known_at``, of the whole log.

        Raises:
            Refusal: the views can't be brought up or read; a decision without what it rests on
                would look like one about which nothing is known.
        """
        position = self._views.log.last_position()
        as_of = AsOf(day_of(known_at), micros(known_at), position)
        try:
            answer = self._views.mending(lambda: self._answer(as_of, purpose, cadre, year))
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            reason = str(error).partition("\n")[0]
            raise Refusal(say("citing_fails", reason=reason)) from error
        return Cited(
            position=position,
            root=self._root(position),
            purpose=purpose,
            year=answer.year,
            verdict=str(answer.verdict),
            findings=tuple(
                CitedFinding(found.rule, str(found.verdict), speak(found.found))
                for found in answer.findings
            ),
        )

    def _answer(self, as_of: AsOf, purpose: Purpose, cadre: str, year: int | None) -> Answer:
        self._views.ensure()
        with self._views.engine.connect() as connection:
            reader = Reader(connection, as_of)
            if self._kept.serves(reader):
                reader.kept = self._kept
            return eligibility(reader, purpose, cadre, year)

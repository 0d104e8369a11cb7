"""What pages rest on, judged ahead of whoever asks for them.

A small group's place is judged against the whole city as it was known at its unit's closing, and
the city's ranking against everybody. Both are remembered beside the views; they are judged once
when the desk is started, in a process of its own that leaves the others the processors.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from archive.archive import Archive
from archive.store.guards import StoreFails
from archive.web.interpreters import begin, own_task
from domain.refusal import Refusal
from projections.as_of import AsOf
from projections.city_ranking import city_ranking
from projections.facts import closings

_NICE = 10


def judge_ahead(location: str) -> None:
    """Judge all years that a unit has closed, the last first, so that they are remembered.

    Args:
        location: the archive's; what can't be read there is left to whoever asks for it.
    """
    unread = Refusal, StoreFails, SQLAlchemyError, OSError
    with suppress(*unread), Archive(location) as archive:
        as_of = AsOf(archive.today())
        with archive.ask(as_of) as reader:
            years = {row.year for row in reader.rows(closings)}
        for year in sorted(years, reverse=True):
            with archive.ask(as_of) as reader:
                city_ranking(reader, archive.views.engine, year)


@contextmanager
def judging(location: str) -> Iterator[None]:
    """Have another process judge ahead meanwhile."""
    with begin(run, location) as process:
        try:
            yield
        finally:
            process.kill()


def run() -> None:
    """Judge ahead as another process, which yields to all others."""
    location = own_task()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    judge_ahead(location)

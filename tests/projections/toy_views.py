"""Toy views, and ways to open and compare them."""

from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Column, Integer, Text, select

from archive.store.location import open_log
from archive.views import database_of
from projections.engine import Views
from projections.view import View
from tests.store import toy
from tests.stores import a_location


def make_views(version=1):
    """Return two views: one row of an event, and several or none."""
    scores = View(
        "scores",
        version=version,
        columns=(Column("unit", Text), Column("ratee", Text), Column("points", Integer)),
        indexes=(("unit", "ratee"), ("points",)),
    )

    @scores.on(toy.Scored, "ratee", "points")
    def scored(stream: list[str], e: Any) -> tuple[Any, ...]:
        if e.points < 0:
            raise ValueError("negative points")
        return (stream[1], e.ratee, e.points)

    marks = View(
        "marks",
        version=version,
        columns=(Column("ratee", Text), Column("points", Integer), Column("day", Text)),
    )

    @marks.on(toy.Sheet, "marks", "day")
    def sheet(stream: list[str], e: Any) -> list[tuple[Any, ...]]:
        return [(mark.ratee, mark.points, e.day.isoformat()) for mark in e.marks]

    return (scores, marks)


@contextmanager
def opened(location, views=None, log=None, known_topics=toy.TOPICS):
    """Open the log and the views at a location, and close them; with ``log``, its views there."""
    own = log or open_log(location, create=True)
    database = database_of(location)
    try:
        yield Views(
            database, make_views() if views is None else views, own, known_topics=known_topics
        )
    finally:
        database.close()
        if log is None:
            own.close()


@contextmanager
def another_log():
    """Yield an empty log somewhere else."""
    with a_location() as place, closing(open_log(place, create=True)) as log:
        yield log


def contents(views):
    """Return the rows of every view."""
    with views.engine.connect() as connection:
        return {
            view.name: [tuple(row) for row in connection.execute(select(view.table))]
            for view in views.views
        }

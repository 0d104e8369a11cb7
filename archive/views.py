"""The views of an archive, wherever it is: beside its log, in a database of their own."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from archive.store.location import PostgresLocation, is_postgres, open_log
from archive.streams import EVENTS
from projections.database import Database
from projections.database.sqlite import SQLiteViews
from projections.engine import Views
from projections.facts import VIEWS
from projections.fold import Fold
from projections.log import Log


def open_views(location: str | Path, log: Log) -> Views:
    """Return the views of the archive at a location, whose log is open."""
    opener = partial(_log_and_fold, location)
    return Views(database_of(location), VIEWS, log, known_topics=EVENTS, opener=opener)


def database_of(location: str | Path) -> Database:
    """Return the database of the views of the archive at a location."""
    if not is_postgres(location):
        return SQLiteViews(Path(location) / "views")
    from projections.database.postgres import PostgresViews  # needs the driver

    found = PostgresLocation.parse(str(location))
    return PostgresViews(found.conninfo, found.schema)


@contextmanager
def _log_and_fold(location: str | Path) -> Iterator[tuple[Log, Fold]]:
    """Open what another process needs to fold the log."""
    with closing(open_log(location)) as log:
        yield log, Fold(VIEWS, EVENTS)

"""Views, kept up: one scan of the log for all, live in small pages or rebuilt beside.

All views of a database stand at one position of the log. The rows of a page and the new
position are written in one transaction, which takes the write lock first: two that catch up
at once don't do the same work twice.
"""

import time
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Engine

from domain.refusal import Refusal
from domain.sentence import say
from projections import standing
from projections.database import Database, RebuildRunning
from projections.fold import Fold
from projections.folded import folded
from projections.folding import Blocks, Opener, Pack
from projections.log import Log, fingerprint_at
from projections.rebuild import Progress, Rebuild, RebuildReport
from projections.standing import SetAside
from projections.view import View

T = TypeVar("T")

FAR_BEHIND = 50_000
"""Events; with more to read, a rebuild is quicker than catching up with indexes on.

Unless much more was read before: whoever catches up now and then in a long import would else read
the whole log each time.
"""

_PATIENCE = 60.0  # seconds that opening waits for somebody else's rebuild


class StaleViews(Refusal):
    """The views in the database are not those that the program declares, or not of this log."""


class Views:
    """The views of one archive.

    Args:
        database: where they are kept.
        views: all of them, explicitly.
        log: where the events are.
        known_topics: every topic the program knows; others are poison.
        opener: opens log and fold in the other processes of a rebuild; None: it takes none.
    """

    def __init__(
        self,
        database: Database,
        views: Sequence[View],
        log: Log,
        *,
        known_topics: Collection[str],
        opener: Opener | None = None,
    ) -> None:
        self.database = database
        self.views = tuple(views)
        self.log = log
        self._opener = opener
        self._looked = False
        self._fold = Fold(self.views, known_topics)
        self._shapes = standing.shapes_of(self.views)
        self._tables = {view.name: view.table for view in self.views}

    @property
    def engine(self) -> Engine:
        """Connections to the views as they stand."""
        return self.database.engine

    def ensure(self, progress: Progress | None = None) -> None:
        """Bring the views up to the log: by a rebuild where they differ or are far behind.

        Views that are broken are made anew; an event that can't be read is set aside.

        Raises:
            RebuildRunning: somebody else's rebuild doesn't end.
        """
        self.mending(lambda: self._ensure(progress))

    def _ensure(self, progress: Progress | None) -> None:
        # Looking at the tables takes longer than many a question: once, and after any failure.
        looked, self._looked = self._looked, False
        if not looked:
            standing.ensure(self.database)
        patience = time.monotonic() + _PATIENCE
        while self._wants_rebuild():
            try:
                self._rebuild(progress, sets_aside=True)
            except RebuildRunning:
                if time.monotonic() > patience:
                    raise
                time.sleep(0.1)
        self.catch_up()
        self._read_again()
        self._looked = True

    def catch_up(self) -> int:
        """Read the events behind the views' position; return how many.

        Raises:
            StaleViews: the database's views are of another version, or of another log.
        """
        read = 0
        position = self.position()
        while position < self.log.last_position():
            with self.database.writing() as connection:
                position = self._position(connection)  # again: somebody may have been quicker
                page = next(self.log.scan(position), [])
                if page:
                    poison = self._fold.write(connection, self._tables, page)
                    standing.put_aside(connection, poison)
                    standing.move(connection, page[-1])
                    position = page[-1][0]
            read += len(page)
        return read

    def rebuild(self, progress: Progress | None = None) -> RebuildReport:
        """Make every view anew beside the live ones, then change places.

        Raises:
            PoisonEvent: an event can't be read; the old views stand.
            RebuildRunning: somebody else rebuilds.
        """
        return self.mending(lambda: self._rebuild(progress, sets_aside=False))

    def mending(self, work: Callable[[], T]) -> T:
        """Do the work; where the views are broken, once more without them."""
        return self.database.mending(work)

    def _rebuild(self, progress: Progress | None, *, sets_aside: bool) -> RebuildReport:
        with self.database.rebuilding():
            rebuild = Rebuild(
                self.database,
                self.views,
                self.log,
                self._fold,
                self._opener,
                sets_aside=sets_aside,
            )
            return rebuild.run(progress)

    def folded_beside(self, pack: Pack, upto: int) -> Blocks:
        """Yield the blocks up to a position as they are folded anew, by one other process.

        Args:
            pack: what is made of each block's rows there.
            upto: the position.
        """
        return folded(self.log, self._fold, pack, 0, upto, self._opener, most=1)

    def position(self) -> int:
        """Return the log position the views stand at.

        Raises:
            StaleViews: the database's views are of another version, or of another log.
        """
        with self.engine.connect() as connection:
            return self._position(connection)

    def set_aside(self) -> list[SetAside]:
        """Return the events that live catching up could not read."""
        with self.engine.connect() as connection:
            return standing.set_aside(connection)

    def _position(self, connection: Connection) -> int:
        stands = standing.standing(connection)
        if stands is None or stands.shapes != self._shapes:
            raise StaleViews(say("views_stale"))
        # A log restored from a backup may have grown past this position with other events.
        if stands.fingerprint != fingerprint_at(self.log, stands.position):
            ahead = stands.position > self.log.last_position()
            raise StaleViews(say("views_ahead" if ahead else "views_stale"))
        return stands.position

    def _read_again(self) -> None:
        """Read what another program set aside for its topic, if this one knows the topic."""
        if not any(map(self._known_now, self.set_aside())):
            return
        # A row depends on its own event alone, so that those of a rebuild are had without one.
        with self.database.writing() as connection:
            self._position(connection)
            for aside in filter(self._known_now, standing.set_aside(connection)):
                standing.take_back(connection, aside)
                page = next(self.log.scan(aside.position - 1, aside.position))
                standing.put_aside(connection, self._fold.write(connection, self._tables, page))

    def _known_now(self, aside: SetAside) -> bool:
        return aside.unknown_topic and self._fold.knows(aside.topic)

    def _wants_rebuild(self) -> bool:
        try:
            position = self.position()
        except StaleViews:
            return True
        behind = self.log.last_position() - position
        return behind > max(FAR_BEHIND, position // 2)

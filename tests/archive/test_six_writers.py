"""Six writers at once on a server and a reader that follows: nothing missed, nothing twice."""

import os
from threading import Event, Thread

import pytest

from archive.archive import Archive
from tests.archive.test_concurrency import city, founded, must_hold
from tests.archive.test_properties import tables
from tests.archive.workers import at_once, workers
from tests.given import Command
from tests.said import said

WRITERS = 6
COMMANDS = int(os.environ.get("SHIJI_COMMANDS", "5000"))
"""20,000 take minutes, most of them the writers' waiting for one another."""


def told_by(writer: int) -> list[Command]:
    """Return a writer's share: entries into a log of its own, and now and then into everybody's."""
    share = range(writer, COMMANDS, WRITERS)
    return [
        said(
            "work_log.enter",
            cadre="C1" if number % 50 == 0 else f"R{writer}",
            day=f"2018-{number % 12 + 1:02}-03",
            unit="U1",
            text=f"第{number}件",
            command_id=f"entry-{number}",
        )
        for number in share
    ]


@pytest.mark.sqlite  # once: the place is a server's whatever the store
def test_six_writers_and_a_reader_that_follows(postgres_location: str) -> None:
    founded(postgres_location, *city(WRITERS, "U1"))
    lists = [told_by(writer) for writer in range(WRITERS)]
    ended = Event()
    followed: list[int] = []
    with Archive(postgres_location) as archive, workers(WRITERS) as team:
        archive.views.ensure()
        begun = archive.views.position()

        def follow() -> None:
            with Archive(postgres_location) as reader:
                while not ended.is_set() or reader.views.position() < reader.log.last_position():
                    followed.append(reader.views.catch_up())

        following = Thread(target=follow)
        following.start()
        try:
            outcomes = at_once(team, postgres_location, lists)
        finally:
            ended.set()
            following.join()
        must_hold(archive, [command for own in lists for command in own], outcomes)
        assert sum(followed) == COMMANDS == archive.log.last_position() - begun
        assert sum(1 for read in followed if read) > WRITERS
        assert not archive.views.set_aside()
        live = tables(archive)
        archive.rebuild()
        assert tables(archive) == live

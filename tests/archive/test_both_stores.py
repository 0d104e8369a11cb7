"""The same commands on both stores: the same log, the same views, the same answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from hypothesis import Phase, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from archive.archive import Archive
from domain.period import parse_period
from projections.as_of import AsOf, parse_as_of
from projections.circulars import dual_circular
from projections.reader import Reader
from tests.archive import histories, procedures
from tests.archive import test_properties as of_evidence
from tests.archive import test_properties_of_procedure as of_procedure
from tests.archive.test_properties import NOW, TODAY, tables
from tests.given import Command
from tests.postgres import a_database
from tests.stores import a_location, on_postgres

PERIOD = parse_period("2018")
SERVER = Callable[[str], str]
few = settings_of(
    derandomize=True, deadline=None, max_examples=4, phases=[Phase.explicit, Phase.generate]
)


def everything(reader: Reader) -> dict[str, Any]:
    """Return what the archive answers to every kind of question."""
    return {
        "evidence": of_evidence.answers(reader),
        "procedure": of_procedure.answers(reader),
        "circular": dual_circular(reader, "U1", PERIOD),
        "late": reader.late,
        "legacy": reader.legacy,
        "notes": reader.notes,
    }


@contextmanager
def on_both(server: SERVER, commands: list[Command]) -> Iterator[list[Archive]]:
    """Yield two archives of these commands, one a store, under a clock that stands."""
    with (
        a_location() as folder,
        a_database(server) as database,
        on_postgres(database),
        a_location() as schema,
        Archive(folder, create=True, clock=lambda: NOW) as here,
        Archive(schema, create=True, clock=lambda: NOW) as there,
    ):
        for archive in (here, there):
            list(archive.record(commands))
        yield [here, there]


def same(archives: list[Archive], ask: Callable[[Archive], Any]) -> Any:
    """Expect both to answer alike, and return the answer."""
    here, there = map(ask, archives)
    assert here == there
    return here


def asked(archive: Archive, as_of: AsOf) -> dict[str, Any]:
    with archive.ask(as_of) as reader:
        return everything(reader)


@pytest.mark.sqlite  # which is one of the two
@few
@given(
    commands=st.one_of(
        histories.anything().map(lambda drawn: [*histories.FOUNDATION, *drawn[:16]]),
        procedures.anything().map(lambda drawn: [*procedures.FOUNDATION, *drawn[:16]]),
    ),
    days=st.sets(st.dates(date(2017, 1, 1), date(2019, 12, 31)), max_size=3),
)
def test_both_stores_answer_alike_as_of_every_position_and_day(
    postgres_server: SERVER, commands: list[Command], days: set[date]
) -> None:
    with on_both(postgres_server, commands) as archives:
        log = same(archives, lambda archive: [row for page in archive.log.scan(0) for row in page])
        same(archives, lambda archive: list(archive.log.scan_commands()))
        same(archives, lambda archive: asked(archive, AsOf(TODAY)))
        same(archives, tables)
        for position in range(len(log) - 20, len(log)):
            same(archives, lambda archive, p=position: asked(archive, AsOf(TODAY, position=p)))
        for day in days:
            then = parse_as_of(day.isoformat(), NOW)
            assert then is not None
            same(archives, lambda archive, t=then: asked(archive, t))
        for archive in archives:
            archive.rebuild()
        same(archives, tables)

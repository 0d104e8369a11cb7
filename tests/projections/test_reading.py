"""Reading as of a point in time: which day it is then, and what is told beside the answer."""

from datetime import UTC, date, datetime

import pytest
from eventsourcing.persistence import StoredEvent

from archive.archive import Archive
from tests.given import an_archive, asked
from tests.said import people

# One event late on a day in Shanghai that is still the day before in UTC, one weeks later.
RECORDED = [datetime(2019, 1, 20, 17, tzinfo=UTC), datetime(2019, 3, 1, 4, tzinfo=UTC)]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def archive():
    times = iter(RECORDED)
    (first, second) = people("C1")[:2]
    with an_archive(clock=lambda: next(times, NOW)) as archive:
        archive.do(first)
        archive.do(second)
        yield archive


def today(archive: Archive, as_of: str | None) -> date:
    with asked(archive, as_of) as reader:
        return reader.as_of.today


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        ("#1", date(2019, 1, 21)),
        ("#2", date(2019, 3, 1)),
        ("#999999", date(2019, 3, 1)),
        ("#0", date(2026, 1, 1)),
        ("2019-02-01", date(2019, 2, 1)),
        (None, date(2026, 1, 1)),
    ],
)
def test_as_of_a_position_today_is_the_day_its_event_was_recorded(archive, as_of, day):
    assert today(archive, as_of) == day


def test_as_of_the_position_of_a_poison_event_today_is_the_day_of_the_event_before(archive):
    archive.views.ensure()
    archive.log.insert_events([StoredEvent("unit/U9", 1, "unit.registered", b"{}")])
    assert today(archive, "#3") == date(2019, 3, 1)

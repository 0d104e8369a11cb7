"""Reading as of a point in time: which day it is then, and what is told beside the answer."""

from datetime import UTC, date, datetime

import pytest
from eventsourcing.persistence import StoredEvent

from archive.archive import Archive
from projections.audit import Which, missing_scores
from projections.facts import postings, work_items
from tests.commands.office import PAST, ballot, rounds
from tests.given import an_archive, asked
from tests.said import paper, people, said, sheet

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


def test_an_event_is_counted_once_however_often_its_rows_are_fetched():
    items = [{"item": f"I{n}", "title": "招商", "weight": 0.25} for n in range(4)]
    listed = said("work_list.submit", cadre="C1", year=2018, items=items)
    with (
        an_archive(*paper("2018-02-01", *people("C1"), listed)) as archive,
        asked(archive, "2018-12-31") as reader,
    ):
        for _ in range(2):
            assert len(reader.rows(work_items)) == 4
            assert len(list(reader.rows_of(postings, "cadre", ["C1"]))) == 1
        assert (reader.late, reader.legacy) == (2, 2)


def missing(archive: Archive, **which: str) -> list[tuple[str, str]]:
    with asked(archive) as reader:
        return [(row.rater, row.ratee) for row in missing_scores(reader, Which(**which))]


def test_a_voided_score_is_missing_again():
    with an_archive(*PAST) as archive:
        assert missing(archive) == []
        archive.do(ballot("void", "A", ratee="B"))
        assert missing(archive) == [("A", "B")]


def test_what_was_voided_in_part_is_not_missing():
    given = [{"ratee": "B", "dimension": name, "points": 80} for name in ("ability", "conduct")]
    with an_archive(*PAST, rounds("midyear")) as archive:
        archive.do(sheet("A", {}, round="midyear") | {"scores": given})
        archive.do(ballot("void", "A", ratee="B", dimension="conduct", round="midyear"))
        assert missing(archive) == []


def test_only_ballots_are_expected():
    with an_archive(*PAST, rounds("midyear")) as archive:
        assert missing(archive) == missing(archive, source="ballot") == [("A", "B")]
        assert missing(archive, source="log") == missing(archive, source="item") == []

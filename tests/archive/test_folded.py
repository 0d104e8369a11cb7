"""Rows folded by helper processes are those folded here, whatever becomes of the helpers."""

from collections.abc import Iterator
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent

from archive.archive import Archive
from projections import folded as module
from projections.fold import PoisonEvent
from tests.archive.test_concurrency import city, entry, founded
from tests.archive.test_properties import tables


@pytest.fixture
def archive(location: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    monkeypatch.setattr(module, "MANY", 0)
    monkeypatch.setattr(module, "BLOCK", 7)
    founded(location, *city(2, "U1"), *(entry(number) for number in range(100)))
    with Archive(location) as archive:
        yield archive


def rebuilt(archive: Archive) -> dict[str, list[Any]]:
    archive.rebuild()
    return tables(archive)


def rebuilt_here(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    with monkeypatch.context() as alone:
        alone.setattr(module, "MANY", 10**9)
        return rebuilt(archive)


def test_helpers_fold_what_is_folded_here(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks: list[int] = []
    monkeypatch.setattr(module, "_block", _counting(module._block, blocks))
    assert rebuilt(archive) == rebuilt_here(archive, monkeypatch)
    assert len(blocks) == -(-archive.log.last_position() // module.BLOCK)  # the second time only


def test_a_helper_that_dies_leaves_the_rest_to_be_folded_here(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = rebuilt_here(archive, monkeypatch)

    def dying(opener: Any, *about: Any) -> Iterator[module.Block]:
        for sent, block in enumerate(elsewhere(opener, *about)):
            if sent == 3:
                return
            yield block

    elsewhere = module._elsewhere
    monkeypatch.setattr(module, "_elsewhere", dying)
    assert rebuilt(archive) == expected


def test_a_poison_event_stops_a_rebuild_with_helpers_too(archive: Archive) -> None:
    before = rebuilt(archive)
    archive.log.insert_events([StoredEvent("unit/X", 1, "unit.registered", b"{}")])
    with pytest.raises(PoisonEvent) as stopped:
        archive.rebuild()
    assert stopped.value.position == archive.log.last_position()
    assert tables(archive) == before


def _counting(block: Any, blocks: list[int]) -> Any:
    def counted(log: Any, fold: Any, after: int, upto: int) -> module.Block:
        blocks.append(after)
        found: module.Block = block(log, fold, after, upto)
        return found

    return counted

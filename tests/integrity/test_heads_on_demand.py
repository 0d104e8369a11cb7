"""Heads that are asked for before their day ends: bundles today, and nothing less is seen."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.integrity.entry import heads_entry
from archive.integrity.hashing import hashing
from archive.integrity.ledger.appending import Appending
from archive.integrity.ledger.ledger import Ledger
from archive.store.location import open_log
from tests.integrity.administrator import Administrator, administering
from tests.integrity.copies import Copy, copies, full, newest, quick, read, told
from tests.integrity.mutations import Mutation, said
from tests.integrity.naive import naive_heads_root
from tests.integrity.sealed import Days, founded, ledger_of, record, rows_of, seal
from tests.said import cadre, unit
from tests.stores import a_location


def some_days_with_many_heads(location: str) -> None:
    """Record for some days, asking for heads several times a day, at a day's end, and twice."""
    clock = Days()
    record(location, [unit(f"U{n}") for n in range(3)], clock)
    for part in range(8):
        seal(location, heads=True)
        record(location, [cadre(f"D{part}-{n}") for n in range(2 + part)], clock)
        seal(location, heads=part % 2 == 0)
        if part % 3 == 0:
            clock.now += timedelta(days=1)
        seal(location, heads=part % 4 == 0)


@pytest.mark.parametrize("page", [2, 5000])
def test_every_heads_tells_of_all_before_it_and_every_state_verifies(
    location: str, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr("archive.integrity.sealer.PAGE", page)
    founded(location)
    some_days_with_many_heads(location)
    rows = rows_of(location)
    with ledger_of(location) as ledger:
        runs, days = ledger.runs(), ledger.days()
        named = [day.day for day in days]
        assert named == sorted(named)
        assert len(named) > len(set(named)) > 2
        assert all(day.leaf + 1 not in runs.heads for day in days)
        for day in days:
            latest = {row[1]: row[2] for row in rows[: runs.position_of(day.leaf - 1)]}
            assert {head.stream_id: head.version for head in ledger.heads(day.leaf)} == latest
            assert (day.size, day.root) == (len(latest), naive_heads_root(latest))
    for verified in (full(location, newest(location)), quick(location, newest(location))):
        assert (told(verified), verified.holds) == ([], True)
    assert full(location).trees == len(days)


def test_a_days_end_is_committed_to_whatever_was_asked_for_before(location: str) -> None:
    """The last heads of each day stand right before the next day's first event."""
    founded(location)
    some_days_with_many_heads(location)
    with ledger_of(location) as ledger:
        begun = [leaf for (leaf,) in ledger.store.rows("SELECT leaf FROM days ORDER BY leaf")]
        assert {leaf - 1 for leaf in begun[1:]} <= ledger.runs().heads


@given(st.lists(st.sampled_from(("record", "heads", "seal", "day", "quick")), max_size=12))
def test_whatever_is_asked_for_in_whatever_order_is_in_order(steps: list[str]) -> None:
    with a_location() as location:
        founded(location)
        clock = Days()
        for number, step in enumerate(steps):
            if step == "record":
                record(location, [cadre(f"C{number}")], clock)
            elif step == "day":
                clock.now += timedelta(days=1)
            elif step == "quick":
                assert told(quick(location)) == []
            else:
                seal(location, heads=step == "heads")
        seal(location)
        for verified in (quick(location), full(location)):
            assert told(verified) == []


def test_heads_are_not_repeated_and_of_nothing_there_are_none(location: str) -> None:
    founded(location)
    assert seal(location, heads=True).size == 0
    record(location, [unit()])
    assert seal(location).size == 1
    assert [seal(location, heads=True).size for _ in range(3)] == [2, 2, 2]
    with ledger_of(location) as ledger:
        assert [signed.size for signed in ledger.checkpoints()] == [1, 2]


# What somebody may do to them


@pytest.fixture(scope="module")
def copy(store, request):  # type: ignore[no-untyped-def]
    """What yields a copy of an archive with heads within days and at their ends."""
    with copies(store, lambda: request.getfixturevalue("postgres_server")) as (built, made):
        founded(built)
        some_days_with_many_heads(built)
        read(built)
        assert full(built).holds
        yield made


WITHIN = "(SELECT max(leaf) FROM heads WHERE leaf + 1 NOT IN (SELECT leaf FROM days))"
"""The last heads within a day."""


def forge(admin: Administrator) -> None:
    """Put another root into the heads, and into the leaf that commits to them."""
    ((leaf, day, size, _),) = admin.run(f"SELECT * FROM heads WHERE leaf = {WITHIN}")
    root = hashing().leaf(b"another")
    admin.run(f"UPDATE heads SET root = ? WHERE leaf = {WITHIN}", root)
    where = (
        f"level = 0 AND start = (SELECT max(start) FROM nodes WHERE level = 0 AND start <= {leaf})"
    )
    ((start, hashes),) = admin.run(f"SELECT start, hashes FROM nodes WHERE {where}")
    leaves = bytearray(hashes)
    entry = heads_entry(date.fromisoformat(day), size, root)
    leaves[32 * (leaf - start) : 32 * (leaf - start + 1)] = hashing().leaf(entry)
    admin.run(f"UPDATE nodes SET hashes = ? WHERE {where}", bytes(leaves))


def seal_anew(admin: Administrator) -> None:
    """Empty the ledger but for its checkpoints, so that it can be sealed without them."""
    for table in ("nodes", "runs", "days", "heads", "versions", "verified"):
        admin.run(f"DELETE FROM {table}")


MUTATIONS = (
    Mutation(
        "another root",
        lambda admin: admin.flip("heads", "root", f"leaf = {WITHIN}"),
        "verify_heads_changed",
    ),
    Mutation("another root, leaf and all", forge, "verify_checkpoint_other"),
    Mutation(
        "another size",
        said(f"UPDATE heads SET size = size - 1 WHERE leaf = {WITHIN}"),
        "verify_heads_changed",
    ),
    Mutation(
        "another day",
        said(f"UPDATE heads SET day = '2026-01-01' WHERE leaf = {WITHIN}"),
        "verify_row_changed",
    ),
    Mutation(
        "moved forwards",
        said(f"UPDATE heads SET leaf = leaf + 1 WHERE leaf = {WITHIN}"),
        "verify_heads_changed",
    ),
    Mutation(
        "moved backwards",
        said(f"UPDATE heads SET leaf = leaf - 1 WHERE leaf = {WITHIN}"),
        "verify_heads_changed",
    ),
    Mutation("removed", said(f"DELETE FROM heads WHERE leaf = {WITHIN}"), "verify_row_changed"),
    Mutation(
        "removed with its run",
        said(
            f"DELETE FROM runs WHERE leaf = {WITHIN} + 1",
            f"DELETE FROM heads WHERE leaf = {WITHIN}",
        ),
        "verify_version_changed",
    ),
    Mutation(
        "doubled",
        said(
            f"INSERT INTO heads SELECT leaf + 1, day, size, root FROM heads WHERE leaf = {WITHIN}"
        ),
        "verify_heads_changed",
    ),
    Mutation(
        "another version",
        said(f"UPDATE versions SET version = version + 1 WHERE leaf = {WITHIN}"),
        "verify_version_changed",
    ),
    Mutation(
        "versions of the day's end put forward",
        said(
            f"UPDATE versions SET leaf = {WITHIN} "
            f"WHERE leaf = (SELECT min(leaf) FROM heads WHERE leaf > {WITHIN})"
        ),
        "verify_version_changed",
    ),
    Mutation(
        "the run behind put off",
        said(f"UPDATE runs SET leaf = leaf + 1 WHERE leaf = {WITHIN} + 1"),
        "verify_row_changed",
    ),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
@pytest.mark.usefixtures("location")
def test_whatever_is_done_to_heads_within_a_day_is_seen(copy: Copy, mutation: Mutation) -> None:
    with copy() as location:
        with administering(location) as admin:
            mutation.do(admin)
        assert mutation.key in told(full(location))


@pytest.mark.usefixtures("location")
def test_sealing_anew_without_them_is_another_tree(copy: Copy) -> None:
    with copy() as location:
        outside = newest(location)
        with administering(location) as admin:
            seal_anew(admin)
        seal(location)
        assert "verify_checkpoint_other" in told(full(location))
        assert "against_cut_short" in told(quick(location, outside))


# What whoever holds the key may seal falsely


def test_a_stream_left_out_of_heads_that_were_asked_for_is_seen(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = Ledger.heads_by_key

    def without_one(ledger: Ledger, leaf: int) -> Iterator[tuple[str, int]]:
        return (each for each in heads(ledger, leaf) if each[0] != "U1/unit")

    founded(location)
    record(location, [unit("U1"), unit("U2")])
    with monkeypatch.context() as sealing:
        sealing.setattr(Ledger, "heads_by_key", without_one)
        seal(location, heads=True)
    assert quick(location).holds
    assert told(full(location)) == ["verify_heads_false"]


def test_heads_of_another_day_are_seen(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    founded(location)
    record(location, [unit("U1")])
    push, another = Appending._push_heads, date(2026, 1, 1)
    with monkeypatch.context() as sealing:
        sealing.setattr(Appending, "_push_heads", lambda own, day: push(own, another))
        seal(location, heads=True)
    assert told(quick(location)) == told(full(location)) == ["verify_row_changed"]


def test_a_day_that_ends_without_heads_is_seen(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    founded(location)
    clock = Days()
    record(location, [unit("U1")], clock)
    seal(location)
    assert quick(location).holds
    clock.now += timedelta(days=1)
    record(location, [unit("U2")], clock)
    with monkeypatch.context() as sealing:
        sealing.setattr(Appending, "_push_heads", lambda own, day: None)
        seal(location)
    assert told(quick(location)) == told(full(location)) == ["verify_row_changed"]


def test_heads_side_by_side_are_seen(location: str) -> None:
    founded(location)
    record(location, [unit("U1")])
    seal(location, heads=True)
    with ledger_of(location) as ledger, closing(open_log(location)) as log, ledger.store.writing():
        Appending(ledger, log)._push_heads(ledger.days()[0].day)
    seal(location)
    assert told(quick(location)) == told(full(location)) == ["verify_row_changed"]

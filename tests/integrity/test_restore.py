"""After a restore an archive is read-only until it is verified, and what was lost is recorded."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest

from archive.archive import Archive
from archive.integrity.checkpoint import Trust
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.ledger.opening import found_ledger
from archive.integrity.restore.memory import Memory
from archive.integrity.strict import base64_of
from archive.restored import must_not_be_restored
from archive.store.location import open_log
from archive.store.mark import Mark, NotRestored, Restored
from domain.refusal import Refusal
from projections.as_of import parse_as_of
from tests.integrity.administrator import administering
from tests.integrity.copies import (
    TRUST,
    Copy,
    build,
    commands,
    full,
    newest,
    quick,
    registers_another,
)
from tests.integrity.copies import told as faults_of
from tests.integrity.restored import (
    cut_log,
    mark,
    mark_of,
    opened,
    remember,
    restores,
    the_key_at_hand,
    told,
)
from tests.integrity.sealed import KEY, ORIGIN, Days, ledger_of, record, rows_of, seal
from tests.integrity.test_verify import cut_ledger, truncate
from tests.said import cadre

LATER = cadre("LATER")
SIZE = 75
"""Leaves of the archive of ``copies``."""


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine that holds the key."""
    the_key_at_hand(tmp_path / "keys", monkeypatch)
    return tmp_path / "keys"


@pytest.fixture
def place(copy: Copy, location: str) -> Iterator[str]:
    """A copy of the archive, as this machine saw it last."""
    with copy() as found:
        remember(found)
        yield found


def refused(location: str, why: str) -> None:
    """Expect every recorder to be refused, for this reason, and nothing to be recorded."""
    before = rows_of(location)
    with Archive(location) as archive, pytest.raises(Restored) as refusal:
        archive.do(LATER)
    assert refusal.value.mark.why == why
    assert mark_of(location) == why
    assert rows_of(location) == before


def records(location: str) -> None:
    """Expect the archive to be recorded in, sealed and verified."""
    record(location, [LATER], Days())
    seal(location)
    with Archive(location) as archive:
        archive.views.ensure()
    assert faults_of(full(location)) == []


# How a restore is known


def test_an_old_pair_is_noticed_by_the_machine_that_remembers(place: str) -> None:
    truncate(place)
    refused(place, "not_as_seen_here")


def test_an_old_pair_is_not_noticed_by_a_machine_that_remembers_nothing(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truncate(place)
    the_key_at_hand(tmp_path / "other", monkeypatch)
    record(place, [LATER])


def test_an_old_pair_that_was_gone_on_with_elsewhere_is_noticed_too(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truncate(place)
    with monkeypatch.context() as elsewhere:
        the_key_at_hand(tmp_path / "other", elsewhere)
        record(place, [cadre(f"F{number}") for number in range(40)])
        seal(place)
    refused(place, "not_as_seen_here")


def test_an_old_log_beside_its_newer_ledger_is_noticed_anywhere(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_key_at_hand(tmp_path / "other", monkeypatch)
    cut_log(place, 50)
    refused(place, "log_behind_ledger")


def test_a_log_that_was_gone_on_with_beside_its_newer_ledger_is_noticed_anywhere(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_key_at_hand(tmp_path / "other", monkeypatch)
    with administering(place) as admin:
        admin.run(f"UPDATE stored_events SET topic = 'x' WHERE {{id}} = {len(commands())}")
    refused(place, "log_not_as_sealed")


def test_a_backup_on_a_new_machine_is_read_only_once_it_is_marked(place: str) -> None:
    mark(place)
    refused(place, "marked_by_hand")


def test_the_first_mark_stays(place: str) -> None:
    mark(place)
    with closing(open_log(place)) as log:
        assert log.mark_restored(Mark(datetime.now(UTC), "other")).why == "marked_by_hand"
    assert mark_of(place) == "marked_by_hand"


def test_an_archive_that_goes_on_is_never_taken_for_a_restored_one(place: str) -> None:
    for number in range(3):
        record(place, [cadre(f"G{number}")], Days())
        seal(place)
        remember(place)
    with closing(open_log(place)) as log, ledger_of(place) as ledger:
        must_not_be_restored(place, log, ledger, Days())


def test_who_records_already_is_refused_from_the_mark_on(place: str) -> None:
    with Archive(place) as archive:
        archive.do(LATER)
        mark(place)
        with pytest.raises(Restored):
            archive.do(cadre("LATER2"))


def test_read_only_is_for_recording_alone(place: str) -> None:
    mark(place)
    moment = parse_as_of(None, datetime.now(UTC))
    assert moment is not None
    with Archive(place) as archive, archive.ask(moment) as reader:
        assert reader
    with Archive(place) as archive:
        assert archive.rebuild().events == len(commands())
    assert full(place).holds
    assert mark_of(place) == "marked_by_hand"


# Opened again


def test_an_archive_that_nothing_tells_to_be_restored_has_nothing_to_open(place: str) -> None:
    with pytest.raises(NotRestored):
        opened(place, newest(place))


def test_when_nothing_is_lost_it_opens_and_an_event_says_so(place: str) -> None:
    outside = newest(place)
    mark(place)
    done = opened(place, outside)
    assert (told(done), done.judged.lost, done.position) == ([], 0, len(commands()) + 1)
    (event,) = restores(place)
    assert (event.complete, event.by, event.last) == (True, "ADMIN", len(commands()))
    with ledger_of(place) as ledger:
        assert (event.size, event.root) == (event.kept, base64_of(ledger.root(event.kept)))
    assert mark_of(place) is None
    records(place)
    assert full(place, outside).holds


def test_an_older_checkpoint_does_not_hide_what_this_machine_saw(place: str) -> None:
    truncate(place)
    done = opened(place, newest(place))
    assert told(done) == ["reopen_lacks"]
    assert done.judged.lost == SIZE - 52


def test_what_is_lost_keeps_it_read_only_until_somebody_accepts_it(place: str) -> None:
    outside = newest(place)
    truncate(place)
    done = opened(place, outside)
    assert (told(done), done.position) == (["reopen_lacks"], None)
    refused(place, "not_as_seen_here")
    done = opened(place, outside, accepted="the disk broke")
    assert (told(done), done.position, done.judged.lost) == ([], 51, SIZE - 52)
    (event,) = restores(place)
    assert (event.complete, event.lost, event.last, event.size) == (False, SIZE - 52, 50, SIZE)
    records(place)


def test_after_a_loss_what_is_from_before_names_it_and_never_holds(place: str) -> None:
    outside = newest(place)
    truncate(place)
    earlier = newest(place)
    assert opened(place, outside, accepted="the disk broke").position == 51
    seal(place)
    later = newest(place)
    for verify in (full, quick):
        assert verify(place, later, earlier).holds
        verified = verify(place, outside)
        assert faults_of(verified) == ["against_lost"]
        values = dict(verified.faults[0].sentence.values)
        assert (values["position"], values["by"], values["last"]) == (51, "ADMIN", 50)


def test_a_checkpoint_that_no_recorded_loss_was_found_by_may_be_of_another(
    place: str, location: str
) -> None:
    outside = newest(place)
    truncate(place)
    opened(place, outside, accepted="the disk broke")
    build(location, [*commands(), cadre("D1")])
    assert faults_of(full(place, newest(location))) == ["against_perhaps_lost"]


def test_an_old_log_loses_what_its_newer_ledger_knows_of(place: str) -> None:
    outside = newest(place)
    cut_log(place, 50)
    assert told(opened(place, outside)) == ["reopen_lacks"]
    done = opened(place, outside, accepted="the disk broke")
    assert (told(done), done.position) == ([], 51)
    assert done.aside is not None
    records(place)


def went_on_after_heads_were_asked_for(place: str) -> bytes:
    """Ask for heads, record more of the same day, and return the checkpoint over the heads."""
    seal(place, heads=True)
    over_heads = newest(place)
    record(place, [cadre("E1"), cadre("E2")], Days())
    seal(place)
    remember(place)
    return over_heads


def test_heads_that_were_asked_for_are_no_sign_of_a_restore(place: str) -> None:
    seal(place, heads=True)
    records(place)


def test_heads_that_were_asked_for_are_no_loss(place: str) -> None:
    over_heads = went_on_after_heads_were_asked_for(place)
    outside = newest(place)
    mark(place)
    done = opened(place, outside, over_heads)
    assert (told(done), done.judged.lost, mark_of(place)) == ([], 0, None)
    records(place)
    assert full(place, outside, over_heads).holds


def test_heads_at_the_very_end_are_no_loss(place: str) -> None:
    seal(place, heads=True)
    remember(place)
    outside = newest(place)
    mark(place)
    done = opened(place, outside)
    assert (told(done), done.judged.lost, mark_of(place)) == ([], 0, None)
    records(place)


def test_a_ledger_that_is_made_anew_has_the_heads_that_were_asked_for(place: str) -> None:
    over_heads = went_on_after_heads_were_asked_for(place)
    outside, last = newest(place), len(commands()) + 1
    cut_log(place, last)
    done = opened(place, outside, over_heads, accepted="the disk broke")
    assert (told(done), done.position, done.judged.lost) == ([], last + 1, 1)
    assert done.aside is not None
    records(place)
    assert full(place, over_heads).holds


def test_what_the_ledger_lacks_of_the_log_is_not_lost(place: str) -> None:
    """A ledger from an older backup than the log's is brought up to it."""
    outside = newest(place)
    with administering(place) as admin:
        size = cut_ledger(admin, 50)
        admin.run("DELETE FROM verified WHERE size > ?", size)
    done = opened(place, outside)
    assert (told(done), done.judged.lost, restores(place)[0].complete) == ([], 0, True)
    seal(place)
    assert full(place, outside).holds


def test_a_log_whose_ledger_is_gone_gets_it_anew(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = newest(place)
    with ledger_of(place) as ledger:
        ledger.store.set_aside()
    mark(place)
    done = opened(place, outside)
    assert (told(done), done.judged.lost, done.aside) == ([], 0, None)
    records(place)
    assert full(place, outside).holds


def test_who_is_killed_while_the_ledger_is_made_anew_is_taken_up(place: str) -> None:
    outside = newest(place)
    cut_log(place, 50)
    mark(place)
    with ledger_of(place) as ledger:
        ledger.store.set_aside()
    found_ledger(place, ORIGIN, "sha256").close()
    done = opened(place, outside, accepted="the disk broke")
    assert (told(done), done.position) == ([], 51)
    records(place)


def test_without_the_key_a_ledger_is_not_put_aside(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = newest(place)
    cut_log(place, 50)
    monkeypatch.setenv("SHIJI_KEYS", str(tmp_path / "none"))
    with pytest.raises(Refusal) as refusal:
        opened(place, outside, accepted="the disk broke")
    assert refusal.value.sentence.key == "key_missing"
    with ledger_of(place) as ledger:
        assert ledger.size == SIZE
    assert mark_of(place) == "log_behind_ledger"


# It stays read-only

STRANGER = PrivateKey(ORIGIN, Type.LOG, bytes([9] * 32))


def edited(location: str) -> None:
    with administering(location) as admin:
        admin.run("UPDATE stored_events SET originator_id = 'cadre/X' WHERE {id} = 9")


def a_view_edited(location: str) -> None:
    with administering(location) as admin:
        admin.run("UPDATE cadres SET name = 'x' WHERE position = 9")


@pytest.mark.parametrize(
    ("do", "trust", "keys_told"),
    [
        (edited, TRUST, {"against_other"}),
        (a_view_edited, TRUST, {"verify_view_row"}),
        (lambda _: None, Trust([STRANGER.public]), {"against_refused", "verify_checkpoint_false"}),
    ],
    ids=["an event is another", "a view is another", "the key is another"],
)
def test_what_is_not_what_was_signed_keeps_it_read_only(
    place: str, do: Callable[[str], None], trust: Trust, keys_told: set[str]
) -> None:
    outside = newest(place)
    do(place)
    mark(place)
    for accepted in (None, "whatever it is"):
        done = opened(place, outside, accepted=accepted, trust=trust)
        assert (set(told(done)), done.position) == (keys_told, None)
    assert mark_of(place) == "marked_by_hand"


def test_a_history_written_anew_with_the_key_keeps_it_read_only(copy: Copy, location: str) -> None:
    with copy() as honest:
        outside = newest(honest)
    build(location, registers_another(commands()))
    mark(location)
    assert told(opened(location, outside, accepted="whatever it is")) == ["against_other"]


def test_another_archives_checkpoint_keeps_it_read_only(place: str, location: str) -> None:
    other = PrivateKey("example.org/other", Type.LOG, bytes(32))
    outside = newest(place).replace(ORIGIN.encode(), other.name.encode())
    mark(place)
    done = opened(place, outside, trust=Trust([KEY.public, other.public]))
    assert told(done) == ["against_refused"]


def test_a_checkpoint_that_a_named_witness_did_not_cosign_keeps_it_read_only(place: str) -> None:
    witness = PrivateKey("w", Type.WITNESS, bytes([1] * 32))
    mark(place)
    done = opened(place, newest(place), trust=Trust([KEY.public], [witness.public]))
    assert told(done) == ["against_refused"]


def test_an_archive_with_a_ledger_is_not_opened_without_a_checkpoint_from_outside(
    place: str,
) -> None:
    mark(place)
    with pytest.raises(Refusal) as refusal:
        opened(place, accepted="whatever it is")
    assert refusal.value.sentence.key == "reopen_against_what"


def test_without_a_ledger_nothing_can_be_known_and_that_must_be_accepted(location: str) -> None:
    Archive(location, create=True).close()
    record(location, [cadre("A"), cadre("B")])
    mark(location)
    nobody = Trust([])
    assert told(opened(location, trust=nobody)) == ["reopen_unknown"]
    done = opened(location, trust=nobody, accepted="there is no other copy")
    assert (done.position, done.judged.lost) == (3, None)
    (event,) = restores(location)
    assert (event.complete, event.lost, event.size, event.kept) == (False, None, None, 2)
    record(location, [LATER])


# Killed, and at once


def killed_before_the_mark_was_gone(location: str, outside: bytes, accepted: str | None) -> None:
    """Leave what a process leaves that is killed there, where both aren't one transaction."""
    done = opened(location, outside, accepted=accepted)
    assert done.position is not None
    with ledger_of(location) as ledger, administering(location) as admin:
        if ledger.runs().last_position == done.position:  # it wasn't sealed by then
            for table, column in (("runs", "leaf"), ("days", "leaf"), ("heads", "leaf")):
                admin.run(f"DELETE FROM {table} WHERE {column} >= ?", done.judged.kept)
            for (level,) in admin.run("SELECT DISTINCT level FROM nodes"):
                start = done.judged.kept >> level
                admin.run("DELETE FROM nodes WHERE level = ? AND start >= ?", level, start)
            admin.run("DELETE FROM checkpoints WHERE size > ?", done.judged.kept)
            admin.run("DELETE FROM versions WHERE leaf >= ?", done.judged.kept)
    mark(location)


@pytest.mark.parametrize("loses", [False, True])
def test_who_is_killed_between_the_event_and_the_marks_end_is_taken_up(
    place: str, loses: bool, keys: Path
) -> None:
    outside = newest(place)
    accepted = "the disk broke" if loses else None
    if loses:
        truncate(place)
    else:
        mark(place)
    killed_before_the_mark_was_gone(place, outside, accepted)
    for file in keys.rglob("*.seen"):
        file.unlink()  # it isn't remembered before, either
    before = rows_of(place)
    done = opened(place, outside)
    assert (told(done), done.position) == ([], before[-1][0])
    assert (rows_of(place), mark_of(place)) == (before, None)
    records(place)


def test_of_two_who_open_it_at_once_one_does_and_one_is_told(place: str) -> None:
    outside = newest(place)
    mark(place)
    barrier, outcomes = Barrier(2), list[object]()

    def open_it() -> None:
        barrier.wait()
        try:
            outcomes.append(opened(place, outside).position)
        except Refusal as refusal:
            outcomes.append(refusal.sentence.key)

    both = [Thread(target=open_it) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(restores(place)) == 1
    assert len(commands()) + 1 in outcomes
    assert mark_of(place) is None


# Afterwards


def test_a_loss_that_was_told_elsewhere_ends_what_this_machine_remembers(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = newest(place)
    truncate(place)
    with monkeypatch.context() as elsewhere:
        the_key_at_hand(tmp_path / "other", elsewhere)
        mark(place)
        assert opened(place, outside, accepted="the disk broke").position == 51
    saw = Memory(place, ORIGIN).last()
    assert saw is not None
    assert saw.checkpoint.size == SIZE
    record(place, [LATER], Days())


def test_a_loss_that_was_told_does_not_hide_the_next(place: str) -> None:
    outside = newest(place)
    truncate(place)
    opened(place, outside, accepted="the disk broke")
    record(place, [cadre(f"H{number}") for number in range(5)], Days())
    seal(place)
    remember(place)
    with administering(place) as admin:
        ends = [row[0] for row in admin.run("SELECT size FROM checkpoints ORDER BY size")]
        assert len(ends) > 1
        cut_ledger(admin, 50)
        admin.run("DELETE FROM verified WHERE size > ?", 52)
        admin.run("DELETE FROM stored_events WHERE {id} > 50")
    refused(place, "not_as_seen_here")


def test_a_lost_command_that_is_sent_again_is_recorded_again(place: str) -> None:
    outside = newest(place)
    truncate(place)
    opened(place, outside, accepted="the disk broke")
    with Archive(place) as archive:
        outcomes = list(archive.record(commands()))
    again = [each.positions for each in outcomes if each.positions and each.positions[0] > 51]
    assert again
    first = [row[0] for row in rows_of(place)]
    assert first == list(range(1, len(first) + 1))

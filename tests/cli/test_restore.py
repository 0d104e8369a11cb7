"""``shiji restore``, as typed: read-only after a restore, until it is verified from outside."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.archive.workers import ROOT
from tests.cli.program import Program, Run, in_process
from tests.cli.test_do import write
from tests.cli.test_sealing import NAME, vkey_of
from tests.integrity.administrator import administering
from tests.integrity.restored import cut_log
from tests.said import cadre, people, policy, said
from tests.stores import a_location

_PROGRAM = "from archive.cli import main; main()"
READ_ONLY = "the archive was restored ("


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIJI_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.fixture
def shiji(location: str, capsys: pytest.CaptureFixture[str]) -> Program:
    return in_process(capsys, location)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "commands.jsonl"


@pytest.fixture
def outside(shiji: Program, file: Path, tmp_path: Path) -> str:
    """A checkpoint of an archive with six sealed events, kept elsewhere."""
    assert shiji("do", write(file, *people("A", "B"), policy())).status == 0
    vkey_of(shiji("keys", "new", NAME))
    assert shiji("seal").status == 0
    kept = tmp_path / "outside"
    assert shiji("checkpoint", "export", "-o", str(kept)).status == 0
    return str(kept)


def refused(run: Run) -> None:
    run.fails(READ_ONLY, "shiji restore open")


@pytest.mark.usefixtures("outside")
def test_all_that_records_or_seals_is_refused_and_all_that_asks_goes_on(
    shiji: Program, file: Path, location: str
) -> None:
    run = shiji("restore", "mark")
    assert (run.status, run.err) == (0, "")
    assert run.out.startswith("the archive is marked as restored (marked by hand, since ")
    refused(shiji("do", write(file, cadre("C"))))
    refused(shiji("do", write(file, cadre("C")), "--json"))
    refused(shiji("seal"))
    refused(shiji("seal", "--follow"))
    if "://" in location:
        refused(shiji("grant", "somebody"))
    for asked in (("audit", "--json"), ("event", "1", "--json"), ("record", "A", "--json")):
        run = shiji(*asked)
        assert run.status == 0
        assert READ_ONLY in run.err
        assert isinstance(json.loads(run.out), list)
    for asked in (("verify",), ("verify", "--full"), ("checkpoint",), ("prove", "1")):
        assert shiji(*asked).status == 0
    assert READ_ONLY in shiji("verify").err
    assert shiji("rebuild").status == 0


def test_a_copy_of_what_is_read_only_is_read_only(
    shiji: Program, file: Path, location: str, outside: str
) -> None:
    assert shiji("restore", "mark").status == 0
    with a_location() as target:
        run = shiji("copy", location, target, archive=None)
        assert run.status == 0
        assert READ_ONLY in run.err
        refused(shiji("do", write(file, cadre("C")), archive=target))


def test_nothing_lost_it_is_open_again_and_everything_goes_on(
    shiji: Program, file: Path, outside: str
) -> None:
    shiji("restore", "open", "--by", "ADMIN", "--against", outside).fails("nothing to open again")
    assert shiji("restore", "mark").status == 0
    shiji("restore", "open", "--against", outside).fails("--by")
    shiji("restore", "open", "--by", "ADMIN").fails("--against")
    shiji("restore", "open", "--by", "two words", "--against", outside).fails("by")
    run = shiji("restore", "open", "--by", "ADMIN", "--against", outside)
    assert run.status == 0, run
    assert run.out == (
        "verified: everything that the checkpoint of 6 leaves covers is there; "
        "recorded as event 7, and the archive is open again\n"
    )
    assert shiji("do", write(file, cadre("C"))).status == 0
    assert shiji("seal").status == 0
    run = shiji("verify", "--full", "--against", outside)
    assert run.status == 0, run
    assert "a restore lost" not in run.err
    (event,) = json.loads(shiji("event", "7", "--json").out)
    assert (event["topic"], event["by"]) == ("restore.verified", "ADMIN")


def test_a_loss_is_accepted_with_a_reason_and_told_ever_after(
    shiji: Program, file: Path, location: str, outside: str
) -> None:
    cut_log(location, 4)
    refused(shiji("do", write(file, cadre("C"))))
    opening = ("restore", "open", "--by", "ADMIN", "--against", outside)
    run = shiji(*opening)
    assert run.status == 1
    assert run.out.startswith("a checkpoint of 6 leaves is known, and the restored log has 4 ")
    assert run.out.endswith("the archive stays read-only\n")
    refused(shiji("do", write(file, cadre("C"))))
    run = shiji(*opening, "--accept-loss", "the disk broke")
    assert run.status == 0, run
    assert run.out == (
        "of the checkpoint of 6 leaves 2 are lost, and the log ends at position 4; "
        "recorded as event 5, and the archive is open again\n"
    )
    assert run.err.startswith("the former ledger can't go on from the log; it was put aside as ")
    assert shiji("do", write(file, cadre("C"))).status == 0
    assert shiji("seal").status == 0
    run = shiji("verify", "--full", "--against", outside)
    assert run.status == 1
    assert run.out.startswith(f"the checkpoint of 6 leaves in {outside} is from before a loss")
    assert "note: a restore lost something (event 5 of " in run.err
    run = shiji("verify", "--full")
    assert run.status == 0, run
    assert "note: a restore lost something (event 5 of " in shiji("event", "6").err


@pytest.mark.usefixtures("outside")
def test_nobody_sends_what_only_an_opening_may_say(shiji: Program, file: Path) -> None:
    held = {"kept": 6, "kept_root": "r", "last": 6, "origin": NAME, "size": 9, "root": "r"}
    run = shiji("do", write(file, said("restore.lose", **held, reason="so be it")))
    assert (run.status, "there is no command" in run.err) == (1, True), run
    assert "restore.lose" not in shiji("commands").out


def test_what_contradicts_the_checkpoint_stays_read_only_whatever_is_accepted(
    shiji: Program, location: str, outside: str
) -> None:
    with administering(location) as admin:
        admin.run("UPDATE stored_events SET topic = 'x' WHERE {id} = 3")
    assert shiji("restore", "mark").status == 0
    run = shiji(
        "restore", "open", "--by", "ADMIN", "--against", outside, "--accept-loss", "so be it"
    )
    assert run.status == 1
    assert run.out.endswith("the archive stays read-only\n")
    assert "this is another history" in run.out


def test_an_archive_without_a_ledger_is_opened_by_acceptance_alone(
    shiji: Program, file: Path
) -> None:
    assert shiji("do", write(file, *people("A"))).status == 0
    assert shiji("restore", "mark").status == 0
    run = shiji("restore", "open", "--by", "ADMIN")
    assert run.status == 1
    assert "no checkpoint to hold them against" in run.out
    run = shiji("restore", "open", "--by", "ADMIN", "--accept-loss", "the only copy")
    assert run.status == 0, run
    assert run.out.startswith("there was no checkpoint to tell what was lost")
    assert shiji("do", write(file, cadre("C"))).status == 0


def test_who_follows_to_seal_ends_at_the_mark(shiji: Program, location: str, outside: str) -> None:
    following = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, "seal", "--follow", "--archive", location, "--lang", "en"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert shiji("restore", "mark").status == 0
        _, err = following.communicate(timeout=60)
    finally:
        following.kill()
    assert following.returncode == 2
    assert err.startswith(READ_ONLY)


@pytest.mark.sqlite
def test_an_old_folder_put_back_is_noticed_where_it_was_recorded(
    shiji: Program, file: Path, location: str, outside: str, tmp_path: Path
) -> None:
    shutil.copytree(location, tmp_path / "backup")
    assert shiji("do", write(file, cadre("C"))).status == 0
    newer = tmp_path / "newer"
    assert shiji("checkpoint", "export", "-o", str(newer)).status == 0
    shutil.rmtree(location)
    shutil.copytree(tmp_path / "backup", location)
    refused(shiji("do", write(file, cadre("D"))))
    opening = ("restore", "open", "--by", "ADMIN")
    run = shiji(*opening, "--against", outside)
    assert (run.status, "1 leaves are lost" in run.out) == (1, True), run
    run = shiji(*opening, "--against", str(newer), "--accept-loss", "the disk broke")
    assert run.status == 0, run
    assert shiji("do", write(file, cadre("D"))).status == 0
    assert shiji("verify", "--full").status == 0

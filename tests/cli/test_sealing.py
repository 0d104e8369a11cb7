"""``shiji keys``, ``seal``, ``checkpoint`` and ``prove``, as typed."""

import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path

import pytest

from archive.integrity.checkpoint import Trust, open_checkpoint
from archive.integrity.ed25519 import PublicKey
from tests.archive.workers import ROOT
from tests.cli.program import Program, Run
from tests.cli.sealing import NAME, sealed_archive, vkey_of
from tests.cli.test_do import write
from tests.integrity.sealed import execute
from tests.said import people, policy, roster, sheet, unit

_PROGRAM = "from archive.cli import main; main()"


def key_files(keys: Path) -> list[Path]:
    return sorted(keys.rglob("log.*"))


def test_a_key_that_cannot_be_written_leaves_no_ledger_behind(
    shiji: Program, file: Path, tmp_path: Path
) -> None:
    assert shiji("do", write(file, *people("A"))).status == 0
    for name in ("two words", "two\nlines"):
        shiji("keys", "new", name).fails("can't be a key's name")
    shiji("keys", "new", "example.org/mistyped", "--keys", str(file)).fails(
        "example.org%2Fmistyped"
    )
    assert vkey_of(shiji("keys", "new", NAME))


def test_a_key_is_made_with_its_archives_ledger_and_never_overwritten(
    shiji: Program, file: Path, keys: Path
) -> None:
    shiji("keys", "new", NAME).fails("there is no archive")
    shiji("do", write(file, unit()))
    shiji("keys", "new", "a b").fails("can't be a key's name")
    made = shiji("keys", "new", NAME, "--hash", "sm3")
    assert f"named '{NAME}' and made with sm3 for good" in made.out
    private, public = key_files(keys)
    assert public.read_text() == vkey_of(made) + "\n"
    assert private.stat().st_mode & 0o777 == 0o600
    before = private.read_bytes()
    shiji("keys", "new", NAME).fails(str(private), "won't be overwritten")
    shiji("keys", "new", "other").fails("the ledger is of", NAME)
    shiji("keys", "new", NAME, "--hash", "sha256").fails("made with sm3 and can't change")
    assert private.read_bytes() == before
    elsewhere = shiji("keys", "new", NAME, "--keys", str(keys / "more"))
    assert vkey_of(elsewhere) != vkey_of(made)


def test_an_archive_without_a_ledger_is_told_so(shiji: Program, file: Path) -> None:
    assert shiji("do", write(file, *people("A"))).status == 0
    for asked in (("seal",), ("checkpoint",), ("prove", "1")):
        shiji(*asked).fails("has no ledger", "shiji keys new NAME")


def test_a_checkpoint_is_printed_byte_for_byte(shiji: Program, file: Path, tmp_path: Path) -> None:
    key = sealed_archive(shiji, file)
    printed = shiji("checkpoint").out.encode()
    assert open_checkpoint(printed, NAME, Trust([key])).checkpoint.size > 0
    exported = tmp_path / "checkpoint"
    assert shiji("checkpoint", "export", "-o", str(exported)).status == 0
    assert exported.read_bytes() == printed
    size = str(open_checkpoint(printed, NAME, Trust([key])).checkpoint.size)
    assert shiji("checkpoint", "--size", size).out.encode() == printed
    shiji("checkpoint", "--size", "999").fails("no checkpoint (of 999 leaves)")


def test_a_proof_is_checked_with_the_archive_and_without(
    shiji: Program, file: Path, tmp_path: Path
) -> None:
    key = sealed_archive(shiji, file)
    proof, entry = str(tmp_path / "proof"), str(tmp_path / "entry")
    assert shiji("prove", "3", "-o", proof, "--entry", entry).status == 0
    assert Path(proof).read_text() == shiji("prove", "3").out
    told = f"the proof holds: what is shown is leaf 2 of the checkpoint of 9 by '{NAME}'\n"
    assert shiji("prove", "--check", proof) == Run(0, told, "")
    offline = ("prove", "--check", proof, "--key", key.vkey, "--entry", entry)
    assert shiji(*offline, archive=tmp_path / "nowhere") == Run(0, told, "")


def test_each_way_in_which_a_proof_fails_has_its_own_sentence(
    shiji: Program, file: Path, tmp_path: Path
) -> None:
    key = sealed_archive(shiji, file)
    proof, entry = tmp_path / "proof", tmp_path / "entry"
    assert shiji("prove", "3", "-o", str(proof), "--entry", str(entry)).status == 0
    text, content = proof.read_text(), entry.read_bytes()
    first = text.splitlines()[2]
    other = PublicKey(NAME, key.type, bytes([1]) * 32).vkey
    cases = [
        (text, content[:-1] + b"x", key.vkey, "isn't what is shown"),
        (text.replace("index 2", "index 3"), content, key.vkey, "isn't what is shown"),
        (text.replace("index 2", "index 99"), content, key.vkey, "the checkpoint has 9"),
        (text.replace(first, b64encode(bytes(32)).decode()), content, key.vkey, "isn't what is"),
        (text[:-1], content, key.vkey, "cut off"),
        (text.replace("\n9\n", "\n8\n"), content, key.vkey, "the signature of"),
        (text, content, other, "no known key signed it"),
    ]
    sentences = set()
    for changed, shown, vkey, part in cases:
        proof.write_text(changed)
        entry.write_bytes(shown)
        run = shiji("prove", "--check", str(proof), "--key", vkey, "--entry", str(entry))
        assert (run.status, run.out, run.err.count("\n")) == (1, "", 1), run
        assert part in run.err, run
        sentences.add(run.err)
    assert len(sentences) > 4
    shiji("prove").fails("name the position")
    shiji("prove", "99").fails("isn't sealed yet")
    shiji("prove", "--check", str(tmp_path / "no")).fails("can't read")


def test_the_audit_trail_names_the_leaves_of_what_is_sealed(shiji: Program, file: Path) -> None:
    assert shiji("do", write(file, *people("A", "B"), policy(), roster("A", "B"))).status == 0
    assert shiji("do", write(file, sheet("B", {"A": 90}))).status == 0
    (line,) = json.loads(shiji("audit", "--json").out)
    assert line["leaf"] is None
    vkey_of(shiji("keys", "new", NAME))
    assert shiji("seal").status == 0
    (line,) = json.loads(shiji("audit", "--json").out)
    assert line["leaf"] == line["position"] - 1


def test_what_could_not_be_sealed_is_told_once_and_recorded_all_the_same(
    shiji: Program, file: Path, location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed_archive(shiji, file)
    monkeypatch.setenv("SHIJI_KEYS", str(tmp_path / "none"))
    monkeypatch.setattr("archive.recording.BATCH_EVENTS", 5)
    run = shiji("do", write(file, *(unit(f"U{n}") for n in range(2, 20))))
    assert (run.status, run.out) == (0, "18 commands recorded (18 events), 0 refused\n")
    told = (
        "" if "://" in location else "note: recorded, but not sealed (there is no private key at "
    )
    assert run.err.startswith(told)
    assert run.err.count("\n") == bool(told)


def test_trouble_with_the_ledger_leaves_the_audit_trail_without_leaves(
    shiji: Program, file: Path, location: str
) -> None:
    sealed_archive(shiji, file)
    execute(location, "INSERT INTO site VALUES ('another', 'sha256')")
    run = shiji("audit", "--json")
    assert [line["leaf"] for line in json.loads(run.out)] == [None]
    assert (run.status, run.err.count("\n")) == (0, 1)
    assert "is damaged" in run.err
    assert "is damaged" in shiji("audit").err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_follower_seals_what_comes_and_ends_when_asked(
    shiji: Program,
    file: Path,
    location: str,
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sealed_archive(shiji, file)
    following = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, "seal", "--follow", "--archive", location],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # A recorder that hasn't the key seals nothing, in a folder either.
    monkeypatch.setenv("SHIJI_KEYS", str(tmp_path / "none"))
    try:
        shiji("do", write(file, unit("U7"), unit("U8")))
        for _ in range(400):
            asked = shiji("prove", "11")
            if asked.status == 0:
                break
            time.sleep(0.05)
        assert asked.status == 0
    finally:
        following.send_signal(number)
        out, err = following.communicate(timeout=60)
    assert (following.returncode, err) == (0, "")
    assert out
    for line in out.splitlines():
        assert json.loads(line).keys() == {"at", "sealed", "size", "position"}

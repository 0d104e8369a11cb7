"""``shiji bundle``, as typed, on both stores."""

import subprocess
import sys
from pathlib import Path

import pytest

from archive.integrity.checkpoint import parse_text
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.key_folder import signing_key
from archive.integrity.note import parse_note
from tests.cli.program import Program
from tests.integrity.bundled import ORIGIN, read, story
from tests.integrity.sealed import KEY, Days, founded, ledger_of, record, seal, with_key
from tests.said import cadre

WITNESS = PrivateKey("witness.example", Type.WITNESS, bytes([1]) * 32)


def told(location: str, tmp_path: Path) -> None:
    """Record the story an hour apart, so that a day ends in between, and seal it."""
    founded(location)
    record(location, story(), Days())
    seal(location)


def verified(folder: Path, bundle: Path, *keys: PrivateKey) -> list[str]:
    given = [word for key in keys for word in ("--key", key.public.vkey)]
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "v.py"), str(bundle), *given],
        env={},
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout.splitlines()


def test_a_bundle_and_its_verifier_are_all_that_a_third_party_needs(
    location: str, shiji: Program, tmp_path: Path
) -> None:
    told(location, tmp_path)
    file = tmp_path / "A1.json"
    run = shiji("bundle", "A1", "-o", str(file), "--verifier", str(tmp_path / "v.py"))
    assert run.status == 0
    assert f"wrote the bundle of A1 to {file}" in run.out
    lines = verified(tmp_path, file, KEY)
    assert "A1: all " in lines[3]
    assert read(file.read_bytes())["summary"][0] == "cadre/A1 2010-01-01: name 干部A1"


def test_it_may_rest_on_a_checkpoint_that_a_witness_cosigned(
    location: str, shiji: Program, tmp_path: Path
) -> None:
    told(location, tmp_path)
    note = parse_note(shiji("checkpoint").out.encode())
    assert parse_text(note.text).origin == ORIGIN
    cosigned, file = tmp_path / "checkpoint", tmp_path / "A1.json"
    cosigned.write_bytes(bytes(note.signed(WITNESS, 1_800_000_000)))
    shiji("bundle", "--verifier", str(tmp_path / "v.py"))
    shiji("bundle", "A1", "--checkpoint", str(cosigned), "-o", str(file))
    assert "signed by the 2 keys given" in verified(tmp_path, file, KEY, WITNESS)[2]


def test_what_was_recorded_today_has_a_bundle_today(
    location: str, shiji: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_key(location, tmp_path / "keys", monkeypatch)
    record(location, story())
    shiji("bundle", "--verifier", str(tmp_path / "v.py"))
    file, key = tmp_path / "A1.json", signing_key(ORIGIN)
    for more in ([], [cadre("Z")], []):
        record(location, more)
        run = shiji("bundle", "A1", "-o", str(file))
        assert (run.status, run.err) == (0, "")
        lines = verified(tmp_path, file, key)
        with ledger_of(location) as ledger:
            assert f"up to entry {ledger.size - 1} " in lines[3]
    assert "all 7 events of his own" in lines[3]
    with ledger_of(location) as ledger:
        assert len(ledger.days()) == 2  # nothing was recorded before the last
    record(location, [cadre("Y")])
    assert shiji("seal", "--heads").status == 0
    assert shiji("verify", "--full").status == 0
    shiji("seal", "--heads", "--follow").fails("run shiji seal --heads beside it")


def test_without_the_key_it_is_told_how_far_the_heads_go(location: str, shiji: Program) -> None:
    founded(location)
    record(location, story())
    seal(location)
    key_missing = "run shiji seal --heads where the key is, then make the bundle"
    shiji("bundle", "A1").fails("no heads are sealed yet", "log.key", key_missing)
    seal(location, heads=True)
    assert shiji("bundle", "A1").err == ""
    record(location, [cadre("Y"), cadre("Z")])
    run = shiji("bundle", "A1")
    assert run.status == 0
    assert "2 events were recorded behind the last heads" in run.err


def test_what_can_not_be_made_is_refused_in_a_sentence(
    location: str, shiji: Program, tmp_path: Path
) -> None:
    shiji("bundle").fails("name a cadre, or write the verifier")
    founded(location)
    shiji("bundle", "A1").fails("no heads are sealed yet")
    record(location, [*story()][:3])
    seal(location)
    early = tmp_path / "early"
    assert shiji("checkpoint", "-o", str(early)).status == 0
    seal(location, heads=True)
    shiji("bundle", "A1", "--checkpoint", str(early)).fails("no heads are sealed before this")
    shiji("bundle", "nobody").fails("nothing of cadre nobody is sealed")
    shiji("bundle", "A1", "--checkpoint", str(tmp_path / "no")).fails("can't read")

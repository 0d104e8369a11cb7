"""``shiji verify``, as typed."""

import json
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.cli.sealing import NAME, vkey_of
from tests.cli.test_do import write
from tests.integrity.administrator import administering
from tests.said import cadre, people, policy


@pytest.fixture
def vkey(shiji: Program, tmp_path: Path) -> str:
    """The public key of an archive with six sealed events."""
    file = tmp_path / "commands.jsonl"
    assert shiji("do", write(file, *people("A", "B"), policy())).status == 0
    vkey = vkey_of(shiji("keys", "new", NAME))
    assert shiji("seal").status == 0
    return vkey


@pytest.mark.usefixtures("vkey")
def test_quickly_in_order_it_says_what_it_does_not_see(shiji: Program) -> None:
    run = shiji("verify")
    assert run.status == 0
    assert run.out == (
        "verified quickly: 6 events from leaf 0 on, up to the checkpoint of 6 leaves\n"
    )
    assert "not seen quickly: older rows changed in place" in run.err
    assert "0 events from leaf 6 on" in shiji("verify").out


@pytest.mark.usefixtures("vkey")
def test_in_full_it_names_the_first_bad_event_and_ends_with_1(
    shiji: Program, location: str
) -> None:
    assert shiji("rebuild").status == 0
    assert shiji("verify", "--full").status == 0
    with administering(location) as admin:
        admin.run("UPDATE stored_events SET originator_version = 9 WHERE {id} = 3")
    run = shiji("verify", "--full")
    assert run.status == 1
    first, *_, last = run.out.splitlines()
    assert first == "the event 3 (cadre/B version 9) isn't what the ledger sealed"
    assert last == "not verified: 3 faults (3 listed)"
    told = json.loads(shiji("verify", "--full", "--json").out)
    assert (told["holds"], told["events"], told["count"]) == (False, 6, 3)
    assert told["faults"][0]["what"] == "verify_changed"
    assert told["faults"][0] | {"what": "", "text": ""} == {
        "what": "",
        "text": "",
        "position": 3,
        "stream": "cadre/B",
        "version": 9,
    }


def test_what_was_exported_for_printing_or_for_a_witness_is_held_against_it(
    shiji: Program, tmp_path: Path, vkey: str
) -> None:
    printed, asked, cosigned = (str(tmp_path / name) for name in ("printed", "asked", "cosigned"))
    assert shiji("checkpoint", "export", "-o", printed).status == 0
    assert shiji("checkpoint", "export", "--since", "0", "-o", asked).status == 0
    witness = vkey_of(shiji("witness", "new", "w", archive=None))
    cosign = ("witness", "cosign", "w", asked, "--log", vkey, "-o", cosigned)
    run = shiji(*cosign, archive=None)
    assert run.status == 0, run
    everything = ("--against", printed, "--against", asked, "--against", cosigned, "--key", vkey)
    run = shiji("verify", "--full", *everything)
    assert run.status == 0, run
    assert run.out.count("the archive begins with the checkpoint of 6 leaves in") == 3
    only = ("verify", "--against", cosigned, "--witness", witness)
    assert shiji(*only).status == 0
    run = shiji("verify", "--against", printed, "--witness", witness)
    assert run.status == 1
    assert run.out.startswith(f"the checkpoint in {printed} isn't to be believed:")


@pytest.mark.usefixtures("vkey")
def test_what_is_not_sealed_is_told(shiji: Program, tmp_path: Path, keys: Path) -> None:
    (key,) = keys.rglob("log.key")
    key.unlink()
    shiji("do", write(tmp_path / "more.jsonl", cadre("C")))
    run = shiji("verify")
    assert run.status == 0
    assert "1 further events aren't sealed yet" in run.err


def test_without_a_ledger_or_a_key_there_is_nothing_to_verify_by(
    shiji: Program, tmp_path: Path, vkey: str, keys: Path
) -> None:
    for file in keys.rglob("log.*"):
        file.unlink()
    assert shiji("verify").status == 2
    assert shiji("verify", "--key", vkey).status == 0
    assert shiji("verify", "--key", vkey[:-3]).status == 2
    run = shiji("verify", "--key", vkey, "--against", str(tmp_path / "nowhere"))
    assert run.status == 2

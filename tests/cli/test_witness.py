"""``shiji witness``, as typed on another machine: what goes on is cosigned, nothing else is."""

from pathlib import Path

import pytest

from archive.integrity.checkpoint import Trust, open_checkpoint
from archive.integrity.ed25519 import PublicKey
from tests.cli.program import Program, in_process
from tests.cli.sealing import sealed_archive, vkey_of
from tests.cli.test_do import write
from tests.said import sheet

WITNESS = "jiwei.example/w1"


@pytest.fixture
def elsewhere(capsys: pytest.CaptureFixture[str]) -> Program:
    """The program on the witness's machine, where there is no archive."""
    run = in_process(capsys, "")
    return lambda *arguments: run(*arguments, archive=None)


def test_a_witness_cosigns_what_goes_on_and_refuses_what_was_put_back(
    shiji: Program, elsewhere: Program, file: Path, tmp_path: Path
) -> None:
    log = sealed_archive(shiji, file)
    witness = PublicKey.parse(vkey_of(elsewhere("witness", "new", WITNESS)))
    first, later, asked = tmp_path / "first", tmp_path / "later", tmp_path / "asked"

    def cosign(out: Path) -> None:
        told = elsewhere(
            "witness", "cosign", WITNESS, str(asked), "--log", log.vkey, "-o", str(out)
        )
        assert told.status == 0, told

    def size(note: Path) -> int:
        opened = open_checkpoint(note.read_bytes(), log.name, Trust([log], [witness], wanted=1))
        return opened.checkpoint.size

    assert shiji("checkpoint", "export", "--since", "0", "-o", str(asked)).status == 0
    cosign(first)
    before = asked.read_bytes()

    assert shiji("do", write(file, sheet("A", {"B": 80}))).status == 0
    assert shiji("seal").status == 0
    since = str(size(first))
    assert shiji("checkpoint", "export", "--since", since, "-o", str(asked)).status == 0
    cosign(later)
    assert size(later) > size(first)

    asked.write_bytes(before)  # an old pair of files was put back
    elsewhere("witness", "cosign", WITNESS, str(asked), "--log", log.vkey).fails(
        f"fewer than the {size(later)} last cosigned"
    )
    shiji("checkpoint", "export", "--since", "10000").fails("it doesn't go on from 10000")


def test_what_was_cosigned_and_never_arrived_is_cosigned_again(
    shiji: Program, elsewhere: Program, file: Path, tmp_path: Path
) -> None:
    """It is kept before it is handed out: else two histories could be cosigned."""
    log = sealed_archive(shiji, file)
    witness = PublicKey.parse(vkey_of(elsewhere("witness", "new", WITNESS)))
    asked, out = tmp_path / "asked", tmp_path / "nowhere" / "cosigned"
    assert shiji("checkpoint", "export", "--since", "0", "-o", str(asked)).status == 0
    cosign = ("witness", "cosign", WITNESS, str(asked), "--log", log.vkey, "-o", str(out))
    elsewhere(*cosign).fails(str(out))
    out.parent.mkdir()
    assert elsewhere(*cosign).status == 0
    assert open_checkpoint(out.read_bytes(), log.name, Trust([log], [witness], wanted=1))


def test_what_is_missing_or_wrong_is_told_in_a_sentence(
    shiji: Program, elsewhere: Program, file: Path, tmp_path: Path
) -> None:
    log = sealed_archive(shiji, file)
    asked = tmp_path / "asked"
    assert shiji("checkpoint", "export", "--since", "0", "-o", str(asked)).status == 0
    cosign = ("witness", "cosign", WITNESS, str(asked), "--log", log.vkey)
    elsewhere(*cosign).fails("witness.key")
    witness = vkey_of(elsewhere("witness", "new", WITNESS))
    elsewhere("witness", "new", WITNESS).fails("won't be overwritten")
    elsewhere("witness", "cosign", WITNESS).fails("wants the file")
    elsewhere("witness", "cosign", WITNESS, str(asked), "--log", witness).fails("--log")
    elsewhere("witness", "cosign", WITNESS, str(tmp_path / "none"), "--log", log.vkey).fails("none")
    asked.write_bytes(asked.read_bytes()[:-40])
    elsewhere(*cosign).fails("")

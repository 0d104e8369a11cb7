"""An archive with a key, made and sealed by the program itself."""

from pathlib import Path

from archive.integrity.ed25519 import PublicKey
from tests.cli.program import Program, Run
from tests.cli.test_do import write
from tests.said import people, policy, roster, sheet

NAME = "example.org/示例市"


def vkey_of(run: Run) -> str:
    """Return the public key that a command printed last."""
    assert run.status == 0, run
    return run.out.splitlines()[-1]


def sealed_archive(shiji: Program, file: Path) -> PublicKey:
    """Record a few commands in an archive with a ledger, and seal it."""
    assert shiji("do", write(file, *people("A", "B"), policy(), roster("A", "B"))).status == 0
    vkey = vkey_of(shiji("keys", "new", NAME))
    assert shiji("do", write(file, sheet("B", {"A": 90}))).status == 0
    assert shiji("seal").status == 0
    return PublicKey.parse(vkey)

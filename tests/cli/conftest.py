"""What tests of the program on an archive of either store, with keys of its own, begin with."""

from pathlib import Path

import pytest

from tests.cli.program import Program, in_process


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of keys that the program uses."""
    monkeypatch.setenv("SHIJI_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.fixture
def shiji(location: str, keys: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    """The program on an archive at a location, with a folder of keys."""
    return in_process(capsys, location)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file for commands."""
    return tmp_path / "commands.jsonl"

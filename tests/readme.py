"""The READMEs' console blocks: run as typed, compared with what is printed below them.

``python -m tests.readme`` writes the real output into both READMEs.
"""

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
_BLOCK = re.compile(r"```console\n\$ shiji ([^\n]*)\n(.*?)```", re.DOTALL)
_COMMANDS_FILE = re.compile(r"```json\n(.*?)```", re.DOTALL)
_PROGRAM = (sys.executable, "-c", "from archive.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Example:
    """A command as the README shows it, and the output it shows."""

    command: str
    output: str


def examples(readme: Path) -> list[Example]:
    """Return the README's examples in order."""
    return [Example(*found.groups()) for found in _BLOCK.finditer(readme.read_text("utf-8"))]


def prepare(folder: Path, readme: Path) -> None:
    """Build what the examples rest on: the demo city, and the file of commands."""
    found = _COMMANDS_FILE.search(readme.read_text("utf-8"))
    assert found, f"{readme} shows no commands"
    (folder / "office.jsonl").write_text(found.group(1), "utf-8")
    if not (folder / "shiji-data").exists():
        run("demo", folder)


def run(command: str, folder: Path) -> str:
    """Return what the command prints to stdout, times of recording made alike."""
    done = subprocess.run(
        [*_PROGRAM, *shlex.split(command)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "LANG": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode in (0, 1), done.stderr
    return alike("\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n")


def alike(output: str) -> str:
    """Replace the times at which this very archive was recorded; all else must agree."""
    day = r"20(?:2[6-9]|[3-9]\d)-\d\d-\d\d"
    made_alike = r"2026-11-22T08:00:00.000000\1"
    output = re.sub(rf"{day}T[\d:.]+(Z|\+08:00)", made_alike, output)
    return re.sub(rf"{day} \d\d:\d\d:\d\d", "2026-11-22 16:00:00", output)


def written(readme: Path, folder: Path) -> str:
    """Return the README with the output that its commands print."""

    def fill(found: re.Match[str]) -> str:
        command = found.group(1)
        return f"```console\n$ shiji {command}\n{run(command, folder)}```"

    return _BLOCK.sub(fill, readme.read_text("utf-8"))


def rewrite() -> None:
    """Write the real output into both READMEs."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for readme in READMES:
            prepare(folder, readme)
            readme.write_text(written(readme, folder), "utf-8")
            (folder / "office").rename(folder / f"office-{readme.name}")


if __name__ == "__main__":
    rewrite()

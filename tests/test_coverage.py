"""docs/coverage.md: what records, computes, checks and shows each rule; every name exists."""

import ast
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from archive.cli.main import shiji
from archive.commands import COMMANDS
from archive.streams import EVENTS
from domain.rules.conformance.checks import CHECKS

ROOT = Path(__file__).parent.parent
RULES = [*(f"R{n:02}" for n in range(1, 32)), "R31b", "R32", "R33", "R34", "law"]
COLUMNS = ("rule", "commands", "events", "functions", "checks", "questions", "tests")
_NAME = re.compile(r"`([^`]+)`")


def rows() -> dict[str, dict[str, list[str]]]:
    """Return the table: by rule, the names in each column."""
    found: dict[str, dict[str, list[str]]] = {}
    for line in (ROOT / "docs" / "coverage.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"R\d\db?|law", cells[0]):
            assert len(cells) == len(COLUMNS), line
            assert cells[0] not in found, cells[0]
            named = zip(COLUMNS[1:], cells[1:], strict=True)
            found[cells[0]] = {column: _NAME.findall(cell) for column, cell in named}
    return found


def is_function(name: str) -> bool:
    """Tell if ``grading.grade`` is a name of a module of the rules."""
    module, _, attribute = name.rpartition(".")
    try:
        return hasattr(import_module(f"domain.rules.{module}"), attribute)
    except ModuleNotFoundError:
        return False


def is_test(name: str) -> bool:
    """Tell if ``tests/rules/test_cases.py::test_one`` is a test."""
    path, _, function = name.partition("::")
    file = ROOT / path
    return file.is_file() and function in _functions(file)


def _functions(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node.name


CODES = {checking.code for checking in CHECKS}
EXISTS: dict[str, Callable[[str], bool]] = {
    "commands": COMMANDS.__contains__,
    "events": EVENTS.__contains__,
    "functions": is_function,
    "checks": CODES.__contains__,
    "questions": shiji.commands.__contains__,
    "tests": is_test,
}
NAMED = [
    (rule, column, name)
    for rule, row in rows().items()
    for column, names in row.items()
    for name in names
]


def test_every_rule_has_its_row_in_order() -> None:
    assert list(rows()) == RULES


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_shown_by_a_question_and_held_by_a_test(rule: str) -> None:
    assert rows()[rule]["questions"]
    assert rows()[rule]["tests"]


@pytest.mark.parametrize(("rule", "column", "name"), NAMED)
def test_every_name_exists(rule: str, column: str, name: str) -> None:
    assert EXISTS[column](name), f"{rule}: no {column} {name!r}"


@pytest.mark.parametrize("column", ["commands", "checks"])
def test_every_command_and_check_serves_a_rule(column: str) -> None:
    named = {name for _, place, name in NAMED if place == column}
    known = {"commands": set(COMMANDS), "checks": CODES}[column]
    assert sorted(known - named) == []

"""What is wrong in an uploaded file: a line for each bad field, as a clerk reads and copies it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archive.commands import COMMANDS
from archive.deciding import Outcome
from archive.web.pages.forms import labelled, wrong_in
from archive.web.tables import Read
from archive.who import Denied
from domain.refusal import Refusal
from domain.sentence import Sentence, Term, say

KEYS = ("line", "command", "field", "column", "reason", "told")


def bad_rows(reads: Iterable[Read], outcomes: Iterable[Outcome]) -> Iterator[list[dict[str, Any]]]:
    """Yield, for each command that is refused, a line for each of its fields that is wrong."""
    for read, outcome in zip(reads, outcomes, strict=True):
        refusal = outcome.refusal
        if refusal is not None and refusal.sentence.key != "not_recorded_atomic":
            wrong = _wrong_in(read, refusal)
            yield [_line(read, field, reason) for field, reason in wrong.items()]


def name_of(command: Any) -> str:
    """Return a command's name; a dash where it has none that there is."""
    name = command.get("command") if isinstance(command, dict) else None
    return name if isinstance(name, str) and name in COMMANDS else "—"


def _wrong_in(read: Read, refusal: Refusal) -> Mapping[str, Sentence]:
    """Return everything that is wrong with a command, by field: not only what refused it first."""
    name, field = name_of(read.command), refusal.field or ""
    wrong = {} if name == "—" else wrong_in(COMMANDS[name].form, read.command)
    if field in wrong:
        return {field: wrong[field], **wrong}
    return {field: _reason(refusal)}


def _line(read: Read, field: str, reason: Sentence) -> dict[str, Any]:
    line, column = read.line, None
    parts = [_part(part) for part in field.split(".")] if field else []
    if parts:
        column = say("web_column", name=labelled(str(parts[0])))
    match parts:
        case [str(), int(nth), *rest] if read.lines is not None and nth < len(read.lines):
            line = read.lines[nth]
            if rest:
                column = _joined(str(parts[0]), str(rest[0]))
        case [str(parent), int(nth), *rest]:
            column = _item(parent, nth, rest)
    told = (
        say("web_bad_row", line=line, reason=reason)
        if column is None
        else say("web_bad_cell", line=line, column=column, reason=reason)
    )
    name = name_of(read.command)
    return {
        "line": line,
        "command": Term(name, f"do_{name}") if name != "—" else None,
        "field": field or None,
        "column": column,
        "reason": reason,
        "told": told,
    }


def _joined(parent: str, own: str) -> Sentence:
    """Return what a column of a list is called in a table."""
    return say("web_column_joined", parent=labelled(parent), own=labelled(own))


def _item(parent: str, nth: int, rest: list[str | int]) -> Sentence:
    """Return which object of a list is meant where each has no row of its own."""
    own = labelled(str(rest[0])) if rest else ""
    return say("web_column_item", parent=labelled(parent), n=nth + 1, own=own)


def _part(part: str) -> str | int:
    return int(part) if part.isascii() and part.isdigit() and len(part) < 7 else part


def _reason(refusal: Refusal) -> Sentence:
    """Return why a row is refused, without the column's name, which stands beside it."""
    if isinstance(refusal, Denied):
        return say("denied", asked=Term(refusal.asked, f"do_{refusal.asked}"))
    inner = dict(refusal.sentence.values).get("sentence")
    if refusal.sentence.key == "field_named" and isinstance(inner, Sentence):
        return inner
    return refusal.sentence

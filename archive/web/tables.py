"""Tables of commands: which field each column is, and the command of each row."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from marshmallow import fields

from archive.commands import COMMANDS
from archive.commands.declare import Command
from archive.deciding import Malformed
from archive.web.meant import meant
from archive.web.pages.forms import label_of, nested_of
from archive.web.typed import typed
from domain.refusal import Refusal
from domain.sentence import say, term

_MOST_COLUMNS = 200
_JOINED = "_"


class Read(NamedTuple):
    """A command of a file, and where it stands.

    Args:
        lines: of a table, the row of each object in its lists, as spreadsheets count rows; of
            JSON lines, None.
    """

    line: int
    command: Any
    lines: tuple[int, ...] | None = None


class Table:
    """A table whose heading is read.

    Raises:
        Refusal: its columns are none of its command's, or two are the same.
    """

    def __init__(self, text: str, command: str | None) -> None:
        self._rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        heading = next(self._told_if_broken(), [])
        if len(heading) > _MOST_COLUMNS:
            raise Refusal(say("web_columns", most=_MOST_COLUMNS))
        self._columns = _Columns([cell.strip() for cell in heading], command)

    def commands(self) -> Iterator[Read]:
        """Yield its commands; neighbouring rows that differ in a list only are one."""
        last: Read | None = None
        lines: list[int] = []
        for number, row in enumerate(self._told_if_broken(), start=2):
            if self._columns.is_blank(row):
                continue
            read = self._columns.read(number, row)
            if last is not None and self._columns.joins(last.command, read.command):
                lines.append(number)
                continue
            if last is not None:
                yield _standing_at(last, lines)
            last, lines = read, [number]
        if last is not None:
            yield _standing_at(last, lines)

    def _told_if_broken(self) -> Iterator[list[str]]:
        try:
            yield from self._rows
        except csv.Error as error:
            told = say("web_csv_broken", line=self._rows.line_num, reason=error)
            raise Refusal(told) from None


def _standing_at(read: Read, lines: Sequence[int]) -> Read:
    return read if read.lines is None else read._replace(lines=tuple(lines))


def header_of(command: Command) -> list[str]:
    """Return the columns of a CSV file of a command; those of a list are joined with its name."""
    columns: list[str] = []
    for name, field in {**command.common, **command.fields}.items():
        inner = nested_of(field)
        columns += [name] if inner is None else [f"{name}{_JOINED}{own}" for own in inner]
    return columns


class _Columns:
    """Which field each column of a table is."""

    def __init__(self, heading: Sequence[str], command: str | None) -> None:
        self.heading = heading
        self.command = command
        self.known: dict[str, Mapping[str, tuple[str, str | None]]] = {}
        if command is None and not set(heading) & _labels("command"):
            raise Refusal(say("web_which_command"))
        _must_stand_once(heading, Counter(filter(None, heading)))
        if command is not None:
            self._must_be_known(COMMANDS[command])

    def is_blank(self, row: Sequence[str]) -> bool:
        """Tell if nothing stands in a row."""
        return len(row) <= len(self.heading) and not any(cell.strip() for cell in row)

    def read(self, line: int, row: Sequence[str]) -> Read:
        """Return the command of a row."""
        if any(cell.strip() for cell in row[len(self.heading) :]):
            return Read(line, Malformed(say("web_row_long", n=len(self.heading))))
        placed = [*zip(self.heading, row, strict=False)]
        if any(cell.strip() for head, cell in placed if not head):
            return Read(line, Malformed(say("web_cell_unheaded")))
        cells = {head: cell for head, cell in placed if head}
        said = next((cells[one].strip() for one in _labels("command") if cells.get(one)), "")
        if said and self.command and said != self.command:
            told = say("web_command_other", command=said, chosen=self.command)
            return Read(line, Malformed(told))
        name = self.command or said
        if name not in COMMANDS:
            return Read(line, {"command": name})
        return Read(line, self._raw(COMMANDS[name], cells), (line,))

    def joins(self, before: Any, after: Any) -> bool:
        """Tell if a row goes on with the command before, and join it then."""
        if not (isinstance(before, dict) and isinstance(after, dict)):
            return False
        lists = [name for name, value in after.items() if isinstance(value, list) and value
                 and isinstance(value[0], dict)]  # fmt: skip
        if not lists or before.keys() != after.keys():
            return False
        if any(before[name] != after[name] for name in after if name not in lists):
            return False
        for name in lists:
            before[name] += after[name]
        return True

    def _raw(self, command: Command, cells: Mapping[str, str]) -> dict[str, Any]:
        raw: dict[str, Any] = {"command": command.name}
        rows: dict[str, dict[str, Any]] = {}
        places, declared = self._places(command), {**command.common, **command.fields}
        for column, text in cells.items():
            if not text.strip():
                continue
            if column not in places:
                raw[column] = text  # which the form refuses: nothing that was typed is passed over
                continue
            name, own = places[column]
            if own is None:
                raw[name] = _read(declared[name], text)
            else:
                inner = nested_of(declared[name]) or {}
                rows.setdefault(name, {})[own] = _read(inner[own], text)
        return raw | {name: [row] for name, row in rows.items()}

    def _places(self, command: Command) -> Mapping[str, tuple[str, str | None]]:
        if command.name not in self.known:
            places = self.known[command.name] = _places(command)
            found = Counter(places[one] for one in self.heading if one in places)
            _must_stand_once(
                self.heading, {one: found[places[one]] for one in self.heading if one in places}
            )
        return self.known[command.name]

    def _must_be_known(self, command: Command) -> None:
        unknown = [one for one in self.heading if one and one not in self._places(command)]
        if unknown:
            raise Refusal(
                say("web_column_unknown", column=unknown[0], known=tuple(header_of(command)))
            )


def _must_stand_once(heading: Sequence[str], found: Mapping[str, int]) -> None:
    if twice := [one for one in heading if found.get(one, 0) > 1]:
        raise Refusal(say("web_column_twice", columns=tuple(twice)))


def _places(command: Command) -> dict[str, tuple[str, str | None]]:
    """Return the field that each column is, by its name and by its labels."""
    found: dict[str, tuple[str, str | None]] = {}
    for name, field in {**command.common, **command.fields}.items():
        inner = nested_of(field)
        for label in _labels(name) | _exported(command, name):
            if inner is None:
                found[label] = (name, None)
                continue
            for own in inner:
                found |= {f"{label}{_JOINED}{one}": (name, own) for one in _labels(own)}
    return found


def _exported(command: Command, name: str) -> set[str]:
    """Return what the desk's own files call a cadre's name, which a form calls as any other."""
    return {term("name", "zh")} if name == "name" and "cadre" in command.fields else set()


def _read(field: fields.Field[Any], cell: str) -> Any:
    return typed(field, meant(field, cell))


def _labels(name: str) -> set[str]:
    return {name, label_of(name, "zh"), label_of(name, "en")}

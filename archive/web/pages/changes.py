"""前后对比: what a question was answered with then, and is answered with now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from archive.questions.declare import Row
from archive.questions.values import cell
from archive.web.asking import Asking, Told
from archive.web.current import lang, now
from archive.web.listing import Listing, Wanted, listed
from archive.web.pages.cells import Cell, columns_of, shown
from domain.sentence import Lang, Term, say, speak, term
from projections.as_of import AsOf, parse_as_of

COMPARE = "compare"
_HOW, _DIFFERS = "how", "differs"
_WAS = "was."
"""Before a column's name: what stood in it then, where that differs."""
_IDENTITY = (
    "position", "decision", "lead", "unit", "rank_level", "cadre", "kind", "stage", "check", "rule",
    "table", "lead_kind", "step",
)  # fmt: skip
_NOT_COMPARED = ("evidence", "recorded_at", "findings")


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two answers to a question.

    Args:
        rows: those that are new, gone or changed, as they are, with what they were.
        columns: those that a page shows.
        keys: those of files: each column, and beside it what it was where some row differs.
        listing: the rows that are looked at.
    """

    rows: Sequence[Row]
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    listing: Listing


def comparing(asking: Asking) -> bool:
    """Tell if a URL asks what changed since the time that it looks back to."""
    return bool(request.args.get(COMPARE) and asking.as_of_text and not asking.wrong)


def today() -> AsOf:
    """Return the time that the past is compared with."""
    made = parse_as_of(None, now())
    assert made is not None
    return made


def changes_between(then: Told, told: Told, wanted: Wanted) -> Changes:
    """Return what changed between two answers, as the URL wants to look at it."""
    answer = told.answer
    columns = columns_of(answer.narrow or answer.keys, [*then.answer.rows, *answer.rows])
    rows = changed(then.answer.rows, answer.rows, columns, lang())
    keys = tuple(_keys(answer.keys, rows))
    found = listed(rows, keys, wanted, lang(), faceted=(_HOW, *columns))
    return Changes(rows, (_HOW, *columns), keys, found)


def changed(
    then: Sequence[Row], today: Sequence[Row], columns: Sequence[str], lang: Lang
) -> list[Row]:
    """Return the rows that are ``new``, ``gone`` or ``changed``, with what they were."""
    before, after = _by_identity(then), _by_identity(today)
    compared = [key for key in columns if key not in _NOT_COMPARED]
    found: list[Row] = []
    for identity, row in after.items():
        was = before.get(identity)
        if was is None:
            found.append(_row("new", row))
        elif differs := [c for c in compared if cell(was.get(c), lang) != cell(row.get(c), lang)]:
            found.append(_row("changed", row, {key: was.get(key) for key in differs}))
    found += [_row("gone", row) for identity, row in before.items() if identity not in after]
    return found


def change_line(row: Row, columns: Sequence[str], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a row as the table shows it: its cells as they are, and as they were."""
    was = {key.removeprefix(_WAS): value for key, value in row.items() if key.startswith(_WAS)}
    before = {**row, **was}
    cells = [(key, shown(key, row, names, lang())) for key in columns]
    return {
        "how": row[_HOW].code,
        "cells": [
            (key, _with(one, shown(key, before, names, lang())) if key in was else one)
            for key, one in cells
        ],
    }


def labels_of(keys: Sequence[str]) -> dict[str, str]:
    """Return what the columns of files are called that are in no vocabulary."""
    return {
        key: speak(say("web_was", column=Term(key.removeprefix(_WAS))), lang())
        for key in keys
        if key.startswith(_WAS)
    }


def title_of_changes(question: str) -> str:
    """Return what the page is called."""
    return f"{term(f'ask_{question}', lang())} · {term('web_compare', lang())}"


def _row(how: str, row: Row, was: Row | None = None) -> Row:
    """Return a changed row; a column's name and what it was are told together."""
    was = was or {}
    return {
        **row,
        _HOW: Term(how, f"web_{how}"),
        _DIFFERS: [Term(key) for key in was],
        **{f"{_WAS}{key}": value for key, value in was.items()},
    }


def _keys(keys: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    yield from (_HOW, _DIFFERS)
    for key in keys:
        yield key
        if any(f"{_WAS}{key}" in row for row in rows):
            yield f"{_WAS}{key}"


def _by_identity(rows: Sequence[Row]) -> dict[tuple[Any, ...], Row]:
    """Return rows by what tells them apart; of those that nothing tells apart, their order does."""
    made: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(str(row[name]) for name in _IDENTITY if name in row)
        nth = 0
        while (*key, nth) in made:
            nth += 1
        made[(*key, nth)] = row
    return made


def _with(one: Cell, was: Cell) -> Cell:
    return replace(one, was=was) if (one.text, one.parts) != (was.text, was.parts) else one

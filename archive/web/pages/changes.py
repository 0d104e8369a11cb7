"""前后对比: what a question was answered with then, and is answered with now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from archive.questions.declare import Row
from archive.questions.values import cell
from archive.web.asking import Asking, tell, tell_from
from archive.web.current import actor, archive, lang, now
from archive.web.pages.cells import columns_of, numeric_in, shown
from archive.web.pages.names import names_in
from archive.web.pages.rendering import page
from archive.web.reading import reading
from domain.sentence import Lang, term
from projections.as_of import parse_as_of

_IDENTITY = (
    "position", "decision", "lead", "unit", "rank_level", "cadre", "kind", "stage", "check", "rule",
    "table", "lead_kind", "step",
)  # fmt: skip
_NOT_COMPARED = ("evidence", "recorded_at", "findings")


def changes_page(asking: Asking) -> Response:
    """Return what changed in an answer since the time asked for."""
    then = tell(archive(), asking, actor())
    today = parse_as_of(None, now())
    assert today is not None
    today_asked = replace(asking, as_of=today, as_of_text=None)
    with reading(today) as read:
        told = tell_from(read.reader, archive(), today_asked, actor())
        keys = told.answer.keys
        columns = columns_of(told.answer.narrow or keys, [*then.answer.rows, *told.answer.rows])
        changes = changed(then.answer.rows, told.answer.rows, columns, lang())
        rows = [row for _, _, row in changes]
        names = names_in(read.reader, read.choices.units, rows, columns)
    lines = [
        {"how": how, "cells": [(key, *_both(key, was, row, names)) for key in columns]}
        for how, was, row in changes
    ]
    return page(
        "changes.html",
        title=term(f"ask_{asking.question.name}", lang()),
        question=asking.question.name,
        columns=columns,
        numeric=numeric_in(columns, told.answer.rows),
        lines=lines,
        then=then,
        told=told,
        shown_year=request.args.get("year"),
    )


def changed(
    then: Sequence[Row], today: Sequence[Row], columns: Sequence[str], lang: Lang
) -> list[tuple[str, Row | None, Row]]:
    """Return how each row changed: ``new``, ``gone`` or ``changed``; with it as it was and is."""
    before, after = _by_identity(then), _by_identity(today)
    compared = [key for key in columns if key not in _NOT_COMPARED]
    found: list[tuple[str, Row | None, Row]] = []
    for key, row in after.items():
        was = before.get(key)
        if was is None:
            found.append(("new", None, row))
        elif any(cell(was.get(c), lang) != cell(row.get(c), lang) for c in compared):
            found.append(("changed", was, row))
    found += [("gone", row, row) for key, row in before.items() if key not in after]
    return found


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


def _both(
    key: str, before: Row | None, after: Row, names: Mapping[str, str]
) -> tuple[Any, Any | None]:
    """Return a cell as it is, and as it was where that differs."""
    cell_now = shown(key, after, names, lang())
    if before is None or before is after or key in _NOT_COMPARED:
        return cell_now, None
    was = shown(key, before, names, lang())
    return cell_now, was if (was.text, was.parts) != (cell_now.text, cell_now.parts) else None

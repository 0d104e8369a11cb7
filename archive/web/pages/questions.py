"""A page for each question, with its table as CSV, XLSX and JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from archive.fields import Choice, Flag, Whole
from archive.form import ListOf
from archive.questions import QUESTIONS
from archive.questions.declare import Answer, Question
from archive.web.api.questions import json_answer, json_listing
from archive.web.asking import Asking, Told, asking_of, public_name, tell, tell_from
from archive.web.choices import Choices
from archive.web.current import actor, archive, lang
from archive.web.exports import csv_lines, xlsx_file
from archive.web.listing import Listing, Wanted, listed, wanted_of
from archive.web.pages.cells import caption, columns_of, grounds_of, numeric_in, shown
from archive.web.pages.changes import (
    COMPARE,
    change_line,
    changes_between,
    comparing,
    labels_of,
    title_of_changes,
    today,
)
from archive.web.pages.names import names_in
from archive.web.pages.rendering import here, page
from archive.web.reading import Reading, reading
from archive.who import Denied, PasswordExpired, SignInNeeded
from domain.refusal import Refusal
from domain.sentence import Sentence, term

TEMPLATES = {
    "eligible": "eligible.html",
    "record": "record.html",
    "dossier": "dossier.html",
    "event": "event.html",
    "policy": "policy.html",
    "leads": "leads.html",
}
"""The questions whose answers are shown in a form of their own."""
NEWEST_FIRST = ("access-log",)
"""The questions whose last row is looked for first; machines are told all in the log's order."""
FORMS = ("csv", "xlsx", "json")


Offered = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter as a form asks for it.

    Args:
        kind: ``year``, ``unit``, ``choice``, ``flag`` or ``text``.
        choices: value and label.
    """

    name: str
    about: str
    kind: str
    value: str
    required: bool
    wrong: Sentence | None
    choices: tuple[tuple[str, str], ...] = ()


def question_pages() -> Blueprint:
    """Return the pages of all questions."""
    blueprint = Blueprint("ask", __name__)
    for question in QUESTIONS.values():
        _add(blueprint, question)
    return blueprint


def _add(blueprint: Blueprint, question: Question) -> None:
    blueprint.add_url_rule(f"/{question.name}", question.name, _page(question))
    blueprint.add_url_rule(
        f"/{question.name}.<any({','.join(FORMS)}):form>", f"{question.name}_file", _file(question)
    )


def _page(question: Question) -> Callable[[], BaseResponse]:
    def view() -> BaseResponse:
        actor()
        asking = asking_of(question, request.args)
        if asking.as_of is None:
            return _shown(question, asking, None)
        if comparing(asking):
            return _compared(question, asking)
        with reading(asking.as_of) as read:
            if first := _default(question, asking, read.choices):
                return redirect(here(**first))
            return _answered(question, asking, read)

    return view


def _answered(question: Question, asking: Asking, read: Reading) -> Response:
    if asking.wrong:
        return _shown(question, asking, read.choices)
    told = _told(asking, read)
    if isinstance(told, Refusal):
        return _shown(question, asking, read.choices, refusal=told)
    return _shown(question, asking, read.choices, told, **_listing(question, asking, told, read))


def _compared(question: Question, asking: Asking) -> Response:
    """Return the page of what changed since the time that is looked back to."""
    assert asking.as_of is not None
    with reading(asking.as_of) as read:
        then, choices = _told(asking, read), read.choices
    if isinstance(then, Refusal):
        return _shown(question, asking, choices, refusal=then)
    with reading(today()) as read:
        told = _told(asking, read)
        if isinstance(told, Refusal):
            return _shown(question, asking, choices, refusal=told)
        changes = changes_between(then, told, _wanted(question))
        found, columns = changes.listing, changes.columns
        names = names_in(read.beside, read.choices.units, found.rows, columns)
    return _shown(
        question,
        asking,
        choices,
        told,
        title=title_of_changes(question.name),
        template="changes.html",
        then=then,
        listing=found,
        columns=columns,
        numeric=numeric_in(columns, found.rows),
        caption=caption(len(found.every), found.total, lang()),
        lines=[change_line(row, columns, names) for row in found.rows],
        sort=request.args.get("sort", ""),
        onward=str,
    )


def _told(asking: Asking, read: Reading) -> Told | Refusal:
    """Return the answer, or why there is none that whoever asks could mend."""
    try:
        return tell_from(read.reader, archive(), asking, actor())
    except (Denied, SignInNeeded, PasswordExpired):
        raise
    except Refusal as refusal:
        return refusal


def _shown(
    question: Question,
    asking: Asking,
    choices: Choices | None,
    told: Told | None = None,
    refusal: Refusal | None = None,
    *,
    template: str | None = None,
    **more: Any,
) -> Response:
    asked_at_all = any(asking.typed.values()) or bool(asking.as_of_text)
    given: dict[str, Any] = {
        "question": question.name,
        "about": question.about,
        "title": term(f"ask_{question.name}", lang()),
        "inputs": inputs_of(question, asking if asked_at_all else _unasked(asking), choices),
        "unit_options": choices.unit_options if choices else "",
        "as_of_wrong": asking.wrong.get("as_of"),
        "refusal": refusal.sentence if refusal else None,
        "told": told,
        "compare": request.args.get(COMPARE),
    }
    status = 422 if refusal or (asking.wrong and asked_at_all) else 200
    template = template or TEMPLATES.get(question.name, "question.html")
    return page(template, status, **(given | more))


def _unasked(asking: Asking) -> Asking:
    return Asking(asking.question, asking.typed, {}, {}, asking.as_of, asking.as_of_text)


def _listing(question: Question, asking: Asking, told: Told, read: Reading) -> dict[str, Any]:
    answer = told.answer
    found = listed(answer.rows, answer.keys, _wanted(question), lang())
    columns = columns_of(answer.narrow or answer.keys, answer.rows)
    told_above = {key for key in _TOLD_ABOVE if asking.given.get(key) is not None}
    columns = [key for key in columns if key not in told_above]
    if "clause" in answer.keys and "clause" not in columns:
        columns.append("clause")  # a verdict stands beside what asks for it
    asked_of = {key: asking.given.get(key) for key in ("cadre", "unit")}
    named = [*found.rows, asked_of], (*columns, *_EVEN_SO)
    names = names_in(read.beside, read.choices.units, *named)
    year = asking.given.get("year")
    return {
        "listing": found,
        "columns": columns,
        "numeric": numeric_in(columns, found.rows),
        "caption": " · ".join(
            [
                *(names[code] for code in [asking.given.get("unit")] if code in names),
                caption(len(found.every), found.total, lang()),
            ]
        ),
        "lines": [line(question.name, row, columns, names, year) for row in found.rows],
        "names": names,
        "answer": answer,
        "sort": request.args.get("sort", ""),
    }


def _wanted(question: Question) -> Wanted:
    wanted = wanted_of(request.args)
    newest_first = question.name in NEWEST_FIRST and wanted.sort is None
    return replace(wanted, sort="-position") if newest_first else wanted


_TOLD_ABOVE = ("year", "unit", "source")
"""Columns that would say of each row what the form says of all."""
_EVEN_SO = ("cadre", "unit", "by", "members")


def line(
    question: str, row: Mapping[str, Any], columns: list[str], names: Mapping[str, str], year: Any
) -> dict[str, Any]:
    """Return a row as the table shows it: its cells and its grounds."""
    language = lang()
    return {
        "cells": [(key, shown(key, row, names, language)) for key in columns],
        "grounds": grounds_of(question, row, year),
        "findings": row.get("findings") or (),
        "evidence": shown("evidence", row, names, language) if row.get("evidence") else None,
        "row": row,
    }


def inputs_of(question: Question, asking: Asking, choices: Choices | None) -> list[Input]:
    """Return the question's parameters as a form asks for them."""
    made = []
    for name, parameter in question.parameters.items():
        public, field = public_name(name, parameter), parameter.field
        kind = "text"
        offered: Offered = ()
        if isinstance(field, Whole) and name == "year":
            found = choices.years if choices else ()
            kind, offered = "year", tuple((str(year), str(year)) for year in found)
        elif name == "unit":
            kind = "unit"
        elif isinstance(field, Choice):
            kind = "choice"
            offered = tuple((code, term(field.concept + code, lang())) for code in field.choices)
        elif isinstance(field, Flag):
            kind = "flag"
        elif isinstance(field, ListOf):
            kind = "list"
        made.append(
            Input(
                public, parameter.about, kind, asking.typed[public], field.required,
                asking.wrong.get(public), offered,
            )
        )  # fmt: skip
    return made


def _default(question: Question, asking: Asking, choices: Choices) -> dict[str, Any] | None:
    """Return what a bare URL is led to: the last year, where a year must be given."""
    year = question.parameters.get("year")
    if year is None or not year.field.required or asking.typed["year"]:
        return None
    return {"year": choices.years[0]} if choices.years else None


def _file(question: Question) -> Callable[[str], BaseResponse]:
    def view(form: str) -> BaseResponse:
        asking = asking_of(question, request.args)
        if asking.wrong:
            name, sentence = next(iter(asking.wrong.items()))
            raise Refusal(sentence, name)
        told = tell(archive(), asking, actor())
        if comparing(asking):
            return _changes_file(question, asking, told, form)
        if form == "json":
            return json_answer(asking, told, lang())
        found = listed(told.answer.rows, told.answer.keys, _wanted(question), lang())
        return table_file(question.name, form, told.answer, found)

    return view


def _changes_file(question: Question, asking: Asking, then: Told, form: str) -> BaseResponse:
    """Return what changed since the time that is looked back to as a file, or as JSON."""
    told = tell(archive(), replace(asking, as_of=today()), actor())
    changes = changes_between(then, told, _wanted(question))
    if form == "json":
        return json_listing(changes.listing, changes.keys, lang(), asking=asking, told=told)
    answer, labels = Answer(changes.rows, changes.keys), labels_of(changes.keys)
    return table_file(f"{question.name}-changes", form, answer, changes.listing, labels)


def table_file(
    name: str, form: str, answer: Answer, found: Listing, labels: Mapping[str, str] | None = None
) -> BaseResponse:
    """Return all rows of a table as a file.

    Args:
        labels: what columns are called that the vocabulary doesn't have.
    """
    if form == "csv":
        made = Response(csv_lines(found.every, answer.keys, lang()), mimetype="text/csv")
        made.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return made
    return send_file(
        xlsx_file(found.every, answer.keys, lang(), labels),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=f"{name}.xlsx",
    )

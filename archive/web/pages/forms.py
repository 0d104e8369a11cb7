"""Forms made from commands' declarations: controls, and what was typed into them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields

from archive.fields import (
    ONE_LINE,
    Choice,
    Content,
    Day,
    Flag,
    Hundredths,
    Moment,
    Text,
    Whole,
)
from archive.form import Form, ListOf, printable
from archive.web.typed import typed
from domain.sentence import Lang, Sentence, Term, speak, term

Declared = Mapping[str, fields.Field[Any]]
Typed = Mapping[str, str]
Wrong = Mapping[str, Sentence]
_EMPTY_LINES = 3
MOST_LINES = 400
"""Rows of a list in a form; more come by import."""


@dataclass(frozen=True, slots=True)
class Control:
    """A field of a form.

    Args:
        name: dotted, as in refusals: ``scores.2.points``.
        kind: ``text``, ``long``, ``choice``, ``flag``, ``number``, ``day`` or ``rows``.
        wrong: what is wrong with what was typed.
        rows: of a list of objects, the controls of each.
    """

    name: str
    label: str
    hint: str
    kind: str
    required: bool
    value: str
    wrong: str | None
    longest: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple["Control", ...], ...] = ()
    heading: tuple["Control", ...] = ()


def controls(
    declared: Declared, typed_: Typed, wrong: Wrong, lang: Lang, prefix: str = ""
) -> tuple[Control, ...]:
    """Return the controls of some fields."""
    return tuple(
        _control(f"{prefix}{name}", name, field, typed_, wrong, lang)
        for name, field in declared.items()
    )


def labelled(name: str) -> Term:
    """Return a field's name with what it is called."""
    own = f"field_{name}"
    return Term(name, own if term(own) != own else None)


def label_of(name: str, lang: Lang) -> str:
    """Return what a field is called."""
    return speak(labelled(name), lang)


def wrong_in(form: Form, raw: Mapping[str, Any]) -> dict[str, Sentence]:
    """Return everything that is wrong with a form's fields, by dotted name."""
    try:
        form.load(raw)
    except ValidationError as error:
        return flat_errors(error.messages)
    return {}


def raw_of(declared: Declared, typed_: Typed, prefix: str = "") -> dict[str, Any]:
    """Return what was typed as JSON would give it; what was left empty is left out."""
    raw: dict[str, Any] = {}
    for name, field in declared.items():
        inner = nested_of(field)
        dotted = f"{prefix}{name}"
        if inner is not None:
            rows = [raw_of(inner, typed_, f"{dotted}.{n}.") for n in range(lines(typed_, dotted))]
            if rows:
                raw[name] = rows
        elif (value := typed(field, typed_.get(dotted, ""))) is not None:
            raw[name] = value
    return raw


def compacted(declared: Declared, typed_: Typed) -> dict[str, str]:
    """Return what was typed without the empty rows of lists, so that errors stand at theirs."""
    kept = {name: text for name, text in typed_.items() if not _in_rows(declared, name)}
    for name, field in declared.items():
        inner = nested_of(field)
        if inner is None:
            continue
        filled = [
            n for n in range(lines(typed_, name))
            if any(typed_.get(f"{name}.{n}.{own}", "").strip() for own in inner)
        ]  # fmt: skip
        for at, n in enumerate(filled):
            for own in inner:
                kept[f"{name}.{at}.{own}"] = typed_.get(f"{name}.{n}.{own}", "")
    return kept


def lines(typed_: Typed, name: str) -> int:
    """Return how many rows of a list were in the form."""
    found = [
        int(match[1])
        for key in typed_
        if (match := re.match(rf"{re.escape(name)}\.([0-9]{{1,6}})\.", key))
    ]
    return min(max(found, default=-1) + 1, MOST_LINES)


def flat_errors(messages: Any, prefix: str = "") -> dict[str, Sentence]:
    """Return marshmallow's nested messages by dotted field, the first of each."""
    return dict(_flat(messages, prefix))


def _flat(messages: Any, prefix: str) -> Iterator[tuple[str, Sentence]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            own = prefix if key == "_schema" else f"{prefix}.{printable(str(key))}".strip(".")
            yield from _flat(inner, own)
    elif messages:
        first = messages[0] if isinstance(messages, list) else messages
        if isinstance(first, Sentence):
            yield prefix, first


def _control(
    dotted: str, name: str, field: fields.Field[Any], typed_: Typed, wrong: Wrong, lang: Lang
) -> Control:
    kind, longest = _kind(field)
    inner = nested_of(field)
    rows: tuple[tuple[Control, ...], ...] = ()
    heading: tuple[Control, ...] = ()
    if inner is not None:
        kind = "rows"
        count = lines(typed_, dotted) or _EMPTY_LINES
        rows = tuple(controls(inner, typed_, wrong, lang, f"{dotted}.{n}.") for n in range(count))
        heading = controls(inner, {}, {}, lang, "")
    choices: tuple[tuple[str, str], ...] = ()
    if isinstance(field, Choice):
        choices = tuple((code, term(field.concept + code, lang)) for code in field.choices)
    elif isinstance(field, Flag):
        choices = (("true", term("yes", lang)), ("false", term("no", lang)))
    hint = getattr(field, "hint", None)
    told = wrong.get(dotted)
    return Control(
        name=dotted,
        label=label_of(name, lang),
        hint=speak(hint(), lang) if hint and not choices and inner is None else "",
        kind=kind,
        required=field.required,
        value=typed_.get(dotted, ""),
        wrong=speak(told, lang) if told else None,
        longest=longest,
        choices=choices,
        rows=rows,
        heading=heading,
    )


def _kind(field: fields.Field[Any]) -> tuple[str, int | None]:
    match field:
        case Text(longest=longest):
            return ("long" if longest > ONE_LINE else "text"), longest
        case Content():
            return "long", Content.longest
        case Choice() | Flag():
            return "choice", None
        case Whole() | Hundredths():
            return "number", None
        case Day():
            return "day", None
        case Moment():
            return "text", 40
        case _:
            return "text", None


def nested_of(field: fields.Field[Any]) -> Declared | None:
    """Return the fields of each object of a list, if the field is such a list."""
    if isinstance(field, ListOf) and isinstance(field.inner, fields.Nested):
        schema = field.inner.schema
        return schema.fields if isinstance(schema, Form) else None
    return None


def _in_rows(declared: Declared, name: str) -> bool:
    field = declared.get(name.partition(".")[0])
    return "." in name and field is not None and nested_of(field) is not None

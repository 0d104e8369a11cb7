"""What users read: one sentence per key, in Chinese and English, from one catalogue.

A rule or a refusal names a sentence and its values; which language is shown is decided
where it is shown. The texts stand in ``domain/catalogue/*.toml``, one table per key with
``zh`` and ``en``; terms (grades, verdicts, roles …) stand in ``terms.toml``.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Literal

from domain.times import SHANGHAI

Lang = Literal["zh", "en"]

_IN_PARENTHESES = re.compile(r"（([^（）]*)）| ?\(([^()]*)\)")
_BETWEEN_CLAUSES = re.compile(r"([，；]|[,;] )")
_PLACEHOLDER = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Term:
    """A vocabulary code such as ``excellent``, shown by its label.

    Args:
        label: the entry that shows it, where the code by itself is another concept's.
    """

    code: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Things of which any one will do, shown as alternatives."""

    things: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the catalogue with the values that go into it.

    ``values`` may hold terms, dates, times (shown in Shanghai's zone), other sentences, tuples
    and alternatives of these. A clause in parentheses with a value that is empty is left out.
    ``str()`` gives the Chinese text.
    """

    key: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return speak(self)


def say(key: str, **values: object) -> Sentence:
    """Return the sentence ``key`` with its values; the key must be in the catalogue."""
    return Sentence(key, tuple(values.items()))


def points(hundredths: int) -> str:
    """Return points for reading: 9150 is ``"91.50"``."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def speak(thing: object, lang: Lang = "zh") -> str:
    """Return ``thing`` as text in ``lang``.

    Raises:
        KeyError: the catalogue has no such sentence.
    """
    if isinstance(thing, Sentence):
        values = {name: speak(value, lang) for name, value in thing.values}
        return _without_empty(_catalogue()[thing.key][lang], values).format(**values)
    if isinstance(thing, Term):
        return term(thing.label or thing.code, lang)
    if isinstance(thing, datetime):
        return thing.astimezone(SHANGHAI).isoformat()
    if isinstance(thing, date):
        return thing.isoformat()
    if isinstance(thing, AnyOf):
        *others, last = (speak(one, lang) for one in thing.things)
        comma, either = ("、", "或") if lang == "zh" else (", ", " or ")
        return comma.join(others) + either + last if others else last
    if isinstance(thing, tuple | list):
        return ("、" if lang == "zh" else ", ").join(speak(item, lang) for item in thing)
    return str(thing)


def _without_empty(text: str, values: Mapping[str, str]) -> str:
    """Leave out the clauses in parentheses that an empty value stands in."""
    empty = {name for name, value in values.items() if not value}
    return _IN_PARENTHESES.sub(lambda match: _clauses(match, empty), text) if empty else text


def _clauses(match: re.Match[str], empty: set[str]) -> str:
    inside = match[1] if match[1] is not None else match[2]
    clauses = ["", *_BETWEEN_CLAUSES.split(inside)]  # each behind what separates it
    kept = [
        (separator, clause)
        for separator, clause in zip(clauses[::2], clauses[1::2], strict=True)
        if not empty.intersection(_PLACEHOLDER.findall(clause))
    ]
    if not kept:
        return ""
    told = kept[0][1] + "".join(separator + clause for separator, clause in kept[1:])
    return match[0].replace(inside, told)


def term(code: str, lang: Lang = "zh") -> str:
    """Return the label of a vocabulary code; a code without one stands for itself."""
    return _terms().get(code, {}).get(lang, code)


@cache
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    entries: dict[str, Mapping[str, str]] = {}
    for file in sorted(files("domain").joinpath("catalogue").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml") and file.name != "terms.toml":
            entries.update(tomllib.loads(file.read_text("utf-8")))
    return entries


@cache
def _terms() -> Mapping[str, Mapping[str, str]]:
    text = files("domain").joinpath("catalogue").joinpath("terms.toml").read_text("utf-8")
    return tomllib.loads(text)

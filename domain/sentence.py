"""What users read: one sentence per key, in Chinese and English, from one catalogue.

A rule or a refusal names a sentence and its values; which language is shown is decided
where it is shown. The texts stand in ``domain/catalogue/*.toml``, one table per key with
``zh`` and ``en``; terms (grades, verdicts, roles …) stand in ``terms.toml``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Literal

from domain.times import SHANGHAI

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Term:
    """A vocabulary code such as ``excellent``, shown by its label.

    Args:
        label: the entry that shows it, where the code by itself is another concept's.
    """

    code: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the catalogue with the values that go into it.

    ``values`` may hold terms, dates, times (shown in Shanghai's zone), other sentences and
    tuples of these.
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
        return _catalogue()[thing.key][lang].format(**values)
    if isinstance(thing, Term):
        return term(thing.label or thing.code, lang)
    if isinstance(thing, datetime):
        return thing.astimezone(SHANGHAI).isoformat()
    if isinstance(thing, date):
        return thing.isoformat()
    if isinstance(thing, tuple | list):
        return ("、" if lang == "zh" else ", ").join(speak(item, lang) for item in thing)
    return str(thing)


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

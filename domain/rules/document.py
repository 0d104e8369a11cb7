"""Reading a policy document: TOML in, a checked ``Policy`` out.

Every parameter is written ``name = { value = …, clause = "…" }`` under its section, as
declared in ``domain.rules.policy``. A refusal names the line and the key.
"""

import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, cast

from domain.refusal import Refusal
from domain.rules.consistency import problems
from domain.rules.policy import (
    CATEGORIES,
    SECTIONS,
    UNSTATED,
    Component,
    Kind,
    Layer,
    Parameter,
    Policy,
    declarations,
)
from domain.sentence import Sentence, points, say

SHIPPED = ("law-2007", "law-2021", "shishou-2013", "shishou-2017-pilot", "shishou-2018")
LAYERS = ("city", "law")
_FAR = 10**12
HEAD = ("name", "title", "layer")

_TABLE = re.compile(r"""\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$""")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_NAME = re.compile(r""""[^"]*"|'[^']*'|[^\s."']+""")


def shipped(name: str) -> str | None:
    """Return the text of a policy document that comes with the product."""
    if name not in SHIPPED:
        return None
    return files("domain").joinpath("policies").joinpath(f"{name}.toml").read_text("utf-8")


def read_policy(text: str) -> Policy:
    """Return the policy that a TOML document states.

    Raises:
        Refusal: the document isn't valid TOML, has an unknown key, lacks a clause or holds
            values that are out of range or contradict each other.
    """
    document = _Document(_parsed(text), _lines(text))
    policy = _policy(document, text)
    for key, sentence in problems(policy):
        raise document.refusal(key, sentence)
    return policy


def wrong(text: str, key: str, problem: Sentence) -> Refusal:
    """Return the refusal of a document for what stands at ``key``; it names the line."""
    return _Document(_parsed(text), _lines(text)).refusal(key, problem)


@lru_cache(maxsize=256)
def adopted_policy(text: str, unstated: str = "{}") -> Policy:
    """Return the policy of a document that was adopted.

    What was allowed on that day isn't checked again, and what it left out is as it was then: a
    range, check or default changed later must not change an old policy or make it unreadable.

    Args:
        unstated: JSON of the values that held for what the document leaves out.
    """
    adopted = _Document(_parsed(text), _lines(text), adopted=True, given=json.loads(unstated))
    return _policy(adopted, text)


def _policy(document: "_Document", text: str) -> Policy:
    name, title, layer = document.head()
    sections = {key: document.section(key, section) for key, section in SECTIONS.items()}
    components = {
        key: document.section(f"components.{key}", Component)
        for key in document.table("components")
    }
    return Policy(
        name=name,
        title=title,
        layer=cast(Layer, layer),
        text=text,
        sha256=sha256(text.encode("utf-8")).hexdigest(),
        components=components,
        categories=document.categories(tuple(components)),
        clauses=document.clauses,
        unstated=document.unstated,
        **sections,
    )


@dataclass(slots=True)
class _Document:
    """A parsed document that knows its lines and gathers the clauses it meets.

    Args:
        adopted: it was adopted before; keys, ranges and clauses aren't checked again.
        given: the values for what it leaves out; the declared defaults where there are none.
    """

    content: Mapping[str, Any]
    lines: Mapping[str, int]
    adopted: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)
    clauses: dict[str, str] = field(default_factory=dict)
    unstated: dict[str, object] = field(default_factory=dict)

    def refusal(self, key: str, problem: Sentence) -> Refusal:
        parts = key.split(".")
        prefixes = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
        line = next((self.lines[p] for p in prefixes if p in self.lines), 1)
        return _refusal(line, key, problem)

    def head(self) -> tuple[str, str, str]:
        self.only(self.content, "", (*HEAD, "components", "categories", *SECTIONS))
        name, title, layer = (self.content.get(key) for key in HEAD)
        if self.adopted:
            return str(name), str(title), str(layer)
        if not isinstance(name, str) or not _is_id(name):
            raise self.refusal("name", say("policy_id"))
        if not isinstance(title, str) or not title.strip():
            raise self.refusal("title", say("policy_title"))
        if layer not in LAYERS:
            raise self.refusal("layer", _expected(say("policy_choice", choices=LAYERS), layer))
        return name, title, layer

    def section(self, path: str, section: type) -> Any:
        table = self.table(path)
        declared = declarations(section)
        self.only(table, path, tuple(declared))
        values: dict[str, object] = {}
        for place in fields(section):
            name = place.name.rstrip("_")
            key = f"{path}.{name}"
            if name in table:
                values[place.name] = self.value(key, table[name], declared[name])
            elif place.default is MISSING and place.default_factory is MISSING:
                raise self.refusal(key, say("policy_missing"))
            else:
                self.clauses[key] = UNSTATED
                values[place.name] = self.left_out(key, place)
        return section(**values)

    def left_out(self, key: str, place: "Field[Any]") -> object:
        """Return the value of what the document leaves out, and remember it."""
        made = place.default_factory
        default = place.default if made is MISSING else made()
        value = self.given.get(key, default)
        self.unstated[key] = value
        return tuple(value) if isinstance(default, tuple) else value

    def categories(self, components: tuple[str, ...]) -> dict[str, dict[str, int]]:
        self.only(self.table("categories"), "categories", CATEGORIES)
        weights: dict[str, dict[str, int]] = {}
        for category in self.table("categories"):
            path = f"categories.{category}"
            table = self.table(path)
            self.only(table, path, components)
            weights[category] = {
                name: cast(int, self.value(f"{path}.{name}", stated, Parameter("share")))
                for name, stated in table.items()
            }
        return weights

    def table(self, path: str) -> Mapping[str, Any]:
        table: Any = self.content
        for part in path.split(".", 1):
            table = table.get(part, {})
            if not isinstance(table, dict):
                raise self.refusal(path, say("policy_table"))
        return cast(Mapping[str, Any], table)

    def only(self, table: Mapping[str, Any], path: str, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known and not self.adopted:
                where = f"{path}.{key}" if path else key
                raise self.refusal(where, say("policy_unknown", expected=known))

    def value(self, key: str, stated: object, parameter: Parameter) -> object:
        if not isinstance(stated, dict) or "value" not in stated:
            raise self.refusal(key, say("policy_form"))
        self.only(stated, key, ("value", "clause"))
        clause = stated.get("clause")
        if self.adopted:
            parameter = replace(parameter, low=-_FAR, high=_FAR, choices=_Anything())
        elif not isinstance(clause, str) or not clause.strip():
            raise self.refusal(key, say("policy_no_clause"))
        self.clauses[key] = str(clause)
        value = READERS[parameter.kind](stated["value"], parameter)
        if value is None:
            raise self.refusal(key, _expected(_range(parameter), stated["value"]))
        return value


class _Anything(tuple[str, ...]):
    """The choices of what was adopted: whatever was chosen then."""

    __slots__ = ()

    def __contains__(self, _: object) -> bool:
        return True


def _share(value: object, parameter: Parameter) -> int | None:
    return _scaled(value, 4, parameter)


def _points(value: object, parameter: Parameter) -> int | None:
    return _scaled(value, 2, parameter)


def _count(value: object, parameter: Parameter) -> int | None:
    return _scaled(value, 0, parameter) if isinstance(value, int) else None


def _scaled(value: object, decimals: int, parameter: Parameter) -> int | None:
    """Return the number in its unit; None when it is out of range or too fine."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    scale: int = 10**decimals
    low, high = Decimal(parameter.low) / scale, Decimal(parameter.high) / scale
    # Range and magnitude first: a Fraction of 1e-999999999 would take all memory.
    if not number.is_finite() or not low <= number <= high:
        return None
    if number and number.adjusted() < -decimals:
        return None
    scaled = Fraction(number) * scale
    return scaled.numerator if scaled.denominator == 1 else None


def _choice(value: object, parameter: Parameter) -> str | None:
    return value if isinstance(value, str) and value in parameter.choices else None


def _choices(value: object, parameter: Parameter) -> tuple[str, ...] | None:
    if not isinstance(value, list) or any(_choice(v, parameter) is None for v in value):
        return None
    return tuple(value) if len(set(value)) == len(value) else None


def _shares(value: object, parameter: Parameter) -> dict[str, int] | None:
    if not isinstance(value, dict):
        return None
    shares: dict[str, int] = {}
    for name, stated in value.items():
        read = _share(stated, Parameter("share"))
        if name not in parameter.choices or read is None:
            return None
        shares[name] = read
    return shares


def _texts(value: object, _: Parameter) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        return None
    return tuple(value) if value and len(set(value)) == len(value) else None


READERS: Mapping[Kind, Callable[[object, Parameter], object]] = {
    "share": _share,
    "points": _points,
    "count": _count,
    "choice": _choice,
    "choices": _choices,
    "shares": _shares,
    "texts": _texts,
}


def _range(parameter: Parameter) -> Sentence:
    match parameter.kind:
        case "share":
            return say("policy_share")
        case "points":
            return say("policy_points", low=points(parameter.low), high=points(parameter.high))
        case "count":
            return say("policy_count", low=parameter.low, high=parameter.high)
        case "texts":
            return say("policy_texts")
        case _:
            return say(f"policy_{parameter.kind}", choices=parameter.choices)


def _expected(expected: Sentence, found: object) -> Sentence:
    return say("policy_expected", expected=expected, found=str(found))


def _refusal(line: int, key: str, problem: Sentence) -> Refusal:
    return Refusal(say("policy_wrong", line=line, name=key, problem=problem), "document")


def _parsed(text: str) -> dict[str, Any]:
    try:
        text.encode("utf-8")
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        reason = str(error)
        place = re.search(r"at line (\d+)", reason)
        line = int(place[1]) if place else text.count("\n") + 1
        raise _refusal(line, "TOML", say("policy_syntax", reason=reason)) from error


def _lines(text: str) -> dict[str, int]:
    """Return the line of each table and key, by dotted path; the first mention counts."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _TABLE.match(line):
            table = _path("", header[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault(_path(table, key[1]), number)
    return lines


def _path(table: str, written: str) -> str:
    names = [name.strip("\"'") for name in _NAME.findall(written)]
    return ".".join(([table] if table else []) + names)


def _is_id(name: str) -> bool:
    return (
        1 <= len(name) <= 64
        and unicodedata.is_normalized("NFC", name)
        and not any(c in "/#" or c.isspace() or unicodedata.category(c) == "Cc" for c in name)
    )

"""Cells of tables as pages show them: text, where it leads, and what kind it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from archive.questions.declare import Row
from archive.questions.values import cell
from domain.rules.finding import Finding
from domain.sentence import Lang, Term, say, speak, term

CADRES = (
    "cadre", "rater", "ratee", "by", "approver", "reviewer", "reviewers", "members", "proposer",
    "a", "b", "leader_id", "subordinate_id", "rivals", "account",
)  # fmt: skip
UNITS = ("unit", "group", "groups", "former_unit")
_NAMED_IN_ROW = ("cadre", "account")
"""Columns beside which a row has the name in a column of its own."""
POSITIONS = ("position", "by_position", "evidence", "events")
_SHOWN_POSITIONS = 3
_MOST_POSITIONS = 200
"""As many are led to at once: a URL has its length."""
SELDOM = ("round", "dimension", "document", "by_position", "reason", "approver", "sha256")
"""Columns that are left out where all their cells are empty."""
_TOLD_ONCE = ("recorded_at", "legacy")
"""Columns that stand in files only, where a page tells when something was known."""
HIDDEN = ("findings", "state", "policy_sha256")
"""Columns that are no table's: they have their own place on the page."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell.

    Args:
        text: as people read it.
        url: where it leads, without the time.
        kind: for the style: ``number``, ``code``, ``text``, or ``chip`` and its code.
        parts: what it is made of, where each leads elsewhere.
        more: how many parts aren't shown.
        beside: a name beside an id.
        was: what stood there before, in a comparison.
    """

    text: str
    url: str | None = None
    kind: str = "text"
    parts: tuple["Cell", ...] = ()
    more: int = 0
    beside: str = ""
    was: "Cell | None" = None


def link(path: str, **arguments: Any) -> str:
    """Return a URL within the desk."""
    given = {name: value for name, value in arguments.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


@lru_cache(maxsize=8192)
def _about(path: str, name: str, value: str) -> str:
    """Return a link to one thing; the same few people and units stand in table after table."""
    return link(path, **{name: value})


def columns_of(keys: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Return the columns that a page shows."""
    return [
        key
        for key in keys
        if key not in HIDDEN
        and not (key in _TOLD_ONCE and "known_at" in keys)
        and (key not in SELDOM or any(row.get(key) not in (None, []) for row in rows))
    ]


def numeric_in(columns: Sequence[str], rows: Sequence[Row]) -> set[str]:
    """Return the columns of numbers, whose headings stand to the right as they do."""
    return {
        key
        for key in columns
        if key not in POSITIONS
        and all(isinstance(row.get(key), int | float | None) for row in rows)
        and not any(isinstance(row.get(key), bool) for row in rows)
        and any(row.get(key) is not None for row in rows)
    }


def shown(key: str, row: Row, names: Mapping[str, str], lang: Lang) -> Cell:
    """Return a row's cell in a column."""
    value = row.get(key)
    if value is None or value == []:
        return Cell("—", kind="none")
    if key in POSITIONS:
        return _positions(value)
    if key == "roles":
        return Cell(cell([_role(held, lang) for held in value], lang))
    if key in CADRES or key in UNITS:
        return _people(key, value, row, names)
    if isinstance(value, Term):
        return Cell(cell(value, lang), kind=f"chip {_class(value.code)}")
    if key in ("verdict", "verdict_then", "verdict_now"):
        return Cell(cell(Term(str(value)), lang), kind=f"chip {_class(str(value))}")
    if isinstance(value, Finding):
        return Cell(speak(value.found, lang))
    if isinstance(value, bool):
        return Cell(cell(value, lang), kind="flag" if value else "none")
    if isinstance(value, int | float):
        return Cell(cell(value, lang), kind="number")
    return Cell(cell(value, lang), _leads_to(key, value, row), "text")


def grounds_of(question: str, row: Row, year: Any) -> str | None:
    """Return where a row's grounds are, if not in the row itself."""
    if question == "rank" and row.get("cadre"):
        return link("/grounds", year=year, unit=row["unit"], cadre=row["cadre"])
    if question == "decisions":
        return link("/dossier", decision=row["decision"])
    if question == "talks":
        return link("/grounds", year=year, unit=row["unit"], cadre=row["cadre"])
    return None


def _people(key: str, value: Any, row: Row, names: Mapping[str, str]) -> Cell:
    if isinstance(value, list | tuple):
        parts = tuple(_person(key, one, row, names) for one in value)
        return Cell("", kind="parts", parts=parts)
    return _person(key, value, row, names)


def _person(key: str, value: Any, row: Row, names: Mapping[str, str]) -> Cell:
    code = str(value)
    beside = "" if row.get("name") and key in _NAMED_IN_ROW else names.get(code, "")
    if key in UNITS:
        named = "" if row.get("unit_name") else beside
        return Cell(code, link("/rank", year=row.get("year"), unit=code), "code", beside=named)
    if key == "cadre" or beside:
        return Cell(code, _about("/record", "cadre", code), "code", beside=beside)
    return Cell(code, None, "code")


def _role(held: str, lang: Lang) -> str:
    role, _, unit = held.partition(":")
    return f"{term(role, lang)} {unit}".rstrip()


def _positions(value: Any) -> Cell:
    if not isinstance(value, list | tuple):
        return Cell(f"#{value}", link("/event", positions=value), "code")
    shown = [Cell(f"#{one}", f"/event?positions={int(one)}") for one in value[:_SHOWN_POSITIONS]]
    more = len(value) - len(shown)
    every = ",".join(map(str, value[:_MOST_POSITIONS]))
    return Cell(
        "", link("/event", positions=every) if more else None, "parts positions", tuple(shown), more
    )


def _leads_to(key: str, value: Any, row: Row) -> str | None:
    match key:
        case "policy":
            return link("/policy", name=value)
        case "decision":
            return link("/dossier", decision=value)
        case "lead":
            return link("/leads", q=value)
        case "name" if row.get("cadre"):
            return link("/record", cadre=row["cadre"])
        case "release":
            return link("/leads", release=value)
        case _:
            return None


def _class(code: str) -> str:
    return "is-" + "".join(c if c.isalnum() else "-" for c in code).lower()


def caption(found: int, total: int, lang: Lang) -> str:
    """Return how many rows there are."""
    if found == total:
        return speak(say("web_rows", n=total), lang)
    return speak(say("web_rows_of", n=found, total=total), lang)

"""Values as answers hold them, and as JSON and CSV show them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from domain.rules.finding import Finding
from domain.sentence import Lang, Sentence, Term, speak, term
from domain.times import from_micros


class Points(int):
    """Points in hundredths: a number in JSON and CSV, two decimals in a table."""


def time_of(microseconds: int) -> datetime:
    """Return a view's microseconds as a time in Shanghai."""
    return from_micros(microseconds)


def json_text(answer: Mapping[str, Any], lang: Lang) -> str:
    """Return an object as one line of JSON."""
    return json.dumps(plain(answer, lang), ensure_ascii=False)


def plain(value: Any, lang: Lang) -> Any:
    """Return a value as JSON has it: codes stay codes, sentences become text."""
    if isinstance(value, Points):
        return value / 100
    if isinstance(value, Finding):
        return finding(value, lang)
    if isinstance(value, Term):
        return value.code
    if isinstance(value, Sentence):
        return speak(value, lang)
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(inner, lang) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner, lang) for inner in value]
    return value


def finding(found: Finding, lang: Lang) -> dict[str, Any]:
    """Return a finding as JSON has it; its parts follow it in the list that holds it."""
    return {
        "rule": found.rule,
        "verdict": str(found.verdict),
        "found": speak(found.found, lang),
        "needed": speak(found.needed, lang),
        "clause": found.clause,
        "evidence": list(found.evidence),
        "soft": found.soft,
    }


def csv_cell(value: Any, lang: Lang) -> Any:
    """Return a cell: lists and objects as JSON, nothing as an empty cell."""
    if value is None:
        return ""
    made = plain(value, lang)
    return json.dumps(made, ensure_ascii=False) if isinstance(made, dict | list | bool) else made


def cell(value: Any, lang: Lang) -> str:
    """Return a value as a table shows it."""
    if value is None or value == []:
        return "—"
    if isinstance(value, bool):
        return term("yes" if value else "no", lang)
    if isinstance(value, Points):
        return f"{value // 100}.{value % 100:02d}"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Mapping):
        return json.dumps(plain(value, lang), ensure_ascii=False)
    return speak(value, lang)

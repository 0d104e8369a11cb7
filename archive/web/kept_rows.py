"""Rows of an answer in a file: codes keep their labels, and sentences are told in each language."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from archive.questions.values import plain
from domain.sentence import Lang, Sentence, Term, speak

_TERM, _SAID = "$term", "$said"


def keep_rows(path: Path, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows and their columns to a file."""
    told = {"keys": list(keys), "rows": [_kept(dict(row)) for row in rows]}
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def kept_rows(path: Path, lang: Lang) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """Return the columns and rows of a file, sentences in one language."""
    told = json.loads(path.read_text("utf-8"))
    return tuple(told["keys"]), [_found(row, lang) for row in told["rows"]]


def _kept(value: Any) -> Any:
    if isinstance(value, Term):
        return {_TERM: [value.code, value.label]}
    if isinstance(value, Sentence):
        return {_SAID: {"zh": speak(value, "zh"), "en": speak(value, "en")}}
    if isinstance(value, Mapping):
        return {str(key): _kept(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_kept(inner) for inner in value]
    return plain(value, "zh")


def _found(value: Any, lang: Lang) -> Any:
    if isinstance(value, dict):
        if _TERM in value:
            return Term(*value[_TERM])
        if _SAID in value:
            return value[_SAID][lang]
        return {key: _found(inner, lang) for key, inner in value.items()}
    return [_found(inner, lang) for inner in value] if isinstance(value, list) else value

"""证据卡: what two who score each other gave, what was expected, and what is innocent of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from archive.patterns.card import SCORES, card_row, ranks, readings, told
from archive.patterns.rows import Row
from archive.patterns.scores import Scores
from archive.web.current import actor, archive, lang
from archive.web.kept_rows import keep_rows, kept_rows
from archive.web.pages.cells import link, numeric_in
from archive.web.pages.computed import computed, folder_of
from archive.web.pages.questions import line
from archive.web.pages.rendering import page, twin
from projections.patterns.analysed import Analysed
from projections.patterns.evidence import Evidence
from projections.patterns.found import Found
from projections.patterns.pairs import Pair
from projections.patterns.readings import together
from projections.reader import Reader

_FOLDER = "cards"
_ONLY_SHOWN = ("told", "ranks")
"""What the page says of the numbers that the twin has as they are."""

Key = tuple[str, str, str, str, str]


def add_card_pages(blueprint: Blueprint) -> None:
    """Add the page of a pair's evidence card, and its twin."""
    blueprint.add_url_rule("/patterns/card", "patterns_card", _page)
    blueprint.add_url_rule("/patterns/card.json", "patterns_card_json", _json)


def keep_cards(folder: Path, analysed: Analysed, scores: Scores, reader: Reader) -> dict[Key, int]:
    """Keep the card of each pair listed, and return the numbers by which they are found.

    Args:
        folder: of the computation.
        reader: as of the position computed at.
    """
    (folder / _FOLDER).mkdir(mode=0o700)
    numbers: dict[Key, int] = {}
    for found, pair in _listed(analysed.found):
        group = pair.group
        one = Evidence(
            found.relation, found.source, pair, found.people[group], found.residuals[group]
        )
        known = together(reader, scores.panels, group, pair.a, pair.b)
        row = card_row(one, known, scores)
        row |= {
            "told": [*told(one, row, scores.names)],
            "ranks": [*ranks(one, scores.names)],
            "innocent_readings": [*readings(pair.a, pair.b, known)],
        }
        del row["heat_map"]  # the unit's charts show it
        number = numbers[_key(found, pair)] = len(numbers) + 1
        keep_rows(folder / _FOLDER / f"{number}.json", tuple(row), [row])
    return numbers


def with_cards(rows: Sequence[Row], numbers: Mapping[Key, int]) -> list[Row]:
    """Return rows of pairs, or of leads, with the numbers of their cards."""
    return [row | {"card": numbers.get(key) if (key := _key_of(row)) else None} for row in rows]


def card_url(job: str, row: Mapping[str, Any]) -> str | None:
    """Return where a row's card is, if it has one."""
    return link("/patterns/card", job=job, card=row["card"]) if row.get("card") else None


def _listed(every: Sequence[Found]) -> Iterator[tuple[Found, Pair]]:
    return ((found, pair) for found in every for pair in found.pairs)


def _key(found: Found, pair: Pair) -> Key:
    return pair.group, found.relation, found.source, pair.a, pair.b


def _key_of(row: Row) -> Key | None:
    if row.get("kind", "pairs") != "pairs" or not (row.get("members") or row.get("a")):
        return None
    a, b = row.get("members") or (row["a"], row["b"])
    relation, source = (row[key].code if row[key] else "" for key in ("relation", "source"))
    return row["group"], relation, source, a, b


def _card() -> tuple[str, dict[str, Any]]:
    """Return the computation and the card asked for; that it is looked at is recorded."""
    access = archive().access
    access.must(actor(), "patterns")
    job, number = computed(), request.args.get("card", "")
    if job is None or not (number.isascii() and number.isdigit()):
        abort(404)
    path = folder_of(job) / _FOLDER / f"{int(number)}.json"
    if not path.is_file():
        abort(404)
    _, (card,) = kept_rows(path, lang())
    access.look(actor(), "patterns", group=card["group"], card=(card["a"], card["b"]))
    return job.id, card


def _page() -> Response:
    job, card = _card()
    names = {card[who]: card[f"{who}_name"] or "" for who in ("a", "b")}
    rows = [row | {"entered_at": _time(row["entered_at"])} for row in card["scores"]]
    return page(
        "card.html",
        job=job,
        card=card,
        lines=[line("patterns", row, list(SCORES), names, None) for row in rows],
        columns=SCORES,
        numeric=numeric_in(SCORES, rows),
    )


def _json() -> Response:
    _, card = _card()
    return twin(**{key: value for key, value in card.items() if key not in _ONLY_SHOWN})


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

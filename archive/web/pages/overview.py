"""总览: where a year stands, and what is to be done next."""

from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from archive.archive import Archive
from archive.questions import QUESTIONS
from archive.questions.declare import Row
from archive.questions.notes import notes_of
from archive.web.asking import AS_OF
from archive.web.choices import years
from archive.web.current import actor, archive, lang, now
from archive.web.pages.cells import columns_of, numeric_in, shown
from archive.web.pages.rendering import here, page, twin
from domain.refusal import Refusal
from domain.sentence import say, term
from projections.as_of import AsOf, parse_as_of
from projections.facts import roster
from projections.leads import released_leads
from projections.reader import Reader

_UNIT_KEYS = (
    "unit", "unit_name", "points", "deductions", "net", "talks", "circulars", "comments",
    "inspections", "closed_on", "years_closed",
)  # fmt: skip


def overview_pages() -> Blueprint:
    """Return the first page and its twin."""
    blueprint = Blueprint("overview", __name__)
    blueprint.add_url_rule("/", "overview", _page)
    blueprint.add_url_rule("/help", "help", _help)
    blueprint.add_url_rule("/overview.json", "overview_json", lambda: twin(**_told()))
    return blueprint


def _help() -> Response:
    return page("help.html", title=term("web_help", lang()))


def as_of_asked() -> AsOf:
    """Return the time asked for in the URL.

    Raises:
        Refusal: it isn't one.
    """
    as_of = parse_as_of((request.args.get(AS_OF) or "").strip() or None, now())
    if as_of is None:
        raise Refusal(say("web_not_an_as_of"), AS_OF)
    return as_of


def _page() -> Response:
    told = _told()
    if told["year"] is None and told["years"]:
        return redirect(here(year=told["years"][0]))
    rows = told["units"]
    columns = columns_of(_UNIT_KEYS, rows)
    lines = [[(key, shown(key, row | {"year": told["year"]}, {}, lang())) for key in columns]
             for row in rows]  # fmt: skip
    return page(
        "overview.html", columns=columns, numeric=numeric_in(columns, rows), lines=lines, **told
    )


def _told() -> dict[str, Any]:
    archive_ = archive()
    actor()
    with archive_.ask(as_of_asked()) as reader:
        found = years(reader)
        asked = request.args.get("year", "")
        year = next((one for one in found if str(one) == asked), None)
        told: dict[str, Any] = {
            "year": year,
            "years": found,
            "units": [],
            "talks": {},
            "people": 0,
            "leads": 0,
            "position": archive_.log.last_position(),
            "notes": [],
        }
        if year is not None:
            told["units"] = _rows(archive_, reader, "units", year=year)
            told["talks"] = _counted(_rows(archive_, reader, "talks", year=year), "status")
            if archive_.access.may(actor(), "leads"):  # how many, not who: that would be a look
                told["leads"] = sum(lead.status == "open" for lead in released_leads(reader))
            seen = {row["unit"] for row in told["units"]}
            listed = reader.rows(roster, roster.table.c.year == year)
            told["people"] = len({row.cadre for row in listed if row.unit in seen})
        told["notes"] = list(notes_of(archive_, reader))
    told["closed"] = sum(row["closed_on"] is not None for row in told["units"])
    return told


def _rows(archive: Archive, reader: Reader, question: str, **given: Any) -> list[Row]:
    """Return an answer's rows; none where whoever looks may not ask, which isn't asking."""
    if not archive.access.may(actor(), question):
        return []
    return list(QUESTIONS[question].ask(archive, reader, actor(), **given).rows)


def _counted(rows: Any, key: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row[key].code] = counts.get(row[key].code, 0) + 1
    return counts

"""搜索: people and units by id or name, and events by their position."""

import re
from typing import Any

from flask import Blueprint, redirect, request
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from archive.web.current import actor, archive
from archive.web.pages.cells import link
from archive.web.pages.overview import as_of_asked
from archive.web.pages.rendering import page, to, twin
from projections.facts import cadres, units
from projections.reader import Reader
from projections.view import View

_MOST = 50


def search_pages() -> Blueprint:
    """Return the page of what was found, and its twin."""
    blueprint = Blueprint("search", __name__)
    blueprint.add_url_rule("/search", "search", _page)
    blueprint.add_url_rule("/search.json", "search_json", lambda: twin(**_found()))
    return blueprint


def _page() -> Response:
    actor()
    text = request.args.get("q", "").strip()
    if position := re.fullmatch(r"#?([0-9]{1,18})", text):
        return redirect(to(link("/event", positions=position[1])))
    found = _found()
    if found["cadres"] and not found["units"] and len(found["cadres"]) == 1:
        return redirect(to(link("/record", cadre=found["cadres"][0]["cadre"])))
    return page("search.html", most=_MOST, **found)


def _found() -> dict[str, Any]:
    who = actor()
    text = request.args.get("q", "").strip()[:64].replace("\0", "")  # PostgreSQL takes none
    if not text or not archive().access.may(who, "record"):
        return {"sought": "", "cadres": [], "units": []}
    with archive().ask(as_of_asked()) as reader:
        return {
            "sought": text,
            "cadres": _like(reader, cadres, "cadre", text),
            "units": _like(reader, units, "unit", text),
        }


def _like(reader: Reader, view: View, key: str, text: str) -> list[dict[str, str]]:
    """Return the ids and names that hold a text, each with its last name."""
    table = view.table
    query = (
        select(table.c[key], table.c.name)
        .where(
            or_(
                table.c[key].contains(text, autoescape=True),
                table.c.name.contains(text, autoescape=True),
            ),
            *reader.as_of.conditions(table),
        )
        .order_by(table.c.position)
        .limit(_MOST * 4)
    )
    found = {row[0]: row[1] for row in reader.connection.execute(query)}
    return [{key: code, "name": name} for code, name in sorted(found.items())[:_MOST]]

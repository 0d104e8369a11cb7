"""What every page's template is given."""

from datetime import datetime
from fractions import Fraction
from typing import Any, cast
from urllib.parse import urlencode

from flask import Flask, Response, g, json, render_template, request

from archive.accounts.accounts import Session
from archive.patterns.rows import column_of
from archive.questions.values import cell, plain
from archive.web.asking import AS_OF
from archive.web.current import actor, archive, lang, now, signed_in
from archive.web.listing import FACET
from archive.web.pages.markup import cell_markup, cells_markup
from archive.web.pages.navigation import MENU, Entry, rest
from domain.refusal import Refusal
from domain.sentence import Lang, points, say, speak, term
from domain.times import SHANGHAI
from projections.as_of import parse_as_of

_KEPT = (AS_OF,)
"""What a link to another page keeps: the time that is looked back to."""


def prepare(app: Flask) -> None:
    """Give templates what they use."""
    app.jinja_env.globals.update(
        here=here, unfiltered=unfiltered, menu=_menu, kept_arguments=_kept_arguments,
        points=_points, exact=_exact, shanghai=_shanghai, json=_json, column_of=column_of,
        account_actions=_account_actions, show=cell_markup, cells=cells_markup,
        may=lambda name: archive().access.may(actor(), name),
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_of_this_page)


def _of_this_page() -> dict[str, Any]:
    """Return what differs by request; a page calls these thousands of times, so they know it."""
    language = lang()
    kept = _kept()
    return {
        "lang": language,
        "as_of": _as_of() if parse_as_of(_as_of(), now()) else "",
        "as_of_typed": _as_of(),
        "path": request.path,
        "account": _account(),
        "say": lambda key, **values: speak(say(key, **values), language),
        "speak": lambda thing: speak(thing, language),
        "cell": lambda value: cell(value, language),
        "term": lambda code, *others: _term(language, str(code), *others),
        "to": lambda url: _joined(url, kept),
        "onward": lambda url: _joined(url, kept),  # from cells; a comparison's lead to the present
    }


def page(template: str, status: int = 200, **given: Any) -> Response:
    """Return a page."""
    return Response(render_template(template, **given), status, mimetype="text/html")


def twin(**told: Any) -> Response:
    """Return what a page tells, as JSON."""
    body = json.dumps(plain(told, lang()), ensure_ascii=False)
    return Response(body, mimetype="application/json")


def here(path: str | None = None, **changes: Any) -> str:
    """Return this page's URL with some arguments changed; None takes one away."""
    arguments = {
        name: request.args.getlist(name) for name in request.args if name not in changes
    } | {name: [value] for name, value in changes.items() if value is not None}
    query = urlencode(arguments, doseq=True)
    where = request.path if path is None else path
    return f"{where}?{query}" if query else where


def unfiltered() -> str:
    """Return this page's URL with nothing searched for and nothing filtered."""
    gone = [name for name in request.args if name.startswith(FACET)]
    return here(**dict.fromkeys((*gone, "q", "page")))


def to(url: str) -> str:
    """Return a link to another page, which looks back to the same time."""
    return _joined(url, _kept())


def _as_of() -> str:
    return request.args.get(AS_OF, "").strip()


def _kept() -> str:
    return urlencode({name: request.args[name] for name in _KEPT if request.args.get(name)})


def _joined(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def _account_actions() -> list[tuple[str, str]]:
    from archive.web.pages.accounts import actions  # which renders pages itself

    return actions()


def _account() -> Session | None:
    found = signed_in()
    return found.session if found else None


def _term(language: Lang, *codes: str) -> str:
    """Return a code's label; of several codes, the first that has one."""
    for one in codes:
        label = term(one, language)
        if label != one:
            return label
    return codes[-1]


def _menu() -> list[tuple[str, list[Entry]]]:
    """Return the groups of the menu with what whoever looks might be answered."""
    if "menu" not in g:
        g.menu = _made_menu()
    return cast("list[tuple[str, list[Entry]]]", g.menu)


def _made_menu() -> list[tuple[str, list[Entry]]]:
    try:
        who = actor()
    except Refusal:
        return []
    access = archive().access
    groups = [*MENU, ("menu_more", rest())]
    shown = [
        (group, [one for one in entries if one.asks is None or access.may(who, one.asks)])
        for group, entries in groups
    ]
    return [(group, entries) for group, entries in shown if entries]


def _kept_arguments() -> list[tuple[str, str]]:
    """Return what the form of the time keeps of this page's URL."""
    gone = (AS_OF, "page", "compare")
    return [(name, one) for name, one in request.args.items(multi=True) if name not in gone]


def _points(hundredths: int | None) -> str:
    return "—" if hundredths is None else points(hundredths)


def _json(value: Any) -> str:
    return str(json.dumps(value, ensure_ascii=False, indent=2))


def _shanghai(text: str) -> str:
    return cell(datetime.fromisoformat(text).astimezone(SHANGHAI), lang())


def _exact(value: Fraction | None) -> str:
    """Return a number that isn't rounded yet with as many decimals as a reader can follow."""
    if value is None:
        return "—"
    text = f"{float(value / 100):.4f}"
    return text[:-2] if text.endswith("00") else text

"""What a URL of the API asks that there isn't: told there, where a page passes it over."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

from archive.form import first_error, printable
from archive.web.listing import FACET, Wanted, wanted_of
from archive.web.typed import typed
from domain.sentence import Sentence, say

_EACH_FILTER = f"{FACET}<column>"
_PAGING = ("page", "size")

Known = Mapping[str, fields.Field[Any]]
Arguments = MultiDict[str, str]


def misasked(common: Known, own: Sequence[str], arguments: Arguments) -> dict[str, Sentence]:
    """Return what is wrong with the parameters that aren't the question's own, by name.

    Args:
        common: those of every question.
        own: the names of the question's own, which are looked at elsewhere.
    """
    wrong: dict[str, Sentence] = {}
    for name, values in arguments.lists():
        if name in own:
            continue
        if name not in common and not name.startswith(FACET):
            known = (*own, *common, _EACH_FILTER)
            wrong[printable(name)] = say("web_parameter_unknown", known=known)
        elif len(values) > 1:
            wrong[printable(name)] = say("web_parameter_twice")
    for name, field in common.items():
        try:
            _value(field, arguments.get(name, ""))
        except ValidationError as error:
            wrong.setdefault(name, first_error(error.messages)[0])
    return wrong


def miscolumned(columns: Sequence[str], arguments: Arguments) -> dict[str, Sentence]:
    """Return the filters and the sort by columns that an answer doesn't have."""
    asked = {name: name.removeprefix(FACET) for name in arguments if name.startswith(FACET)}
    if sort := arguments.get("sort"):
        asked["sort"] = sort.removeprefix("-")
    return {
        printable(name): say("web_column_unknown", column=printable(column), known=tuple(columns))
        for name, column in asked.items()
        if column not in columns
    }


def strictly_wanted(common: Known, arguments: Arguments) -> Wanted:
    """Return what is wanted, of parameters that nothing is wrong with."""
    paging = {name: _value(common[name], arguments.get(name, "")) for name in _PAGING}
    given = {name: number for name, number in paging.items() if number is not None}
    return replace(wanted_of(arguments), **given)


def _value(field: fields.Field[Any], text: str) -> Any:
    value = typed(field, text)
    return None if value is None else field.deserialize(value)

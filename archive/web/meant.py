"""Cells of tables as clerks write them: labels for codes, days in other forms, wide digits."""

import re
from collections import Counter
from datetime import date
from functools import cache
from typing import Any

from marshmallow import fields

from archive.fields import Choice, Day, Hundredths, Moment, Whole
from archive.form import ListOf
from domain.sentence import term

_PLAIN = str.maketrans("０１２３４５６７８９．", "0123456789.")
_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日)"
)


def meant(field: fields.Field[Any], cell: str) -> str:
    """Return a cell as its field takes it; what isn't clear stays, for the field to refuse."""
    match field:
        case Choice(choices=choices, concept=concept):
            return _codes(choices, concept).get(cell.strip(), cell)
        case Day() | Moment():
            return _day(cell)
        case Whole() | Hundredths() | ListOf(inner=Whole()):
            return cell.translate(_PLAIN)
        case _:
            return cell


@cache
def _codes(choices: tuple[str, ...], concept: str) -> dict[str, str]:
    """Return the code of each label that is of one code, and no code itself."""
    labels = {code: {term(concept + code, "zh"), term(concept + code, "en")} for code in choices}
    found = Counter(label for of_one in labels.values() for label in of_one)
    return {
        label: code
        for code, of_one in labels.items()
        for label in of_one
        if found[label] == 1 and label not in choices
    }


def _day(cell: str) -> str:
    plain = cell.strip().translate(_PLAIN)
    found = _DAY.fullmatch(plain)
    if found is None:
        return cell
    year, month, day = map(int, filter(None, found.groups()))
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return cell

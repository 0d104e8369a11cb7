"""From what people type to what fields load: text in a form, a URL or a CSV cell."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import fields

from archive.deciding import Malformed
from archive.fields import Content, Flag, Hundredths, Whole
from archive.form import ListOf
from archive.json_text import parse

_YES = ("true", "1", "yes", "on", "是")
_NO = ("false", "0", "no", "off", "否")


def typed(field: fields.Field[Any], text: str) -> Any:
    """Return what was typed as JSON would give it; what doesn't fit stays text.

    So that the field itself says what is wrong, in its own sentence. Nothing typed is None.
    """
    text = text.strip()
    if not text:
        return None
    match field:
        case Flag():
            return _flag(text)
        case Whole():
            return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text
        case Hundredths():
            return _number(text)
        case Content():
            return _object(text)
        case ListOf():
            return [typed(field.inner, one) for one in re.split(r"[,，、;；\s]+", text) if one]
        case _:
            return text


def _flag(text: str) -> bool | str:
    if text.lower() in _YES:
        return True
    return False if text.lower() in _NO else text


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text) if re.fullmatch(r"-?[0-9.]{1,40}", text) else text
    except InvalidOperation:
        return text


def _object(text: str) -> Any:
    made = parse(text)
    return text if isinstance(made, Malformed) else made

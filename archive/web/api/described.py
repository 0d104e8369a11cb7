"""Fields as OpenAPI describes them, from their own declarations.

The API's library takes a field for its base class; of ours it would say nothing, and of numbers
with two decimals the wrong thing. A number is JSON's own, not text.
"""

from typing import Any

from marshmallow import fields

from archive.fields import (
    Choice,
    Content,
    Day,
    Flag,
    Hundredths,
    Id,
    Moment,
    PeriodOf,
    Text,
    Whole,
    Years,
)
from archive.form import ListOf
from domain.sentence import speak

Described = dict[str, Any]
_YEARS = r"^[0-9]{4}(-[0-9]{4})?$"
_PERIOD = r"^[0-9]{4}(-(H[12]|Q[1-4]|[0-9]{2}))?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def described(field: fields.Field[Any]) -> Described:
    """Return what a value of a field may be, in JSON Schema's words."""
    told = _shape(field)
    hint = getattr(field, "hint", None)
    if hint is not None:
        told["description"] = speak(hint(), "en")
    if not field.required and "type" in told:
        told["type"] = [told["type"], "null"]
        if "enum" in told:
            told["enum"] = [*told["enum"], None]
    return told


def _shape(field: fields.Field[Any]) -> Described:
    match field:
        case Choice(choices=choices):
            return {"type": "string", "enum": [*choices]}
        case Whole(least=least, most=most):
            return {"type": "integer", "minimum": least, "maximum": most}
        case Hundredths(most=most, decimals=decimals):
            # No multipleOf: validators divide as floats, and would refuse 91.57.
            pattern = rf"^[0-9]+(\.[0-9]{{1,{decimals}}})?$"
            return {"type": "number", "minimum": 0, "maximum": most, "x-pattern": pattern}
        case Flag():
            return {"type": "boolean"}
        case Content():
            return {"type": "object", "examples": [dict(field.example)]}
        case ListOf(least=least):
            return {"type": "array", "minItems": least, "maxItems": 100_000}
        case _:
            return _text(field)


def _text(field: fields.Field[Any]) -> Described:
    match field:
        case Id():
            return {"type": "string", "minLength": 1, "maxLength": 64}
        case Text(longest=longest):
            return {"type": "string", "maxLength": longest}
        case Day():
            return {"type": "string", "format": "date", "pattern": _DAY}
        case PeriodOf():
            return {"type": "string", "pattern": _PERIOD}
        case Years():
            return {"type": "string", "pattern": _YEARS}
        case Moment():
            return {"type": "string"}
        case _:
            return {}


def describe(converter: Any, field: fields.Field[Any], **_: Any) -> Described:
    """Describe a field where the API's library asks its plugins to."""
    return described(field)

"""The fields that commands are made of: marshmallow fields with our ranges and sentences.

Outside, points are numbers with at most two decimals and days are ISO dates; inside they are
hundredths and dates.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Context, Decimal, Inexact
from functools import cached_property
from typing import Any, cast

from marshmallow import RAISE, Schema, ValidationError, fields, missing

from domain.sentence import Sentence, Term, say
from domain.times import parse_moment

Load = Callable[[Any, Any, Any], Any]
"""Loads a value that is given; then, as marshmallow has it, its name and where it stands."""

_PLAIN_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EXACT = Context(prec=28, traps=[Inexact])  # digits beyond these are too fine, not rounded off
_COMMON_ERRORS: dict[str, Any] = {
    "required": say("field_missing"),
    "null": say("field_missing"),
}
_OBJECT_ERRORS: dict[str, Any] = {"null": say("not_an_object")}


def _fail(key: str, **values: object) -> ValidationError:
    return ValidationError([say(key, **values)])


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _fail("not_text", value=shown(value))
    return unicodedata.normalize("NFC", value)


def shown(value: Any) -> str:
    """Return a value as it stands in a sentence, shortened."""
    if isinstance(value, Mapping | list):
        return "{…}" if isinstance(value, Mapping) else "[…]"
    try:
        text = json.dumps(value) if isinstance(value, bool) else str(value)
    except ValueError:  # Python writes no integers of over 4,300 digits
        text = "…"
    text = repr(value) if isinstance(value, str) else text
    return text if len(text) <= 40 else text[:37] + "…"


class _Field(fields.Field[Any]):
    """A required field whose errors are sentences; one that isn't required may be null."""

    def __init__(self, *, required: bool = True, metadata: dict[str, Any] | None = None) -> None:
        super().__init__(
            required=required,
            allow_none=not required,
            load_default=missing if required else None,
            error_messages=_COMMON_ERRORS,
            metadata=metadata,
        )


class Id(_Field):
    """An organisation's own id: NFC, 1 to 64 characters, nothing that could hide in it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if isinstance(value, str) and _PLAIN_ID.fullmatch(value):
            return value
        text = _text(value)
        if not 1 <= len(text) <= 64:
            raise _fail("id_length", length=len(text))
        bad = next((c for c in text if c in "/#" or _hidden(c)), None)
        if bad is not None:
            raise _fail("id_character", value=shown(text), code=f"U+{ord(bad):04X}")
        return text


class Text(_Field):
    """Text for people to read, at most ``longest`` characters; blank text is none."""

    def __init__(self, longest: int = 200, *, required: bool = True) -> None:
        super().__init__(required=required, metadata={"longest": longest})
        self.longest = longest

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str | None:
        text = _text(value)
        if not text.strip():
            if self.required:
                raise _fail("field_missing")
            return None
        if len(text) > self.longest:
            raise _fail("text_too_long", length=len(text), longest=self.longest)
        if text.isprintable():
            return text
        bad = next((c for c in text if c not in "\n\t\r" and _control(c)), None)
        if bad is not None:
            raise _fail("text_character", code=f"U+{ord(bad):04X}")
        return text


class Choice(_Field):
    """One of a fixed set of codes."""

    def __init__(self, choices: tuple[str, ...], *, required: bool = True) -> None:
        super().__init__(required=required, metadata={"choices": choices})
        self.choices = choices

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            labels = tuple(say("choice", code=code, label=Term(code)) for code in self.choices)
            raise _fail("not_a_choice", value=shown(value), choices=labels)
        return value


class Whole(_Field):
    """A whole number within bounds, both included."""

    def __init__(self, least: int, most: int, *, required: bool = True) -> None:
        super().__init__(required=required, metadata={"least": least, "most": most})
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if type(value) is not int or not self.least <= value <= self.most:
            raise _fail("not_whole", value=shown(value), least=self.least, most=self.most)
        return value


class Form(Schema):
    """An object of declared fields; an undeclared one is refused.

    A form is loaded a field after the other, without the detours that marshmallow makes for
    options that we don't use; what isn't as declared goes its way, which finds every error.
    """

    error_messages = {  # noqa: RUF012 - marshmallow's own way
        "unknown": say("field_unknown"),  # type: ignore[dict-item]
        "type": say("not_an_object"),  # type: ignore[dict-item]
    }

    class Meta:
        """Unknown fields are errors."""

        unknown = RAISE

    def load(self, data: Any, **options: Any) -> Any:
        """Return the loaded fields.

        Raises:
            ValidationError: they aren't as declared.
        """
        try:
            return self.straight(data)
        except ValidationError:
            return super().load(data, **options)

    @cached_property
    def plan(self) -> list[tuple[str, Load, bool]]:
        """Name, loading and being required of each field."""
        return [(name, loading(field), field.required) for name, field in self.fields.items()]

    def straight(self, data: Any) -> dict[str, Any]:
        """Return the loaded fields, or raise some error where there is any."""
        if type(data) is not dict or not data.keys() <= self.fields.keys():
            raise _fail("not_an_object")
        loaded = {}
        for name, load, required in self.plan:
            value = data.get(name)
            if value is not None:
                value = load(value, None, None)
            elif required:
                raise _fail("field_missing")
            loaded[name] = value
        return loaded


def loading(field: fields.Field[Any]) -> Load:
    """Return what loads a value of this field that is given."""
    return field.straight if isinstance(field, ListOf) else field._deserialize


def form(declared: dict[str, fields.Field[Any]]) -> Form:
    """Return the form of these fields."""
    return Form.from_dict(declared)()  # type: ignore[return-value]


class ListOf(fields.List[Any]):
    """A list of ``least`` to 100,000 objects or values."""

    def __init__(
        self,
        inner: fields.Field[Any] | dict[str, fields.Field[Any]],
        *,
        least: int = 1,
        required: bool = True,
    ) -> None:
        super().__init__(
            fields.Nested(form(inner), error_messages=_OBJECT_ERRORS)
            if isinstance(inner, dict)
            else inner,
            required=required,
            allow_none=not required,
            load_default=missing if required else None,
            error_messages=_COMMON_ERRORS | {"invalid": say("not_a_list")},
        )
        self.least = least

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        return self._measured(super()._deserialize(value, attr, data, **kwargs))

    def straight(self, value: Any, attr: Any, data: Any) -> list[Any]:
        """Return the loaded values, or raise some error where there is any."""
        if not isinstance(value, list):
            raise _fail("not_a_list")
        if isinstance(self.inner, fields.Nested):
            nested = cast(Form, self.inner.schema)
            return self._measured([nested.straight(each) for each in value])
        if None in value:
            raise _fail("field_missing")
        load = loading(self.inner)
        return self._measured([load(each, None, None) for each in value])

    def _measured(self, loaded: list[Any]) -> list[Any]:
        if not self.least <= len(loaded) <= 100_000:
            raise _fail("list_length", length=len(loaded), least=self.least)
        return loaded


def year(*, required: bool = True) -> Whole:
    """An assessment year, 1949 to 2200."""
    return Whole(1949, 2200, required=required)


class Hundredths(_Field):
    """A number with at most ``decimals`` decimals from 0 to ``most``, scaled to an integer."""

    decimals = 2
    most = 100
    sentence = "not_points"

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if type(value) is int:
            number = Decimal(value)
        elif isinstance(value, Decimal | float):
            number = Decimal(str(value))
        else:
            raise _fail(self.sentence, value=shown(value))
        if not number.is_finite() or not 0 <= number <= self.most:
            raise _fail(self.sentence, value=shown(value))
        try:
            scaled = number.scaleb(self.decimals, _EXACT)
        except Inexact:
            raise _fail(self.sentence, value=shown(value)) from None
        if scaled != int(scaled):
            raise _fail(self.sentence, value=shown(value))
        return int(scaled)


class Points(Hundredths):
    """Points from 0 to 100 with at most two decimals; hundredths inside."""


class Weight(Hundredths):
    """A weight from 0 to 1 with at most four decimals; basis points inside."""

    decimals = 4
    most = 1
    sentence = "not_a_weight"


class Day(_Field):
    """A day in Asia/Shanghai, ``2018-12-20``."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
        if isinstance(value, str) and _DAY.fullmatch(value):
            try:
                day = date.fromisoformat(value)
            except ValueError:
                raise _fail("not_a_day", value=shown(value)) from None
            if 1900 <= day.year <= 2200:
                return day
        raise _fail("not_a_day", value=shown(value))


class Moment(_Field):
    """A time with its zone, or a day, which is its first moment in Shanghai."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        moment = parse_moment(value) if isinstance(value, str) else None
        if moment is None:
            raise _fail("not_a_moment", value=shown(value))
        return moment


class Flag(_Field):
    """True or false."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise _fail("not_a_flag", value=shown(value))
        return value


def first_error(messages: Any, path: tuple[str, ...] = ()) -> tuple[Sentence, str | None]:
    """Return the first sentence of marshmallow's nested messages and its dotted field."""
    while isinstance(messages, dict):
        key, messages = next(iter(messages.items()))
        path = path if key == "_schema" else (*path, _printable(str(key)))
    sentence = messages[0] if isinstance(messages, list) else messages
    if not isinstance(sentence, Sentence):
        sentence = say("field_wrong", message=str(sentence))
    return sentence, ".".join(path) or None


def _printable(key: str) -> str:
    return key if key.isprintable() and len(key) <= 40 else shown(key)


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")


def _control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")

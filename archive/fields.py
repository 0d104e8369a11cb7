"""The fields that commands are made of: marshmallow fields with our ranges and sentences.

Outside, points are numbers with at most two decimals and days are ISO dates; inside they are
hundredths and dates.
"""

import json
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Context, Decimal, Inexact
from typing import Any

from marshmallow import ValidationError, fields, missing

from archive.nfc import nfc
from domain.period import Period, parse_period
from domain.refusal import Refusal
from domain.sentence import Sentence, Term, say, term
from domain.times import parse_moment

_PLAIN_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ONE_LINE = 200  # characters; longer texts may have several
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EXACT = Context(prec=28, traps=[Inexact])  # digits beyond these are too fine, not rounded off
FIRST_YEAR, LAST_YEAR = 1949, 2200
_EXACTLY_HELD = 2**53  # beyond it, JSON readers disagree about whole numbers
COMMON_ERRORS: dict[str, Any] = {
    "required": say("field_missing"),
    "null": say("field_missing"),
}


def fail(key: str, **values: object) -> ValidationError:
    """Return the error that says this sentence."""
    return ValidationError([say(key, **values)])


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise fail("not_text", value=shown(value))
    try:
        return nfc(value)
    except Refusal as refusal:
        raise ValidationError([refusal.sentence]) from None


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


class _Field(fields.Field[Any], ABC):
    """A required field whose errors are sentences; one that isn't required may be null."""

    def __init__(self, *, required: bool = True, metadata: dict[str, Any] | None = None) -> None:
        super().__init__(
            required=required,
            allow_none=not required,
            load_default=missing if required else None,
            error_messages=COMMON_ERRORS,
            metadata=metadata,
        )

    @abstractmethod
    def hint(self) -> Sentence:
        """Return what the field wants, for the command catalogue."""


class Id(_Field):
    """An organisation's own id: NFC, 1 to 64 characters, nothing that could hide in it."""

    def hint(self) -> Sentence:
        """Return that an id is wanted."""
        return say("hint_id")

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if isinstance(value, str) and _PLAIN_ID.fullmatch(value):
            return value
        text = _text(value)
        if not 1 <= len(text) <= 64:
            raise fail("id_length", length=len(text))
        bad = next((c for c in text if c in "/#" or _hidden(c)), None)
        if bad is not None:
            raise fail("id_character", value=shown(text), code=f"U+{ord(bad):04X}")
        return text


class Text(_Field):
    """Text for people to read, at most ``longest`` characters; blank text is none."""

    def __init__(self, longest: int = 200, *, required: bool = True) -> None:
        super().__init__(required=required, metadata={"longest": longest})
        self.longest = longest

    def hint(self) -> Sentence:
        """Return how long the text may be."""
        return say("hint_text", longest=self.longest)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str | None:
        text = _text(value)
        if not text.strip():
            if self.required:
                raise fail("field_missing")
            return None
        if len(text) > self.longest:
            raise fail("text_too_long", length=len(text), longest=self.longest)
        if text.isprintable():
            return text
        allowed = "\n\t\r" if self.longest > ONE_LINE else ""
        bad = next((c for c in text if c not in allowed and _control(c)), None)
        if bad is not None:
            raise fail("text_character", code=f"U+{ord(bad):04X}")
        return text


def labelled(codes: Iterable[str], concept: str = "") -> tuple[Sentence | str, ...]:
    """Return each code with its label; a code without one by itself.

    Args:
        concept: what stands before a code in its label's name, where the code alone is another
            concept's: an appeal that is upheld isn't a lead that is.
    """
    return tuple(
        code
        if term(concept + code) == concept + code
        else say("choice", code=code, label=Term(code, concept + code))
        for code in codes
    )


class Choice(_Field):
    """One of a fixed set of codes, labelled as those of their concept."""

    def __init__(
        self, choices: tuple[str, ...], *, required: bool = True, concept: str = ""
    ) -> None:
        super().__init__(required=required, metadata={"choices": choices})
        self.choices, self.concept = choices, concept

    def hint(self) -> Sentence:
        """Return the codes with their labels."""
        return say("hint_choice", choices=labelled(self.choices, self.concept))

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise fail(
                "not_a_choice", value=shown(value), choices=labelled(self.choices, self.concept)
            )
        return value


class Whole(_Field):
    """A whole number within bounds, both included."""

    def __init__(self, least: int, most: int, *, required: bool = True) -> None:
        super().__init__(required=required, metadata={"least": least, "most": most})
        self.least, self.most = least, most

    def hint(self) -> Sentence:
        """Return the bounds."""
        return say("hint_whole", least=self.least, most=self.most)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if type(value) is not int or not self.least <= value <= self.most:
            raise fail("not_whole", value=shown(value), least=self.least, most=self.most)
        return value


def year(*, required: bool = True) -> Whole:
    """An assessment year, 1949 to 2200."""
    return Whole(FIRST_YEAR, LAST_YEAR, required=required)


class Hundredths(_Field):
    """A number with at most ``decimals`` decimals from 0 to ``most``, scaled to an integer."""

    decimals = 2
    most = 100
    sentence = "not_points"

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if type(value) is int and 0 <= value <= self.most:
            return int(value * 10**self.decimals)
        if type(value) is int:
            number = Decimal(value)
        elif isinstance(value, Decimal):
            number = value
        elif isinstance(value, float):
            number = Decimal(str(value))
        else:
            raise fail(self.sentence, value=shown(value))
        if not number.is_finite() or not 0 <= number <= self.most:
            raise fail(self.sentence, value=shown(value))
        try:
            scaled = number.scaleb(self.decimals, _EXACT)
        except Inexact:
            raise fail(self.sentence, value=shown(value)) from None
        if scaled != int(scaled):
            raise fail(self.sentence, value=shown(value))
        return int(scaled)


class Points(Hundredths):
    """Points from 0 to 100 with at most two decimals; hundredths inside."""

    def hint(self) -> Sentence:
        """Return the range of points."""
        return say("hint_points")


class Money(Hundredths):
    """Yuan with at most two decimals, up to a hundred million; fen inside."""

    most = 100_000_000
    sentence = "not_money"

    def hint(self) -> Sentence:
        """Return the unit, yuan."""
        return say("hint_money")


class Weight(Hundredths):
    """A weight from 0 to 1 with at most four decimals; basis points inside."""

    decimals = 4
    most = 1
    sentence = "not_a_weight"

    def hint(self) -> Sentence:
        """Return the range of weights and shares."""
        return say("hint_weight")


class Day(_Field):
    """A day in Asia/Shanghai, ``2018-12-20``."""

    def hint(self) -> Sentence:
        """Return how a day is written."""
        return say("hint_day")

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
        if isinstance(value, str) and _DAY.fullmatch(value):
            try:
                day = date.fromisoformat(value)
            except ValueError:
                raise fail("not_a_day", value=shown(value)) from None
            if 1900 <= day.year <= 2200:
                return day
        raise fail("not_a_day", value=shown(value))


class PeriodOf(_Field):
    """A year, half, quarter or month: ``2018``, ``2018-H1``, ``2018-Q2``, ``2018-06``."""

    def hint(self) -> Sentence:
        """Return how a period is written."""
        return say("hint_period")

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Period:
        written = str(value) if type(value) is int and 1949 <= value <= 2200 else value
        period = parse_period(written) if isinstance(written, str) else None
        if period is None:
            raise fail("not_a_period", value=shown(value))
        return period


class Years(_Field):
    """One year, or the first and the last with a hyphen between: ``2018``, ``2014-2018``."""

    def hint(self) -> Sentence:
        """Return how years are written."""
        return say("expected_years", least=FIRST_YEAR, most=LAST_YEAR)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> tuple[int, int]:
        found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", str(value))
        if found is not None:
            first, last = int(found[1]), int(found[2] or found[1])
            if FIRST_YEAR <= first <= last <= LAST_YEAR:
                return first, last
        raise fail("not_years", value=shown(value), least=FIRST_YEAR, most=LAST_YEAR)


class Content(_Field):
    """A JSON object of one's own making, as it is read back from the log.

    Texts and keys are NFC, whole numbers are integers, others no finer than they can be stored:
    so that the same content is the same text, however it was written.

    Args:
        example: a content that is accepted, for the command catalogue.
    """

    longest = 100_000  # characters as JSON
    deepest = 20

    def __init__(self, example: Mapping[str, Any] | None = None, *, required: bool = True) -> None:
        super().__init__(required=required, metadata={"example": example})
        self.example = example or {}

    def hint(self) -> Sentence:
        """Return the example, as it may be typed."""
        return say("hint_content", example=json.dumps(self.example, ensure_ascii=False))

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise fail("not_an_object")
        content = self._plain(value, self.deepest)
        length = len(json.dumps(content, ensure_ascii=False))
        if length > self.longest:
            raise fail("text_too_long", length=length, longest=self.longest)
        return content  # type: ignore[no-any-return]

    def _plain(self, value: Any, depth: int) -> Any:
        if depth == 0:
            raise fail("content_too_deep", deepest=self.deepest)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return _content_text(value)
        if isinstance(value, int | float | Decimal):
            return _content_number(value)
        if isinstance(value, list):
            return [self._plain(each, depth - 1) for each in value]
        if isinstance(value, Mapping):
            return self._object(value, depth)
        raise fail("content_value", value=shown(value))

    def _object(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        plain = {_content_text(k): self._plain(each, depth - 1) for k, each in value.items()}
        if len(plain) < len(value):
            raise fail("content_key_twice")
        return plain


def _content_text(value: Any) -> str:
    text = _text(value)
    bad = next((c for c in text if c not in "\n\t\r" and _control(c)), None)
    if bad is not None:
        raise fail("text_character", code=f"U+{ord(bad):04X}")
    return text


def _content_number(number: int | float | Decimal) -> int | float:
    """Return the number as JSON holds it, whole ones as integers."""
    exact = Decimal(str(number)) if isinstance(number, float) else Decimal(number)
    if not exact.is_finite() or abs(exact) > _EXACTLY_HELD:
        raise fail("content_number", value=shown(number))
    if exact == exact.to_integral_value():
        return int(exact)
    held = float(exact)
    if Decimal(str(held)) != exact:
        raise fail("content_number", value=shown(number))
    return held


class Moment(_Field):
    """A time with its zone, or a day, which is its first moment in Shanghai."""

    def hint(self) -> Sentence:
        """Return how a time is written."""
        return say("hint_moment")

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        moment = parse_moment(value) if isinstance(value, str) else None
        if moment is None:
            raise fail("not_a_moment", value=shown(value))
        return moment


class Flag(_Field):
    """True or false."""

    def hint(self) -> Sentence:
        """Return both values."""
        return say("hint_flag")

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise fail("not_a_flag", value=shown(value))
        return value


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")


def _control(character: str) -> bool:
    # With them what changes the direction of what follows, or ends a line without a line break.
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _TURNING

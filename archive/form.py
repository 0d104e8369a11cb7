"""Forms: objects of declared fields, and lists of them."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

from marshmallow import RAISE, Schema, ValidationError, fields, missing

from archive.fields import COMMON_ERRORS, fail, shown
from domain.sentence import Sentence, say

Load = Callable[[Any, Any, Any], Any]
"""Loads a value that is given; then, as marshmallow has it, its name and where it stands."""

_OBJECT_ERRORS: dict[str, Any] = {"null": say("not_an_object")}


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
    def loaders(self) -> dict[str, Load]:
        """What loads each field."""
        return {name: loading(field) for name, field in self.fields.items()}

    @cached_property
    def blank(self) -> dict[str, Any]:
        """No value for each field that may have none."""
        return {name: None for name, field in self.fields.items() if not field.required}

    def straight(self, data: Any) -> dict[str, Any]:
        """Return the loaded fields, or raise some error where there is any."""
        if type(data) is not dict:
            raise fail("not_an_object")
        loaders, loaded = self.loaders, self.blank.copy()
        for name, value in data.items():
            if name not in loaders:
                raise fail("field_unknown")
            if value is not None:
                loaded[name] = loaders[name](value, None, None)
        if len(loaded) < len(loaders):
            raise fail("field_missing")
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
            error_messages=COMMON_ERRORS | {"invalid": say("not_a_list")},
        )
        self.least = least

    def hint(self) -> Sentence:
        """Return that a list is wanted; what each of it wants follows."""
        return say("hint_list" if self.least else "hint_list_or_none")

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        return self._measured(super()._deserialize(value, attr, data, **kwargs))

    def straight(self, value: Any, attr: Any, data: Any) -> list[Any]:
        """Return the loaded values, or raise some error where there is any."""
        if not isinstance(value, list):
            raise fail("not_a_list")
        if isinstance(self.inner, fields.Nested):
            nested = cast(Form, self.inner.schema)
            return self._measured([nested.straight(each) for each in value])
        if None in value:
            raise fail("field_missing")
        load = loading(self.inner)
        return self._measured([load(each, None, None) for each in value])

    def _measured(self, loaded: list[Any]) -> list[Any]:
        if not self.least <= len(loaded) <= 100_000:
            raise fail("list_length", length=len(loaded), least=self.least)
        return loaded


def first_error(messages: Any, path: tuple[str, ...] = ()) -> tuple[Sentence, str | None]:
    """Return the first sentence of marshmallow's nested messages and its dotted field."""
    while isinstance(messages, dict):
        key, messages = next(iter(messages.items()))
        path = path if key == "_schema" else (*path, printable(str(key)))
    sentence = messages[0] if isinstance(messages, list) else messages
    if not isinstance(sentence, Sentence):
        sentence = say("field_wrong", message=str(sentence))
    return sentence, ".".join(path) or None


def printable(key: str) -> str:
    """Return a name as it was given, or safe to show where it isn't."""
    return key if key.isprintable() and len(key) <= 40 else shown(key)

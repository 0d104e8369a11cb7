"""What a command declaration is."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from marshmallow import fields

from archive.fields import Choice, Day, Flag, Id, Moment, Text
from archive.form import Form, form
from archive.streams import Streams
from archive.who import NOBODY, Who
from domain.fact import Stamp

Decide = Callable[[Streams, Stamp, SimpleNamespace], None]


def common_fields(name: str) -> dict[str, fields.Field[Any]]:
    """Return the fields that every command has."""
    return {
        "command": Choice((name,)),
        "by": Id(),
        "on": Day(required=False),
        "command_id": Id(required=False),
        "legacy": Flag(required=False),
        "known_at": Moment(required=False),
        "source": Text(required=False),
    }


class Command:
    """A command: what it is called, what it is made of, who decides it and who may ask for it.

    Args:
        name: the public name, e.g. ``ballot.submit``.
        decide: loads the streams it needs and calls the deciding method.
        who: who may ask for it, where the archive has accounts.
        declared: its own fields, beside the common ones.
    """

    def __init__(
        self, name: str, decide: Decide, who: Who = NOBODY, /, **declared: fields.Field[Any]
    ) -> None:
        self.name = name
        self.decide = decide
        self.who = who
        self.fields = declared
        self.common = common_fields(name)
        self.form: Form = form({**self.common, **declared})

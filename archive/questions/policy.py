"""政策: the text of a policy as adopted, or as shipped."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import msgspec

from archive.archive import Archive
from archive.fields import Text
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.values import time_of
from archive.who import SIGNED_IN
from domain.refusal import Refusal
from domain.rules.document import SHIPPED, shipped
from domain.sentence import say
from projections.facts import policies
from projections.reader import Reader

POLICY = ("policy", "position", "on", "known_at", "recorded_at", "sha256", "units", "document")


def _policy(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    return Answer(_adopted(reader, asked.name) or [shipped_row(asked.name)], POLICY)


def shipped_row(name: str) -> dict[str, Any]:
    """Return a policy as it comes with the program.

    Raises:
        Refusal: none of this name does.
    """
    document = shipped(name)
    if document is None:
        raise Refusal(say("no_such_policy", policy=name, shipped=SHIPPED), "name")
    return dict.fromkeys(POLICY) | {"policy": name, "document": document}


def _adopted(reader: Reader, name: str) -> list[dict[str, Any]]:
    rows = reader.rows(policies, policies.table.c.policy == name)
    return [
        {
            "policy": row.policy,
            "position": row.position,
            "on": date.fromisoformat(row.on),
            "known_at": time_of(row.known_at),
            "recorded_at": time_of(row.recorded_at),
            "sha256": row.sha256,
            "units": msgspec.json.decode(row.units),
            "document": row.text,
        }
        for row in sorted(rows, key=lambda row: (row.known_at, row.position))
    ]


QUESTIONS = (
    Question(
        "policy",
        "政策：采用的或随产品提供的政策文本。",
        _policy,
        SIGNED_IN,
        name=Parameter(Text(), "政策的名称。", argument=True),
    ),
)

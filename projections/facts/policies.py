"""Policies as adopted and amended."""

import json
from typing import Any

from sqlalchemy import Column, Text

from domain.policy import PolicyStream
from projections.view import View

policies = View(
    "policies",
    version=1,
    columns=(
        Column("policy", Text),
        Column("text", Text),
        Column("sha256", Text),
        Column("units", Text),
        Column("unstated", Text),
    ),
)


@policies.on(PolicyStream.Adopted, "document", "sha256", "units", "unstated")
@policies.on(PolicyStream.Amended, "document", "sha256", "units", "unstated")
def _version(stream: list[str], e: Any) -> tuple[Any, ...]:
    unstated = json.dumps(e.unstated, sort_keys=True)
    return (stream[1], e.document, e.sha256, json.dumps(e.units), unstated)

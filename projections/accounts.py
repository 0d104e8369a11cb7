"""The accounts of an archive as of a time, and what happened to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from projections.facts import access
from projections.reader import Reader


@dataclass(frozen=True, slots=True)
class Listed:
    """An account.

    Args:
        roles: those held, with the unit of those that are for one.
        status: ``open``, ``locked`` or ``closed``.
        position: of its opening.
    """

    account: str
    name: str
    roles: frozenset[tuple[str, str | None]] = field(default_factory=frozenset)
    status: str = "open"
    opened: date | None = None
    position: int = 0


def accounts(reader: Reader) -> list[Listed]:
    """Return every account that there ever was, by its id."""
    found: dict[str, Listed] = {}
    for row in happenings(reader):
        before = found.get(row.account, Listed(row.account, ""))
        found[row.account] = _after(before, row)
    return [found[account] for account in sorted(found) if found[account].opened is not None]


def happenings(
    reader: Reader, account: str | None = None, happened: str | None = None
) -> Sequence[Row[Any]]:
    """Return what happened to accounts or was done with them, in the log's order."""
    columns = access.table.c
    conditions = [] if account is None else [columns.account == account]
    if happened is not None:
        conditions.append(columns.happened == happened)
    return sorted(reader.rows(access, *conditions), key=lambda row: row.position)


def _after(before: Listed, row: Row[Any]) -> Listed:
    held = (row.role, row.unit)
    match row.happened:
        case "opened":
            day = date.fromisoformat(row.on)
            return replace(before, name=row.told, opened=day, position=row.position)
        case "granted" | "named":
            return replace(before, roles=before.roles | {held})
        case "revoked" | "released":
            return replace(before, roles=before.roles - {held})
        case "locked" | "closed":
            roles = before.roles if row.happened == "locked" else frozenset()
            return replace(before, status=row.happened, roles=roles)
        case "unlocked":
            return replace(before, status="open")
    return before

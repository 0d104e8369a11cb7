"""What stands beside the views in each generation: the position they have read to and the event
there, their shapes, what was set aside, and a table for answers to be remembered in.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    update,
)

from projections.database import Database
from projections.database.defining import make
from projections.fold import PoisonEvent
from projections.log import Row, fingerprint
from projections.remembered import REMEMBERED
from projections.view import View

_METADATA = MetaData()
_STANDING = Table(
    "views_standing",
    _METADATA,
    Column("position", BigInteger, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("shapes", Text, nullable=False),
)
_SET_ASIDE = Table(
    "set_aside",
    _METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("topic", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("unknown_topic", Boolean, nullable=False),
)
REMEMBERED.to_metadata(_METADATA)
_SELECT_STANDING = select(_STANDING)


@dataclass(frozen=True, slots=True)
class Standing:
    """The last position in the views, the fingerprint of its event, and the shape of each view."""

    position: int
    fingerprint: str
    shapes: dict[str, str]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A poison event that live views went past."""

    position: int
    topic: str
    reason: str
    unknown_topic: bool


def shapes_of(views: Iterable[View]) -> dict[str, str]:
    """Return the shapes that the program declares."""
    return {view.name: view.shape for view in views}


def ensure(database: Database) -> None:
    """Make the tables of this module where they are missing."""
    with database.engine.connect() as connection:  # so that a reader needs no write lock
        if _as_declared(connection):
            return
    with database.writing() as connection:
        if not _as_declared(connection):  # somebody may have been quicker
            _METADATA.drop_all(connection)  # of an older program: all is rebuilt
            create(connection)


def create(connection: Connection) -> None:
    """Make the tables of this module in an empty generation."""
    make(connection, *_METADATA.sorted_tables)


def standing(connection: Connection) -> Standing | None:
    """Return where the views stand; ``None`` before their first rebuild."""
    row = connection.execute(_SELECT_STANDING).first()
    return None if row is None else Standing(row.position, row.fingerprint, json.loads(row.shapes))


def move(connection: Connection, last: Row) -> None:
    """Set the position to that of the last event read, the shapes staying."""
    connection.execute(update(_STANDING).values(position=last[0], fingerprint=fingerprint(last)))


def settle(connection: Connection, stands: Standing) -> None:
    """Set where the views stand after a rebuild, with nothing set aside."""
    connection.execute(delete(_SET_ASIDE))
    connection.execute(delete(_STANDING))
    values = asdict(stands) | {"shapes": json.dumps(stands.shapes)}
    connection.execute(insert(_STANDING).values(values))


def put_aside(connection: Connection, events: Sequence[PoisonEvent]) -> None:
    """Note events that were gone past."""
    for event in events:
        aside = SetAside(event.position, event.topic, event.reason, event.unknown_topic)
        connection.execute(insert(_SET_ASIDE).values(asdict(aside)))


def take_back(connection: Connection, event: SetAside) -> None:
    """Forget that an event was gone past: it is read again."""
    connection.execute(delete(_SET_ASIDE).where(_SET_ASIDE.c.position == event.position))


def set_aside(connection: Connection) -> list[SetAside]:
    """Return the events that were gone past, in the log's order."""
    rows = connection.execute(select(_SET_ASIDE).order_by(_SET_ASIDE.c.position))
    return [SetAside(*row) for row in rows]


def _as_declared(connection: Connection) -> bool:
    tables = inspect(connection)
    return all(
        tables.has_table(table.name)
        and {column["name"] for column in tables.get_columns(table.name)} == {*table.c.keys()}
        for table in _METADATA.sorted_tables
    )

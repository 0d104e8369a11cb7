"""The tables of the log on PostgreSQL, which only grow, and the mark of their schema.

A schema of its own holds them. Its comment says that it is ours, and which format it has, so that
a dump takes the mark along.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Cursor
from psycopg.sql import SQL, Composed, Identifier, Literal

from archive.store.guards import StoreError
from domain.sentence import say

FORMAT = 1
_LOCK_CLASS = 0x53484A49
"""The first half of our advisory locks' keys: "SHJI"."""


def ledger_schema(schema: str) -> str:
    """Return the schema of the ledger beside a log's."""
    return f"{schema}_ledger"


@dataclass(frozen=True, slots=True)
class Names:
    """The schema's name, as statements quote it."""

    schema: str

    @property
    def events(self) -> Composed:
        """The table of events."""
        return SQL("{}.stored_events").format(Identifier(self.schema))

    @property
    def commands(self) -> Composed:
        """The table of commands."""
        return SQL("{}.commands").format(Identifier(self.schema))

    @property
    def channel(self) -> str:
        """What listeners are notified by."""
        return f"{self.schema}.stored_events"

    @property
    def lock(self) -> Composed:
        """The statement that makes all who append wait for one another."""
        schema = Identifier(self.schema).as_string()
        return SQL("pg_advisory_xact_lock({}, {}::regnamespace::oid::integer)").format(
            Literal(_LOCK_CLASS), Literal(schema)
        )


def lock_all_schemas() -> Composed:
    """Return the call that makes all who create a log wait for one another."""
    return SQL("SELECT pg_advisory_xact_lock({}, 0)").format(Literal(_LOCK_CLASS))


def closing_condition(closing_topics: Sequence[str]) -> Composed | SQL:
    """Return the condition of the partial index, which a query must repeat to use it."""
    if not closing_topics:
        return SQL("FALSE")
    topics = SQL(", ").join(Literal(topic) for topic in closing_topics)
    return SQL("topic IN ({})").format(topics)


def belongs_to_us(cursor: Cursor[Any], schema: str, place: str) -> bool:
    """Return whether the schema is a log of ours; a missing or an empty one isn't yet.

    Args:
        cursor: of plain tuples.
        schema: its name.
        place: the location as sentences name it.

    Raises:
        StoreError: it is another program's, or newer than this program.
    """
    found = cursor.execute(_IDENTITY, (schema,)).fetchone()
    assert found is not None
    comment, relations, encoding = found
    if encoding != "UTF8":
        raise StoreError(say("store_not_utf8", path=place, found=encoding))
    mark = re.fullmatch(r"shiji log, format (\d+)", comment or "")
    if mark is None and not relations:
        return False
    if mark is None:
        raise StoreError(say("store_foreign", path=place))
    if int(mark[1]) > FORMAT:
        raise StoreError(say("store_newer", path=place, found=int(mark[1]), known=FORMAT))
    return True


def statements(schema: str, closing_topics: Sequence[str]) -> list[Composed]:
    """Return what makes an empty schema into a log; a closing stands once in its stream."""
    names = Names(schema)
    given = {
        "schema": Identifier(schema),
        "events": names.events,
        "commands": names.commands,
        "lock": names.lock,
        "mark": Literal(f"shiji log, format {FORMAT}"),
        "closing": closing_condition(closing_topics),
    }
    texts = [*_TABLES, *_REFUSALS, *_APPENDING, *([_CLOSINGS] if closing_topics else []), _MARK]
    return [SQL(text).format(**given) for text in texts]


_IDENTITY = """
    SELECT obj_description(n.oid, 'pg_namespace'),
        (SELECT count(*) FROM pg_catalog.pg_class WHERE relnamespace = n.oid),
        current_setting('server_encoding')
    FROM (VALUES (1)) AS one LEFT JOIN pg_catalog.pg_namespace AS n ON nspname = %s"""

# The library's columns. The collation is the order of code points, as on SQLite, whatever the
# server's language. Positions are given by whoever inserts, since a sequence leaves gaps.
_TABLES = (
    "CREATE SCHEMA IF NOT EXISTS {schema}",
    """
    CREATE TABLE {events} (
        originator_id text COLLATE "C" NOT NULL,
        originator_version bigint NOT NULL,
        topic text NOT NULL,
        state bytea NOT NULL,
        notification_id bigint NOT NULL CHECK (notification_id > 0),
        PRIMARY KEY (originator_id, originator_version)
    )""",
    "CREATE UNIQUE INDEX positions ON {events} (notification_id)",
    """
    CREATE TABLE {commands} (
        command_id text COLLATE "C" NOT NULL PRIMARY KEY,
        digest bytea NOT NULL,
        positions text NOT NULL
    )""",
)

_REFUSALS = (
    """
    CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog AS $$
    BEGIN
        RAISE EXCEPTION '% never change and never go', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """
    CREATE TRIGGER events_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {events}
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse()""",
    """
    CREATE TRIGGER commands_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {commands}
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse()""",
    "ALTER TABLE {events} ENABLE ALWAYS TRIGGER events_never_change",
    "ALTER TABLE {commands} ENABLE ALWAYS TRIGGER commands_never_change",
)

# Also who inserts by hand waits for the lock, and gives no position that isn't behind the last:
# a reader that follows the log would never see it.
_APPENDING = (
    """
    CREATE FUNCTION {schema}.wait_for_others() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog AS $$
    BEGIN
        PERFORM {lock};
        RETURN NULL;
    END $$""",
    """
    CREATE FUNCTION {schema}.only_append() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog AS $$
    BEGIN
        IF (SELECT count(*) FROM {events}
            WHERE notification_id >= (SELECT min(notification_id) FROM added))
            > (SELECT count(*) FROM added)
        THEN
            RAISE EXCEPTION 'a position is not behind the last'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$""",
    """
    CREATE TRIGGER events_wait_for_others BEFORE INSERT ON {events}
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.wait_for_others()""",
    """
    CREATE TRIGGER events_only_append AFTER INSERT ON {events} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.only_append()""",
)

_CLOSINGS = "CREATE UNIQUE INDEX closings ON {events} (originator_id) WHERE {closing}"

_MARK = "COMMENT ON SCHEMA {schema} IS {mark}"

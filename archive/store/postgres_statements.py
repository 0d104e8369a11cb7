"""What is said to PostgreSQL, by name; ``{events}`` and the like are filled in for one schema."""

from collections.abc import Sequence

from psycopg.sql import SQL, Identifier, Literal

from archive.store.postgres_schema import Names, closing_condition
from projections.database.wal import BUSY_SECONDS


def statements(schema: str, closing_topics: Sequence[str]) -> dict[str, bytes]:
    """Return the statements of a log in one schema."""
    names = Names(schema)
    return {
        name: SQL(text)
        .format(
            events=names.events,
            commands=names.commands,
            closing=closing_condition(closing_topics),
            table=Literal(names.events.as_string()),
            channel=Identifier(names.channel),
            lock=names.lock,
            milliseconds=Literal(BUSY_SECONDS * 1000),
        )
        .as_bytes()
        for name, text in _STATEMENTS.items()
    }


_ROW = "notification_id, originator_id, originator_version, topic, state"
_EVENT = "originator_id, originator_version, topic, state"

# Several statements in one message. The lock is waited for before the first snapshot is taken that
# anything is decided by, whatever isolation the server begins transactions with.
_BEGIN = """
    BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL lock_timeout = {milliseconds};
    SELECT {lock};
    NOTIFY {channel}"""

_COMMENT = "obj_description({table}::regclass, 'pg_class')"

_GUARDS = f"""
    SELECT {_COMMENT}, (SELECT coalesce(max(notification_id), 0) FROM {{events}}),
        ARRAY(SELECT originator_id FROM {{events}}
            WHERE originator_id = ANY(%(open)s::text[]) AND {{closing}}),
        ARRAY(SELECT DISTINCT originator_id FROM {{events}}
            WHERE notification_id > %(upto)s::bigint),
        ARRAY(SELECT command_id FROM {{commands}} WHERE command_id = ANY(%(commands)s::text[]))"""  # noqa: S608

# In binary form arrays go to the server at twice the rate of text, and faster than by COPY.
_INSERT = f"""
    INSERT INTO {{events}} ({_ROW}) SELECT * FROM
    unnest(%b::bigint[], %b::text[], %b::bigint[], %b::text[], %b::bytea[])"""  # noqa: S608

_RECORD = """
    INSERT INTO {commands} (command_id, digest, positions) SELECT * FROM
    unnest(%b::text[], %b::bytea[], %b::text[])"""

# A skip scan by the unique index: one look-up a stream, however long the streams are.
_STREAM_IDS = """
    WITH RECURSIVE ids (id) AS (
        SELECT min(originator_id) FROM {events}
        WHERE originator_id >= %(first)s AND originator_id < %(end)s
        UNION ALL
        SELECT (SELECT min(originator_id) FROM {events}
                WHERE originator_id > ids.id AND originator_id < %(end)s)
        FROM ids WHERE ids.id IS NOT NULL
    )
    SELECT id FROM ids WHERE id IS NOT NULL"""

_STREAM = f"""
    SELECT {_EVENT} FROM {{events}} WHERE originator_id = %s
    AND originator_version > %s AND originator_version <= %s
    ORDER BY originator_version"""  # noqa: S608

_STATEMENTS = {
    "begin": _BEGIN,
    "guards": _GUARDS,
    "insert": _INSERT,
    "record": _RECORD,
    "commands": "SELECT command_id, digest, positions FROM {commands}"
    " WHERE command_id = ANY(%s::text[])",
    "scan_commands": "SELECT command_id, digest, positions FROM {commands}"
    " WHERE command_id > %s ORDER BY command_id LIMIT %s",
    "identity": "SELECT system_identifier || '/' || current_database() FROM pg_control_system()",
    "mark": f"SELECT {_COMMENT}",
    "last": "SELECT max(notification_id) FROM {events}",
    "scan": f"SELECT {_ROW} FROM {{events}} WHERE notification_id > %s AND notification_id <= %s"  # noqa: S608
    " ORDER BY notification_id",
    "read": f"SELECT {_ROW} FROM {{events}} WHERE notification_id = ANY(%s::bigint[])"  # noqa: S608
    " ORDER BY notification_id",
    "read_streams": f"SELECT {_ROW} FROM {{events}} WHERE originator_id = ANY(%s::text[])"  # noqa: S608
    " ORDER BY notification_id",
    "notifications": f"SELECT {_ROW} FROM {{events}}"  # noqa: S608
    " WHERE notification_id > %s AND notification_id <= %s"
    " AND (topic = ANY(%s::text[]) OR cardinality(%s::text[]) = 0)"
    " ORDER BY notification_id LIMIT %s",
    "streams": f"SELECT {_EVENT} FROM {{events}} WHERE originator_id = ANY(%s::text[])"  # noqa: S608
    " ORDER BY originator_id, originator_version",
    "stream": _STREAM + " LIMIT %s",
    "stream_backwards": _STREAM + " DESC LIMIT %s",
    "stream_ids": _STREAM_IDS,
}

"""Where an archive is: a folder, or a schema of a PostgreSQL database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from archive.store.guards import StoreError
from archive.store.log import Log
from domain.sentence import say

DEFAULT_SCHEMA = "shiji"
_SCHEMES = ("postgresql", "postgres")
_SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class PostgresLocation:
    """A schema of a database.

    Args:
        conninfo: the URL as libpq takes it, with what is secret.
        schema: the schema of the log.
    """

    conninfo: str
    schema: str = DEFAULT_SCHEMA

    @classmethod
    def parse(cls, url: str) -> Self:
        """Return the location that a ``postgresql://`` URL names.

        ``?schema=`` names the schema; everything else is libpq's.

        Raises:
            StoreError: it names no schema that there could be.
        """
        if shown(url).endswith(_HIDDEN):
            raise StoreError(say("postgres_url_wrong", path=shown(url)))
        head, _, query = url.partition("?")
        kept = [part for part in query.split("&") if not part.startswith("schema=")]
        schema = parse_qs(query, keep_blank_values=True).get("schema", [DEFAULT_SCHEMA])[-1]
        if not _SCHEMA_NAME.fullmatch(schema):
            raise StoreError(say("schema_name_wrong", schema=schema))
        tail = "&".join(part for part in kept if part)
        return cls(f"{head}?{tail}" if tail else head, schema)

    def __str__(self) -> str:
        """Return the location as sentences name it: without a password."""
        return shown(self.conninfo, self.schema)


def is_postgres(location: str | Path) -> bool:
    """Return whether the location is a PostgreSQL one.

    Raises:
        StoreError: it is neither that nor a folder.
    """
    scheme, separator, _ = str(location).partition("://")
    if separator and scheme not in _SCHEMES:
        raise StoreError(say("location_unknown", location=shown(str(location))))
    return bool(separator)


def accounts_schema(schema: str) -> str:
    """Return the schema of the accounts' secrets beside a log's."""
    return f"{schema}_accounts"


def open_log(
    location: str | Path, *, create: bool = False, closing_topics: Sequence[str] = ()
) -> Log:
    """Open the log at a location; with ``create``, make it where there is none.

    Args:
        location: an archive's folder, or a ``postgresql://`` URL.
        create: make it where there is none.
        closing_topics: the topics after which a stream is closed.

    Raises:
        StoreError: there is none, it is not ours, of a newer format, or can't be reached.
    """
    if not is_postgres(location):
        return _open_folder(Path(location), create, closing_topics)
    found = PostgresLocation.parse(str(location))
    try:
        from archive.store import postgres
    except ImportError as error:
        raise StoreError(say("postgres_missing")) from error
    return postgres.open_recorder(
        found.conninfo, found.schema, str(found), create=create, closing_topics=closing_topics
    )


def _open_folder(folder: Path, create: bool, closing_topics: Sequence[str]) -> Log:
    from archive.store import sqlite

    if create:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(say("store_unwritable", path=folder, reason=error.strerror)) from None
    return sqlite.open_recorder(
        folder / "events.sqlite", create=create, closing_topics=closing_topics
    )


def shown(url: str, schema: str = DEFAULT_SCHEMA) -> str:
    """Return a URL without its password and other settings, as sentences name it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition("://")[0] + _HIDDEN
    if "@" in url.replace(parts.netloc, "", 1):  # of a password that isn't written as %XX
        return parts.scheme + _HIDDEN
    user, at, server = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key in _SHOWN]
    if schema != DEFAULT_SCHEMA:
        kept.append(("schema", schema))
    query = f"?{urlencode(kept, quote_via=quote, safe='/')}" if kept else ""
    return f"{parts.scheme}://{name}{at}{server}{parts.path}{query}"


_HIDDEN = "://…"
_SHOWN = ("host", "port", "dbname", "user")

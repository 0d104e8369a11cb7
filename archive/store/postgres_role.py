"""A role that may add and read events and leaves, but neither change nor delete them."""

import psycopg
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from archive.store.guards import StoreError
from archive.store.location import PostgresLocation, accounts_schema
from archive.store.postgres_schema import Names, ledger_schema
from domain.sentence import say


def grant_statements(
    database: str, schema: str, role: str, *, ledger: bool, accounts: bool = False
) -> list[Composed]:
    """Return what lets a role record and ask, whatever it was allowed before.

    The role must exist. It may make schemas in the database: a rebuild makes one for the views.

    Args:
        database, schema: where the log stands.
        role: its name.
        ledger: whether there is a ledger, which it may then seal into and prove from.
        accounts: whether there are accounts, whose secrets it then keeps.
    """
    names = Names(schema)
    given = {
        "schema": Identifier(schema),
        "database": Identifier(database),
        "events": names.events,
        "commands": names.commands,
        "ledger": Identifier(ledger_schema(schema)),
        "accounts": Identifier(accounts_schema(schema)),
        "role": Identifier(role),
    }
    texts = (*_GRANTS, *(_LEDGER_GRANTS if ledger else ()), *(_SECRETS if accounts else ()))
    return [SQL(text).format(**given) for text in texts]


def make_role(location: PostgresLocation, role: str) -> bool:
    """Let a role record and ask; make it where there is none, and return whether it was made.

    Args:
        location: of the archive, as its owner.
        role: its name.

    Raises:
        StoreError: the role may do more by itself, or whoever asks may not grant.
    """
    try:
        with psycopg.connect(location.conninfo, row_factory=tuple_row) as connection:
            found = connection.execute(_MIGHT, (location.schema, role)).fetchone()
            if found and any(found):
                raise StoreError(say("role_too_mighty", role=role))
            if found is None:
                connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(role)))
            beside = (ledger_schema(location.schema), accounts_schema(location.schema))
            ledger, accounts = (
                connection.execute(_HAS_SCHEMA, (name,)).fetchone() is not None for name in beside
            )
            database = connection.info.dbname
            for statement in grant_statements(
                database, location.schema, role, ledger=ledger, accounts=accounts
            ):
                connection.execute(statement)
            return found is None
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise StoreError(say("grant_fails", role=role, reason=reason)) from None


_GRANTS = (
    "REVOKE ALL ON SCHEMA {schema} FROM {role}",
    "REVOKE ALL ON {events}, {commands} FROM {role}",
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT ON {events}, {commands} TO {role}",
    "GRANT CREATE ON DATABASE {database} TO {role}",
)

_LEDGER_GRANTS = (
    "REVOKE ALL ON SCHEMA {ledger} FROM {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA {ledger} FROM {role}",
    "GRANT USAGE ON SCHEMA {ledger} TO {role}",
    "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {ledger} TO {role}",
)

_SECRETS = (
    "GRANT USAGE ON SCHEMA {accounts} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {accounts} TO {role}",
)

_HAS_SCHEMA = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = %s"

# Who owns a table, or may act as its owner, can drop its triggers.
_MIGHT = """
    SELECT rolsuper, EXISTS (SELECT 1 FROM pg_catalog.pg_class
        WHERE relnamespace = to_regnamespace(quote_ident(%s))
        AND pg_catalog.pg_has_role(r.oid, relowner, 'MEMBER'))
    FROM pg_catalog.pg_roles AS r WHERE rolname = %s"""

"""Answers remembered beside the views that they were read from; deletable at any time.

An answer is remembered under the question with its arguments, the time that it was asked as of,
the position at which the views stand, and a hash of the code: with the next event all is asked
anew, and the next answer put away deletes those of another position or program. One about a moment
of the past stands longer: until something is recorded that was known by then. Nobody waits for
it and nothing fails by it: where the table is missing, locked or can't be written, nothing is
remembered.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Table,
    Text,
    and_,
    delete,
    insert,
    or_,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

import domain
import projections
from projections.as_of import AsOf

REMEMBERED = Table(
    "remembered",
    MetaData(),
    Column("question", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("code", Text, primary_key=True),
    Column("known_by", BigInteger),
    Column("answer", LargeBinary, nullable=False),
)
"""Made with the other tables of a generation of views, and deleted with them."""


def question(name: str, as_of: AsOf, *arguments: object) -> str:
    """Return what tells a question from every other.

    Args:
        arguments: values whose ``repr`` tells them apart.
    """
    return repr((name, arguments, as_of.today, as_of.known_at, as_of.position))


def recall(connection: Connection, asked: str, position: int) -> bytes | None:
    """Return what was remembered of a question at the views' position, if anything was."""
    columns = REMEMBERED.c
    own = (columns.question == asked, columns.position == position, columns.code == code_hash())
    with suppress(SQLAlchemyError):
        answer = connection.execute(select(columns.answer).where(*own)).scalar()
        return None if answer is None else bytes(answer)
    return None


def recall_past(connection: Connection, asked: str) -> tuple[int, bytes] | None:
    """Return what was remembered of a moment of the past, and the position it was read at.

    It stands if nothing behind that position was known by the moment.
    """
    columns = REMEMBERED.c
    own = (columns.question == asked, columns.known_by.is_not(None), columns.code == code_hash())
    with suppress(SQLAlchemyError):
        found = connection.execute(select(columns.position, columns.answer).where(*own)).first()
        return None if found is None else (found.position, bytes(found.answer))
    return None


class Answer(NamedTuple):
    """What is to be remembered.

    Args:
        known_by: microseconds, where nothing that became known later can change it.
    """

    asked: str
    answer: bytes
    known_by: int | None = None


def remember(connection: Connection, position: int, answers: Sequence[Answer]) -> None:
    """Put answers away, in a transaction of its own that fails rather than waits.

    Args:
        connection: one that nothing was read with.
        position: at which the views stand, or stood when the answers were made.
    """
    columns, asked = REMEMBERED.c, [one.asked for one in answers]
    of_another = and_(columns.position != position, columns.known_by.is_(None))
    old = or_(of_another, columns.code != code_hash(), columns.question.in_(asked))
    rows = [
        {
            "question": one.asked,
            "position": position,
            "code": code_hash(),
            "known_by": one.known_by,
            "answer": one.answer,
        }
        for one in answers
    ]
    with suppress(SQLAlchemyError), impatient(connection), connection.begin():
        connection.execute(delete(REMEMBERED).where(old))
        connection.execute(insert(REMEMBERED), rows)


@contextmanager
def impatient(connection: Connection) -> Iterator[None]:
    """Have a connection wait for nobody who writes, on SQLite, where all wait for one another."""
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    before = driver.execute("PRAGMA busy_timeout").fetchone()[0]
    driver.execute("PRAGMA busy_timeout=0")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(before)}")


@cache
def code_hash() -> str:
    """Return a hash of the sources of the rules and of the questions."""
    code = hashlib.sha256()
    for package in (domain, projections):
        for folder in package.__path__:
            for path in sorted(Path(folder).rglob("*")):
                if path.suffix in (".py", ".toml"):
                    code.update(path.read_bytes())
    return code.hexdigest()

"""Rows packed as pages are, in the tables, what they are as rows; or they aren't packed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Integer, MetaData, Table, Text, select
from sqlalchemy.schema import Column

from projections.database.packing import AsPages, AsRows, Packing
from projections.database.sqlite import FileBeside

pytestmark = pytest.mark.sqlite

TABLES = [
    Table("counted", MetaData(), Column("count", Integer, nullable=False), Column("said", Text)),
    Table("said", MetaData(), Column("on", Text), Column("by", Text)),
]
BIG = 2**63

# No float: as text, each version of SQLite writes it in its own way.
plain = st.none() | st.booleans() | st.integers(-BIG, BIG - 1) | st.binary()
text = st.text(st.characters(exclude_categories=["Cs"]))
unheard_of = st.sampled_from([BIG, -BIG - 1, "\ud800", object(), ("a", "row"), 1j])
value = st.one_of(plain, text)


def rows_of(values: Any) -> Any:
    row = st.tuples(values, values)
    return st.tuples(
        st.lists(st.tuples(st.integers(-BIG, BIG - 1), values), max_size=5),
        st.lists(row, max_size=5),
    )


@contextmanager
def empty() -> Iterator[Connection]:
    """Yield a transaction in a file that is made, with the tables in it."""
    with TemporaryDirectory() as folder:
        beside = FileBeside(Path(folder) / "next.sqlite", lambda: Path(folder) / "1.sqlite")
        try:
            with beside.writing() as connection:
                for table in TABLES:
                    table.create(connection)
                yield connection
        finally:
            beside.engine.dispose()


def inserted(packing: Packing, blocks: Any) -> list[Any]:
    with empty() as connection:
        for block in blocks:
            packing.insert(connection, packing.pack(block))
        return [connection.execute(select(table)).all() for table in TABLES]


@given(st.lists(rows_of(value), max_size=4))
def test_as_pages_or_as_rows_the_tables_are_the_same(blocks: Any) -> None:
    assert inserted(AsPages.of(TABLES), blocks) == inserted(AsRows(TABLES), blocks)


@given(rows_of(value), unheard_of, st.integers(0, 1))
def test_what_sqlite_cannot_take_is_not_packed(rows: Any, wrong: Any, which: int) -> None:
    rows[which].append((1, wrong))
    with pytest.raises(Exception):  # noqa: B017, PT011 - whichever: the rows are then tried one by one
        AsPages.of(TABLES).pack(rows)


@pytest.mark.parametrize("row", [(1,), (1, 2, 3), (None, "a")])
def test_a_row_that_does_not_fit_is_not_packed(row: Any) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 - whichever, as above
        AsPages.of(TABLES).pack([[row], []])


def test_a_block_that_fails_half_way_leaves_nothing_in_any_table() -> None:
    packing = AsPages.of(TABLES)
    with empty() as connection:
        connection.exec_driver_sql("DROP TABLE said")
        with pytest.raises(Exception, match="no such table"):
            packing.insert(connection, packing.pack([[(1, "a")], [("a", "b")]]))
        assert connection.execute(select(TABLES[0])).all() == []
        connection.exec_driver_sql("CREATE TABLE said (a, b)")
        packing.insert(connection, packing.pack([[(2, "a")], [("a", "b")]]))
        assert connection.execute(select(TABLES[0])).all() == [(2, "a")]

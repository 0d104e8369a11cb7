"""Views on PostgreSQL: a fallen server takes nothing, and texts are compared by code points."""

from datetime import date

import pytest

from archive.archive import Archive
from projections.as_of import AsOf
from projections.facts import cadres
from tests.postgres import Server, a_database
from tests.said import cadre

TODAY = AsOf(date(2018, 1, 1))


@pytest.fixture
def server():
    own = Server()
    yield own
    own.stop()


def known(archive):
    with archive.ask(TODAY) as reader:
        return sorted(row.cadre for row in reader.rows(cadres))


def test_views_that_fell_with_the_server_are_made_anew_from_the_log(server):
    with a_database(server.url) as location, Archive(location, create=True) as archive:
        archive.do(cadre("C1"))
        assert known(archive) == ["C1"]
        server.fall()
        server.start()
        archive.do(cadre("C2"))
        assert known(archive) == ["C1", "C2"]
        with Archive(location) as another:
            assert known(another) == ["C1", "C2"]


def test_texts_are_in_the_order_of_code_points_whatever_the_servers_language(postgres_location):
    codes = ["a", "B", "C-1", "C1", "_", "干部", "é"]
    with Archive(postgres_location, create=True) as archive:
        list(archive.record(map(cadre, codes)))
        with archive.ask(TODAY) as reader:
            query = cadres.table.select().order_by(cadres.table.c.cadre)
            found = [row.cadre for row in reader.connection.execute(query)]
    assert found == sorted(codes)

"""Settings of every test."""

import pytest
from hypothesis import settings

from tests.postgres import a_database, a_server

# A machine under load is slow; what is measured has its own tests in benchmarks.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def postgres_server():
    """A function that gives the URL of a database on a server that runs for the session."""
    with a_server() as url_of:
        yield url_of


@pytest.fixture
def postgres_location(postgres_server):
    """The URL of a fresh database."""
    with a_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def location(request):
    """Where an archive can be made: a folder or a fresh database."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("tmp_path") / "archive")
    return request.getfixturevalue("postgres_location")

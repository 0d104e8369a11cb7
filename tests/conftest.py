"""Settings of every test, and the stores that they run on."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import a_database, a_server
from tests.stores import BOTH, a_location, on_postgres

# A machine under load is slow; what is measured has its own tests in benchmarks.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

TWICE = ("access", "archive", "commands", "projections")
"""The folders all of whose tests run on both stores, but those marked ``sqlite``."""


def pytest_generate_tests(metafunc):
    """Run the tests of a folder, or those that ask for a location, once a store."""
    folder = Path(metafunc.module.__file__).parent.name
    if folder in TWICE or "location" in metafunc.fixturenames:
        one = metafunc.definition.get_closest_marker("sqlite")
        metafunc.parametrize("store", BOTH[:1] if one else BOTH, indirect=True, scope="module")


@pytest.fixture(scope="session", autouse=True)
def no_keys_of_ours(tmp_path_factory):
    """Keep tests away from the keys of whoever runs them: a key at hand seals what is recorded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHIJI_KEYS", str(tmp_path_factory.mktemp("keys")))
        yield


@pytest.fixture(scope="module", autouse=True)
def store(request):
    """The store that archives are made with: SQLite where nothing else is asked for."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield "sqlite"
        return
    server = request.getfixturevalue("postgres_server")
    with a_database(server) as database, on_postgres(database):
        yield "postgres"


@pytest.fixture(scope="session", autouse=True)
def no_keys_of_ones_own(tmp_path_factory):
    """Keep the keys of whoever runs the tests out of them: they sign nothing here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("settings")))
        patch.delenv("SHIJI_KEYS", raising=False)
        yield


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


@pytest.fixture
def location(store):
    """Where an archive can be made, with the store that is tested."""
    with a_location() as place:
        yield place

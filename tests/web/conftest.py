"""A simulated city, built once, and a small archive for what is recorded."""

import shutil
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.commands import COMMANDS
from archive.demo.city import city
from tests.said import cadre, people, policy, post, roster, sheet, unit
from tests.web.desk import Browser, an_app, close


@pytest.fixture(scope="session")
def made_city(tmp_path_factory):
    """A city of one unit and three years; nobody writes to it."""
    location = tmp_path_factory.mktemp("city") / "archive"
    with Archive(location, create=True) as archive:
        made = city(1, 3, 1)
        for outcome in archive.record(made.commands(COMMANDS)):
            assert outcome.refusal is None, str(outcome.refusal)
        archive.views.ensure()
    return location


@pytest.fixture(scope="session")
def city_app(made_city, tmp_path_factory):
    app = an_app(made_city, tmp_path_factory.mktemp("state"))
    yield app
    close(app)


@pytest.fixture
def tour(city_app):
    """A browser on the city."""
    return Browser(city_app)


SMALL = [
    *people("A", "B", "C"),
    unit("U2"),
    cadre("D", name="<script>alert(1)</script>"),
    post("D", "U2"),
    cadre("E", name="=cmd|' /C calc'!A0"),
    post("E", "U2"),
    policy(),
    roster("A", "B", "C"),
    roster("D", "E", unit="U2"),
    sheet("A", {"B": 90, "C": 80}),
    sheet("D", {"E": 90.5}, unit="U2"),
]


@pytest.fixture(scope="session")
def made_small(tmp_path_factory):
    location = tmp_path_factory.mktemp("small") / "archive"
    with Archive(location, create=True) as archive:
        for outcome in archive.record(SMALL):
            assert outcome.refusal is None, str(outcome.refusal)
        archive.views.ensure()
    return location


@pytest.fixture
def small(made_small, tmp_path):
    """A copy of a small archive, to be written to."""
    location = tmp_path / "archive"
    shutil.copytree(made_small, location)
    return location


@pytest.fixture
def desk(small, tmp_path):
    """A browser on the small archive."""
    app = an_app(small, tmp_path / "state")
    yield Browser(app)
    close(app)


def last_position(location: Path) -> int:
    with Archive(location) as archive:
        return archive.log.last_position()

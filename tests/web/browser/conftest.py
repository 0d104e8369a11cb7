"""A real chromium on a real ``shiji serve``; where no chromium is installed, tests say so."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from archive.web.signing_in import COOKIE
from tests.web.browser.chromium import CHROMIUM, MISSING, launched
from tests.web.browser.office import an_office
from tests.web.browser.seen import watched
from tests.web.browser.serving import served

PATIENCE = 120_000
"""Milliseconds that a page may take on a busy machine."""

Looking = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The installed chromium."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def office(chromium, tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """The archive, and everybody's session."""
    location = tmp_path_factory.mktemp("browser") / "archive"
    return location, an_office(location)


@pytest.fixture(scope="session")
def desk_url(office, tmp_path_factory) -> Iterator[str]:
    """Where ``shiji serve`` answers."""
    with served(office[0], tmp_path_factory.mktemp("serving")) as url:
        yield url


@pytest.fixture
def look(chromium, desk_url, office) -> Looking:
    """A function that yields the page of whoever holds a role, in a browser of their own."""

    @contextmanager
    def looking(role: str | None = None, **given: Any) -> Iterator[Page]:
        options = {"base_url": desk_url, "viewport": {"width": 1366, "height": 900}} | given
        context = chromium.new_context(**options)
        context.set_default_timeout(PATIENCE)
        if role is not None:
            context.add_cookies([{"name": COOKIE, "value": office[1][role], "url": desk_url}])
        with watched(context, desk_url.removeprefix("http://")) as page:
            yield page

    return looking

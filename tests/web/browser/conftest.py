"""A real chromium on a real ``shiji serve``; where no chromium is installed, tests say so."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from archive.web.signing_in import COOKIE
from tests.web.browser.office import an_office
from tests.web.browser.seen import watched

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 120_000
"""Milliseconds that a page may take on a busy machine."""
_PROGRAM = (sys.executable, "-c", "from archive.cli import main; main()")

Looking = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The installed chromium."""
    if CHROMIUM is None:
        pytest.skip("no chromium is installed: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def office(chromium, tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """The archive, and everybody's session."""
    location = tmp_path_factory.mktemp("browser") / "archive"
    return location, an_office(location)


@pytest.fixture(scope="session")
def desk_url(office, tmp_path_factory) -> Iterator[str]:
    """Where ``shiji serve`` answers."""
    folder = tmp_path_factory.mktemp("serving")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    told = ["serve", "--archive", str(office[0]), "--port", str(port), "--state", str(folder)]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*_PROGRAM, *told], stdout=log, stderr=log, env=env)
    try:
        _wait(f"{url}/health", process, folder / "log")
        yield url
    finally:
        process.terminate()
        process.wait(60)


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


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(1200):
        assert process.poll() is None, log.read_text("utf-8")
        try:
            with urllib.request.urlopen(url):
                return
        except URLError:
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))

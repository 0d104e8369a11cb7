"""Real processes of a desk, and whoever uses them with one set of cookies, now here, now there."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import requests

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_IN_TIME = 60
_SERVE = [sys.executable, "-c", "from archive.cli import main; main()", "serve"]


class Desk:
    """A ``shiji serve`` on a port of its own.

    Args:
        location: the archive's.
        state: its state folder.
        arguments: more of the command line.
    """

    def __init__(self, location: str, state: Path, *arguments: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = state.with_name(f"{self.port}.log")
        program = [*_SERVE, "--archive", location, "--state", str(state), "--port", str(self.port)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen([*program, *arguments], stderr=log)

    def wait(self) -> None:
        """Wait until it answers."""
        until(self.answers)

    def answers(self) -> bool:
        """Tell if it answers."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            return requests.get(f"{self.url}/health", timeout=_IN_TIME).status_code == 200
        except requests.ConnectionError:
            return False

    def kill(self) -> None:
        """End it as a failing machine would."""
        self.process.kill()
        self.process.wait(_IN_TIME)

    def end(self) -> int:
        """Tell it to end, and return how it ended."""
        self.process.terminate()
        return self.process.wait(_IN_TIME)


@contextmanager
def desks(location: str, state: Path, count: int = 2) -> Iterator[list[Desk]]:
    """Yield desks of one archive with one state folder, which answer."""
    with ExitStack() as stack:
        made = []
        for _ in range(count):
            made.append(Desk(location, state))
            stack.callback(made[-1].end)
        for desk in made:
            desk.wait()
        yield made


class Visitor:
    """Somebody with a browser, in front of several desks that look like one.

    Args:
        desks: each request goes to the next, unless it is said to which.
    """

    def __init__(self, *desks: Desk) -> None:
        self.desks = desks
        self.turn = 0
        self.jar: dict[str, str] = {"lang": "en"}

    def ask(self, url: str, form: Mapping[str, Any] | None = None, **given: Any) -> Any:
        """Ask the next desk, or send it a form; redirects aren't followed."""
        self.turn += 1
        desk = given.pop("at", self.desks[self.turn % len(self.desks)])
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        answer = requests.request(
            "GET" if form is None and "files" not in given else "POST",
            desk.url + url,
            data=form,
            headers={"Cookie": cookies},
            allow_redirects=False,
            timeout=_IN_TIME,
            **given,
        )
        self.jar |= answer.cookies.get_dict()
        return answer

    def text(self, url: str, **given: Any) -> str:
        """Return a page that must be there."""
        answer = self.ask(url, **given)
        assert answer.status_code == 200, (url, answer.status_code, answer.text)
        return str(answer.text)

    def token(self, page: str) -> str:
        """Return the token that a page's forms carry."""
        found = _TOKEN.search(self.text(page))
        assert found is not None, page
        return found[1]

    def send(self, url: str, form: Mapping[str, Any], page: str | None = None, **given: Any) -> Any:
        """Send a form to one desk that the other made."""
        return self.ask(url, {"csrf_token": self.token(page or url), **form}, **given)

    def sign_in(self, account: str, password: str) -> Any:
        """Sign in."""
        return self.send("/sign-in", {"account": account, "password": password})

    def follow(self, answer: Any) -> Any:
        """Follow to where an answer leads, and wait there for long work."""
        self.at = answer.headers["Location"]
        return until(self._led)

    def _led(self) -> Any:
        answer = self.ask(self.at)
        if answer.status_code in (302, 303):
            self.at = answer.headers["Location"]
            return None
        return None if "<progress" in answer.text else answer


def until(told: Any) -> Any:
    """Return what is told once it is something."""
    for _ in range(20 * _IN_TIME):
        if found := told():
            return found
        time.sleep(0.05)
    raise AssertionError(told)


def children(pid: int) -> list[int]:
    """Return the processes that a process began to answer with it."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in found.split() if b"processes import answer" in _told(one)]


def _told(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:  # it ended meanwhile
        return b""


def runs(pid: int) -> bool:
    """Tell if a process runs."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False

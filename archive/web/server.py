"""Serving the desk: one process with a thread for each request that is answered at once."""

import signal
import sys
from typing import NoReturn

import waitress

from archive.web.app import create_app
from archive.web.current import kept
from archive.web.settings import MOST_UPLOAD, Settings
from archive.web.watching import log_as_json

_MOST_CONNECTIONS = 1_000


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until the process is told to end.

    Args:
        settings: how the desk is set up.
        host, port: where it listens.

    Raises:
        OSError: it can't listen there.
    """
    log_as_json()
    app = create_app(settings)
    with app.app_context():
        archives = kept().archives
    signal.signal(signal.SIGTERM, _end)
    try:
        waitress.serve(
            app,
            host=host,
            port=port,
            threads=settings.threads,
            connection_limit=_MOST_CONNECTIONS,
            max_request_body_size=MOST_UPLOAD,
            max_request_header_size=64 * 1024,
            ident=None,
            clear_untrusted_proxy_headers=not settings.proxies,
        )
    finally:
        archives.close()


def _end(*_: object) -> NoReturn:
    """End as an interruption does: answers are finished, and archives closed."""
    sys.exit(0)

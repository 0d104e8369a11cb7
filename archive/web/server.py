"""Serving the desk: one process with a thread for each request that is answered at once."""

import signal
import sys
from typing import Any, NoReturn

import waitress
from apiflask import APIFlask

from archive.web import ahead
from archive.web.app import create_app
from archive.web.current import kept
from archive.web.settings import MOST_UPLOAD, Settings
from archive.web.watching import log_as_json
from domain.refusal import Refusal
from domain.sentence import say

_MOST_CONNECTIONS = 1_000


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until the process is told to end.

    Args:
        settings: how the desk is set up.
        host, port: where it listens.

    Raises:
        Refusal: it can't listen there.
    """
    log_as_json()
    app = create_app(settings)
    with app.app_context():
        archives = kept().archives
    signal.signal(signal.SIGTERM, _end)
    try:
        server = _listening(app, settings, host, port)
        ahead.begin(settings.location)
        server.run()
    finally:
        archives.close()


def _listening(app: APIFlask, settings: Settings, host: str, port: int) -> Any:
    try:
        return waitress.create_server(
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
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refusal(say("web_cannot_listen", host=host, port=port, reason=reason)) from None
    except ValueError:  # what waitress makes of a name that nobody knows
        raise Refusal(say("web_host_unknown", host=host)) from None


def _end(*_: object) -> NoReturn:
    """End as an interruption does: answers are finished, and archives closed."""
    sys.exit(0)

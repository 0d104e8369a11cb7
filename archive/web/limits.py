"""How often may be asked: plenty for people, too little for whoever guesses passwords."""

from typing import Any, cast

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

ASKED = "1200 per minute"
SIGNING_IN = "20 per minute"
_FREE = ("static", "assets.asset", "watching.health")


def limit(app: Flask, *, on: bool) -> None:
    """Limit the requests of each address; each process counts its own.

    That somebody signs in too often in one name is seen by the accounts themselves.
    """
    limiter = Limiter(
        get_remote_address,
        app=app,
        default_limits=[ASKED],
        storage_uri="memory://",
        enabled=on,
        headers_enabled=True,
    )
    app.extensions["shiji_limiter"] = limiter  # the library itself holds it weakly
    limiter.request_filter(lambda: request.endpoint in _FREE)
    view = app.view_functions["signing.sign_in_do"]
    app.view_functions["signing.sign_in_do"] = cast(Any, limiter.limit(SIGNING_IN)(view))

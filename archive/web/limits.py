"""How often and how much may be asked: plenty for people, too little for whoever does harm."""

from typing import Any, cast

from flask import Flask, Response, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

ASKED = "1200 per minute"
SIGNING_IN = "20 per minute"
MOST_FIELDS = 20_000
"""Fields of a form; taking a million apart would keep all others waiting."""
_FREE = ("static", "assets.asset", "watching.health")


def limit(app: Flask, *, on: bool) -> None:
    """Limit the requests of each address; each process counts its own.

    That somebody signs in too often in one name is seen by the accounts themselves.
    """
    app.after_request(_retry_where_refused)  # the last is first: the library's own comes before
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


def _retry_where_refused(response: Response) -> Response:
    """Leave out when to ask again, which the library tells of every answer."""
    if response.status_code not in (429, 503):
        del response.headers["Retry-After"]
    return response


def bound_forms(app: Flask) -> None:
    """Refuse forms that are too long or of too many fields before they are taken apart.

    The library itself bounds only those that come in parts.
    """

    @app.before_request
    def bound() -> None:
        if request.mimetype != "application/x-www-form-urlencoded":
            return
        long = (request.content_length or 0) > app.config["MAX_FORM_MEMORY_SIZE"]
        if long or request.get_data(cache=True).count(b"&") >= MOST_FIELDS:
            abort(413)

"""What every answer carries: a strict content policy and the usual headers."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from archive.web.listening import LOOPBACK

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'{images}; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
CONTENT_POLICY = _POLICY.format(images="")
WITH_INLINE_IMAGES = _POLICY.format(images=" data:")
"""For the page that tries the API out: its style sheet carries its icons in itself."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STATIC = ("static", "assets.asset")


def protect(app: Flask, *, https: bool) -> None:
    """Put the headers on every answer."""

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint in STATIC:
            response.headers["Cache-Control"] = "public, max-age=86400"
        else:  # pages hold people's results
            response.headers["Cache-Control"] = "no-store"
        return response


def answer_to_own_machine(app: Flask) -> None:
    """Answer only who calls this machine by its own names.

    A page from elsewhere may have a name of its own lead to this machine, and is then of one origin
    with the desk: it could read and record whatever whoever looks at it may.
    """

    @app.before_request
    def called() -> None:
        if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
            abort(421)

"""The page that tries the API out, made of the library's own files."""

from flask import Blueprint
from werkzeug.wrappers import Response

from archive.web.pages.rendering import page
from archive.web.security import WITH_INLINE_IMAGES


def trying_pages() -> Blueprint:
    """Return the page."""
    blueprint = Blueprint("trying", __name__)
    blueprint.add_url_rule("/api/docs", "docs", _page)
    return blueprint


def _page() -> Response:
    made = page("api.html")
    made.headers["Content-Security-Policy"] = WITH_INLINE_IMAGES
    return made

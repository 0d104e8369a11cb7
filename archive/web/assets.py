"""Files of libraries that are served from here, so that nothing is loaded from elsewhere.

Each has the path it has in its package and its SHA-256: another version of the package serves
nothing until somebody looked at it.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from flask import Blueprint, Response, abort


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of a package."""

    package: str
    path: str
    sha256: str
    mimetype: str


ASSETS: dict[str, Asset] = {
    "htmx.js": Asset(
        "js_lib_htmx",
        "static/htmx/htmx.min.js",
        "491955cd1810747d7d7b9ccb936400afb760e06d25d53e4572b64b6563b2784e",
        "text/javascript",
    ),
    "swagger-ui.js": Asset(
        "flask_openapi3_swagger",
        "templates/swagger/js/swagger-ui-bundle.js",
        "93b7b0862a80e2786f85b560be7693c2344354ffa7e7e224f850a54349724c31",
        "text/javascript",
    ),
    "swagger-ui.css": Asset(
        "flask_openapi3_swagger",
        "templates/swagger/css/swagger-ui.css",
        "9e576f8322132c76949da47f9bb53c891373c303ea3a761ff548ffc9de50a98c",
        "text/css",
    ),
}


def asset_pages() -> Blueprint:
    """Return what serves the files."""
    blueprint = Blueprint("assets", __name__)
    blueprint.add_url_rule("/assets/<name>", "asset", _serve)
    return blueprint


def _serve(name: str) -> Response:
    asset = ASSETS.get(name)
    content = None if asset is None else content_of(asset)
    if asset is None or content is None:
        abort(404)
    return Response(content, mimetype=asset.mimetype)


@cache
def content_of(asset: Asset) -> bytes | None:
    """Return a file's content; None where it isn't what it was looked at as."""
    content = files(asset.package).joinpath(asset.path).read_bytes()
    return content if sha256(content).hexdigest() == asset.sha256 else None

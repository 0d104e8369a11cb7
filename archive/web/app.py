"""The desk as a WSGI app."""

from apiflask import APIFlask
from flask import Blueprint
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from archive.web.api.routes import SPEC, api_of
from archive.web.api.trying import trying_pages
from archive.web.archives import Archives
from archive.web.assets import asset_pages
from archive.web.current import Kept, keep
from archive.web.errors import answer_errors
from archive.web.limits import MOST_FIELDS, bound_forms, limit
from archive.web.pages.accounts import account_pages
from archive.web.pages.commands import command_pages
from archive.web.pages.grounds import grounds_pages
from archive.web.pages.importing import import_pages
from archive.web.pages.integrity import integrity_pages
from archive.web.pages.overview import overview_pages
from archive.web.pages.patterns import pattern_pages
from archive.web.pages.questions import question_pages
from archive.web.pages.rendering import prepare
from archive.web.pages.search import search_pages
from archive.web.pages.signing import signing_pages
from archive.web.pages.working import working_pages
from archive.web.security import answer_to_own_machine, protect
from archive.web.settings import MOST_UPLOAD, Settings
from archive.web.signing_in import know_who_asks
from archive.web.watching import watch

COOKIE = "shiji"


def create_app(settings: Settings) -> APIFlask:
    """Return the desk of an archive.

    Args:
        settings: where the archive is, and how the desk is reached.
    """
    app = APIFlask("archive.web", title="Shiji", version="1", docs_path=None, spec_path=SPEC)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config.update(
        SECRET_KEY=settings.secret(),
        MAX_CONTENT_LENGTH=MOST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=MOST_FIELDS,
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=None,  # forms may stay open over lunch; the token ends with the cookie
        WTF_CSRF_SSL_STRICT=False,  # the token does; behind a proxy the referrer is another host
        AUTO_SERVERS=False,
    )
    keep(app, Kept(settings, Archives(settings.location)))
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    know_who_asks(app)
    prepare(app)
    protect(app, https=settings.https)
    if settings.own_machine:
        answer_to_own_machine(app)
    answer_errors(app)
    bound_forms(app)
    api = api_of(app)
    CSRFProtect(app).exempt(api)
    app.register_blueprint(api)
    for blueprint in _pages():
        app.register_blueprint(blueprint)
    watch(app)
    limit(app, on=settings.limited)
    return app


def _pages() -> list[Blueprint]:
    return [
        asset_pages(),
        trying_pages(),
        overview_pages(),
        question_pages(),
        grounds_pages(),
        command_pages(),
        search_pages(),
        import_pages(),
        pattern_pages(),
        integrity_pages(),
        working_pages(),
        signing_pages(),
        account_pages(),
    ]

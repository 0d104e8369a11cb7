"""What is answered when something can't be done: a sentence, as a page or as problem+json."""

import sqlite3

from apiflask import APIFlask
from eventsourcing.persistence import PersistenceError
from flask import Response, current_app, redirect, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from archive.store.guards import StoreFails
from archive.web.api.problems import problem
from archive.web.current import lang
from archive.web.pages.cells import link
from archive.web.pages.rendering import page
from archive.who import Denied, PasswordExpired, SignInNeeded
from domain.refusal import Refusal
from domain.sentence import Sentence, say

_STATUSES = {
    400: say("web_bad_request"),
    404: say("web_not_found"),
    405: say("web_wrong_method"),
    413: say("web_too_large", most=50),
    414: say("web_bad_request"),
    421: say("web_other_host"),
    429: say("web_too_many"),
    431: say("web_bad_request"),
}


def answer_errors(app: APIFlask) -> None:
    """Have errors answered."""
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Denied, _denied)
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(PasswordExpired, _expired)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(StoreFails, _store)
    app.register_error_handler(PersistenceError, _unavailable)
    app.register_error_handler(SQLAlchemyError, _unavailable)
    app.register_error_handler(sqlite3.Error, _unavailable)
    app.register_error_handler(Exception, _unexpected)


def told(status: int, sentence: Sentence, field: str | None = None) -> Response:
    """Return an error as whoever asked reads it."""
    if _machine():
        return problem(status, sentence, lang(), field=field)
    return page("error.html", status, code=status, sentence=sentence)


def _csrf(error: CSRFError) -> Response:
    return told(400, say("web_csrf"))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    made = told(status, _STATUSES.get(status, say("web_bad_request")))
    if status == 405:
        made.headers["Allow"] = dict(error.get_headers()).get("Allow", "GET")
    return made


def _denied(denied: Denied) -> Response:
    return told(403, denied.sentence)


def _sign_in(needed: SignInNeeded) -> BaseResponse:
    if _machine():
        made = told(401, needed.sentence)
        made.headers["WWW-Authenticate"] = "Bearer"
        return made
    if request.method != "GET":
        return redirect("/sign-in", 303)
    return redirect(link("/sign-in", next=request.full_path.rstrip("?")))


def _expired(expired: PasswordExpired) -> BaseResponse:
    return told(403, expired.sentence) if _machine() else redirect("/account", 303)


def _machine() -> bool:
    return request.path.startswith("/api/") or request.path.endswith(".json")


def _refused(refusal: Refusal) -> Response:
    return told(422, refusal.sentence, refusal.field)


def _store(error: StoreFails) -> Response:
    return told(503, error.sentence)


def _unavailable(error: Exception) -> Response:
    current_app.logger.error("the archive fails: %s", type(error).__name__)
    return told(503, say("web_unavailable"))


def _unexpected(error: Exception) -> Response:
    current_app.logger.exception("unexpected error")
    return told(500, say("web_unexpected"))

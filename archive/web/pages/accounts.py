"""账号权限: what officers do with accounts, from the declarations of those commands."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from archive.accounts.accounts import Accounts
from archive.commands.accounts import ADMINISTERING
from archive.form import first_error
from archive.web.current import actor, archive, lang
from archive.web.pages.forms import Declared, controls, raw_of
from archive.web.pages.rendering import page
from archive.who import Actor, Denied, PasswordExpired, SignInNeeded
from domain.refusal import Refusal
from domain.sentence import Sentence, say, term

Given = Mapping[str, Any]
Doing = Callable[[Accounts, Actor | None, Given], str | None]
"""Does it, and returns what is shown once: an initial password."""

_ACTIONS: dict[str, Doing] = {
    "account.open": lambda a, who, c: a.open(who, c["account"], c["name"]),
    "account.reset_password": lambda a, who, c: a.reset_password(who, c["account"]),
    "account.lock": lambda a, who, c: a.lock(who, c["account"], c["reason"]),
    "account.unlock": lambda a, who, c: a.unlock(who, c["account"]),
    "account.close": lambda a, who, c: a.close(who, c["account"], c["reason"]),
    "account.grant": lambda a, who, c: a.grant(who, c["account"], c["role"], c["unit"]),
    "account.revoke": lambda a, who, c: a.revoke(who, c["account"], c["role"], c["unit"]),
    "account.revoke_token": lambda a, who, c: a.revoke_token(who, c["token"]),
}
_UNASKED = {"account.reset_password": ("at_console",), "account.revoke_token": ("account",)}
"""Fields that the program fills in."""


def account_pages() -> Blueprint:
    """Return the forms by which officers keep accounts."""
    blueprint = Blueprint("keeping", __name__)
    blueprint.add_url_rule("/accounts/<action>", "accounts_form", _form, methods=["GET"])
    blueprint.add_url_rule("/accounts/<action>", "accounts_do", _do, methods=["POST"])
    return blueprint


def actions() -> list[tuple[str, str]]:
    """Return what whoever asks may do with accounts, with its label."""
    who = actor()
    if who is None:
        return []
    return [(name, term(f"do_{name}", lang())) for name in _ACTIONS if _may(who, name)]


def _may(who: Actor, name: str) -> bool:
    roles = [clause.roles for clause in ADMINISTERING[name].who]
    return any(of is None or who.holds(*of) for of in roles)


def _form(action: str) -> Response:
    return _shown(action, {name: request.args[name] for name in request.args}, {})


def _do(action: str) -> Response:
    doing = _known(action)
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    declared = _fields(action)
    raw = raw_of(declared, typed)
    given, wrong = _loaded(declared, raw)
    if wrong:
        return _shown(action, typed, wrong, status=422)
    try:
        made = doing(archive().accounts, actor(), given)
    except (Denied, SignInNeeded, PasswordExpired):
        raise
    except Refusal as refusal:
        return _shown(action, typed, {refusal.field or "": refusal.sentence}, status=422)
    return page(
        "account_done.html",
        action=action,
        title=term(f"do_{action}", lang()),
        account=given.get("account"),
        made=made,
    )


def _loaded(declared: Declared, raw: Given) -> tuple[dict[str, Any], dict[str, Sentence]]:
    """Return the fields as they are taken, and what is wrong with each that isn't right."""
    given: dict[str, Any] = dict.fromkeys(declared)
    wrong: dict[str, Sentence] = {}
    for name, field in declared.items():
        if name not in raw:
            if field.required:
                wrong[name] = say("field_missing")
            continue
        try:
            given[name] = field.deserialize(raw[name])
        except ValidationError as error:
            wrong[name] = first_error(error.messages)[0]
    return given, wrong


def _shown(
    action: str, typed: dict[str, str], wrong: dict[str, Sentence], status: int = 200
) -> Response:
    _known(action)
    who = actor()
    if who is None:
        raise Refusal(say("accounts_not_founded"))
    if not _may(who, action):
        raise Denied(action)
    own = controls(_fields(action), typed, wrong, lang())
    return page(
        "account_form.html",
        status,
        action=action,
        title=term(f"do_{action}", lang()),
        own=own,
        wrong=wrong,
        others=[one for name, one in wrong.items() if name not in {c.name for c in own}],
    )


def _known(action: str) -> Doing:
    if action not in _ACTIONS:
        raise Refusal(say("web_not_found"))
    return _ACTIONS[action]


def _fields(action: str) -> dict[str, Any]:
    hidden = _UNASKED.get(action, ())
    return {n: f for n, f in ADMINISTERING[action].fields.items() if n not in hidden}

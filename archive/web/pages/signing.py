"""登录: signing in and out, one's password and the tokens of one's machines."""

from typing import Any, cast

from flask import Blueprint, Response, redirect, request, session
from werkzeug.wrappers import Response as BaseResponse

from archive.accounts.accounts import LockedOut
from archive.web.current import actor, archive, kept, lang, signed_in
from archive.web.pages.rendering import page
from archive.web.signing_in import COOKIE, SignedIn, put_cookie
from archive.who import SignInNeeded
from domain.account import OFFICERS
from domain.refusal import Refusal
from domain.sentence import Sentence, say, term


def signing_pages() -> Blueprint:
    """Return the pages of signing in, and of one's own account."""
    blueprint = Blueprint("signing", __name__)
    blueprint.add_url_rule("/sign-in", "sign_in", _form, methods=["GET"])
    blueprint.add_url_rule("/sign-in", "sign_in_do", _sign_in, methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", _sign_out, methods=["POST"])
    blueprint.add_url_rule("/account", "account", _account, methods=["GET"])
    blueprint.add_url_rule("/account/password", "password", _change, methods=["POST"])
    blueprint.add_url_rule("/account/tokens", "token", _make_token, methods=["POST"])
    blueprint.add_url_rule("/account/tokens/revoke", "revoke", _revoke, methods=["POST"])
    return blueprint


def _form(refusal: Sentence | None = None, status: int = 200) -> BaseResponse:
    if not archive().accounts.founded:
        return redirect("/")
    return page(
        "sign_in.html",
        status,
        bare=True,
        next=_local(request.values.get("next", "")),
        typed=request.form.get("account", ""),
        refusal=refusal,
    )


def _sign_in() -> BaseResponse:
    try:
        made = archive().accounts.sign_in(
            request.form.get("account", ""), request.form.get("password", "")
        )
    except Refusal as refusal:
        return _form(refusal.sentence, 429 if isinstance(refusal, LockedOut) else 401)
    if before := request.cookies.get(COOKIE):
        archive().accounts.sign_out(before)
    session.clear()  # a form that was open before isn't sent in this session's name
    where = "/account" if made.must_change else _local(request.form.get("next", ""))
    response = cast(Response, redirect(where, 303))
    put_cookie(response, made.token, https=kept().settings.https)
    return response


def _sign_out() -> BaseResponse:
    if found := signed_in():
        archive().accounts.sign_out(found.token)
    session.clear()
    response = cast(Response, redirect("/sign-in", 303))
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict")
    return response


def _account() -> BaseResponse:
    return _shown()


def _shown(
    refusal: Refusal | None = None, made: str | None = None, note: Sentence | None = None
) -> BaseResponse:
    found = _mine()
    must_change = found.session.must_change
    who = None if must_change else actor()
    own: list[Any] = []
    if who is not None:
        own = [one for one in archive().accounts.tokens(who) if one.account == who.account]
    grants = sorted(who.grants, key=lambda one: (one.role, one.unit or "")) if who else []
    return page(
        "account.html",
        422 if refusal else 200,
        bare=must_change,
        session=found.session,
        grants=[
            (grant.role, grant.unit, term(grant.role, lang()), grant.role not in OFFICERS)
            for grant in grants
        ],
        tokens=own,
        refusal=refusal,
        made=made,
        note=note,
    )


def _change() -> BaseResponse:
    found = _mine()
    new, again = request.form.get("new", ""), request.form.get("again", "")
    try:
        if new != again:
            raise Refusal(say("web_passwords_differ"), "again")
        archive().accounts.change_password(
            found.session.account, request.form.get("old", ""), new, session=found.token
        )
    except Refusal as refusal:
        return _shown(refusal)
    found.session = archive().accounts.session(found.token)
    return _shown(note=say("web_password_changed"))


def _make_token() -> BaseResponse:
    role, _, unit = request.form.get("grant", "").partition("@")
    days = request.form.get("days", "")
    try:
        made = archive().accounts.make_token(
            actor(),
            role,
            unit or None,
            label=request.form.get("label", "").strip(),
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
        )
    except Refusal as refusal:
        return _shown(refusal)
    return _shown(made=made)


def _revoke() -> BaseResponse:
    try:
        archive().accounts.revoke_token(actor(), request.form.get("token", ""))
    except Refusal as refusal:
        return _shown(refusal)
    return redirect("/account", 303)


def _mine() -> SignedIn:
    found = signed_in()
    if found is None:
        raise SignInNeeded
    return found


def _local(url: str) -> str:
    """Return where to go behind signing in: somewhere here, never to another host."""
    here = url.startswith("/") and not url.startswith(("//", "/\\")) and url.isprintable()
    return url if here and "\\" not in url else "/"

"""Who is signed in: the session's token in a cookie, everything else at the server."""

from flask import Flask, Request, Response
from flask_login import LoginManager, UserMixin

from archive.accounts.accounts import Session
from archive.web.current import archive
from archive.who import Actor, PasswordExpired, SignInNeeded

COOKIE = "shiji_session"


class SignedIn(UserMixin):  # type: ignore[misc]  # the library has no types
    """Whoever is signed in.

    Args:
        token: of the session.
        session: what is known of it.
    """

    def __init__(self, token: str, session: Session) -> None:
        self.token = token
        self.session = session

    def get_id(self) -> str:
        """Return the account's id."""
        return self.session.account

    def actor(self) -> Actor:
        """Return who asks, with what is held now.

        Raises:
            PasswordExpired: a password must be chosen first.
        """
        if self.session.must_change:
            raise PasswordExpired
        who = Actor(self.session.account)
        return archive().access.now(who) or who


def know_who_asks(app: Flask) -> None:
    """Have each request know who is signed in, by its session at the server."""
    manager = LoginManager()
    manager.session_protection = None  # the session is ours; nothing of it is in a cookie
    manager.init_app(app)
    manager.request_loader(_of_request)


def put_cookie(response: Response, token: str, *, https: bool) -> None:
    """Hand the session's token to the browser; it ends there with the browser, here by itself."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=https)


def _of_request(request: Request) -> SignedIn | None:
    token = request.cookies.get(COOKIE)
    if not token or len(token) > 200:
        return None
    try:
        return SignedIn(token, archive().accounts.session(token))
    except SignInNeeded:
        return None

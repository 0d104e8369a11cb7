"""What belongs to the request that is answered now: its archive, language, time and asker."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, current_app, g, request
from flask_login import current_user

from archive.archive import Archive
from archive.web.archives import Archives
from archive.web.choices import KeptChoices
from archive.web.jobs import Jobs
from archive.web.settings import Settings
from archive.web.uploads import Uploads
from archive.who import Actor, SignInNeeded
from domain.sentence import Lang

if TYPE_CHECKING:
    from archive.web.signing_in import SignedIn

LANGS: tuple[Lang, ...] = ("zh", "en")
LANG = "lang"
_EXTENSION = "shiji"


class Kept:
    """What the app keeps for all requests.

    Args:
        settings: how the desk is set up.
        archives: an archive for each thread.
    """

    def __init__(self, settings: Settings, archives: Archives) -> None:
        self.settings = settings
        self.archives = archives
        self.choices = KeptChoices()
        self.jobs = Jobs(settings.state / "jobs")
        self.uploads = Uploads(settings.state / "uploads")


def keep(app: Flask, kept: Kept) -> None:
    """Put what is kept into the app."""
    app.extensions[_EXTENSION] = kept


def kept() -> Kept:
    """Return what the app keeps."""
    return cast(Kept, current_app.extensions[_EXTENSION])


def archive() -> Archive:
    """Return the archive that this request asks."""
    return kept().archives.here()


def jobs() -> Jobs:
    """Return the desk's long work."""
    return kept().jobs


def uploads() -> Uploads:
    """Return the desk's uploaded files."""
    return kept().uploads


def signed_in() -> "SignedIn | None":
    """Return who is signed in by a cookie; None where nobody is, or nobody needs to be."""
    found = cast(Any, current_user)
    return cast("SignedIn", found._get_current_object()) if found.is_authenticated else None


def actor() -> Actor | None:
    """Return who asks; None in an archive without accounts.

    Raises:
        SignInNeeded: the archive has accounts, and nobody is signed in.
        PasswordExpired: a password must be chosen first.
    """
    if "actor" not in g:
        g.actor = _actor()
    return cast("Actor | None", g.actor)


def _actor() -> Actor | None:
    accounts = archive().accounts
    if not accounts.founded:
        return None
    if request.blueprint == "api":
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise SignInNeeded
        return accounts.actor_of_token(text.strip())
    found = signed_in()
    if found is None:
        raise SignInNeeded
    return found.actor()


def owner() -> str | None:
    """Return the account of whoever asks; None in an open archive."""
    who = actor()
    return None if who is None else who.account


def lang() -> Lang:
    """Return the language asked for: in the URL, else chosen before, else what is usual here."""
    if "lang" not in g:
        asked = request.args.get(LANG) or request.cookies.get(LANG)
        if asked not in LANGS:
            asked = (
                "en"
                if request.headers.get("Accept-Language", "").startswith("en")
                and (request.path.startswith("/api"))
                else "zh"
            )
        g.lang = asked
    return cast(Lang, g.lang)


def now() -> datetime:
    """Return the server's time."""
    return datetime.now(UTC)

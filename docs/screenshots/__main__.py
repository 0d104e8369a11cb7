"""``python -m docs.screenshots``: build the demo city, serve it, and picture the desk's pages.

It takes the ``dev`` extra and the chromium that is installed, as the tests in a browser do.
"""

import os
import sys
import tempfile
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

try:
    from playwright.sync_api import Browser, Page
except ModuleNotFoundError:
    sys.exit("the dev extra is missing: pip install -e '.[dev]'")

from archive.integrity.key_folder import VARIABLE
from archive.web.signing_in import COOKIE
from docs.screenshots.shots import HEIGHT, SHOTS, Scheme, Shot, prepared
from tests.web.browser.chromium import CHROMIUM, MISSING, launched
from tests.web.browser.office import an_office
from tests.web.browser.serving import served

FOLDER = Path(__file__).parent
PATIENCE = 300_000
"""Milliseconds that a page may take; patterns of a whole city are computed in the meantime."""
QUALITY = 72


@dataclass(frozen=True, slots=True)
class Desk:
    """A browser on the desk, for whoever's turn it is.

    Args:
        browser: which it is.
        url: the desk's.
        sessions: the token of a session, by role.
    """

    browser: Browser
    url: str
    sessions: Mapping[str, str]

    def page(self, role: str | None, width: int = 1366, scheme: Scheme = "light") -> Page:
        """Return a page of somebody's; whoever asks for it closes its context."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": HEIGHT[width]},
            color_scheme=scheme,
        )
        context.set_default_timeout(PATIENCE)
        if role is not None:
            session = self.sessions[role]
            context.add_cookies([{"name": COOKIE, "value": session, "url": self.url}])
        return context.new_page()


@click.command()
@click.argument("names", nargs=-1)
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), default=FOLDER,
              help="The folder for the images; the one beside this file by default.")  # fmt: skip
@click.option("--png", is_flag=True, help="Lossless, to be looked at closely; else small WebP.")
@click.option("--units", type=click.IntRange(1), default=6, show_default=True)
@click.option("--years", type=click.IntRange(3), default=5, show_default=True)
def main(names: tuple[str, ...], to: Path, png: bool, units: int, years: int) -> None:
    """Picture the desk of the demo city: every page of the list, or those NAMED."""
    if CHROMIUM is None:
        raise click.ClickException(MISSING)
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        os.environ[VARIABLE] = str(folder / "keys")
        click.echo("building the demo city …", err=True)
        sessions = an_office(folder / "archive", units, years)
        (folder / "state").mkdir()
        with served(folder / "archive", folder / "state") as url, launched() as browser:
            desk = Desk(browser, url, sessions)
            known = prepared(desk.page)
            for shot in SHOTS:
                if not names or shot.name in names:
                    click.echo(shot.name, err=True)
                    _take(desk, shot, known, to, png)


def _take(desk: Desk, shot: Shot, known: dict[str, str], to: Path, png: bool) -> None:
    page = desk.page(shot.role, shot.width, shot.scheme)
    page.goto(shot.url.format(**known))
    shot.then(page)
    page.wait_for_load_state("networkidle")
    kind = "png" if png else "webp"
    given = {"format": kind} | ({} if png else {"quality": QUALITY})
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", given)
    (to / f"{shot.name}.{kind}").write_bytes(b64decode(taken["data"]))
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())

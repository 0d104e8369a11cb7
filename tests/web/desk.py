"""A browser for tests: the real app on a real archive; it follows links and sends forms."""

import io
import re
import time
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from werkzeug.test import TestResponse

from archive.web.app import create_app
from archive.web.settings import Settings
from archive.web.signing_in import COOKIE

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def an_app(location: Path | str, state: Path, **settings: Any) -> APIFlask:
    """Return the app of an archive; its limits are off unless they are asked for."""
    return create_app(Settings(str(location), state, **({"limited": False} | settings)))


def close(app: APIFlask) -> None:
    """Close the archives that an app opened."""
    app.extensions["shiji"].archives.close()


class Browser:
    """What somebody does in a browser, signed in where a session's token is given."""

    def __init__(self, app: APIFlask, session: str | None = None, lang: str = "en") -> None:
        self.client = app.test_client()
        self.client.set_cookie("lang", lang)
        if session is not None:
            self.client.set_cookie(COOKIE, session)

    def get(self, url: str, **given: Any) -> TestResponse:
        """Ask for a page."""
        return self.client.get(url, buffered=True, **given)

    def text(self, url: str) -> str:
        """Return a page that must be there."""
        response = self.get(url)
        assert response.status_code == 200, (url, response.status_code, main_of(response))
        return response.get_data(as_text=True)

    def token(self, url: str = "/sign-in") -> str:
        """Return the token that forms of this browser carry."""
        found = _TOKEN.search(self.get(url).get_data(as_text=True))
        assert found is not None, url
        return found[1]

    def send(self, url: str, form: Mapping[str, Any], page: str | None = None) -> TestResponse:
        """Send a form as the page that holds it would."""
        data = {"csrf_token": self.token(page or url), **form}
        return self.client.post(url, data=data)

    def upload(self, content: str | bytes, command: str = "", name: str = "t.csv") -> TestResponse:
        """Upload a file of commands, and follow to what is made of it."""
        data = content.encode() if isinstance(content, str) else content
        form = {"csrf_token": self.token("/import"), "command": command}
        sent = form | {"file": (io.BytesIO(data), name)}
        return self.follow(self.client.post("/import", data=sent))

    def follow(self, response: TestResponse) -> TestResponse:
        """Follow to where an answer leads, and wait there for long work."""
        for _ in range(600):
            if response.status_code in (302, 303):
                self.at = response.headers["Location"]
                response = self.get(self.at)
            elif "<progress" in response.get_data(as_text=True):
                time.sleep(0.1)
                response = self.get(self.at)
            else:
                return response
        raise AssertionError(self.at)


def main_of(response: TestResponse) -> str:
    """Return the words of a page's content."""
    text = response.get_data(as_text=True).partition("<main")[2].partition("<dialog")[0]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip())

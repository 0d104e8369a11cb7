"""A page that is looked at: what it asks of other hosts, and what the browser complains of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

AXE = Axe()
_TELL = "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.blockedURI))"


@dataclass
class Seen:
    """What went wrong while pages were looked at.

    Args:
        host: the desk's, with its port.
    """

    host: str
    complaints: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        """Take note of what is asked of any other host."""
        if urlsplit(request.url).netloc != self.host:
            self.complaints.append(f"asked elsewhere: {request.url}")

    def message(self, message: ConsoleMessage) -> None:
        """Take note of errors and warnings, but of answers that say of themselves what is wrong."""
        told = message.text
        if message.type in ("error", "warning") and not told.startswith("Failed to load resource"):
            self.complaints.append(f"{message.type}: {told}")

    def failed(self, request: Request) -> None:
        """Take note of a request without an answer; one that is left for another page is none."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url} {request.failure}")


@contextmanager
def watched(context: BrowserContext, host: str) -> Iterator[Page]:
    """Yield a page of which nothing may be complained."""
    seen = Seen(host)
    context.add_init_script(_TELL)
    context.on("request", seen.request)
    context.on("requestfailed", seen.failed)
    page = context.new_page()
    page.on("console", seen.message)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    yield page
    context.close()
    assert seen.complaints == []


def inaccessible(page: Page, context: str | None = None) -> list[str]:
    """Return what axe finds wrong with a page, in light and in dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for wrong in AXE.run(page, context).response["violations"]:
            first = wrong["nodes"][0]["html"][:120]
            found.append(f"{scheme}: {wrong['help']}: {len(wrong['nodes'])} as {first}")
    return found

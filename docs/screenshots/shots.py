"""What is pictured: who looks, where, and what is done there first."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Page

from tests.web.browser.office import HOLDERS, OPEN, YEAR

Scheme = Literal["light", "dark"]
HEIGHT = {1366: 768, 1920: 1080}
"""How high a window of this width is."""
AUDITOR, OFFICE = "organization_auditor", "appraisal_office"
BEFORE = f"{YEAR + 1}-01-21"
"""A day between the closing of a year and the confirming of its grades."""
CORRECTED = YEAR - 2
"""A year of which results were corrected after appeals."""
_PEERS = "figure.chart:has-text('同级')"
_ROWS = (
    f"cadre,day,text,on\nD3,{OPEN}-03-02,下村走访,{OPEN}-03-02\n"
    f"D3,{OPEN}-02-30,走访企业,{OPEN}-03-02\nD1,{OPEN}-03-03,,{OPEN}-03-03\n"
)


@dataclass(frozen=True, slots=True)
class Shot:
    """An image.

    Args:
        name: the file's, without what it ends in.
        role: whose session it is; None: nobody's.
        url: the page's, with what was prepared in braces.
        then: what is done on the page first.
    """

    name: str
    role: str | None
    url: str
    then: Callable[[Page], None] = lambda page: None
    width: int = 1366
    scheme: Scheme = "light"


def prepared(page_of: Callable[[str], Page]) -> dict[str, str]:
    """Compute the patterns, release the leads, review one, and return what pages are found by."""
    page = page_of(AUDITOR)
    page.goto("/patterns")
    page.click("#compute button")
    page.wait_for_url("**/patterns?job=*")
    job = re.findall("job=([^&]+)", page.url)[0]
    page.goto(f"/patterns?job={job}&kind=pairs")
    card = page.locator('a[href*="/patterns/card?"]').first.get_attribute("href")
    page.fill("#release", f"R{YEAR + 1}-1")
    page.click('form[action="/patterns/release"] button')
    page.click('.done a[href^="/leads"]')
    page.locator(".lead .actions a").first.click()
    page.fill('[name="reviewer"]', HOLDERS[AUDITOR][0])
    page.fill('[name="note"]', "已核对原始评分表，两人同在一室，未见串通。")
    page.select_option('[name="outcome"]', "innocent")
    page.click("#submit")
    page.wait_for_url("**/recorded?*")
    page.context.close()
    assert card is not None
    return {"job": job, "card": card}


def _folded_open(page: Page) -> None:
    """Open the condition of R20 that compares with others."""
    for one in page.locator(".tree details:not([open]) > summary").all()[:1]:
        one.click()


def _mistyped(page: Page) -> None:
    page.fill('[name="day"]', f"{OPEN}.3.1")
    page.fill('[name="text"]', "下村走访，了解春耕备耕情况")
    page.fill('[name="on"]', f"{OPEN}-03-01")
    page.click("#submit")
    page.locator("#f-day-error").wait_for()


def _uploaded(page: Page) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "工作日志.csv"
        file.write_text(_ROWS, "utf-8")
        page.set_input_files("#file", file)
        page.select_option("#import-command", "work_log.enter")
        page.click("#preview")
        page.locator("#refused").wait_for()


def _scrolled(selector: str) -> Callable[[Page], None]:
    """Return what brings something to the top of the window."""

    def scroll(page: Page) -> None:
        found = page.locator(selector).first
        found.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 60)")

    return scroll


SHOTS = (
    Shot("sign-in", None, "/sign-in"),
    Shot("overview", AUDITOR, f"/?year={YEAR}"),
    Shot("overview-dark", AUDITOR, f"/?year={YEAR}", scheme="dark"),
    Shot("overview-english", AUDITOR, f"/?year={YEAR}&lang=en"),
    Shot("ranking", OFFICE, f"/rank?year={YEAR}"),
    Shot("ranking-wide", OFFICE, f"/rank?year={YEAR}", width=1920),
    Shot("ranking-as-of", OFFICE, f"/rank?year={YEAR}&as_of={BEFORE}"),
    Shot(
        "before-and-after", OFFICE, f"/rank?year={CORRECTED}&as_of={CORRECTED + 1}-01-25&compare=1"
    ),
    Shot("grounds", OFFICE, f"/grounds?year={YEAR}&unit=U001&cadre=C00015"),
    Shot("eligibility", OFFICE, "/eligible?cadre=C00015&for=promotion", _folded_open),
    Shot("record", OFFICE, "/record?cadre=C00015"),
    Shot("who-scored-whom", AUDITOR, f"/audit?year={YEAR}&source=ballot&unit=U001"),
    Shot("patterns", AUDITOR, "/patterns?job={job}"),
    Shot("heat-map", AUDITOR, "/patterns?job={job}&unit=U002", _scrolled(_PEERS + " >> nth=0")),
    Shot("relations", AUDITOR, "/patterns?job={job}&unit=U002", _scrolled(_PEERS + " >> nth=1")),
    Shot("evidence-card", AUDITOR, "{card}"),
    Shot("leads", AUDITOR, "/leads"),
    Shot("form", "unit_admin", "/commands/work_log.enter?cadre=D2", _mistyped),
    Shot("import", "unit_admin", "/import", _uploaded),
    Shot("integrity", AUDITOR, "/integrity"),
    Shot("accounts", "system_admin", "/accounts"),
    Shot("access-log", "security_auditor", "/access-log"),
)

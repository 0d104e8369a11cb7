"""Every kind of page: usable by everybody, at peace with its policy, whole on paper, light."""

import gzip

import pytest
from playwright.sync_api import Page, Response

from tests.web.browser.office import OPEN, YEAR
from tests.web.browser.seen import inaccessible

AUDITOR, OFFICE = "organization_auditor", "appraisal_office"
PAGES: list[tuple[str | None, str]] = [
    (AUDITOR, f"/?year={YEAR}"),
    (AUDITOR, f"/rank?year={YEAR}"),
    (AUDITOR, f"/grounds?year={YEAR}&unit=U001&cadre=C00005"),
    (AUDITOR, f"/audit?year={YEAR}&source=ballot"),
    (AUDITOR, "/eligible?cadre=C00005&for=promotion"),
    (AUDITOR, "/record?cadre=C00005"),
    (AUDITOR, "/event?positions=5,6"),
    (AUDITOR, f"/talks?year={YEAR}"),
    (AUDITOR, f"/spread?year={YEAR}"),
    (AUDITOR, f"/appeals?year={YEAR}"),
    (AUDITOR, f"/units?year={YEAR}"),
    (AUDITOR, f"/schemes?year={YEAR}"),
    (AUDITOR, f"/circular?unit=U001&period={YEAR}"),
    (AUDITOR, "/decisions"),
    (AUDITOR, f"/check?year={YEAR}&all=true"),
    (AUDITOR, "/leads"),
    (AUDITOR, "/policy?name=shishou-2018"),
    (AUDITOR, "/patterns"),
    (AUDITOR, "/integrity"),
    (AUDITOR, "/search?q=C0000"),
    (OFFICE, "/commands"),
    (OFFICE, "/jobs"),
    ("rater", f"/commands/ballot.submit?unit=U9&year={OPEN}"),
    ("rater", "/account"),
    ("rater", "/help"),
    ("rater", "/nope"),
    ("system_admin", "/accounts"),
    ("security_admin", "/accounts/account.grant"),
    ("security_auditor", "/access-log"),
    (None, "/sign-in"),
]
"""A page of each kind, and who comes to it; what comes of a form is looked at with its form."""
PRINTED = [
    f"/rank?year={YEAR}", f"/grounds?year={YEAR}&unit=U001&cadre=C00005",
    f"/audit?year={YEAR}&source=ballot", "/eligible?cadre=C00005&for=promotion",
    f"/check?year={YEAR}&all=true", "/record?cadre=C00005",
]  # fmt: skip
SIDE = {"width": 1047, "height": 718}
"""An A4 page on its side within margins of a centimetre, in CSS pixels."""
_CUT = """() => [...document.querySelectorAll('main, main *')].filter(e => {
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const hides = !['visible', 'clip'].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1;
  return style.display !== 'inline' && box.width > 0 && (hides || box.right > innerWidth + 1);
}).map(e => e.tagName + '.' + e.className + ' ' + e.textContent.trim().slice(0, 40))"""


_FOLDED = """() => [...document.querySelectorAll('details:not(.facet) > *')].filter(
  e => !e.checkVisibility({contentVisibilityAuto: true})).length"""


@pytest.mark.parametrize(("role", "url"), PAGES)
def test_a_page_is_for_everybody_and_asks_nothing_of_others(look, role, url: str) -> None:
    with look(role) as page:
        page.goto(url)
        assert inaccessible(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_api_is_tried_out_without_asking_others(look) -> None:
    with look("rater") as page:
        page.goto("/api/docs")
        page.locator(".opblock-tag").first.wait_for()
        assert inaccessible(page) == []
        page.locator(".opblock-tag").first.click()
        page.locator(".opblock-summary-control").first.click()
        page.locator(".try-out__btn").first.click()
        page.locator('input[placeholder="year"]').first.fill(str(YEAR))
        page.locator(".btn.execute").first.click()
        page.locator(".live-responses-table").first.wait_for()
        page.locator(".opblock-tag").last.click()
        page.locator(".opblock-post .opblock-summary-control").first.click()
        page.locator("section.models h4 button").click()
        page.locator(".json-schema-2020-12-expand-deep-button").first.wait_for()
        assert inaccessible(page) == []
        page.locator(".btn.authorize").first.click()
        page.locator(".close-modal").wait_for()
        assert inaccessible(page) == []


def test_headings_of_a_long_table_stay_in_sight(look) -> None:
    with look(AUDITOR) as page:
        page.goto(f"/rank?year={YEAR}")
        page.locator(".scroll.fits").wait_for()
        page.mouse.wheel(0, 600)
        page.wait_for_function("scrollY > 300")
        assert page.locator("thead th").first.bounding_box()["y"] > 0  # type: ignore[index]


@pytest.mark.parametrize("url", PRINTED)
def test_nothing_is_cut_off_on_paper(look, url: str) -> None:
    with look(AUDITOR, viewport=SIDE) as page:
        page.goto(url)
        page.emulate_media(media="print")
        assert page.evaluate(_CUT) == []
        assert page.locator(".menu:visible, .top:visible, form:visible").count() == 0
        hidden = page.evaluate(_FOLDED)
        assert hidden == 0  # what is folded on the screen is spread out


def test_the_first_page_is_light(look) -> None:
    with look(AUDITOR) as page:
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        page.goto(f"/?year={YEAR}")
        page.wait_for_load_state("networkidle")
        assert {"document", "stylesheet", "script"} <= {a.request.resource_type for a in answers}
        assert sum(len(gzip.compress(answer.body())) for answer in answers) < 100_000


@pytest.mark.parametrize(
    ("role", "url", "told"),
    [
        (OFFICE, f"/rank?year={YEAR}&unit=U001", "C00005"),
        (AUDITOR, f"/audit?year={OPEN}", "D2"),
        (AUDITOR, "/eligible?cadre=C00005&for=promotion", "R20"),
    ],
)
def test_pages_are_read_without_script(look, role: str, url: str, told: str) -> None:
    with look(role, java_script_enabled=False) as page:
        page.goto(url)
        assert told in page.locator("main").inner_text()
        sort(page)


def sort(page: Page) -> None:
    """Sort the page's table by its first column, if it has one."""
    heading = page.locator("thead th a").first
    if heading.count():
        heading.click()
        assert "sort=" in page.url


def test_a_form_is_sent_without_script(look) -> None:
    with look("unit_admin", java_script_enabled=False) as page:
        page.goto(f"/commands/work_log.enter?cadre=D1&day={OPEN}-03-03&on={OPEN}-03-03")
        page.fill('[name="text"]', "下村走访")
        page.click("#submit")
        page.wait_for_url("**/recorded?*")

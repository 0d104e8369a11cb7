"""Keys, and the way back."""

from playwright.sync_api import expect

from tests.web.browser.office import YEAR


def test_keys_lead_to_the_search_to_pages_and_to_help(look) -> None:
    with look("appraisal_office") as page:
        page.goto("/help")
        page.keyboard.press("/")
        expect(page.locator("#search")).to_be_focused()
        page.keyboard.type("g")
        expect(page.locator("#search")).to_have_value("g")  # who types is led nowhere
        page.keyboard.press("Escape")
        page.keyboard.press("g")
        page.keyboard.press("r")
        page.wait_for_url("**/rank*")
        page.keyboard.press("?")
        expect(page.locator("dialog#help")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog#help")).to_be_hidden()
        page.keyboard.press("t")
        expect(page.locator("#as-of")).to_be_focused()


def test_back_brings_the_filters_back(look) -> None:
    with look("appraisal_office") as page:
        page.goto(f"/rank?year={YEAR}")
        every = page.locator(".caption").inner_text()
        page.locator("details.facet summary", has_text="前后").click()
        page.locator("details.facet[open] li a", has_text="前1/2").click()
        page.wait_for_url("**f.half=upper*")
        page.locator("th.k-annual a").click()
        page.wait_for_url("**sort=annual*")
        expect(page.locator("th.k-annual")).to_have_attribute("aria-sort", "ascending")
        some = page.locator(".caption").inner_text()
        assert some != every
        page.locator("td.grounds a").first.click()
        page.wait_for_url("**/grounds?*")
        page.go_back()
        expect(page.locator(".caption")).to_have_text(some)
        expect(page.locator("th.k-annual")).to_have_attribute("aria-sort", "ascending")
        page.go_back()
        page.wait_for_url(lambda url: "sort=" not in url)
        expect(page.locator(".caption")).to_have_text(some)
        page.go_back()
        page.wait_for_url(lambda url: "f.half" not in url)
        expect(page.locator(".caption")).to_have_text(every)

"""What each role comes for, done in a browser from the first page to the last."""

import re

from playwright.sync_api import Page, expect

from tests.web.browser.office import OPEN, PASSWORD, YEAR
from tests.web.browser.seen import inaccessible

AUDITED = f"/audit?year={OPEN}&source=ballot"


def fill(page: Page, **fields: str) -> None:
    """Type into fields by name, ``__`` for a dot."""
    for name, text in fields.items():
        page.fill(f'[name="{name.replace("__", ".")}"]', text)


def record(page: Page) -> str:
    """Send a form that must be accepted, and return the position it was recorded at."""
    page.click("#submit")
    page.wait_for_url("**/recorded?*")
    return page.locator(".done a").first.inner_text()


def of_column(page: Page, key: str) -> set[str]:
    """Return what stands in a column of the page's table."""
    return {text.split()[0] for text in page.locator(f"td.k-{key}").all_inner_texts()}


def test_a_rater_hands_in_a_sheet_and_sees_no_sheet_but_ones_own(look) -> None:
    with look("rater") as page:
        page.goto(f"/commands/ballot.submit?unit=U9&year={OPEN}&round=annual&rater=D1")
        page.select_option('[name="relation"]', "peer")
        fill(page, scores__0__ratee="D2", scores__0__points="92.5", on=f"{OPEN}-12-21")
        page.click('button[name="add.scores"]')
        fill(page, scores__1__ratee="D3", scores__1__points="87")
        record(page)
        page.goto(AUDITED)
        assert of_column(page, "rater") == {"D1"}
        assert of_column(page, "ratee") == {"D2", "D3"}
        assert page.goto("/patterns").status == 403  # type: ignore[union-attr]


def test_a_clerk_is_told_beside_the_field_and_nothing_typed_is_lost(look) -> None:
    with look("unit_admin") as page:
        page.goto("/commands/work_log.enter?cadre=D2")
        fill(page, day=f"{OPEN}.3.1", text="下村走访", on=f"{OPEN}-03-01")
        page.click("#submit")
        expect(page.locator(".field.wrong #f-day-error")).to_be_visible()
        expect(page.locator("#f-day")).to_have_attribute("aria-describedby", "f-day-error")
        expect(page.locator("#f-day")).to_have_value(f"{OPEN}.3.1")
        expect(page.locator('[name="text"]')).to_have_value("下村走访")
        assert inaccessible(page) == []
        fill(page, day=f"{OPEN}-03-01")
        record(page)


def test_a_file_is_looked_at_mended_and_imported(look, tmp_path) -> None:
    head = "cadre,day,text,on\n"
    bad, good = tmp_path / "坏.csv", tmp_path / "好.csv"
    row = f"D3,{OPEN}-03-02,走访,{OPEN}-03-02\n"
    bad.write_text(f"{head}{row}D3,{OPEN}-02-30,走访,{OPEN}-03-02\n", "utf-8")
    good.write_text(head + row, "utf-8")
    with look("unit_admin") as page:
        for file in (bad, good):
            page.goto("/import")
            page.set_input_files("#file", file)
            page.select_option("#import-command", "work_log.enter")
            page.click("#preview")
            page.wait_for_url("**/import/*")
            if file == bad:
                expect(page.locator("#refused td.told")).to_contain_text(f"{OPEN}-02-30")
                expect(page.locator("#refused td.told")).to_contain_text("3")
                expect(page.locator("#import")).to_have_count(0)
            assert inaccessible(page) == []
        page.click("#import")
        expect(page.locator(".done")).to_contain_text("#")


def test_a_head_takes_the_step_that_is_the_heads(look) -> None:
    with look("unit_head") as page:
        page.goto(f"/commands/work_list.review?cadre=D3&year={OPEN}&on={OPEN}-01-25")
        position = record(page)
        page.click(f'.done a:text-is("{position}")')
        expect(page.locator(".event h2")).to_contain_text("work_list.reviewed")
        expect(page.locator(".event .facts")).to_contain_text("D9")


def test_a_rank_leads_to_what_it_rests_on_down_to_the_event(look) -> None:
    with look("appraisal_office") as page:
        page.goto(f"/rank?year={YEAR}")
        rank = page.locator("tbody tr", has_text="C00005")
        annual = rank.locator("td.k-annual").inner_text()
        rank.locator("td.grounds a").click()
        expect(page.locator(".formula").first).to_contain_text(f"{annual} = 50% ×")
        expect(page.locator(".tree .clause").first).to_be_visible()
        page.locator(".foot a.at").first.click()
        expect(page.locator(".event dl.facts")).to_be_visible()
        expect(page.locator("a[id^=proof-]")).to_have_count(0)  # which is for who audits
        assert page.goto(f"/audit?year={YEAR}").status == 403  # type: ignore[union-attr]


def test_the_same_ranking_as_of_two_days_and_what_changed(look) -> None:
    with look("appraisal_office") as page:
        page.goto(f"/rank?year={YEAR}")
        confirmed = page.locator("#answer").inner_text()
        page.fill("#as-of", f"{YEAR}-12-31")
        page.press("#as-of", "Enter")
        expect(page.locator("#past-banner")).to_contain_text(f"{YEAR}-12-31")
        assert page.locator("#answer").inner_text() != confirmed
        page.click("#compare")
        expect(page.locator(".changes td.differs del").first).to_be_visible()
        expect(page.locator(".changes td.differs ins").first).to_be_visible()
        assert inaccessible(page) == []
        page.locator("#past-banner a").first.click()
        expect(page.locator("#past-banner")).to_have_count(0)
        assert page.locator("#answer").inner_text() == confirmed


def test_who_looked_at_who_scored_whom_is_found_in_the_access_log(look) -> None:
    with look("organization_auditor") as page:
        page.goto(AUDITED)
        assert {"D2"} <= of_column(page, "rater")
        page.locator("td.k-position a").first.click()
        with page.expect_download() as proof:
            page.locator("a[id^=proof-]").first.click()
        assert "tlog-proof" in proof.value.path().read_text("utf-8")
    with look("security_auditor") as page:
        page.goto("/access-log?account=auditor&happened=looked")
        looked = page.locator("tbody tr", has_text=f"year={OPEN}")
        expect(looked.first).to_contain_text("auditor")
        assert page.goto(AUDITED).status == 403  # type: ignore[union-attr]


def test_a_lead_is_released_then_closed_by_two_people_who_agree(look) -> None:
    with look("organization_auditor") as page:
        page.goto("/patterns")
        page.click("#compute button")
        page.wait_for_url("**/patterns?job=*")
        computed = page.url
        page.goto(f"{computed}&unit=U001")
        expect(page.locator("figure.chart svg").first).to_be_visible()
        assert inaccessible(page) == []
        page.fill("#card-rater", "D1")
        page.fill("#card-ratee", "D2")
        page.click("#card-of button")
        page.wait_for_url("**/patterns/card?*")
        expect(page.locator("#no-card, .card-of").first).to_be_visible()
        assert inaccessible(page) == []
        page.goto(computed)
        page.fill("#release", "R2026-1")
        page.click('form[action="/patterns/release"] button')
        page.click('.done a[href^="/leads"]')
    for role, account in (("organization_auditor", "auditor"), ("second_auditor", "auditor-2")):
        with look(role) as page:
            page.goto("/leads")
            lead = page.locator(".lead").first
            expect(lead.locator("h2")).to_contain_text("待核查")
            lead.locator(".actions a").first.click()
            fill(page, reviewer=account, note="已核对原始评分，无串通。")
            page.select_option('[name="outcome"]', "innocent")
            record(page)
            page.goto("/leads")
            expect(page.locator(".lead").first).to_contain_text(f"{account}: 无问题")
            assert inaccessible(page) == []
    with look("organization_auditor") as page:
        page.goto("/leads")
        expect(page.locator(".lead").first.locator("h2")).to_contain_text("无问题")
    with look("security_auditor") as page:
        page.goto("/access-log?account=auditor&happened=looked")
        expect(page.locator("tbody tr", has_text="card=D1,D2").first).to_be_visible()


def test_two_officers_let_somebody_in_who_first_chooses_a_password(look) -> None:
    with look("system_admin") as page:
        page.goto("/accounts")
        page.click('#account-actions a[href$="account.open"]')
        fill(page, account="newcomer", name="新来者")
        page.click("#submit")
        initial = page.locator("#made").inner_text()
        assert page.goto(f"/rank?year={YEAR}").status == 403  # type: ignore[union-attr]
    with look("security_admin") as page:
        page.goto("/accounts/account.grant?account=newcomer")
        page.select_option('[name="role"]', "appraisal_office")
        page.click("#submit")
        expect(page.locator(".done")).to_contain_text("newcomer")
    with look() as page:
        page.goto(f"/rank?year={YEAR}")
        fill(page, account="newcomer", password=initial)
        page.click("#sign-in button")
        expect(page).to_have_url(re.compile("/account$"))
        page.goto(f"/rank?year={YEAR}")
        expect(page).to_have_url(re.compile("/account$"))
        fill(page, old=initial, new=PASSWORD, again=PASSWORD)
        page.click("#change-password button")
        page.goto(f"/rank?year={YEAR}")
        expect(page.locator("td.k-annual").first).to_be_visible()
        page.click("#sign-out")
        page.wait_for_url("**/sign-in")
        page.go_back()
        expect(page).to_have_url(re.compile("/sign-in"))
        expect(page.locator("#sign-in")).to_be_visible()

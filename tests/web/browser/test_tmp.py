def test_it(look):
    with look("organization_auditor") as page:
        page.goto("/rank?year=2018")
        print(page.title())
        print(page.locator("main").inner_text()[:500])

"""The desk on an archive in a folder and on a server: the same pages, forms and API."""

import pytest

from archive.archive import Archive
from tests.said import unit
from tests.web.conftest import SMALL
from tests.web.desk import Browser, an_app, close, main_of


@pytest.fixture
def browser(location, tmp_path):
    with Archive(location, create=True) as archive:
        assert [str(one.refusal) for one in archive.record(SMALL) if one.refusal] == []
    app = an_app(location, tmp_path / "state")
    yield Browser(app)
    close(app)


def test_it_is_asked_and_recorded_in_by_page_form_file_and_machine(browser) -> None:
    assert [row["cadre"] for row in browser.get("/rank.json?year=2018&unit=U1").get_json()["rows"]]
    form = {"unit": "U7", "name": "示例七", "kind": "town", "by": "CLERK", "on": "2018-01-01"}
    assert browser.send("/commands/unit.register", form).status_code == 303
    told = browser.client.post("/api/commands/unit.register", json=unit("U8"))
    assert told.status_code == 200
    table = "unit,name,kind,by,on\nU9,示例九,town,CLERK,2018-01-01\n"
    assert "all 1 can be recorded" in main_of(browser.upload(table, "unit.register"))
    code = browser.at.rpartition("/")[2]
    sent = browser.client.post(f"/import/{code}", data={"csrf_token": browser.token("/import")})
    assert "imported: 1 commands" in main_of(browser.follow(sent))
    rows = browser.get("/units.json?year=2018").get_json()["rows"]
    assert {"U7", "U8", "U9"} <= {row["unit"] for row in rows}
    for text in ("%00", "%ed%a0%80", "a%00b", "%25", "%5c", "'", "%F0%9F%98%80"):
        assert browser.get(f"/search?q={text}").status_code in (200, 302), text
        for url in ("rank?year=2018&unit=", "record?cadre=", "rank?year=2018&q=", "patterns?unit="):
            assert browser.get(f"/{url}{text}").status_code in (200, 422), (url, text)
    rebuilt = browser.follow(browser.send("/integrity/rebuild", {}, page="/integrity"))
    assert "rebuilt:" in main_of(rebuilt)
    assert browser.get("/health").get_json()["status"] == "ok"

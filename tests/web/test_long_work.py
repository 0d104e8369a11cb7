"""Long work on pages: patterns with their charts, and verifying what is sealed."""

import re
import shutil
from typing import Any
from urllib.parse import urlencode

import pytest

from archive.cli.main import main
from tests.web.desk import Browser, an_app, close, main_of


@pytest.fixture
def city_desk(made_city, tmp_path):
    location = tmp_path / "archive"
    shutil.copytree(made_city, location)
    app = an_app(location, tmp_path / "state")
    yield Browser(app)
    close(app)


def test_patterns_are_computed_looked_at_and_released(city_desk) -> None:
    desk = city_desk
    assert "Nothing was computed yet" in desk.text("/patterns")
    done = desk.follow(desk.send("/patterns", {}))
    assert done.status_code == 200, main_of(done)
    job = re.search(r"job=([\w-]{16})", desk.at)[1]  # type: ignore[index]
    leads = desk.get(f"/patterns.json?job={job}").get_json()
    for kind in ("pairs", "rings", "raters", "units", "groups"):
        text = desk.text(f"/patterns?job={job}&kind={kind}")
        assert 'aria-current="page"' in text
        rows = desk.get(f"/patterns.json?job={job}&kind={kind}").get_json()["rows"]
        table = desk.get(f"/patterns.csv?job={job}&kind={kind}").get_data(as_text=True)
        assert len(table.splitlines()) >= 1 + len(rows)
    rivals = desk.text(f"/patterns?job={job}&kind=rivals")
    linked = r'<a href="/record\?cadre=(\w+)">\1</a> <small>[^<]+</small>'
    assert re.search(rf'k-rivals"><span class="parts">{linked}, <a ', rivals)
    pairs = desk.get(f"/patterns.json?job={job}&kind=pairs").get_json()["rows"]
    assert all(row["card"] for row in pairs)
    place = re.search(
        rf'href="(/patterns/card\?job={job}[^"]+)"', desk.text(f"/patterns?job={job}&kind=pairs")
    )[1].replace("&amp;", "&")  # type: ignore[index]
    text = desk.text(place)
    card = desk.get(place.replace("/card?", "/card.json?")).get_json()
    assert card["a"] in text
    assert card["b"] in text
    assert len(card["scores"]) == text.count('class="number k-residual"') > 0
    assert "Innocent readings" in text
    assert desk.get(f"/patterns/card?job={job}&card=0").status_code == 404
    down = desk.get(f"/patterns.json?job={job}&kind=retaliation").get_json()["rows"]
    assert all(row["card"] for row in down)
    others_are_asked_for(desk, job, card)
    charts = desk.text(f"/patterns?job={job}&unit=U001")
    assert "<svg" in charts
    ids = re.findall(r'\bid="(title-\d+|description-\d+)"', charts)
    assert len(ids) == len(set(ids))
    chart = re.search(rf'href="(/patterns/chart/{job}/[^"]+)"', charts)[1]  # type: ignore[index]
    assert desk.get(chart).mimetype == "image/svg+xml"
    wrong = desk.send("/patterns/release", {"job": job, "release": "R 1"}, "/patterns")
    text = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert re.findall(r'id="(\w+)-error"', text) == ["release", "by"]
    assert 'value="R 1"' in text
    assert "/patterns/release?" not in text  # its links lead on from the page itself
    released = desk.follow(
        desk.send("/patterns/release", {"job": job, "release": "R1", "by": "CLERK"}, "/patterns")
    )
    assert "released as R1" in main_of(released)
    shown = desk.get("/leads.json?release=R1").get_json()
    assert shown["total"] == leads["result"]["leads"]


def others_are_asked_for(desk: Browser, job: str, card: dict[str, Any]) -> None:
    """Ask for the cards of any two: of those listed they are the same."""
    asked = f"/patterns/card{{}}?job={job}&rater={card['a']}&ratee={card['b']}"
    shown = desk.follow(desk.get(asked.format("")))
    assert card["a"] in main_of(shown)
    assert f'value="{card["b"]}"' in shown.get_data(as_text=True)
    told = desk.get(asked.format(".json")).get_json()
    assert (told["rater"], told["ratee"]) == (card["a"], card["b"])
    same = {(one["relation"], one["source"]): one for one in told["cards"]}
    assert same[card["relation"], card["source"]]["scores"] == card["scores"]
    head = next(who for who in ("C00001", "C00002") if who not in (card["a"], card["b"]))
    none = desk.follow(desk.get(f"/patterns/card?job={job}&rater={head}&ratee=C00070"))
    assert f"there is no card of {head} and C00070" in main_of(none)
    for rater, ratee, wrong in (
        ("C00001", "NOBODY", {"ratee": "no cadre NOBODY was registered"}),
        ("", "C 1", {"rater": "is missing", "ratee": "U+0020"}),
        ("C00001", "C00001", {"ratee": "given twice"}),
    ):
        where = urlencode({"job": job, "rater": rater, "ratee": ratee})
        refused = desk.get(f"/patterns/card?{where}")
        assert refused.status_code == 422
        text = refused.get_data(as_text=True)
        beside = dict(re.findall(r'id="card-(\w+)-error" role="alert">([^<]+)', text))
        assert beside.keys() == wrong.keys()
        assert all(sentence in beside[name] for name, sentence in wrong.items())
        assert f'value="{ratee}"' in text


def test_a_page_of_work_is_left_and_come_back_to(city_desk) -> None:
    begun = city_desk.send("/integrity/rebuild", {}, page="/integrity")
    place = begun.headers["Location"]
    assert place.startswith("/jobs/")
    assert place in city_desk.text("/jobs")
    assert "rebuilt:" in main_of(city_desk.follow(begun))
    assert "rebuilt:" in main_of(city_desk.get(place))  # again, later
    assert city_desk.get(f"{place}.json").get_json()["state"] == "done"


def test_what_is_sealed_is_proven_and_verified(small, tmp_path) -> None:
    for arguments in (["keys", "new", "example.org/shiji"], ["seal"]):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--archive", str(small), "--lang", "en"])
        assert ended.value.code == 0
    app = an_app(small, tmp_path / "state")
    desk = Browser(app)
    note = desk.get("/checkpoint")
    assert note.get_data(as_text=True).startswith("example.org/shiji\n")
    assert "example.org/shiji" in desk.text("/integrity")
    assert desk.get("/proof/3").get_data(as_text=True).count("\n") > 3
    assert desk.get("/proof/99999").status_code == 422
    for full in ({}, {"full": "true"}):
        verified = desk.follow(desk.send("/integrity/verify", full, page="/integrity"))
        assert "It holds" in main_of(verified)
    wrong = {"key": "no key"}
    refused = desk.send("/integrity/verify", wrong, page="/integrity")
    assert refused.status_code == 422
    text = refused.get_data(as_text=True)
    assert re.search(r'>no key</textarea><p class="error" id="key-error"', text)
    assert 'action="/integrity"' in text  # what is asked next is asked of the page itself
    close(app)

"""Pages: whole in both languages, nothing from elsewhere, and every figure with its grounds."""

import csv
import io
import re
import tomllib
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

import domain
from archive.commands import COMMANDS
from archive.commands.accounts import ADMINISTERING
from archive.questions import QUESTIONS
from archive.web.asking import public_name
from archive.web.pages.forms import nested_of
from tests.web.desk import main_of

TERMS = tomllib.loads(
    (Path(domain.__file__).parent / "catalogue" / "terms.toml").read_text("utf-8")
)
YEAR = 2018
ASKED = {
    "rank": f"year={YEAR}",
    "eligible": "cadre=C00005&for=promotion",
    "audit": f"year={YEAR}&source=ballot",
    "record": "cadre=C00005",
    "event": "positions=1,2,3",
    "talks": f"year={YEAR}",
    "spread": f"year={YEAR}",
    "appeals": f"year={YEAR}",
    "units": f"year={YEAR}",
    "schemes": f"year={YEAR}",
    "circular": f"unit=U001&period={YEAR}",
    "decisions": "",
    "check": f"year={YEAR}&all=true",
    "leads": "",
    "policy": "name=shishou-2018",
}
"""How each question is asked of the city; the dossier needs a decision of it."""
BESIDE = [
    "/?year=2018", "/help", "/search?q=C0000", "/commands", "/commands/ballot.submit",
    "/import", "/patterns", "/integrity", "/jobs", "/recorded?positions=1&command=unit.register",
    f"/grounds?year={YEAR}&unit=U001&cadre=C00005",
]  # fmt: skip


def pages() -> list[str]:
    return [f"/{name}?{asked}" for name, asked in ASKED.items()] + BESIDE


def test_every_question_is_asked_here() -> None:
    beside = {"dossier", "accounts", "access-log"}  # of a decision, and of archives with accounts
    assert ASKED.keys() == QUESTIONS.keys() - beside


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("url", pages())
def test_every_page_is_whole(tour, url: str, lang: str) -> None:
    text = tour.text(f"{url}{'&' if '?' in url else '?'}lang={lang}")
    # Nothing from elsewhere, nothing that a strict content policy would stop.
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', text) == []
    assert re.findall(r"<script(?! src=)|<style|\son\w+=|\sstyle=", text) == []
    # No label is missing.
    shown = re.sub(r'="[^"]*"', "", text)
    unlabelled = r"\b(?:web|ask|menu|empty|field|param|about|job|state)_[a-z_]+|\bdo_\w+\.\w+"
    assert re.findall(unlabelled, shown) == []
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in text


def test_the_first_page_is_small(tour) -> None:
    import gzip

    urls = ["/?year=2018", "/static/desk.css", "/static/desk.js", "/assets/htmx.js"]
    weight = sum(len(gzip.compress(tour.get(url).data)) for url in urls)
    assert weight < 100_000


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_name_that_pages_show_has_its_label(lang: str) -> None:
    wanted = {f"do_{name}" for name in COMMANDS} | {f"ask_{name}" for name in QUESTIONS}
    assert sorted(wanted - TERMS.keys()) == []
    assert all(TERMS[name][lang].strip() for name in wanted)
    lacking = []
    for command in [*COMMANDS.values(), *ADMINISTERING.values()]:
        for name, field in {**command.common, **command.fields}.items():
            for one in (name, *(nested_of(field) or ())):
                if one not in ("command", "command_id", "at_console"):
                    lacking += [one] if f"field_{one}" not in TERMS and one not in TERMS else []
    for question in QUESTIONS.values():
        for name, parameter in question.parameters.items():
            public = public_name(name, parameter)
            names = (f"param_{public}", f"field_{public}", public)
            lacking += [] if any(one in TERMS for one in names) else [public]
    assert sorted(set(lacking)) == []


@pytest.mark.parametrize("name", [name for name in ASKED if name != "eligible"])
def test_every_table_has_files_with_all_its_rows(tour, name: str) -> None:
    asked = f"{ASKED[name]}&size=2&page=2"
    twin = tour.get(f"/{name}.json?{ASKED[name]}&size=1000").get_json()
    text = tour.get(f"/{name}.csv?{asked}").get_data(as_text=True)
    lines = [*csv.reader(io.StringIO(text.removeprefix("\ufeff")))]
    assert lines[0] == twin["columns"]
    assert len(lines) - 1 == twin["total"]
    book = tour.get(f"/{name}.xlsx?{asked}").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert len(rows) - 1 == twin["total"]


def test_filters_sort_and_page_live_in_the_url(tour) -> None:
    every = tour.get(f"/rank.json?year={YEAR}&size=1000").get_json()["rows"]
    some = tour.get(f"/rank.json?year={YEAR}&sort=-annual&f.half=upper&size=3&page=2").get_json()
    upper = [row for row in every if row["half"] == "upper"]
    assert some["found"] == len(upper)
    ranked = sorted((row["annual"] for row in upper), reverse=True)
    assert [row["annual"] for row in some["rows"]] == ranked[3:6]
    text = tour.text(f"/rank?year={YEAR}&sort=-annual&f.half=upper")
    assert 'aria-sort="descending"' in text
    assert "f.half=upper" in re.search(r'id="file-csv" href="([^"]+)"', text)[1]  # type: ignore[index]


def test_a_facet_tells_how_often_and_one_of_a_single_value_is_hidden(tour) -> None:
    text = tour.text(f"/rank?year={YEAR}&unit=U001")
    facets = dict(re.findall(r'<details class="facet"><summary>([^<]+)</summary>(.*?)</ul>', text,
                             re.S))  # fmt: skip
    assert "half" in facets
    assert "unit" not in facets  # there is one
    rows = tour.get(f"/rank.json?year={YEAR}&size=1000").get_json()["rows"]
    upper = sum(row["half"] == "upper" for row in rows)
    assert f">upper</a> <small>{upper}</small>" in facets["half"]


def test_a_rank_leads_to_its_grounds_and_they_to_the_events(tour) -> None:
    text = tour.text(f"/rank?year={YEAR}")
    url = re.search(r'<td class="grounds"><a href="([^"]+)"', text)[1].replace("&amp;", "&")  # type: ignore[index]
    grounds = tour.text(url)
    for told in ("50% ×", "R12", "shishou-2018", "/event?positions="):
        assert told in grounds
    twin = tour.get(url.replace("/grounds", "/grounds.json")).get_json()
    at = next(one for finding in twin["findings"] for one in finding["evidence"])
    assert f"#{at}" in tour.text(f"/event?positions={at}")


def test_an_eligibility_is_headed_by_the_name_and_its_words_stand_apart(tour) -> None:
    text = tour.text("/eligible?cadre=C00005&for=promotion&lang=zh")
    assert "C00005 干部00005 · 提拔" in text
    for purpose in ("promotion", "commendation", "talent"):
        readings = tour.text(f"/eligible?cadre=C00005&for={purpose}&lang=zh")
        table = readings.partition('<table class="data small">')[2].partition("</table>")[0]
        cells = re.findall(r"<td>([^<]+)</td>", table)
        assert cells
        assert not re.search(r"[a-z_]{2}", "".join(cells))
    soft = tour.text("/eligible?cadre=C00005&for=training&lang=zh")
    assert re.findall(r"<small>供参考</small>(.)", soft) == [" "]


def test_the_annual_round_is_named_on_the_page_and_keeps_its_code_for_machines(tour) -> None:
    text = tour.text(f"/audit?year={YEAR}&source=ballot&lang=zh")
    assert 'k-round"><span class="chip is-annual">年度测评</span>' in text
    rows = tour.get(f"/audit.json?year={YEAR}&source=ballot").get_json()["rows"]
    assert {row["round"] for row in rows} == {"annual"}


def test_each_number_of_a_formula_has_its_decimals(tour) -> None:
    rows = tour.get(f"/rank.json?year={YEAR}").get_json()["rows"]
    for row in rows[:: max(1, len(rows) // 12)]:
        where = f"year={YEAR}&unit={row['unit']}&cadre={row['cadre']}"
        formulas = re.findall(r'<p class="formula">([^<]+)', tour.text(f"/grounds?{where}"))
        terms = [term for formula in formulas for term in re.split(r" [=+] ", formula)]
        assert terms
        for term in terms:
            assert re.search(r" (\d+\.\d\d(\d\d)?|—)$", term), term


def test_in_the_past_a_banner_stands_on_the_page_and_links_keep_the_time(tour) -> None:
    text = tour.text(f"/rank?year={YEAR}&as_of={YEAR}-12-31")
    assert 'id="past-banner"' in text
    assert f"/units?as_of={YEAR}-12-31" in text  # the menu
    assert f"as_of={YEAR}-12-31" in re.search(r'<td class="grounds"><a href="([^"]+)"', text)[1]  # type: ignore[index]
    assert 'id="past-banner"' not in tour.text(f"/rank?year={YEAR}")


def test_what_changed_since_then_is_told_old_and_new(tour) -> None:
    text = tour.text(f"/rank?year={YEAR}&as_of={YEAR}-12-31&compare=1")
    assert re.search(r"<del>.*computed.*</del>\s*<ins>.*confirmed.*</ins>", text)
    same = tour.text(f"/rank?year={YEAR}&as_of=2200-01-01&compare=1")
    assert "Nothing changed since" in same


SINCE = f"rank{{}}?year={YEAR}&as_of={YEAR}-12-31&compare=1"


def test_what_changed_is_a_table_as_others_are_with_all_rows_in_files(tour) -> None:
    url = f"/{SINCE.format('')}"
    text = tour.text(f"{url}&size=5&sort=-rank")
    assert "page 1 of" in text
    assert f"/{SINCE.format('.csv').replace('&', '&amp;')}" in text  # all that is filtered, sorted
    assert 'name="compare" value="1"' in text  # the question's form stays in the comparison
    told = tour.get(f"/{SINCE.format('.json')}&size=1000").get_json()
    changed = [row for row in told["rows"] if row["how"] == "changed"]
    assert changed
    for row in changed:
        assert row["differs"] == [key for key in told["columns"] if f"was.{key}" in row]
    read = list(csv.DictReader(io.StringIO(tour.text(f"/{SINCE.format('.csv')}").lstrip("\ufeff"))))
    assert [row["cadre"] for row in read] == [row["cadre"] for row in told["rows"]]
    first, row = next((a, b) for a, b in zip(read, told["rows"], strict=True) if b["differs"])
    differs = row["differs"][0]
    assert first[f"was.{differs}"] == str(row[f"was.{differs}"] or "")
    sheet = tour.get(f"/{SINCE.format('.xlsx')}").data
    heading, *lines = (
        CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    )
    assert heading[0] == "change"
    assert any(str(one).endswith(" before") for one in heading)
    assert len(lines) == told["found"]


def test_what_changed_is_filtered_by_facets_with_counts(tour) -> None:
    url = f"/{SINCE.format('')}"
    levels = re.findall(r'f\.rank_level=(\w+)">[^<]+</a> <small>(\d+)', tour.text(url))
    assert len(levels) > 1
    level, count = levels[-1]
    told = tour.get(f"/{SINCE.format('.json')}&f.rank_level={level}").get_json()
    assert {row["rank_level"] for row in told["rows"]} == {level}
    assert told["found"] == int(count)
    assert "f.unit=" not in tour.text(url)  # there is one: a facet of one value is hidden
    away = tour.text(f"{url}&q=nobody")
    assert f'href="{url.replace("&", "&amp;")}"' in away.partition('class="empty"')[2]


def test_links_of_what_is_now_lead_to_the_present(tour) -> None:
    (row, *_) = re.findall(r'<tr class="how-.*?</tr>', tour.text(f"/{SINCE.format('')}"), re.S)
    assert "/record?cadre=" in row
    assert "as_of" not in row


@pytest.mark.parametrize("question", sorted(ASKED))
def test_every_question_tells_what_changed(tour, question: str) -> None:
    where = f"{ASKED[question]}&as_of={YEAR}-12-31&compare=1".lstrip("&")
    tour.text(f"/{question}?{where}")
    assert tour.get(f"/{question}.json?{where}").get_json()["columns"][:2] == ["how", "differs"]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("/rank?year=x", "&#39;x&#39; is not a whole number from 1949 to 2200"),
        ("/rank?year=2018&as_of=yesterday", "the time isn&#39;t one"),
        ("/eligible?cadre=C00005", "is missing"),
        ("/policy?name=none", "no policy"),
        ("/dossier?decision=none", "none"),
    ],
)
def test_what_is_wrong_with_a_question_stands_on_its_page(tour, url: str, sentence: str) -> None:
    response = tour.get(url)
    assert response.status_code == 422
    assert sentence in response.get_data(as_text=True)


def test_an_empty_archive_says_what_to_do_next(tmp_path) -> None:
    from archive.archive import Archive
    from tests.web.desk import Browser, an_app, close

    with Archive(tmp_path / "archive", create=True):
        pass
    app = an_app(tmp_path / "archive", tmp_path / "state")
    browser = Browser(app)
    assert "freeze a roster" in browser.text("/")
    for name in QUESTIONS:
        response = browser.get(f"/{name}")
        assert response.status_code == 200, name
        assert 'class="empty"' in response.get_data(as_text=True), name
    close(app)


def test_names_from_outside_are_text_and_no_formula(desk) -> None:
    text = desk.text("/rank?year=2018&unit=U2")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    table = desk.get("/rank.csv?year=2018").get_data(as_text=True)
    assert "'=cmd" in table
    assert not re.search(r"(^|,)[\"]?=cmd", table, re.M)
    book = desk.get("/rank.xlsx?year=2018").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert any("=cmd|' /C calc'!A0" in row for row in rows)  # as text
    import zipfile

    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


def test_search_finds_by_name_and_id_and_leads_to_positions(desk) -> None:
    assert "干部A" in desk.text("/search?q=干部")
    assert desk.get("/search?q=%233").headers["Location"] == "/event?positions=3"
    assert "Nothing found" in desk.text("/search?q=%25")  # no wildcard
    assert main_of(desk.get("/search?q=U2")).count("U2")


def test_what_the_form_says_of_all_rows_is_said_once_and_on_paper(tour) -> None:
    text = tour.text("/audit?year=2018&source=ballot&unit=U001")
    assert not [key for key in ("year", "unit", "source") if f'class="k-{key}' in text]
    assert '<span class="caption">示例镇01 · ' in text
    paper = re.search(r'<p class="paper">(.*)</p>', text)
    assert paper is not None
    for said in ("2018 · ", "U001 · ", "ballot · "):
        assert said in paper[1]

"""Decisions through commands: what each rested on when it was taken, and what became of that.

The eighth of the cases worked by hand, and what else befalls a decision: an exception, a branch
that was enough, a withdrawal, and being taken together with others.
"""

from typing import Any

from archive.archive import Archive
from projections.decisions import DecisionTaken, Which, taken
from tests.archive.test_ten_cases import FAIL, PASS, a_year, begin, each
from tests.given import Command, an_archive, asked
from tests.said import correction, paper, said

OFFICE = {"document": "示例组〔2018〕1号", "meeting": "2018-02-09 部务会", "proposer": "CLERK"}
ANNUAL = {"T": 91, "W": 85.2, "V": 84.8, "Q": 78}


def commend(code: str, decision: str = "D1", year: int = 2017, **fields: Any) -> Command:
    return said(
        "decision.commend",
        **{"decision": decision, "cadre": code, "year": year, "title": "年度先进"} | fields,
    )


def appoint(code: str, decision: str = "D2", **fields: Any) -> Command:
    post = {"post": "科长", "rank_level": "1A42", "unit": "U1"}
    return said("decision.appoint", **{"decision": decision, "cadre": code} | post | fields)


CASE_8 = [
    *begin(*ANNUAL),
    *a_year(2017, each("annual", ANNUAL)),
    *paper("2018-02-10", commend("W", reason="年度考核居前", on="2018-02-10", **OFFICE)),
    *paper("2018-04-10", correction("V", "annual", 85.5, year=2017)),
]


def decided(archive: Archive, as_of: str | None = None, **which: Any) -> list[DecisionTaken]:
    with asked(archive, as_of) as reader:
        return taken(reader, Which(**which))


def test_case_8_was_valid_when_it_was_taken_and_is_not_today() -> None:
    with an_archive(*CASE_8) as archive:
        for as_of, now in (("2018-02-10", PASS), ("2018-04-09", PASS), (None, FAIL)):
            (found,) = decided(archive, as_of)
            assert (found.decision, found.cadre, found.unit, found.year) == ("D1", "W", "U1", 2017)
            assert (str(found.then.verdict), str(found.now.verdict)) == (PASS, now), as_of
            assert (found.cited.verdict, found.exception) == (PASS, None)
            assert (found.document, found.meeting) == (OFFICE["document"], OFFICE["meeting"])
        assert decided(archive, "2018-02-09") == []
        assert [d.decision for d in decided(archive, first=2018, last=2018, unit="U1")] == ["D1"]
        assert decided(archive, first=2019) == decided(archive, last=2017) == []
        assert decided(archive, unit="U2") == decided(archive, year=2018) == []

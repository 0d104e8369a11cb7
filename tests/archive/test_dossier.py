"""Decisions through commands: what each rested on when it was taken, and what became of that.

The eighth of the cases worked by hand, and what else befalls a decision: an exception, a branch
that was enough, a withdrawal, others taken together with it, a citation that doesn't hold.
"""

import json
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent

from archive.archive import Archive
from domain.decision import Cited, CitedFinding, Taken
from projections.decisions import DecisionTaken, Which, taken
from projections.dossier import Dossier, dossier, met_by
from tests.archive.test_ten_cases import FAIL, INSUFFICIENT, PASS, a_year, begin, each
from tests.cli.program import in_process
from tests.given import Command, an_archive, asked
from tests.said import correction, graded, paper, said

OFFICE = {"document": "示例组〔2018〕1号", "meeting": "2018-02-09 部务会", "proposer": "CLERK"}
ANNUAL = {"T": 91, "W": 85.2, "V": 84.8, "Q": 78}
THREE_YEARS = {
    "Y": {"annual": 86, "performance": 80},
    "P": {"annual": 84, "performance": 79},
    "R": {"annual": 83, "performance": 78},
    "S": {"annual": 82, "performance": 77},
}


def commend(code: str, decision: str = "D1", year: int = 2017, **fields: Any) -> Command:
    own = {"decision": decision, "cadre": code, "year": year, "title": "年度先进"}
    return said("decision.commend", **{"on": "2018-02-10"} | own | fields)


def appoint(code: str, decision: str = "D2", **fields: Any) -> Command:
    own = {"decision": decision, "cadre": code, "post": "科长", "rank_level": "1A42", "unit": "U1"}
    return said("decision.appoint", **{"on": "2019-03-01"} | own | fields)


def withdraw(position: int, **fields: Any) -> Command:
    return said("fact.withdraw", position=position, reason="录入有误", approver="BOSS", **fields)


CASE_8 = [
    *begin(*ANNUAL),
    *a_year(2017, each("annual", ANNUAL)),
    *paper("2018-02-10", commend("W", reason="年度考核居前", **OFFICE)),
    *paper("2018-04-10", correction("V", "annual", 85.5, year=2017)),
]
APPOINTED = [
    *begin(*THREE_YEARS),
    *(line for year in (2016, 2017, 2018) for line in a_year(year, THREE_YEARS)),
    *(line for year in (2016, 2017, 2018)
      for line in paper(f"{year + 1}-01-20", *graded("Y", "competent", year))),
    *paper("2019-03-01", appoint("Y")),
]  # fmt: skip


def decided(archive: Archive, as_of: str | None = None, **which: Any) -> list[DecisionTaken]:
    with asked(archive, as_of) as reader:
        return taken(reader, Which(**which))


def cited_by(archive: Archive, position: int) -> Cited:
    ((_, stream, version, topic, state),) = archive.events([position])
    event = archive.mapper.to_fact(StoredEvent(stream, version, topic, state))
    assert isinstance(event, Taken)
    return event.cited


def laid_open(archive: Archive, decision: str, as_of: str | None = None) -> Dossier:
    with asked(archive, as_of) as reader:
        (found,) = taken(reader, Which(decision=decision))
        return dossier(reader, found, cited_by(archive, found.position))


def verdicts(found: DecisionTaken) -> tuple[str, str]:
    return str(found.then.verdict), str(found.now.verdict)


def last_of(archive: Archive, topic: str) -> int:
    return [row[0] for page in archive.log.scan(0) for row in page if row[3] == topic][-1]


def peers(found: Dossier) -> dict[str, tuple[int | None, str, str]]:
    return {
        p.ranked.standing.cadre: (
            p.ranked.standing.rank, p.ranked.standing.half, str(p.verdict),
        )
        for p in found.peers
    }  # fmt: skip


def test_case_8_was_valid_when_it_was_taken_and_is_not_today() -> None:
    with an_archive(*CASE_8) as archive:
        for as_of, now in (("2018-02-10", PASS), ("2018-04-09", PASS), (None, FAIL)):
            (found,) = decided(archive, as_of)
            assert (found.decision, found.cadre, found.unit, found.year) == ("D1", "W", "U1", 2017)
            assert verdicts(found) == (PASS, now), as_of
            assert (found.cited.verdict, found.exception) == (PASS, None)
            assert (found.document, found.meeting) == (OFFICE["document"], OFFICE["meeting"])
        assert decided(archive, "2018-02-09") == []
        assert [d.decision for d in decided(archive, first=2018, last=2018, unit="U1")] == ["D1"]
        assert decided(archive, first=2019) == decided(archive, last=2017) == []
        assert decided(archive, unit="U2") == decided(archive, year=2018) == []


def test_case_8s_dossier_shows_what_the_correction_changed() -> None:
    with an_archive(*CASE_8) as archive:
        corrected = last_of(archive, "result.corrected")
        for as_of in ("2018-02-10", "2018-04-09", f"#{corrected - 1}"):
            unchanged = laid_open(archive, "D1", as_of)
            assert (unchanged.changes, unchanged.events) == ((), ()), as_of
        found = laid_open(archive, "D1")
        assert found.differences == ()
        assert found.standing is not None
        assert (found.standing.standing.rank, found.standing.standing.of) == (2, 4)
        assert peers(found) == {
            "T": (1, "upper", PASS),
            "V": (3, "lower", FAIL),
            "Q": (4, "lower", FAIL),
        }
        assert found.events == (corrected,)
        changed = {change.rule: change for change in found.changes}
        assert changed.keys() == {"R17", "R17.half", "R16"}
        for change in changed.values():
            assert change.then is not None
            assert change.now is not None
            assert (str(change.then.verdict), str(change.now.verdict)) == (PASS, FAIL)
            assert change.events == (corrected,)


def test_case_8_on_the_command_line(location: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Archive(location, create=True) as archive:
        for outcome in archive.record(CASE_8):
            assert outcome.refusal is None, str(outcome.refusal)
        corrected = last_of(archive, "result.corrected")
    shiji = in_process(capsys, location)
    (row,) = json.loads(shiji("decisions", "2016-2018", "--unit", "U1", "--json").out)
    assert (row["verdict_then"], row["verdict_now"], row["exception"]) == ("PASS", "FAIL", None)
    assert (row["kind"], row["cadre"], row["on"]) == ("commend", "W", "2018-02-10")
    (row,) = json.loads(shiji("decisions", "2018", "--as-of", "2018-02-10", "--json").out)
    assert (row["verdict_then"], row["verdict_now"]) == ("PASS", "PASS")
    told = json.loads(shiji("dossier", "D1", "--json").out)
    assert (told["cited"]["agrees"], told["cited"]["verdict"]) == (True, "PASS")
    assert {peer["cadre"]: peer["verdict"] for peer in told["peers"]} == {
        "T": "PASS",
        "V": "FAIL",
        "Q": "FAIL",
    }
    assert [change["events"] for change in told["changes"]] == [[corrected]] * 3
    assert [event["position"] for event in told["events"]] == [corrected]
    shown = shiji("dossier", "D1").out
    for text in ("rank 2 of 4", "rank 3 of 4", "result.corrected", "干部V", "now: FAIL"):
        assert text in shown
    shown = shiji("dossier", "D1", "--as-of", "2018-02-10").out
    assert "no condition reads otherwise" in shown
    assert "result.corrected" not in shown


def test_an_appointment_by_the_second_branch_of_c1_is_judged_by_the_last_year_closed() -> None:
    with an_archive(*APPOINTED) as archive:
        (found,) = decided(archive)
        assert (found.year, found.unit, found.post, found.rank_level) == (
            2018, "U1", "科长", "1A42",
        )  # fmt: skip
        assert verdicts(found) == (PASS, PASS)
        laid = laid_open(archive, "D2")
        assert met_by(laid.then.finding) == {
            "R20.C1": ("R20.C1.annual",),
            "R20.C2": ("R20.C2.total",),
        }
        assert laid.differences == ()
        assert peers(laid) == {
            "P": (2, "upper", FAIL),
            "R": (3, "lower", FAIL),
            "S": (4, "lower", FAIL),
        }


def test_an_exception_stands_beside_the_decision_and_says_by_whom() -> None:
    excepted = said(
        "decision.except", decision="D3", reason="专业岗位急需", approver="BOSS", on="2019-03-02"
    )
    history = [*APPOINTED, *paper("2019-03-01", appoint("P", "D3")), *paper("2019-03-02", excepted)]
    with an_archive(*history) as archive:
        (found,) = decided(archive, "2019-03-01", decision="D3")
        assert (verdicts(found), found.exception) == ((FAIL, FAIL), None)
        (found,) = decided(archive, decision="D3")
        assert found.exception is not None
        assert (found.exception.reason, found.exception.approver) == ("专业岗位急需", "BOSS")
        assert [d.decision for d in decided(archive)] == ["D2", "D3"]
        archive.do(withdraw(found.exception.position))
        (found,) = decided(archive, decision="D3")
        assert found.exception is None


def test_a_decision_withdrawn_and_recorded_anew_is_the_new_one_without_the_old_exception() -> None:
    history = [
        *CASE_8,
        said("decision.except", decision="D1", reason="示例", approver="BOSS"),
    ]
    with an_archive(*history) as archive:
        (old,) = decided(archive)
        assert old.exception is not None
        archive.do(withdraw(old.position))
        assert decided(archive) == []
        archive.do(commend("T"))
        (new,) = decided(archive)
        assert (new.cadre, new.exception, verdicts(new)) == ("T", None, (PASS, PASS))
        archive.do(said("decision.except", decision="D1", reason="另例", approver="BOSS"))
        (excepted,) = decided(archive)
        assert excepted.exception is not None
        assert excepted.exception.reason == "另例"
        assert [d.cadre for d in decided(archive, f"#{old.position}")] == ["W"]


def test_a_withdrawn_decision_has_no_dossier(
    location: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Archive(location, create=True) as archive:
        list(archive.record(CASE_8))
        archive.do(withdraw(last_of(archive, "decision.commended")))
    shiji = in_process(capsys, location)
    shiji("dossier", "D1").fails("decision D1 was withdrawn and not recorded anew")
    shiji("dossier", "D2").fails("there is no decision D2 as of that time; see shiji decisions")
    assert shiji("decisions", "--json").out == "[]\n"


def test_decisions_taken_together_are_judged_like_those_taken_alone() -> None:
    together = [commend(code, f"D-{code}") for code in ANNUAL]
    with an_archive(*CASE_8[:-2], *paper("2018-02-10", *together)) as archive:
        found = {d.cadre: verdicts(d) for d in decided(archive)}
        assert found == {"T": (PASS, PASS), "W": (PASS, PASS), "V": (FAIL, FAIL), "Q": (FAIL, FAIL)}
        for code in ANNUAL:
            assert laid_open(archive, f"D-{code}").differences == ()


def test_what_is_imported_later_was_not_known_however_early_its_day() -> None:
    late = paper("2018-02-01", correction("V", "annual", 85.5, year=2017))
    with an_archive(*CASE_8[:-1], *late) as archive:
        (found,) = decided(archive)
        assert verdicts(found) == (PASS, FAIL)
        assert laid_open(archive, "D1").events == (last_of(archive, "result.corrected"),)


def test_an_appointment_before_anything_was_known_is_not_judged_by_later_years() -> None:
    history = [
        *begin(*THREE_YEARS),
        *paper("2016-03-01", appoint("Y", on="2016-03-01")),
        *APPOINTED[len(begin(*THREE_YEARS)) : -1],
    ]
    with an_archive(*history) as archive:
        (found,) = decided(archive)
        assert (found.year, found.unit, verdicts(found)) == (None, "U1", (INSUFFICIENT,) * 2)
        laid = laid_open(archive, "D2")
        assert (laid.peers, laid.standing, laid.differences) == ((), None, ())


def test_the_dossier_tells_withdrawals_appeals_and_roster_changes_apart() -> None:
    annual = {"T": 91, "W": 85.2, "V": 84.8, "Q": 78}
    result = {"cadre": "W", "year": 2017}
    history = [
        *begin(*annual, "N"),
        *a_year(2017, each("annual", annual)),
        *paper(
            "2018-02-10",
            said("decision.train", decision="D5", course="示例班", on="2018-02-10", **result),
        ),
        *paper("2018-03-01", *graded("W", "excellent", 2017)),
        *paper("2018-03-02", said("result.appeal", grounds="漏计一项", **result)),
        *paper("2018-03-03", correction("Q", "annual", 79, year=2017)),
    ]
    with an_archive(*history) as archive:
        found = laid_open(archive, "D5")
        events = {archive.events([position])[0][3] for position in found.events}
        assert {"result.proposed", "result.confirmed", "result.appealed"} >= events
        assert "result.appealed" in events
        assert "result.confirmed" in events
        (change,) = found.changes
        assert (change.rule, change.events) == ("R18", (last_of(archive, "result.confirmed"),))


def test_a_citation_that_does_not_hold_is_told() -> None:
    with an_archive(*CASE_8) as archive, asked(archive) as reader:
        (found,) = taken(reader)
        true = cited_by(archive, found.position)
        wrong = Cited(
            position=true.position,
            root=None,
            purpose=true.purpose,
            year=2016,
            verdict=FAIL,
            findings=(CitedFinding("R17", FAIL, "编造"), *true.findings[1:]),
        )
        assert dossier(reader, found, true).differences == ()
        differences = dossier(reader, found, wrong).differences
        assert [(d.rule, d.cited) for d in differences] == [
            ("year", "2016"),
            ("verdict", FAIL),
            ("R17", "FAIL 编造"),
        ]


def test_an_atomic_batch_cites_the_log_before_it() -> None:
    batch = [*paper("2018-01-25", correction("V", "annual", 85.5, year=2017)), commend("W")]
    with an_archive(*CASE_8[:-2]) as archive:
        for outcome in archive.record(batch, atomic=True):
            assert outcome.refusal is None
        (found,) = decided(archive)
        assert (found.cited.verdict, verdicts(found)) == (PASS, (FAIL, FAIL))
        assert laid_open(archive, "D1").differences == ()

"""What decisions cite: the eligibility as it was known when each was taken, of real archives."""

import sqlite3
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from archive.deciding import Outcome
from domain.sentence import speak
from domain.times import day_of, micros
from projections.as_of import AsOf
from projections.eligibility import eligibility
from projections.facts import decisions
from projections.reader import Reader
from tests.commands.personnel import decision, exception
from tests.given import an_archive, asked
from tests.integrity.sealed import ORIGIN, founded, ledger_of, seal
from tests.said import (
    Command,
    cadre,
    close,
    component,
    correction,
    graded,
    paper,
    people,
    policy,
    post,
    roster,
    said,
)
from tests.stores import drop_views

ANNUAL = {"T": 91, "W": 85.2, "V": 84.8, "Q": 78}
BEGIN = [
    *paper("2010-02-01", *people(*ANNUAL)),
    *paper("2013-01-01", policy("shishou-2013", on="2013-01-01")),
]
SCORED = [
    *paper("2017-03-01", roster(*ANNUAL, year=2017)),
    *paper(
        "2018-01-10",
        *(component(code, "annual", points, year=2017) for code, points in ANNUAL.items()),
    ),
]
CLOSED = paper("2018-01-20", close(year=2017))
CORRECTED = paper("2018-04-10", correction("V", "annual", 85.5, year=2017))
TAKEN = decision("commend", "W", year=2017)


def commended(number: int, *known_at: str, **fields: object) -> Command:
    """Commend W for 2017: live, or as paper known on a day."""
    taken = TAKEN | {"decision": f"D{number}"} | fields
    return paper(known_at[0], taken)[0] if known_at else taken


def cited(archive: Archive, position: int) -> dict[str, Any]:
    """Return what the decision at a position cites."""
    (row,) = archive.events([position])
    return dict(msgspec.json.decode(row[4])["cited"])


def recorded(outcomes: list[Outcome]) -> list[int]:
    """Return the position of each command's first event; all were accepted."""
    for outcome in outcomes:
        assert outcome.refusal is None, str(outcome.refusal)
    return [outcome.positions[0] for outcome in outcomes]


# What is known then


def test_a_decision_cites_the_log_before_it_the_verdict_and_every_finding() -> None:
    with an_archive(*BEGIN, *SCORED, *CLOSED) as archive:
        (position,) = archive.do(TAKEN)
        found = cited(archive, position)
        assert {key: found[key] for key in ("position", "root", "purpose", "year", "verdict")} == {
            "position": position - 1,
            "root": None,
            "purpose": "commendation",
            "year": 2017,
            "verdict": "PASS",
        }
        assert found["findings"][0]["rule"] == "R17"
        assert {finding["verdict"] for finding in found["findings"]} == {"PASS"}
        assert "第2名，共4人" in found["findings"][-1]["found"] + found["findings"][0]["found"]
        with asked(archive) as reader:
            (row,) = reader.rows(decisions)
            assert (row.decision, row.kind, row.cadre, row.year) == (
                "D-commend",
                "commend",
                "W",
                2017,
            )
            assert (row.cited_position, row.cited_year, row.cited_verdict) == (
                position - 1,
                2017,
                "PASS",
            )


def test_a_decision_cites_the_root_that_was_signed_over_the_log_before_it(location: str) -> None:
    founded(location)
    with Archive(location) as archive:
        recorded(list(archive.record([*BEGIN, *SCORED, *CLOSED])))
        seal(location)
        with ledger_of(location) as ledger:
            signed = ledger.checkpoint()
        assert signed is not None
        origin, size, root, *_ = signed.note.decode().splitlines()
        (position,) = archive.do(TAKEN)
        assert (origin, int(size)) == (ORIGIN, position - 1)
        assert cited(archive, position)["root"] == root
        (unsealed,) = archive.do(commended(2))
        assert cited(archive, unsealed)["root"] is None


def test_paper_cites_what_was_known_then_however_late_it_is_recorded() -> None:
    with an_archive(*BEGIN, *SCORED, *CLOSED, *CORRECTED) as archive:
        last = archive.log.last_position()
        for number, (known_at, verdict) in enumerate(
            (
                ("2018-01-19", "INSUFFICIENT"),
                ("2018-02-10", "PASS"),
                ("2018-04-09", "PASS"),
                ("2018-04-10", "FAIL"),
            )
        ):
            (position,) = archive.do(commended(number, known_at))
            found = cited(archive, position)
            assert (found["verdict"], found["position"]) == (verdict, last + number)
        (position,) = archive.do(commended(9))
        assert cited(archive, position)["verdict"] == "FAIL"


def test_within_one_file_a_decision_cites_what_stands_before_it() -> None:
    file = [
        *BEGIN,
        *SCORED,
        commended(1),
        *CLOSED,
        commended(2),
        exception("D2"),
        *CORRECTED,
        commended(3),
        commended(4, "2018-02-10"),
        commended(5),
    ]
    with an_archive() as archive:
        positions = recorded(list(archive.record(file)))
        found = {
            command["decision"]: cited(archive, position)
            for command, position in zip(file, positions, strict=True)
            if command["command"] == "decision.commend"
        }
        assert {code: each["verdict"] for code, each in found.items()} == {
            "D1": "INSUFFICIENT",
            "D2": "PASS",
            "D3": "FAIL",
            "D4": "PASS",
            "D5": "FAIL",
        }
        own = {c["decision"]: p for c, p in zip(file, positions, strict=True) if "decision" in c}
        del own["D2"]  # its exception stands behind it under the same id
        assert all(found[code]["position"] == position - 1 for code, position in own.items())


def test_an_atomic_batch_cites_the_log_as_it_stood_before_it() -> None:
    with an_archive(*BEGIN) as archive:
        before = archive.log.last_position()
        batch = [*SCORED, *CLOSED, commended(1), cadre("X"), commended(2)]
        positions = recorded(list(archive.record(batch, atomic=True)))
        for position in (positions[-3], positions[-1]):
            found = cited(archive, position)
            assert (found["position"], found["verdict"]) == (before, "INSUFFICIENT")
        (position,) = archive.do(commended(3))
        assert cited(archive, position)["verdict"] == "PASS"


def test_an_appointment_is_judged_by_the_last_year_closed() -> None:
    years = [
        line
        for year in (2015, 2016, 2017)
        for line in (
            *paper(f"{year}-03-01", roster("T", "W", year=year)),
            *paper(
                f"{year + 1}-01-10",
                *(component("T", name, 90, year=year) for name in ("annual", "performance")),
            ),
            *paper(f"{year + 1}-01-20", close(year=year)),
            *paper(f"{year + 1}-01-21", *graded("T", "excellent", year)),
        )
    ]
    opened = paper("2018-03-01", roster("T", "W", year=2018))
    with an_archive(*BEGIN, *years, *opened) as archive:
        (position,) = archive.do(decision("appoint", "T"))
        found = cited(archive, position)
        assert (found["year"], found["purpose"], found["verdict"]) == (2017, "promotion", "PASS")


def test_what_is_tried_again_records_and_cites_nothing_new() -> None:
    command = commended(1, command_id="c-1")
    with an_archive(*BEGIN, *SCORED, *CLOSED) as archive:
        positions = archive.do(command)
        for known in CORRECTED:
            archive.do(known)
        assert archive.do(command) == positions


FILE = st.lists(
    st.sampled_from(["known", "decided", "refused", "excepted"]), min_size=1, max_size=12
)


@settings(max_examples=25, deadline=None)
@given(file=FILE)
def test_every_decision_cites_the_event_right_before_it(file: list[str]) -> None:
    numbers = count(1)
    made = {
        "known": lambda n: cadre(f"X{n}"),
        "decided": lambda n: commended(n),
        "refused": lambda n: commended(n, cadre="NOBODY"),
        "excepted": lambda n: exception(f"D{n - 1}"),
    }
    commands = [made[kind](next(numbers)) for kind in file]
    with an_archive(*BEGIN) as archive:
        for kind, outcome in zip(file, archive.record(commands), strict=True):
            if kind == "decided":
                (position,) = recorded([outcome])
                assert cited(archive, position)["position"] == position - 1


DECIDED = st.tuples(
    st.sampled_from(["commend", "train", "talent"]),
    st.sampled_from([*ANNUAL, "NEW"]),
    st.just(2017) | st.just(2018),
)
RECORDED = st.one_of(
    st.tuples(st.just("correct"), st.sampled_from([*ANNUAL]), st.integers(60, 95)),
    st.tuples(st.just("grade"), st.sampled_from([*ANNUAL]), st.sampled_from([2017, 2018])),
    st.tuples(st.just("list"), st.just("NEW"), st.just(2018)),
    st.tuples(st.just("quota"), st.integers(21, 25), st.just(2017)),
    st.tuples(st.just("close"), st.just("U1"), st.just(2018)),
)
LATER = st.lists(DECIDED | RECORDED, min_size=8, max_size=24)
DAYS = st.lists(st.dates(date(2018, 3, 2), date(2018, 6, 1)), min_size=24, max_size=24)


def told(number: int, kind: str, whom: Any, what: Any) -> Command:
    """Return one of the commands of ``LATER``."""
    match kind:
        case "correct":
            return correction(whom, "annual", what, year=2017)
        case "grade":
            return graded(whom, "excellent", what)[0]
        case "list":
            return said("roster.amend", unit="U1", year=what, cadre=whom, change="added",
                        rank_level="正科级", category="chief", participates="yes",
                        reason="调入", approver="BOSS")  # fmt: skip
        case "quota":
            return said("quota.approve", unit="U1", year=what, share=whom / 100, approver="BOSS",
                        document="文")  # fmt: skip
        case "close":
            return close(year=what, on="2018-03-02")
    return decision(kind, whom, year=what, decision=f"D{number}")


@settings(max_examples=60, deadline=None)
@given(later=LATER, days=DAYS, on_paper=st.booleans(), in_order=st.booleans())
def test_what_is_cited_after_much_else_is_what_a_new_question_finds(
    later: list[tuple[str, Any, Any]], days: list[date], on_paper: bool, in_order: bool
) -> None:
    """Live and on paper: closed years and open, whatever is recorded of them in between."""
    known = sorted(days) if in_order else days
    commands = [told(number, *each) for number, each in enumerate(later)]
    if on_paper:
        commands = [
            line
            for day, command in zip(known, commands, strict=False)
            for line in paper(day.isoformat(), command)
        ]
    opened = paper("2018-03-01", cadre("NEW"), roster(*ANNUAL, year=2018))
    with an_archive(*BEGIN, *SCORED, *CLOSED, *opened) as archive:
        for command, outcome in zip(commands, archive.record(commands), strict=True):
            if outcome.refusal or not command["command"].startswith("decision."):
                continue
            (position,) = outcome.positions
            found = cited(archive, position)
            (row,) = archive.events([position])
            at = datetime.fromisoformat(msgspec.json.decode(row[4])["known_at"])
            as_of = AsOf(day_of(at), micros(at), position - 1)
            with archive.ask(as_of) as reader:
                new = Reader(reader.connection, as_of)
                answer = eligibility(new, found["purpose"], command["cadre"], command["year"])
            assert found["verdict"] == str(answer.verdict)
            assert [
                (each["rule"], each["verdict"], each["found"]) for each in found["findings"]
            ] == [(each.rule, str(each.verdict), speak(each.found)) for each in answer.findings]


# What others do meanwhile


def test_a_decision_that_is_tried_again_cites_anew(
    location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive(location, create=True) as archive, Archive(location) as other:
        for command in (*BEGIN, *SCORED, *CLOSED):
            archive.do(command)
        insert = archive.log.insert_events
        meanwhile = [post("W", post="新岗", on="2018-03-01"), *CORRECTED]

        def interrupted(*args: Any, **kwargs: Any) -> Any:
            while meanwhile:
                other.do(meanwhile.pop())
            return insert(*args, **kwargs)

        monkeypatch.setattr(archive.log, "insert_events", interrupted)
        (position,) = archive.do(TAKEN)
        found = cited(archive, position)
        assert (found["verdict"], found["position"]) == ("FAIL", position - 1)


# Views that fail


def test_without_its_views_an_archive_cites_what_they_are_made_anew_from(location: str) -> None:
    with Archive(location, create=True) as archive:
        recorded(list(archive.record([*BEGIN, *SCORED, *CLOSED, commended(1)])))
    drop_views(location)
    with Archive(location) as archive:
        (position,) = archive.do(commended(2))
        assert cited(archive, position)["verdict"] == "PASS"


@pytest.mark.sqlite
def test_views_that_fail_refuse_decisions_and_nothing_else(tmp_path: Path) -> None:
    with Archive(tmp_path, create=True) as archive:
        recorded(list(archive.record([*BEGIN, *SCORED, *CLOSED])))
    (tmp_path / "views" / "1.sqlite").mkdir(parents=True)
    with Archive(tmp_path) as archive:
        file = [cadre("X"), commended(1), cadre("Y"), commended(2), exception("D1")]
        outcomes = list(archive.record(file))
        assert [outcome.refusal is None for outcome in outcomes] == [
            True,
            False,
            True,
            False,
            False,
        ]
        refusal = outcomes[1].refusal
        assert refusal is not None
        assert speak(refusal.sentence, "en") == (
            "the views can't be read ((sqlite3.OperationalError) unable to open database file), "
            "so no findings can be cited; "
            "check the disk or the server, or delete the views and try again"
        )
        assert refusal.field is None
        atomic = list(archive.record([cadre("Z"), commended(3)], atomic=True))
        assert all(outcome.refusal for outcome in atomic)
    (tmp_path / "views" / "1.sqlite").rmdir()
    with Archive(tmp_path) as archive:
        (position,) = archive.do(commended(4))
        assert cited(archive, position)["verdict"] == "PASS"


@pytest.mark.sqlite
def test_damaged_views_are_made_anew_before_anything_is_cited(tmp_path: Path) -> None:
    with Archive(tmp_path, create=True) as archive:
        recorded(list(archive.record([*BEGIN, *SCORED, *CLOSED, commended(1)])))
    (file,) = (tmp_path / "views").glob("*.sqlite")
    views = sqlite3.connect(file)
    views.execute("DROP TABLE roster")
    views.commit()
    views.close()
    with Archive(tmp_path) as archive:
        (position,) = archive.do(commended(2))
        assert cited(archive, position)["verdict"] == "PASS"

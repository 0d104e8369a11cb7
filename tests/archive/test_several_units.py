"""A year served in two units, through commands: weighed by days, ranked in the new unit only."""

from typing import Any

import pytest

from domain.rules.finding import flat
from projections.eligibility import eligibility
from projections.ranking import annual_ranking
from projections.reader import Reader
from projections.spread import spreads
from projections.talks import talks_of_year
from tests.commands.office import pool, rate, score_item, work_list
from tests.given import Command, an_archive, asked, given
from tests.said import close, component, paper, people, policy, post, roster, said, sheet

BEGIN = "2010-02-01"
PEOPLE = [
    *paper(BEGIN, *people("A", "B", "C", "X", "HEAD"), *people("D", "E", "F", unit_code="U2")),
    *paper("2018-01-02", policy()),
]
MOVED = paper("2018-11-01", post("X", "U2", on="2018-11-01"))  # 304 days in U1, 61 in U2
ROSTERS = [
    *paper("2018-11-02", roster("D", "E", "F", "X", unit="U2")),
    *paper("2018-11-03", roster("A", "B", "C", "X")),
]


def annual(table: dict[str, float], unit_code: str) -> list[Command]:
    return paper(
        "2019-01-05", *(component(c, "annual", n, unit=unit_code) for c, n in table.items())
    )


SCORED = [
    *annual({"A": 90, "B": 88, "C": 86, "X": 89}, "U1"),
    *annual({"D": 90, "E": 88, "F": 86, "X": 70}, "U2"),
]
CLOSED = [*paper("2019-01-20", close()), *paper("2019-01-21", close("U2"))]


def places(*commands: Command, as_of: str | None = None) -> dict[str, Any]:
    """Return rank and size of the group by unit and cadre."""
    with an_archive(*commands) as archive, asked(archive, as_of) as reader:
        return ranked(reader)


def ranked(reader: Reader) -> dict[str, Any]:
    return {
        f"{s.unit} {s.cadre}": (s.rank, s.of, s.grade)
        for s in (line.standing for line in annual_ranking(reader, 2018))
    }


def test_on_two_rosters_one_is_ranked_in_the_new_unit_only() -> None:
    history = [*PEOPLE, *MOVED, *ROSTERS, *SCORED]
    for closing in ([], CLOSED, CLOSED[:1], CLOSED[1:]):
        found = places(*history, *closing)
        assert found["U1 X"] == (None, 3, None)
        assert found["U1 B"] == (2, 3, "competent")
        assert found["U2 X"] == (4, 4, "basically_competent")


def test_the_line_on_the_old_roster_says_where_the_year_is_ranked() -> None:
    with an_archive(*PEOPLE, *MOVED, *ROSTERS, *SCORED) as archive, asked(archive) as reader:
        (line,) = [x for x in annual_ranking(reader, 2018, "U1") if x.standing.cadre == "X"]
        found = {f.rule: str(f.found) for whole in line.standing.findings for f in flat(whole)}
        assert found["R12"] == found["R15"] == "在U2排名"
        assert [(t.unit, t.cadre) for t in talks_of_year(reader, 2018)] == [("U2", "X")]
        answer = eligibility(reader, "commendation", "X", 2018)
        assert [(j.year, j.unit) for j in answer.judged_by] == [(2018, "U2")]


def test_one_is_counted_in_the_pool_of_the_unit_that_ranks() -> None:
    pools = [pool(unit=unit) for unit in ("U1", "U2")]
    history = [*PEOPLE, *MOVED, *ROSTERS, *SCORED, *pools]
    with an_archive(*history) as archive, asked(archive) as reader:
        counted = {s.pool.unit: sorted(s.pool.standards) for s in spreads(reader, 2018)}
    assert counted == {"U1": ["A", "B", "C"], "U2": ["D", "E", "F", "X"]}


def test_one_units_ranking_alone_is_the_same_as_within_the_city() -> None:
    history = [*PEOPLE, *MOVED, *ROSTERS, *SCORED]
    with an_archive(*history) as archive, asked(archive) as reader:
        whole = annual_ranking(reader, 2018)
        alone = [x for u in ("U1", "U2") for x in annual_ranking(reader, 2018, u)]
        assert alone == whole


def test_where_the_new_unit_does_not_list_the_one_listed_last_ranks() -> None:
    third = paper("2018-11-01", *people("G", "H", "I", unit_code="U3"), post("X", "U3"))
    history = [*PEOPLE, *third, *ROSTERS, *SCORED]
    found = places(*history)
    assert (found["U1 X"][:2], found["U2 X"][:2]) == ((2, 4), (None, 3))


@pytest.mark.parametrize(
    "later",
    [
        MOVED,
        paper("2019-02-01", roster("D", "E", "F", "X", unit="U2")),
        [*MOVED, *paper("2019-02-01", roster("D", "E", "F", "X", unit="U2"))],
    ],
)
def test_a_closed_year_keeps_whom_it_ranked(later: list[Command]) -> None:
    listed = paper("2018-03-01", roster("A", "B", "C", "X"))
    own = [c for c in SCORED if c["unit"] == "U1"]
    closed = [*PEOPLE, *listed, *own, *paper("2019-01-20", close())]
    late = [{**command, "known_at": "2019-02-01"} for command in later]
    found = places(*closed, *late)

    assert found["U1 X"] == places(*closed)["U1 X"] == (2, 4, "competent")
    assert found.get("U2 X", (None,))[0] is None
    correction = said(
        "result.correct", cadre="X", year=2018, grade="competent", reason="核", approver="BOSS"
    )
    given(*closed, *late).when(correction).then(
        ("result/2018/X", "result.corrected", {"unit": "U1"})
    )


def test_commands_and_questions_agree_on_who_judges() -> None:
    correction = said(
        "result.correct", cadre="X", year=2018, component="annual", points=60, reason="核",
        approver="BOSS",
    )  # fmt: skip
    for closing in ([], CLOSED):
        history = [*PEOPLE, *MOVED, *ROSTERS, *SCORED, *closing]
        given(*history).when(correction).then(("result/2018/X", "result.corrected", {"unit": "U2"}))


WORK = [
    work_list("X", 0.5, 0.5, on="2018-03-01"),
    work_list("X", 1, on="2018-11-05"),
    score_item("X", 80, unit="U1", on="2018-12-01"),
    score_item("X", 60, "I2", unit="U1", on="2018-12-01"),
    score_item("X", 100, unit="U2", on="2018-12-20"),
    rate("X", "2018-03-05", 70),
    rate("X", "2018-11-05", 90),
]
BALLOTS = [
    sheet("A", {"X": 80}),
    sheet("D", {"X": 100}, unit="U2"),
    sheet("HEAD", {"X": 90}, "leader", unit="U2"),
]
EVIDENCE = [*PEOPLE, *MOVED, *ROSTERS, *WORK, *BALLOTS]


def measured(*commands: Command, without_rater: str | None = None) -> dict[str, str]:
    """Return what was found about X where he is ranked."""
    with an_archive(*commands) as archive, asked(archive) as reader:
        lines = annual_ranking(reader, 2018, "U2", without_rater=without_rater)
        (standing,) = [x.standing for x in lines if x.standing.cadre == "X"]
        return {f.rule: str(f.found) for w in standing.scored.findings for f in flat(w)}


def test_lists_ratings_and_ballots_of_both_units_weigh_by_days() -> None:
    found = measured(*EVIDENCE)

    work = (304 * 70 + 61 * 100) / 365  # 75.01…
    log = (304 * 70 + 61 * 90) / 365
    assert found["R02.work"].startswith(f"工作项目得分{work:.2f}")
    assert found["R02.log"].startswith(f"日志评分{log:.2f}")
    assert "U1 304天、U2 61天" in found["R02.work"]
    assert found["R01.democratic"].startswith("民主测评83.34")
    assert found["R01.leader"] == "领导评分90.00（未修约 90.00）"  # ballots of U2 alone


def test_the_items_of_two_lists_with_one_name_are_two_items() -> None:
    found = measured(*EVIDENCE)
    assert "I1 80.00、I2 60.00" in found["R02.work.U1"]
    assert "I1 100.00" in found["R02.work.U2"]
    given(*EVIDENCE).when(score_item("X", 50, unit="U1", on="2018-12-21")).refused(
        "item I1 of work-list/2018/X was already scored; a correction wants reason and approver",
        "scores",
    )
    given(*EVIDENCE).when(score_item("X", 50, "I2", unit="U2", on="2018-12-21")).refused(
        "the list in force of work-list/2018/X has no item I2; expected one of its items",
        "scores.0.item",
    )


def test_without_a_rater_is_as_if_he_had_never_scored() -> None:
    never = [c for c in EVIDENCE if c.get("rater") != "D"]
    assert measured(*EVIDENCE, without_rater="D") == measured(*never)


def test_evidence_recorded_behind_the_closing_weighs_nothing() -> None:
    closed = [*EVIDENCE, close("U2")]
    late = [rate("X", "2018-03-06", 10), sheet("B", {"X": 10})]
    assert measured(*closed, *late) == measured(*closed)
    assert measured(*EVIDENCE, *late) != measured(*EVIDENCE)


def test_a_unit_that_only_lent_its_name_is_not_weighed() -> None:
    """Never posted to U2, he served no day there."""
    at_home = [
        {**command, "unit": "U1"} if command["command"] == "roster.freeze" else command
        for command in EVIDENCE
        if command not in [*MOVED, ROSTERS[0], *BALLOTS]
    ]
    lent = [{**c, "unit": "U2"} if c["on"] == "2018-11-05" else c for c in at_home]
    with an_archive(*lent) as archive, asked(archive) as reader:
        (standing,) = [
            x.standing for x in annual_ranking(reader, 2018, "U1") if x.standing.cadre == "X"
        ]
        assert standing.scored.parts
        assert not any(part.units for part in standing.scored.parts)

"""The cases that the rules work by hand, recorded by commands and asked as of several moments.

Each is paper history with the days on which it became known, asked now, as of the day before
the decisive fact and of its day, and as of the log's position before and behind it.
"""

from collections.abc import Iterable

import pytest

from archive.archive import Archive
from domain.rules.eligibility import Answer, Purpose
from projections.eligibility import eligibility
from projections.ranking import annual_ranking
from projections.spread import spreads
from projections.talks import talks_of_year
from tests.given import Command, an_archive, asked
from tests.said import (
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
    sheet,
    unit,
)

PASS, FAIL, INSUFFICIENT, NOT_APPLICABLE = "PASS", "FAIL", "INSUFFICIENT", "NOT_APPLICABLE"
BEGIN = "2010-02-01"
POLICIES = [
    *paper("2013-01-01", policy("shishou-2013", on="2013-01-01")),
    *paper("2018-02-01", policy("shishou-2018", on="2018-01-01")),
]
Ranks = dict[str, tuple[int | None, str | None, str]]


def begin(*codes: str) -> list[Command]:
    """Return the unit, its people and the policies, all known long before."""
    return [*paper(BEGIN, *people(*codes)), *POLICIES]


def finals(
    year: int, table: dict[str, dict[str, float]], known_at: str, **fields: object
) -> list[Command]:
    """Return what the papers say of a year: each cadre's components or finals."""
    return paper(
        known_at,
        *(
            component(code, name, points, year=year, **fields)
            for code, given in table.items()
            for name, points in given.items()
        ),
    )


def a_year(
    year: int, table: dict[str, dict[str, float]], unit_code: str = "U1", **fields: object
) -> list[Command]:
    """Return a whole year: its roster in March, its numbers and closing in January after."""
    return [
        *paper(f"{year}-03-01", roster(*table, unit=unit_code, year=year, **fields)),
        *finals(year, table, f"{year + 1}-01-10", unit=unit_code),
        *paper(f"{year + 1}-01-20", close(unit_code, year)),
    ]


def each(name: str, points: dict[str, float]) -> dict[str, dict[str, float]]:
    return {code: {name: given} for code, given in points.items()}


def ranks(archive: Archive, year: int, as_of: str | None = None) -> Ranks:
    with asked(archive, as_of) as reader:
        return {
            line.standing.cadre: (
                line.standing.rank,
                None if line.standing.annual is None else f"{line.standing.annual / 100:.2f}",
                line.standing.half,
            )
            for line in annual_ranking(reader, year, "U1")
        }


def due(archive: Archive, as_of: str | None = None) -> dict[str, tuple[str, ...]]:
    """Return who is due which talk by whom, and what became of it."""
    with asked(archive, as_of) as reader:
        return {
            talk.cadre: (talk.kind, "/".join(talk.talkers), talk.status)
            for talk in talks_of_year(reader, 2018)
        }


def answered(
    archive: Archive,
    code: str,
    purpose: Purpose,
    as_of: str | None = None,
    year: int = 2018,
) -> Answer:
    with asked(archive, as_of) as reader:
        return eligibility(reader, purpose, code, year)


def verdicts(answer: Answer) -> dict[str, str]:
    return {found.rule: str(found.verdict) for found in answer.findings}


def before(archive: Archive, command: Command, nth: int = 0) -> str:
    """Return ``#P`` of the log before the nth event of this command's kind."""
    topic = {"ballot.submit": "ballot.scored", "result.correct": "result.corrected"}
    name = topic.get(command["command"], command["command"].replace(".close", ".closed"))
    rows = [row[0] for page in archive.log.scan(0) for row in page if row[3] == name]
    return f"#{rows[nth] - 1}"


CASE_1 = {"C1": 92.50, "C2": 90.00, "C3": 88.40, "C5": 86, "C6": 79, "C7": 72}


def test_case_1_the_fourths_88_395_from_items_log_and_ballots_is_published_as_88_40_and_ties() -> (
    None
):
    leaders = sheet("L1", {"C4": 89.01}, "leader")
    items = [
        {"item": "I1", "title": "招商", "weight": 0.6},
        {"item": "I2", "title": "信访", "weight": 0.4},
    ]
    given = [{"item": "I1", "points": 88.25}, {"item": "I2", "points": 87.75}]
    rated = {"cadre": "C4", "rater": "L1", "relation": "leader"}
    history = [
        *begin("L1", "C4", *CASE_1),
        *paper("2018-03-01", roster("C4", *CASE_1)),
        *paper("2018-03-05", said("work_list.submit", cadre="C4", year=2018, items=items)),
        *paper(
            "2018-06-01",
            said("work_log.rate", day="2018-04-03", points=87.90, **rated),
            said("work_log.rate", day="2018-05-04", points=88.00, **rated),
        ),
        *paper(
            "2019-01-05",
            said("work_list.score", year=2018, scores=given, **rated),
            sheet("C1", {"C4": 88.60}),
            sheet("C2", {"C4": 88.62}),
        ),
        *finals(2018, each("annual", CASE_1), "2019-01-10"),
        *paper("2019-01-12", leaders),
        *paper("2019-01-20", close()),
    ]
    unscored = {
        "C1": (1, "92.50", "upper"),
        "C2": (2, "90.00", "upper"),
        "C3": (3, "88.40", "upper"),
        "C5": (4, "86.00", "lower"),
        "C6": (5, "79.00", "lower"),
        "C7": (6, "72.00", "lower"),
        "C4": (None, None, "none"),
    }
    published = {
        "C1": (1, "92.50", "upper"),
        "C2": (2, "90.00", "upper"),
        "C3": (3, "88.40", "upper"),
        "C4": (3, "88.40", "upper"),
        "C5": (5, "86.00", "lower"),
        "C6": (6, "79.00", "lower"),
        "C7": (7, "72.00", "lower"),
    }
    with an_archive(*history) as archive:
        assert ranks(archive, 2018, "2019-01-11") == unscored
        assert ranks(archive, 2018, before(archive, leaders, nth=2)) == unscored
        for as_of in (None, "2019-01-12", before(archive, close())):
            assert ranks(archive, 2018, as_of) == published
        with asked(archive) as reader:
            (fourth,) = (r for r in annual_ranking(reader, 2018) if r.standing.cadre == "C4")
        parts = {part.name: part.value for part in fourth.standing.scored.components}
        assert parts == {"performance": 8802, "democratic": 8861, "leader": 8901}
        assert float(fourth.standing.scored.final_annual.value or 0) == 8839.5


@pytest.mark.parametrize(
    ("why", "points", "without_the_last", "due_talks"),
    [
        ("⌈20 % × 7⌉ = 2", (92.5, 90, 88.4, 88.4, 86, 79, 72), set(), {"C7"}),
        ("⌈20 % × 5⌉ = 1, of four 1 too", (74, 73, 72, 71, 70), {"C4"}, {"C5"}),
        ("a tie at the edge is in", (90, 80, 78, 70, 70), {"C4"}, {"C4", "C5"}),
    ],
)
def test_case_2_only_the_low_in_the_bottom_zone_are_talked_to(
    why: str, points: tuple[float, ...], without_the_last: set[str], due_talks: set[str]
) -> None:
    table = {f"C{n}": given for n, given in enumerate(points, start=1)}
    *_, last = table
    others = {code: given for code, given in table.items() if code != last}
    history = [
        *begin(*table),
        *paper("2018-03-01", roster(*table)),
        *finals(2018, each("annual", others), "2019-01-10"),
        *finals(2018, each("annual", {last: table[last]}), "2019-01-15"),
        *paper("2019-01-20", close()),
    ]
    with an_archive(*history) as archive:
        assert set(due(archive)) == due_talks, why
        assert set(due(archive, "2019-01-14")) == without_the_last
        assert set(due(archive, "2019-01-15")) == due_talks
        assert set(due(archive, "2018-12-31")) == set()
        closing = int(before(archive, close())[1:])
        assert set(due(archive, f"#{closing}")) == due_talks
        assert set(due(archive, f"#{closing - 1}")) == without_the_last


@pytest.mark.parametrize(
    ("components", "head", "annual", "kind", "talkers", "talker", "role"),
    [
        ((59.62, 60.21, 60.61), "C1", "60.00", "reminder", "unit_deputy/unit_head", "C2",
         "unit_deputy"),
        ((60, 59.98, 60), "C1", "59.99", "admonition", "unit_head", "C1", "unit_head"),
        ((60, 59.98, 60), "C9", "59.99", "admonition", "city_leader", "L1", "city_leader"),
    ],
)  # fmt: skip
def test_case_3_59_995_is_reminded_59_994_admonished_and_a_head_is_talked_to_by_the_city(
    components: tuple[float, ...],
    head: str,
    annual: str,
    kind: str,
    talkers: str,
    talker: str,
    role: str,
) -> None:
    table = each("annual", {"C1": 90, "C2": 88, "C3": 86, "C4": 84})
    names = ("performance", "democratic", "leader")
    roles = {"unit_head": head, "unit_deputy": "C2", "city_leader": "L1"}
    talk = {"cadre": "C9", "year": 2018, "kind": kind, "talker": talker, "talker_role": role}
    history = [
        *begin("L1", "C9", *table),
        *paper(BEGIN, *(said("unit.assign", unit="U1", role=r, cadre=c) for r, c in roles.items())),
        *paper("2018-03-01", roster("C9", *table)),
        *finals(2018, table, "2019-01-10"),
        *finals(2018, {"C9": dict(zip(names, components, strict=True))}, "2019-01-15"),
        *paper("2019-01-20", close()),
        *paper("2019-04-10", said("talk.hold", content="谈话", on="2019-02-01", **talk)),
    ]
    with an_archive(*history) as archive:
        assert ranks(archive, 2018)["C9"] == (5, annual, "lower")
        assert due(archive, "2019-01-14") == {}
        assert due(archive, "2019-01-15") == {"C9": (kind, talkers, "due")}  # provisional
        assert due(archive, "2019-03-21") == {"C9": (kind, talkers, "due")}
        assert due(archive, "2019-03-22") == {"C9": (kind, talkers, "overdue")}
        assert due(archive, "2019-04-10") == {"C9": (kind, talkers, "held")}
        assert due(archive) == {"C9": (kind, talkers, "held")}
        last = archive.log.last_position()
        assert due(archive, f"#{last - 1}") == {"C9": (kind, talkers, "overdue")}


def test_case_4_a_peer_with_two_years_turns_the_answer_and_so_does_a_later_correction() -> None:
    performance = {"P": (89, 89, 89), "Y": (84, 86, 85), "Q": (84, 84, 84), "S": (80, 80, 80)}

    def table(place: int) -> dict[str, dict[str, float]]:
        return {c: {"performance": p[place], "annual": 86} for c, p in performance.items()}

    history = [
        *begin(*performance),
        *paper(BEGIN, unit("U2"), cadre("R"), post("R", "U2")),
        *a_year(2016, table(0)),
        *a_year(2017, table(1)),
        *a_year(2017, {"R": {"performance": 92, "annual": 86}}, "U2"),
        *a_year(2018, table(2) | {"R": {"performance": 91, "annual": 86}}),
        *paper("2019-04-10", correction("Q", "performance", 88)),
    ]
    with an_archive(*history) as archive:
        assert str(answered(archive, "Y", "promotion", "2019-01-19").verdict) == INSUFFICIENT
        last = archive.log.last_position()
        for as_of in ("2019-01-20", "2019-04-09", f"#{last - 1}"):
            answer = answered(archive, "Y", "promotion", as_of)
            found = verdicts(answer)
            assert (found["R20.C2.performance"], found["R20.C2.total"]) == (FAIL, PASS)
            assert str(answer.verdict) == PASS
            readings = {(i.parameter, i.value): str(i.verdict) for i in answer.interpretations}
            assert readings["promotion.peers", "mean_scaled"] == FAIL
            assert answer.sensitive
            (total,) = (f for f in answer.findings if f.rule == "R20.C2.total")
            assert str(total.found) == "总分255.00，第2名，共4人"
        for today in ("2019-04-10", None):
            answer = answered(archive, "Y", "promotion", today)
            assert verdicts(answer)["R20.C2.total"] == FAIL
            assert str(answer.verdict) == FAIL


def test_case_5_all_annual_scores_from_85_00_on_suffice_and_84_99_does_not() -> None:
    numbers = {2016: (85.00, 85.00), 2017: (86.10, 90), 2018: (85.20, 88)}
    history = begin("Y")
    for year, (annual, performance) in numbers.items():
        history += a_year(year, {"Y": {"annual": annual, "performance": performance}})
        history += paper(f"{year + 1}-01-20", *graded("Y", "competent", year))
    history += paper("2019-04-10", correction("Y", "annual", 84.99, year=2017))
    with an_archive(*history) as archive:
        assert str(answered(archive, "Y", "promotion", "2019-01-19").verdict) == INSUFFICIENT
        last = archive.log.last_position()
        for as_of, verdict in (
            ("2019-01-20", PASS),
            ("2019-04-09", PASS),
            (f"#{last - 1}", PASS),
            ("2019-04-10", FAIL),
            (f"#{last}", FAIL),
            (None, FAIL),
        ):
            answer = answered(archive, "Y", "promotion", as_of)
            found = verdicts(answer)
            assert (str(answer.verdict), found["R20.C1"]) == (verdict, verdict), as_of
            assert found["R20.C1.excellent"] == FAIL
            assert found["R20.C2.performance"] == PASS
            assert found["R20.C2.total"] == NOT_APPLICABLE


WORDS = {"优": "excellent", "称": "competent", "免": "not_assessed"}


@pytest.mark.parametrize(
    ("grades", "training", "talent", "bridged"),
    [
        ("优优称优优", PASS, FAIL, FAIL),
        ("优优优称称", PASS, PASS, PASS),
        ("优优免优优", PASS, FAIL, PASS),
    ],
)
def test_case_6_training_counts_years_and_talent_wants_a_run(
    grades: str, training: str, talent: str, bridged: str
) -> None:
    history = begin("Y")
    for year, grade in enumerate(grades, start=2013):
        history += a_year(year, {"Y": {}})
        history += paper(f"{year + 1}-02-01", *graded("Y", WORDS[grade], year))
    with an_archive(*history) as archive:
        for as_of in (None, "2018-02-01", f"#{archive.log.last_position()}"):
            answer = answered(archive, "Y", "talent", as_of, 2017)
            (bridge,) = (i for i in answer.interpretations if i.value == "bridge")
            assert (str(answer.verdict), str(bridge.verdict)) == (talent, bridged)
            assert answer.sensitive is (talent != bridged)
            assert str(answered(archive, "Y", "training", as_of, 2017).verdict) == training
        two_years_in = "2015-02-01"
        assert str(answered(archive, "Y", "training", two_years_in, 2017).verdict) == INSUFFICIENT
        assert str(answered(archive, "Y", "talent", two_years_in, 2017).verdict) == INSUFFICIENT


def test_case_7_a_pilot_is_judged_by_its_own_policy_and_each_year_by_that_of_its_time() -> None:
    names: dict[str, float] = {"performance": 90, "democratic": 80, "leader": 80}
    pilot = policy("shishou-2017-pilot", on="2017-01-01", units=["U1"])
    history = [
        *begin("Y"),
        *paper(BEGIN, unit("U2"), cadre("X"), post("X", "U2")),
        *a_year(2016, {"Y": names}),
        *a_year(2017, {"X": names}, "U2"),
        *paper("2017-03-01", roster("Y", year=2017)),
        *finals(2017, {"Y": names}, "2018-01-10"),
        *paper("2018-01-15", pilot),
        *paper("2018-01-20", close(year=2017)),
        *a_year(2018, {"Y": names}),
        *(line for year in (2016, 2017, 2018)
          for line in paper(f"{year + 1}-02-01", *graded("Y", "competent", year))),
    ]  # fmt: skip
    with an_archive(*history) as archive:
        scored = {year: ranks(archive, year)["Y"][1] for year in (2016, 2017, 2018)}
        assert scored == {2016: "84.00", 2017: "85.00", 2018: "85.00"}
        with asked(archive) as reader:
            (other,) = annual_ranking(reader, 2017, "U2")
        assert (other.standing.annual, other.standing.policy.name) == (8400, "shishou-2013")
        assert ranks(archive, 2017, "2018-01-14")["Y"][1] == "84.00"
        assert ranks(archive, 2017, "2018-01-15")["Y"][1] == "85.00"
        adopted = [r[0] for p in archive.log.scan(0) for r in p if r[3] == "policy.adopted"]
        assert ranks(archive, 2017, f"#{adopted[2] - 1}")["Y"][1] == "84.00"
        assert ranks(archive, 2017, f"#{adopted[2]}")["Y"][1] == "85.00"
        for as_of in (None, "2019-02-01"):
            answer = answered(archive, "Y", "promotion", as_of)
            found = verdicts(answer)
            by_year = [found[f"R20.C1.annual.{year}"] for year in (2016, 2017, 2018)]
            assert by_year == [FAIL, PASS, PASS]
            assert (found["R20.C1"], str(answer.verdict)) == (FAIL, FAIL)


def test_case_8_a_correction_in_april_moves_the_commended_below_the_half_but_not_in_february() -> (
    None
):
    annual = {"T": 91, "W": 85.2, "V": 84.8, "Q": 78}
    history = [
        *begin(*annual),
        *a_year(2017, each("annual", annual)),
        *paper("2018-04-10", correction("V", "annual", 85.5, year=2017)),
    ]
    then = {
        "T": (1, "91.00", "upper"),
        "W": (2, "85.20", "upper"),
        "V": (3, "84.80", "lower"),
        "Q": (4, "78.00", "lower"),
    }
    today = then | {"V": (2, "85.50", "upper"), "W": (3, "85.20", "lower")}
    with an_archive(*history) as archive:
        last = archive.log.last_position()
        for moments, expected, verdict in (
            (("2018-02-10", "2018-04-09", f"#{last - 1}"), then, PASS),
            (("2018-04-10", f"#{last}", None), today, FAIL),
        ):
            for as_of in moments:
                assert ranks(archive, 2017, as_of) == expected
                answer = answered(archive, "W", "commendation", as_of, 2017)
                assert str(answer.verdict) == verdict
        answer = answered(archive, "W", "commendation", "2018-01-19", 2017)
        assert str(answer.verdict) == INSUFFICIENT


def test_case_9_a_year_on_probation_leaves_it_open_until_another_year_fails() -> None:
    probation = post("Y", on="2016-03-01", probation_until="2017-02-28", post="副科长")
    history: Iterable[Command] = [
        *begin("Y"),
        *paper("2016-03-01", probation),
        *a_year(2016, {"Y": {}}),
        *a_year(2017, {"Y": {"annual": 86, "performance": 86}}),
        *a_year(2018, {"Y": {"annual": 87, "performance": 87}}),
        *(line for year in (2017, 2018)
          for line in paper(f"{year + 1}-01-20", *graded("Y", "competent", year))),
        *paper("2019-04-10", correction("Y", "annual", 84, year=2017)),
    ]  # fmt: skip
    with an_archive(*history) as archive:
        last = archive.log.last_position()
        for moments, c1, verdict in (
            (("2019-01-20", "2019-04-09", f"#{last - 1}"), INSUFFICIENT, INSUFFICIENT),
            (("2019-04-10", None), FAIL, FAIL),
        ):
            for as_of in moments:
                answer = answered(archive, "Y", "promotion", as_of)
                found = verdicts(answer)
                assert (found["R20.C1"], found["R20.C2"]) == (c1, INSUFFICIENT)
                assert str(answer.verdict) == verdict
        with asked(archive, "2019-01-20") as reader:
            (first,) = annual_ranking(reader, 2016)
        assert (first.standing.grade, first.standing.rank) == ("ungraded", None)


TWENTY = {"C1": 11_000, "C2": 10_300, "C3": 9_700, "C4": 9_000}


@pytest.mark.parametrize(
    ("paid", "spread", "fails"),
    [
        (TWENTY, "20%", set()),
        ({"C1": 10_500, "C2": 10_000, "C3": 10_000, "C4": 9_500}, "10%", {"R13.band"}),
        ({"C1": 11_500, "C2": 10_500, "C3": 10_000, "C4": 9_000}, "25%", {"R13.pool"}),
        ({"C1": 11_300, "C2": 10_000, "C3": 10_000, "C4": 8_700}, "26%", {"R13.band"}),
        (dict.fromkeys(TWENTY, 10_000), "0%", {"R13.band", "R06"}),
        (TWENTY | {"C3": 10_300.01, "C2": 9_699.99}, "20%", {"R13.order"}),
    ],
)
def test_case_10_allowances_spread_by_15_to_25_percent_within_the_pool_and_in_order(
    paid: dict[str, float], spread: str, fails: set[str]
) -> None:
    scores = each("annual", {"C1": 95, "C2": 90, "C3": 85, "C4": 80})
    pool = said("allowance.set_pool", unit="U1", year=2018, rank_level="1A50", standard=10_000)
    grants = [{"cadre": code, "amount": amount} for code, amount in paid.items()]
    grant = said("allowance.grant", unit="U1", year=2018, grants=grants)
    history = [*begin(*TWENTY), *a_year(2018, scores), *paper("2019-03-01", pool, grant)]
    with an_archive(*history) as archive:
        position = before(archive, {"command": "allowance.granted"})
        for as_of in (None, "2019-03-01"):
            with asked(archive, as_of) as reader:
                (found,) = spreads(reader, 2018)
            assert found.spread is not None
            assert float(found.spread) == pytest.approx(float(spread[:-1]) / 100)
            assert {f.rule for f in found.finding.parts if f.verdict == FAIL} == fails
            assert found.finding.verdict == (FAIL if fails else PASS)
        with asked(archive, position) as reader:
            (found,) = spreads(reader, 2018)
            assert (found.paid, found.finding.verdict) == (0, INSUFFICIENT)
        with asked(archive, "2019-02-28") as reader:
            assert spreads(reader, 2018) == []

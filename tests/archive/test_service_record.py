"""What is on a cadre's service record bars or leaves out a grade, as known by the closing."""

import pytest

from domain.rules.finding import flat
from projections.ranking import annual_ranking
from tests.given import Command, an_archive, asked
from tests.said import close, component, paper, people, policy, post, roster, said

NAMES = ("A", "B", "C", "D", "E")
YEAR = [
    *paper("2010-02-01", *people(*NAMES)),
    *paper("2018-01-02", policy()),
    *paper("2018-03-01", roster(*NAMES)),
]
SCORED = paper(
    "2019-01-05",
    *(component(code, "annual", n) for code, n in zip(NAMES, (95, 90, 88, 86, 84), strict=True)),
)
APPROVED = {"reason": "录入有误", "approver": "BOSS"}


def sanction(kind: str = "warning", **fields: object) -> Command:
    span = {"from": "2018-05-01", "until": "2018-10-31"}
    return said("cadre.sanction", cadre="A", kind=kind, on="2018-05-02", **span | fields)


def absence(kind: str = "sick", **fields: object) -> Command:
    return said(
        "cadre.absence", cadre="A", kind=kind, on="2018-02-02", **{"from": "2018-02-01"} | fields
    )


def case(state: str, on: str) -> Command:
    return said("cadre.case", cadre="A", state=state, on=on)


def grade(*commands: Command, as_of: str | None = None) -> tuple[str | None, str, tuple[int, ...]]:
    """Return A's computed grade, what was found about it, and what that rests on."""
    with an_archive(*commands) as archive, asked(archive, as_of) as reader:
        (standing,) = [x.standing for x in annual_ranking(reader, 2018) if x.standing.cadre == "A"]
        found = {f.rule: f for whole in standing.findings for f in flat(whole)}
        why = found.get("R15.bar", found["R15"])
        return standing.computed_grade, str(why.found), why.evidence


CLOSED = paper("2019-01-20", close())
BEFORE = "2018-11-01"
AFTER = "2019-02-01"
RECORDS = [
    ([sanction()], "competent"),
    ([sanction("admonition")], "competent"),
    ([absence()], "ungraded"),
    ([absence("study")], "excellent"),
    ([absence(until="2018-05-31")], "excellent"),
    ([absence(), absence(until="2018-05-31")], "excellent"),
    ([absence(), absence(**{"from": "2018-03-01"}, until="2018-05-31")], "ungraded"),
    ([case("opened", "2018-05-02")], "ungraded"),
    ([case("opened", "2018-05-02"), case("closed", "2018-09-02")], "excellent"),
]


@pytest.mark.parametrize(("record", "expected"), RECORDS)
def test_what_was_recorded_by_the_closing_bars_or_leaves_out_the_grade(
    record: list[Command], expected: str
) -> None:
    by_then = [*YEAR, *paper(BEFORE, *record), *SCORED]
    assert grade(*by_then)[0] == grade(*by_then, *CLOSED)[0] == expected
    behind = [*YEAR, *SCORED, *CLOSED, *paper(AFTER, *record)]
    assert grade(*behind)[0] == "excellent"
    assert grade(*behind, as_of="2019-01-10")[0] == "excellent"


def test_a_grade_cites_the_record_that_decided_it() -> None:
    with an_archive(*YEAR) as archive:
        (outcome,) = archive.record([absence()])
    (position,) = outcome.positions
    computed, found, evidence = grade(*YEAR, absence(), *SCORED)
    assert computed == "ungraded"
    assert found == "当年请假334天，超过183天，不定等次"
    assert position in evidence
    _, found, evidence = grade(*YEAR, sanction(), *SCORED)
    assert (found, evidence) == ("当年受警告（2018-05-01至2018-10-31）", (position,))


def test_a_case_closed_after_the_closing_leaves_the_year_ungraded() -> None:
    opened, closed = case("opened", "2018-05-02"), case("closed", "2019-02-01")
    history = [*YEAR, *paper(BEFORE, opened), *SCORED, *CLOSED]
    assert grade(*history, *paper(AFTER, closed))[:2] == (
        "ungraded",
        "立案审查尚未结案，不定等次",
    )


@pytest.mark.parametrize(("in_time", "expected"), [(True, "excellent"), (False, "competent")])
def test_what_was_recorded_in_error_bars_nothing_once_withdrawn_by_the_closing(
    in_time: bool, expected: str
) -> None:
    with an_archive(*YEAR, sanction(), *SCORED) as archive:
        (position,) = (row[0] for page in archive.log.scan(0) for row in page
                       if row[3] == "service.sanctioned")  # fmt: skip
        withdrawn = said("fact.withdraw", position=position, **APPROVED)
        for command in (withdrawn, close()) if in_time else (close(), withdrawn):
            archive.do(command)
        with asked(archive) as reader:
            found = {x.standing.cadre: x.standing for x in annual_ranking(reader, 2018)}
        assert found["A"].computed_grade == expected


def test_a_year_on_probation_cites_the_posting() -> None:
    posted = paper(BEFORE, post("A", on="2018-06-01", probation_until="2019-06-01"))
    with an_archive(*YEAR, *posted) as archive:
        position = archive.log.last_position()
    computed, found, evidence = grade(*YEAR, *posted, *SCORED)
    assert (computed, found) == ("ungraded", "试用期，不定等次")
    assert position in evidence

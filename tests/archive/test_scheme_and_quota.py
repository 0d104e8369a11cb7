"""Schemes, approved quotas and the law's layer, through commands to the ranking."""

from typing import Any

import pytest

from domain.rules.document import shipped
from domain.rules.finding import Finding, flat
from domain.rules.standing import Standing
from projections.ranking import annual_ranking
from tests.given import Command, an_archive, asked
from tests.said import close, component, paper, people, policy, roster, said

NAMES = ("A", "B", "C", "D", "E", "F", "G", "H")
YEAR = [
    *paper("2010-02-01", *people(*NAMES)),
    *paper("2018-01-02", policy()),
    *paper("2018-03-01", roster(*NAMES)),
]
CONTENT = {"components": {"performance": 0.55, "democratic": 0.25, "leader": 0.2}}
STEPS = ("screen", "resolve", "countersign", "ratify")
PARTS = paper(
    "2019-01-05",
    component("A", "performance", 80),
    component("A", "democratic", 90),
    component("A", "leader", 100),
)
CLOSED = paper("2019-01-20", close())


def scheme(
    content: dict[str, Any] | None = None, steps: tuple[str, ...] = STEPS, on: str = "2018-04-01"
) -> list[Command]:
    where = {"unit": "U1", "year": 2018}
    draft = said("scheme.draft", content=CONTENT if content is None else content, **where)
    return paper(on, draft, *(said(f"scheme.{step}", **where) for step in steps))


def standing(
    *commands: Command, of: str = "A", year: int = 2018, as_of: str | None = None
) -> Standing:
    with an_archive(*commands) as archive, asked(archive, as_of) as reader:
        lines = annual_ranking(reader, year)
        return next(x.standing for x in lines if x.standing.cadre == of)


def finding(standing: Standing, rule: str) -> Finding | None:
    found = (f for whole in standing.findings for f in flat(whole))
    return next((f for f in found if f.rule == rule), None)


def test_a_ratified_scheme_weighs_the_year() -> None:
    history = [*YEAR, *scheme(), *PARTS]
    for commands in (history, [*history, *CLOSED]):
        found = standing(*commands)
        assert found.annual == 8650  # by the city's weights 87.00
        cited = finding(found, "R26")
        assert cited is not None
        assert len(cited.evidence) == 2
        assert "实绩得分55%" in str(cited.found)


@pytest.mark.parametrize(
    ("commands", "as_of"),
    [
        (scheme(steps=STEPS[:3]), None),
        (scheme(), "2018-03-31"),
        (scheme({"allowance": {"basis": "rank", "method": "proportional"}}), None),
        ([], None),
    ],
)
def test_without_a_ratified_scheme_the_citys_weights_hold(
    commands: list[Command], as_of: str | None
) -> None:
    numbers = [{**command, "known_at": "2018-03-05"} for command in PARTS]
    found = standing(*YEAR, *numbers, *commands, as_of=as_of)
    assert (found.annual, finding(found, "R26")) == (8700, None)


def test_a_scheme_outside_the_bounds_is_ignored_and_said_to_be() -> None:
    outside = {"components": {"performance": 0.8, "democratic": 0.1, "leader": 0.1}}
    found = standing(*YEAR, *scheme(outside), *PARTS)
    cited = finding(found, "R26")
    assert found.annual == 8700
    assert cited is not None
    assert cited.verdict == "FAIL"


RANKED = paper("2019-01-05", *(component(code, "annual", 96 - n) for n, code in enumerate(NAMES)))


def approval(share: float, on: str = "2019-01-10") -> list[Command]:
    given = {"share": share, "approver": "BOSS", "document": "示例批文1号"}
    return paper(on, said("quota.approve", unit="U1", year=2018, **given))


def excellent(*commands: Command, as_of: str | None = None) -> list[str]:
    with an_archive(*commands) as archive, asked(archive, as_of) as reader:
        found = (x.standing for x in annual_ranking(reader, 2018))
        return [s.cadre for s in found if s.computed_grade == "excellent"]


def test_an_approved_share_gives_more_seats_before_the_closing_and_after() -> None:
    assert excellent(*YEAR, *RANKED) == ["A"]  # ⌊20 % × 8⌋
    assert excellent(*YEAR, *RANKED, *approval(0.25)) == ["A", "B"]
    after = [*YEAR, *RANKED, *CLOSED, *approval(0.25, "2019-01-25")]
    assert excellent(*after) == ["A", "B"]
    assert excellent(*after, as_of="2019-01-24") == ["A"]
    seat = finding(standing(*after, of="B"), "R15.quota")
    assert seat is not None
    with an_archive(*after) as archive:
        assert archive.log.last_position() in seat.evidence


def test_a_later_approval_takes_the_place_of_an_earlier() -> None:
    history = [*YEAR, *RANKED, *approval(0.25), *approval(0.21, "2019-01-11")]
    assert excellent(*history) == ["A"]


LAW = shipped("law-2007")
assert LAW is not None
NO_BAR = LAW.replace('"removal", "admonition"]', '"removal"]', 1)
ADMONISHED = paper(
    "2018-06-01",
    said(
        "cadre.sanction",
        cadre="A",
        kind="admonition",
        **{"from": "2018-05-01", "until": "2018-08-01"},
    ),
)


def law(on: str, document: str | None = None, command: str = "policy.adopt") -> list[Command]:
    text = {} if document is None else {"document": document}
    return paper(on, said(command, policy="law-2007", **text))


def test_a_closed_year_is_judged_by_the_laws_text_it_was_closed_under() -> None:
    before = [*YEAR, *law("2018-03-02"), *RANKED, *ADMONISHED]
    assert excellent(*before) == ["B"]
    amended = law("2019-02-01", NO_BAR, "policy.amend")
    assert excellent(*before, *amended) == ["A"]
    assert excellent(*before, *CLOSED, *amended) == ["B"]


def test_a_year_closed_without_a_law_stays_without() -> None:
    late = law("2019-02-01")
    assert excellent(*YEAR, *RANKED, *CLOSED, *late) == ["A"]
    found = standing(*YEAR, *RANKED, *CLOSED, *late)
    assert found.graded.unit_year.law is None

"""A year served in several units: its days, what they weigh, and on which roster it is ranked."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.facts import CadreYear, Item, Score, Served
from domain.rules.finding import flat
from domain.rules.judging import judging_last, settled
from domain.rules.measured import Measured, Scored
from domain.rules.scoring import score
from domain.rules.transfers import Posting, days_served, last_unit
from tests.rules.given import POLICY, member


def postings(*given: tuple[str | None, str]) -> list[Posting]:
    return [Posting(u, date.fromisoformat(on), n) for n, (u, on) in enumerate(given, start=1)]


DAYS = [
    ([("U1", "2015-01-01")], {"U1": 365}),
    ([("U1", "2015-01-01"), ("U2", "2018-11-01")], {"U1": 304, "U2": 61}),
    ([("U1", "2015-01-01"), ("U2", "2018-01-01")], {"U2": 365}),
    ([("U1", "2015-01-01"), ("U2", "2019-01-01")], {"U1": 365}),
    ([("U1", "2018-12-31")], {"U1": 1}),
    ([("U1", "2015-01-01"), ("U2", "2018-02-01"), ("U1", "2018-03-01")], {"U1": 337, "U2": 28}),
    ([("U1", "2015-01-01"), (None, "2018-07-01")], {"U1": 181}),
    ([("U1", "2015-01-01"), ("U1", "2018-07-01")], {"U1": 365}),
    ([("U2", "2018-05-01"), ("U3", "2018-05-01")], {"U3": 245}),
    ([], {}),
]


@pytest.mark.parametrize(("given_", "days"), DAYS)
def test_the_days_served_in_each_unit(
    given_: list[tuple[str | None, str]], days: dict[str, int]
) -> None:
    assert {s.unit: s.days for s in days_served(postings(*given_), 2018)} == days


@given(
    st.lists(
        st.tuples(st.sampled_from(["U1", "U2", None]), st.integers(0, 900)), min_size=1, max_size=8
    )
)
def test_the_days_served_are_those_on_which_a_posting_is_in_force(
    drawn: list[tuple[str | None, int]],
) -> None:
    first = date(2017, 1, 1)
    given_ = [Posting(u, first + timedelta(d), n) for n, (u, d) in enumerate(drawn)]
    in_force = []
    for day in (date(2018, 1, 1) + timedelta(n) for n in range(365)):
        by_then = [p for p in given_ if p.since <= day]
        in_force.append(max(by_then, key=lambda p: (p.since, p.position)).unit if by_then else None)
    found = days_served(given_, 2018)

    assert {s.unit: s.days for s in found} == {
        unit: in_force.count(unit) for unit in ("U1", "U2") if unit in in_force
    }
    assert sum(s.days for s in found) <= 365


def test_the_last_unit_is_that_of_the_last_posting_even_of_who_has_left() -> None:
    given_ = postings(("U1", "2015-01-01"), ("U2", "2018-05-01"), (None, "2018-10-01"))
    assert last_unit(given_, 2018) == "U2"
    assert last_unit(given_, 2017) == "U1"
    assert last_unit(given_, 2014) is None


SERVED = (Served("U001", 300, (91,)), Served("U2", 65, (92,)))
LISTS = {"U2": (Item("I1", 10_000, 1),), "U001": (Item("I1", 6000, 2), Item("I2", 4000, 2))}
SCORES = (
    Score(11, "item", "H", "leader", "I1", 6000, "U2"),
    Score(12, "item", "H", "leader", "I1", 9000, "U001"),
    Score(13, "item", "H", "leader", "I2", 8000, "U001"),
    Score(14, "log", "D", "leader", "2018-01-05", 7000, "U2"),
    Score(15, "log", "D", "leader", "2018-05-05", 9000, "U001"),
    Score(16, "log", "D", "leader", "2018-06-05", 8000, "U001"),
    Score(17, "ballot", "A", "peer", "", 9000, "U001"),
    Score(18, "ballot", "B", "peer", "", 5000, "U2"),
    Score(19, "ballot", "H", "leader", "", 8888, "U001"),
)


def moved(
    scores: tuple[Score, ...] = SCORES,
    served: tuple[Served, ...] = SERVED,
    lists: Mapping[str, tuple[Item, ...]] = LISTS,
) -> CadreYear:
    """Served in U2, then in U001, which ranks him."""
    return replace(member("C1"), items=LISTS["U001"], scores=scores, served=served, lists=lists)


def part(scored: Scored, name: str) -> Measured:
    return next(m for m in (*scored.parts, *scored.components) if m.name == name)


def test_each_part_is_weighed_by_the_days_in_the_units_that_have_evidence_for_it() -> None:
    scored = score(moved(), POLICY)

    assert part(scored, "work").value == Fraction(300 * 8600 + 65 * 6000, 365)
    assert part(scored, "log").value == Fraction(300 * 8500 + 65 * 7000, 365)
    assert part(scored, "democratic").value == Fraction(300 * 9000 + 65 * 5000, 365)
    assert part(scored, "leader").value == 8888  # of U001 alone
    assert {91, 92} <= set(part(scored, "work").evidence)
    told = {f.rule: str(f.found) for whole in scored.findings for f in flat(whole)}
    assert "按任职天数加权：U001 300天、U2 65天" in told["R02.work"]
    assert told["R02.work.U2"] == "U2任职65天：工作项目得分60.00（未修约 60.00；I1 60.00）"
    assert "天" not in told["R01.leader"]


def test_the_order_of_units_and_scores_decides_nothing() -> None:
    turned = moved(SCORES[::-1], SERVED[::-1])
    assert score(turned, POLICY).final_annual.value == score(moved(), POLICY).final_annual.value


@pytest.mark.parametrize(
    ("without", "name", "value"),
    [
        ({14}, "log", Fraction(8500)),  # no rating in U2: not weighed
        ({15, 16}, "log", Fraction(7000)),
        ({18}, "democratic", Fraction(9000)),
        ({17}, "democratic", None),  # none in the unit that ranks: missing, as ever
        ({11}, "work", None),  # a list handed in and not scored
        ({13}, "work", None),
    ],
)
def test_a_unit_without_evidence_is_not_weighed_but_what_is_incomplete_is_missing(
    without: set[int], name: str, value: Fraction | None
) -> None:
    left = tuple(given for given in SCORES if given.position not in without)
    assert part(score(moved(left), POLICY), name).value == value


def test_a_unit_that_left_a_part_incomplete_is_named() -> None:
    left = tuple(given for given in SCORES if given.position != 11)
    work = part(score(moved(left), POLICY), "work")
    assert str(work.lacking) == "在以下任职单位的材料不全：U2"


def test_a_year_served_in_one_unit_is_judged_as_a_whole() -> None:
    own = tuple(g for g in SCORES if g.unit == "U001")
    alone = moved(own, served=(), lists={})
    assert score(moved(own, lists={}), POLICY).final_annual.value == (
        score(alone, POLICY).final_annual.value
    )


@given(st.integers(1, 364), st.integers(0, 10_000), st.integers(0, 10_000))
def test_weighed_by_days_a_part_lies_between_its_units(days: int, one: int, other: int) -> None:
    served = (Served("U001", days, ()), Served("U2", 365 - days, ()))
    logs = (
        Score(1, "log", "D", "leader", "2018-01-05", one, "U001"),
        Score(2, "log", "D", "leader", "2018-05-05", other, "U2"),
    )
    value = part(score(moved(logs, served), POLICY), "log").value
    assert value is not None
    assert min(one, other) <= value <= max(one, other)
    assert value == Fraction(days * one + (365 - days) * other, 365)


class Line(NamedTuple):
    unit: str
    position: int
    participates: str = "yes"
    known_at: int = 0


def test_the_unit_of_the_last_posting_judges_before_the_one_listed_last() -> None:
    lines = [Line("U1", 1), Line("U2", 2)]
    assert [line.unit for line in judging_last(lines, "U1")] == ["U2", "U1"]
    assert [line.unit for line in judging_last(lines, "U3")] == ["U1", "U2"]
    aside = [Line("U1", 1, "no"), Line("U2", 2)]
    assert judging_last(aside, "U1")[-1].unit == "U2"


def ranks(lines: list[Line], posted: dict[int, str], closings: dict[str, int]) -> dict[str, str]:
    """Return where each roster ranks him; ``posted`` is the unit of the posting by position."""

    def seen(upto: Any) -> list[Line]:
        by_then = [line for line in lines if upto is None or line.position <= upto]
        units = [unit for place, unit in sorted(posted.items()) if upto is None or place <= upto]
        return judging_last(by_then, units[-1] if units else None)

    return settled(seen, closings)[1]


def test_a_cadre_is_ranked_on_one_roster_whatever_comes_after_a_closing() -> None:
    lines = [Line("U1", 1), Line("U2", 2)]
    assert ranks(lines, {0: "U1", 5: "U2"}, {}) == {"U1": "U2", "U2": "U2"}
    # U1 closed before it was known that he had gone: it keeps him
    assert ranks(lines, {0: "U1", 5: "U2"}, {"U1": 3}) == {"U1": "U1", "U2": "U1"}
    assert ranks(lines, {0: "U1", 5: "U2"}, {"U1": 6}) == {"U1": "U2", "U2": "U2"}
    # U2 closed first and kept him; what is posted later gives him back to nobody
    assert ranks(lines, {0: "U2", 5: "U1"}, {"U2": 4, "U1": 7}) == {"U1": "U2", "U2": "U2"}
    # listed by the second unit only after the first had closed
    assert ranks([Line("U1", 1), Line("U2", 6)], {0: "U2"}, {"U1": 3}) == {"U1": "U1", "U2": "U1"}


def test_a_roster_that_only_asks_for_a_comment_keeps_nobody() -> None:
    lines = [Line("U1", 1, "comment_only"), Line("U2", 6)]
    assert ranks(lines, {0: "U1"}, {"U1": 3}) == {"U1": "U2", "U2": "U2"}


@given(
    st.permutations(["U1", "U2", "U3"]),
    st.dictionaries(st.integers(0, 20), st.sampled_from(["U1", "U2", "U3"]), max_size=4),
    st.dictionaries(st.sampled_from(["U1", "U2", "U3"]), st.integers(1, 20), max_size=3),
)
def test_never_more_than_one_roster_ranks(
    order: list[str], posted: dict[int, str], closings: dict[str, int]
) -> None:
    lines = [Line(unit, place) for place, unit in enumerate(order)]
    where = ranks(lines, posted, closings)
    assert sum(where[unit] == unit for unit in order) <= 1

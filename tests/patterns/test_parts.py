"""Parts of a unit that no score connects are groups of their own, followed from year to year."""

from collections.abc import Iterable

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from projections.patterns.gathering import Gathering
from projections.patterns.parts import chains, is_of, parts, unit_of

Scores = Iterable[tuple[str, str, str]]
"""Period, rater and ratee."""


def gathered(scores: Scores) -> Gathering:
    made = Gathering("U1", "peer", "ballot")
    for period, rater, ratee in scores:
        made.add(period, rater, ratee, "", 80.0)
    return made


def all_score_all(period: str, people: str) -> list[tuple[str, str, str]]:
    return [(period, a, b) for a in people for b in people if a != b]


def test_a_team_and_its_staff_are_two_groups_and_the_larger_keeps_the_units_id() -> None:
    scores = [*all_score_all("2016", "ABC"), *all_score_all("2016", "WXYZ")]
    found = [part.panel() for part in parts(gathered(scores))]
    assert [(panel.group, panel.people) for panel in found] == [
        ("U1", ("W", "X", "Y", "Z")),
        ("U1#2", ("A", "B", "C")),
    ]
    assert [unit_of(panel.group) for panel in found] == ["U1", "U1"]
    assert is_of("U1#2", "U1")
    assert not is_of("U11", "U1")


def test_who_is_promoted_leaves_one_part_for_the_other() -> None:
    scores = [*all_score_all("2016", "ABC"), *all_score_all("2016", "WXYZ")]
    scores += [*all_score_all("2017", "ABCW"), *all_score_all("2017", "XYZV")]
    staff, team = (part.panel() for part in parts(gathered(scores)))
    assert (staff.people, team.people) == (("V", "W", "X", "Y", "Z"), ("A", "B", "C", "W"))
    given_2017 = ~np.isnan(staff.points()[staff.periods.index("2017")])
    assert not given_2017[staff.people.index("W")].any()


def test_giving_and_getting_are_told_apart() -> None:
    """A head scores the team, the team scores the staff: nothing compares a head with a deputy."""
    scores = [("2016", "H", d) for d in "DE"] + [("2016", d, s) for d in "DE" for s in "STU"]
    found = [part.panel() for part in parts(gathered(scores))]
    assert [panel.people for panel in found] == [("D", "E", "S", "T", "U"), ("D", "E", "H")]


def test_what_is_connected_stays_one_group_with_its_scores_as_they_were() -> None:
    (one,) = parts(whole := gathered(all_score_all("2016", "ABC")))
    assert one is whole


SCORES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 7), st.integers(0, 7)).filter(
        lambda score: score[1] != score[2]
    ),
    min_size=1,
    max_size=60,
    unique=True,
)


@given(scores=SCORES)
def test_in_each_period_two_scores_are_of_one_part_just_when_they_are_connected(
    scores: list[tuple[int, int, int]],
) -> None:
    period, rater, ratee = (np.array(column, dtype=np.intp) for column in zip(*scores, strict=True))
    chain = chains(period, rater, ratee, 8)
    for when in set(period.tolist()):
        now = np.flatnonzero(period == when)
        graph = nx.Graph([(("gives", rater[at]), ("gets", ratee[at])) for at in now])
        for part in nx.connected_components(graph):
            inside = [at for at in now if ("gives", rater[at]) in part]
            outside = [at for at in now if ("gives", rater[at]) not in part]
            assert len(set(chain[inside])) == 1
            assert not set(chain[inside]) & set(chain[outside])


@given(scores=SCORES)
def test_parts_hold_every_score_once(scores: list[tuple[int, int, int]]) -> None:
    named = [(str(2010 + t), f"P{a}", f"P{b}") for t, a, b in scores]
    panels = [part.panel() for part in parts(gathered(named))]
    found = [
        (panel.periods[t], panel.people[a], panel.people[b])
        for panel in panels
        for t, a, b in np.argwhere(~np.isnan(panel.points()))
    ]
    assert sorted(found) == sorted(named)
    assert len({panel.group for panel in panels}) == len(panels)

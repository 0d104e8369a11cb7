"""What is asked of a stratum: leads of every kind, what can't be told, what would be seen."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from domain.sentence import speak
from projections.patterns.across import across
from projections.patterns.assessing import Fitted, fitted
from projections.patterns.finding import find
from projections.patterns.found import Found
from projections.patterns.leads import KINDS
from projections.patterns.lift import component_lift
from projections.patterns.panel import Entries, Floats, Panel
from projections.patterns.releasing import families
from projections.patterns.stratum import prepared
from tests.patterns.simulator import panel_of

N, PERIODS = 14, 6


def points_of(seed: int = 1, n: int = N, periods: int = PERIODS) -> Floats:
    rng = np.random.default_rng(seed)
    level = 80 + rng.normal(0, 4, n)[:, None] + rng.normal(0, 5, n)[None, :]
    return np.asarray(level + rng.normal(0, 3, (periods, n, n)))


def clean(points: Floats, group: str = "U", relation: str = "peer") -> Panel:
    points = points.copy()
    points[:, np.eye(points.shape[1], dtype=bool)] = np.nan
    return panel_of(points, group, relation)


def others(many: int = 12) -> list[Panel]:
    """Return honest groups, without which there is no null to hold anybody against."""
    return [clean(points_of(100 + seed), f"H{seed}") for seed in range(many)]


def in_parts(points: Floats) -> Floats:
    points[2, :7, 7:] = points[2, 7:, :7] = np.nan
    return points


def of_one_rater(points: Floats) -> Floats:
    points[:, 1:] = np.nan
    return points


def of_four(points: Floats) -> Floats:
    points[:, 4:] = np.nan
    return points


def scoring_one(points: Floats) -> Floats:
    points[:, 3, 1:] = np.nan
    return points


def of_leaders(points: Floats) -> Floats:
    points[:, 6:] = np.nan
    points[:, :, :6] = np.nan
    return points


UNASSESSABLE: list[tuple[str, Floats, str, str]] = [
    (
        "four raters",
        of_four(points_of()),
        "raters",
        "only 4 raters, fewer than 5: nothing is shown",
    ),
    ("one rater", of_one_rater(points_of()), "raters", "there is one rater only"),
    ("two periods", points_of(periods=2), "pairs", "scores of 2 periods only, fewer than 3"),
    ("two periods", points_of(periods=2), "units", "scores of 2 periods only, fewer than 3"),
    ("seven people", points_of(n=7), "pairs", "only 7 people, fewer than 8"),
    ("apart", in_parts(points_of()), "pairs", "the scores of 2012 fall into parts"),
    ("constant", np.full((PERIODS, N, N), 90.0), "raters", "most raters gave everybody the same"),
    (
        "noiseless",
        np.tile(points_of()[:1], (5, 1, 1)),
        "pairs",
        "scores don't vary between periods",
    ),
    ("scored one", scoring_one(points_of()), "raters", "scored one person only"),
    ("leaders", of_leaders(points_of()), "pairs", "no two people scored each other in 3 periods"),
    ("four periods", points_of(periods=4), "windows", "no two scored each other in 5 periods"),
    ("no ranks", points_of(), "rivals", "there are no ranks of the last closed year"),
    ("leaders", of_leaders(points_of()), "units", "not everybody scored everybody"),
    ("no excellent", points_of(), "rotation", "fewer than two periods have anybody excellent"),
    ("no decision", points_of(), "lift", "no appointment or commendation is on record"),
]


@pytest.mark.parametrize(
    ("what", "points", "kind", "reason"), UNASSESSABLE, ids=lambda v: v if type(v) is str else ""
)
def test_what_cant_be_told_is_told_with_its_reason_and_never_as_clean(
    what: str, points: Floats, kind: str, reason: str
) -> None:
    found = find([clean(points, "X"), *others(3)], 1)
    told = [n for n in found.not_assessable if n.group == "X" and n.kind == kind]
    assert len(told) == 1
    assert speak(told[0].reason, "en").startswith(reason)
    if told[0].who is None:
        assert not [n for n in found.nothing_found if n.group == "X" and n.kind == kind]
        assert not [x for x in getattr(found, kind.replace("-", "_")) if x.group == "X"]


def test_a_small_group_has_its_rater_sheets_and_its_index_only() -> None:
    found = find([clean(points_of(n=6), "X"), *others(3)], 1)
    kinds = {kind: getattr(found, kind.replace("-", "_")) for kind in KINDS}
    shown = {kind for kind, leads in kinds.items() if any(x.group == "X" for x in leads)}
    assert shown == {"raters", "units"}


def favouring() -> tuple[Panel, Found]:
    points = points_of(5)
    points[:, 2, 9] += 12
    points[:, 9, 2] += 12
    panel = clean(points, "F")
    return panel, find([panel, *others()], 1)


def test_a_pair_is_told_with_all_that_its_card_shows() -> None:
    panel, found = favouring()
    pair = found.pairs[0]
    assert (pair.group, pair.a, pair.b, pair.strength) == ("F", "F-02", "F-09", "strong")
    assert (pair.periods, pair.floor_met, pair.family) == (PERIODS, True, 13 * N * (N - 1) // 2)
    assert pair.estimate == pytest.approx(12, abs=2.5)
    assert pair.visible == pytest.approx(3.9 * pair.se)
    for way, (rater, ratee) in ((pair.card.a_to_b, (2, 9)), (pair.card.b_to_a, (9, 2))):
        np.testing.assert_array_equal(way.scores, panel.points()[:, rater, ratee])
        np.testing.assert_allclose(way.scores, way.expected + way.residual)
    assert pair.a_to_b == pytest.approx(pair.card.a_to_b.residual.mean())
    for rank in pair.rank_without:
        assert rank.without is not None
        assert rank.rank <= rank.without <= rank.of == N
    assert not [n for n in found.nothing_found if n.kind == "pairs" and n.group == "F"]
    seen = [n.visible for n in found.nothing_found if n.kind == "pairs"]
    assert len(seen) == 12
    assert 2 < min(seen) < max(seen) < 8


def test_a_dyad_with_four_ratings_is_ranked_first_and_not_flagged() -> None:
    points = points_of(5)
    points[:, 2, 9] += 15
    points[:, 9, 2] += 15
    points[:2, 9, 2] = np.nan
    pair = find([clean(points, "F"), *others()], 1).pairs[0]
    assert (pair.a, pair.b, pair.periods, pair.strength) == ("F-02", "F-09", 4, "none")
    assert pair.q < 0.05
    assert pair.floor_met


def test_favour_that_isnt_returned_is_no_pair_but_heads_the_one_way_list() -> None:
    points = points_of(5)
    points[:, 2, 9] += 14
    found = find([clean(points, "F"), *others()], 1)
    assert not [p for p in found.pairs if p.strength != "none"]
    assert (found.one_way[0].rater, found.one_way[0].ratee) == ("F-02", "F-09")


def test_leaders_favourites_are_ranked_where_nobody_scores_back() -> None:
    points = of_leaders(points_of(5))
    points[:, 2, 9] += 14
    honest = [clean(of_leaders(points_of(200 + s)), f"H{s}", "leader") for s in range(8)]
    found = find([clean(points, "F", "leader"), *honest], 1)
    assert (found.one_way[0].rater, found.one_way[0].ratee) == ("F-02", "F-09")


def test_who_mark_each_other_down_retaliate() -> None:
    points = points_of(5)
    points[:, 2, 9] -= 12
    points[:, 9, 2] -= 12
    found = find([clean(points, "F"), *others()], 1)
    assert [(p.a, p.b) for p in found.retaliation if p.strength != "none"] == [("F-02", "F-09")]
    assert not [p for p in found.pairs if p.strength != "none"]


def test_a_ring_is_found_whole_and_a_lone_pair_is_none() -> None:
    points = points_of(5)
    for i in (1, 4, 8, 11):
        for j in (1, 4, 8, 11):
            points[:, i, j] += 7
    found = find([clean(points, "F"), *others()], 1)
    ring = found.rings[0]
    assert ring.members == ("F-01", "F-04", "F-08", "F-11")
    assert ring.strength == "review"
    _, lone = favouring()
    assert not [r for r in lone.rings if r.strength != "none"]


def test_a_favour_of_three_years_has_the_dates_of_its_window() -> None:
    points = points_of(5, periods=10)
    points[4:7, 2, 9] += 16
    points[4:7, 9, 2] += 16
    honest = [clean(points_of(300 + s, periods=10), f"H{s}") for s in range(8)]
    window = find([clean(points, "F"), *honest], 1, ["windows"]).windows[0]
    assert (window.a, window.b, window.first, window.last) == ("F-02", "F-09", "2014", "2016")
    assert window.strength == "review"


def test_schoolmates_who_score_one_another_higher_are_found_as_raters_and_as_a_unit() -> None:
    school = np.arange(20) % 2 == 0
    matched = school[:, None] == school[None, :]
    points = points_of(5, n=20) + 8 * matched
    named = tuple("甲" if s else "乙" for s in school)
    panel = replace(clean(points, "F"), attributes={"school": named})
    control = replace(clean(points_of(6, n=20), "G"), attributes={"school": named})
    tests = find([panel, control], 1, ["in-group"]).in_group
    assert len(tests) == 2 + 40
    assert {t.group for t in tests if t.strength != "none"} == {"F"}
    whole = next(t for t in tests if t.group == "F" and t.rater is None)
    assert whole.estimate == pytest.approx(8, abs=1)
    assert whole.strength != "none"
    own = [t for t in tests if t.group == "F" and t.rater is not None and t.strength != "none"]
    assert len(own) == 20


def test_a_rater_who_marks_down_his_rivals_is_told_with_them() -> None:
    points = points_of(5)
    points[:, 6, [4, 5, 7, 8]] -= 10
    ranks = np.arange(1.0, N + 1)
    panels = [replace(p, ranks=ranks) for p in (clean(points, "F"), *others())]
    first = find(panels, 1, ["rivals"]).rivals[0]
    assert first.rater == "F-06"
    assert first.strength != "none"
    assert set(first.rivals) == {"F-03", "F-04", "F-05", "F-07", "F-08", "F-09"}
    assert first.estimate < -4


def test_excellent_that_takes_turns_heads_the_list_of_units() -> None:
    turns = np.zeros((PERIODS, N), dtype=bool)
    for at in range(PERIODS):
        turns[at, [2 * at, 2 * at + 1]] = True
    merit = np.zeros((PERIODS, N), dtype=bool)
    merit[:, [3, 7]] = True
    panels = [
        replace(clean(points_of(1), "M"), excellent=merit),
        replace(clean(points_of(2), "T"), excellent=turns),
    ]
    first, last = find(panels, 1, ["rotation"]).rotation
    assert (first.group, first.again, last.group, last.again) == ("T", 0, "M", 30)
    assert first.p < 0.2 < 0.9 < last.p


def test_scores_lifted_before_an_appointment_head_the_list() -> None:
    points = points_of(5, periods=8)
    points[4:6, 3, 9] += 18
    panels = [replace(clean(points, "F"), decided={9: (6,)})]
    panels += [replace(p, decided={2: (4,)}) for p in others(4)]
    found = find(panels, 1, ["lift"])
    assert (found.lift[0].rater, found.lift[0].ratee) == ("F-03", "F-09")
    assert found.lift[0].decided == "2016"
    assert found.lift[0].family == len(found.lift) == 2 * 13 * 5


def test_ballots_that_rise_before_a_decision_are_held_against_the_work_list() -> None:
    ballot = np.array([80.0, 80, 80, 90, 90, 80])
    assert component_lift(ballot, np.full(6, 78.0), 5) == pytest.approx(10)
    assert component_lift(ballot, np.full(6, np.nan), 5) is None
    assert component_lift(ballot, np.full(6, 78.0), 2) is None


def test_a_leader_and_a_subordinate_are_joined_across_their_strata() -> None:
    down, up = of_leaders(points_of(5)), of_leaders(points_of(6)).transpose(0, 2, 1)
    down[:, 1, 8] += 12
    up[:, 8, 1] += 12
    above, below = (
        prepared([state for state in (fitted(clean(x, "F")),) if isinstance(state, Fitted)])
        for x in (down, up)
    )
    first = across(above.between, below.between, above.tau2, below.tau2)[0]
    assert (first.leader, first.subordinate) == ("F-01", "F-08")
    assert first.down > 6 < first.up


def test_the_sheet_tells_haste_last_hours_and_halo_against_the_raters_own_history() -> None:
    rng = np.random.default_rng(1)
    one = clean(points_of(1)).entries
    many = len(one.points)
    day = 86_400.0
    at = one.period * 365 * day + one.ratee * 600.0 + one.rater * day
    hasty = (one.rater == 4) & (one.period == PERIODS - 1)
    at = np.where(hasty, (PERIODS - 1) * 365 * day + N * day + one.ratee, at)
    again = np.where(one.rater == 2, one.points + 1, rng.normal(80, 5, many))
    entries = Entries(
        np.tile(one.period, 2),
        np.tile(one.rater, 2),
        np.tile(one.ratee, 2),
        np.repeat(np.array([0, 1]), many),
        np.concatenate([one.points, again]),
        np.concatenate([at, np.full(many, np.nan)]),
    )
    panel = replace(clean(points_of(1)), dimensions=("德", "能"), entries=entries)
    sheets = {s.rater: s for s in find([panel], 1, ["raters"]).raters}
    hurried, halo = sheets["U-04"], sheets["U-02"]
    assert (hurried.seconds, hurried.seconds_before) == (1, 600)
    assert (hurried.last_hours, hurried.last_hours_before) == (1, 0)
    assert halo.halo == pytest.approx(1)
    assert halo.halo_unit is not None
    assert abs(halo.halo_unit) < 0.3


def test_severity_that_changes_has_a_drift() -> None:
    points = points_of(1)
    points[:, 4] += 3 * np.arange(PERIODS)[:, None]
    sheets = {s.rater: s for s in find([clean(points)], 1, ["raters"]).raters}
    drift, error = sheets["U-04"].drift, sheets["U-04"].drift_se
    assert drift is not None
    assert error is not None
    assert drift == pytest.approx(3 * (N - 1) / N, abs=4 * error)


def test_a_release_names_every_family_that_was_tested_also_where_nothing_is_listed() -> None:
    found = find(others(2), 1)
    assert found.rings == ()
    named = {family["kind"]: family["tests"] for family in families([found])}
    dyads = 2 * N * (N - 1) // 2
    assert named == {
        "pairs": dyads, "rings": 2, "windows": dyads, "raters": 2 * N, "retaliation": dyads,
        "units": 2,
    }  # fmt: skip


def test_raters_and_units_are_two_families_of_in_group() -> None:
    school = tuple("甲" if at % 2 else "乙" for at in range(20))
    panel = replace(clean(points_of(6, n=20), "G"), attributes={"school": school})
    named = [family["tests"] for family in families([find([panel], 1, ["in-group"])])]
    assert named == [20, 1]


SHUFFLES: list[Callable[[list[Panel]], list[Panel]]] = [list, lambda panels: panels[::-1]]


def test_the_same_panels_and_seed_find_the_same_in_any_order() -> None:
    panels = [favouring()[0], *others(4)]
    told = [
        {(p.group, p.a, p.b, round(p.z, 9), round(p.q, 12)) for p in find(made, 3).pairs}
        for made in (shuffle(panels) for shuffle in SHUFFLES)
    ]
    assert told[0] == told[1]


def test_nothing_at_all_is_no_failure() -> None:
    found = find([], 1)
    assert found.pairs == found.not_assessable == ()
    assert found.tau2 is None

"""Plausible histories for property tests: commands of every kind about a small city."""

from typing import Any

from hypothesis import strategies as st

from domain.rules.document import shipped
from tests.given import Command
from tests.said import (
    close,
    component,
    correction,
    paper,
    people,
    policy,
    post,
    roster,
    said,
    sheet,
    unit,
)

CADRES = ("C1", "C2", "C3", "C4", "C5", "C6")
RATERS = ("R1", "R2", "R3")
YEARS = (2017, 2018)
BEFORE = "2016-12-31"

FOUNDATION: list[Command] = paper(
    BEFORE,
    *people(*CADRES, *RATERS),
    unit("U2"),
    said("unit.assign", unit="U1", role="unit_head", cadre="C1"),
    said("unit.assign", unit="U1", role="city_leader", cadre="R1"),
    policy("shishou-2013", on="2013-01-01"),
    policy("law-2007", on="2013-01-01"),
    *(roster(*CADRES, year=year) for year in YEARS),
    *(roster(*RATERS, unit="U2", year=year) for year in YEARS),
)

_one = st.sampled_from
_who = _one(CADRES)
_rater = _one((*RATERS, "C1", "C2"))
_unit = _one(("U1", "U1", "U1", "U2"))
_year = _one(YEARS)
_round = _one(("annual", "midyear"))
_relation = _one(("leader", "peer", "subordinate", "served"))
_approved = {"reason": "核实", "approver": "BOSS"}
_reasons = _one(({}, _approved))
_grades = _one(("excellent", "competent", "basically_competent", "ungraded", "not_assessed"))
ITEMS = (
    [{"item": "I1", "title": "招商", "weight": 1}],
    [
        {"item": "I1", "title": "招商", "weight": 0.6},
        {"item": "I2", "title": "信访", "weight": 0.4},
    ],
)


def _amended(old: str, new: str) -> str:
    text = shipped("shishou-2013")
    assert text
    assert old in text
    return text.replace(old, new, 1)


_TEXTS = (
    _amended('half = { value = "floor"', 'half = { value = "ceil"'),
    _amended("quota = { value = 0.20", "quota = { value = 0.10"),
    _amended('partition = { value = "unit_level"', 'partition = { value = "unit_category"'),
)


def points(least: int = 40) -> st.SearchStrategy[float]:
    """Points with at most two decimals, from ``least`` on; often the same, so that some tie."""
    exact = st.integers(least * 100, 10_000).map(lambda hundredths: hundredths / 100)
    return _one((least, 85, 90)) | exact


def _say(name: str, **fields: Any) -> st.SearchStrategy[Command]:
    """Draw a command; a field ``more`` is laid over the others."""

    def made(drawn: dict[str, Any]) -> Command:
        more = drawn.pop("more", {})
        return said(name, **drawn | more)

    given = {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in fields.items()}
    return st.fixed_dictionaries(given).map(made)


def sheets(least: int = 40) -> st.SearchStrategy[Command]:
    """Draw ballots."""
    given = st.dictionaries(_who, points(least), min_size=1, max_size=4)
    return st.builds(
        lambda rater, scores, relation, unit, year, round_: sheet(
            rater, scores, relation, unit=unit, year=year, round=round_
        ),
        _rater, given, _relation, _unit, _year, _round,
    )  # fmt: skip


def evidence(least: int = 40) -> st.SearchStrategy[Command]:
    """Draw what is scored, corrected, voided and withdrawn."""
    ballot = {"unit": _unit, "year": _year, "round": _round, "rater": _rater}
    listed = {"cadre": _who, "year": _year, "unit": _unit}
    score = st.fixed_dictionaries({"item": _one(("I1", "I2")), "points": points(least)})
    day = st.builds("{}-0{}-05".format, _year, st.integers(1, 3))
    scored = {"rater": _rater, "relation": _relation, "more": _reasons}
    return st.one_of(
        sheets(least),
        sheets(least),
        sheets(least),
        _say("ballot.correct", **ballot, ratee=_who, points=points(least), **_approved),
        _say("ballot.void", **ballot, ratee=st.none() | _who, **_approved,
             lead=_one((None, "LEAD-1"))),
        _say("work_list.submit", **listed, items=_one(ITEMS)),
        _say("work_list.score", **listed, **scored, scores=st.lists(score, min_size=1, max_size=2)),
        _say("work_log.rate", cadre=_who, day=day, unit=_unit, points=points(least), **scored),
        _say("fact.withdraw", position=st.integers(30, 120), **_approved),
    )  # fmt: skip


def frame() -> st.SearchStrategy[Command]:
    """Draw what happens around the scores: rosters, postings, policies, roles, rounds."""
    pair = st.fixed_dictionaries({"rater": _rater, "ratee": _who, "relation": _relation})
    return st.one_of(
        _say("roster.amend", unit=_unit, year=_year, cadre=_who,
             change=_one(("added", "removed", "changed")), rank_level=_one(("1A50", "1A41")),
             category="other", participates=_one(("yes", "no", "comment_only")), **_approved),
        _say("round.open", unit=_unit, year=_year, round=_round, until="2018-12-31",
             more=st.just({"from": "2018-12-01"}), expected=st.lists(pair, max_size=4)),
        st.builds(
            lambda who, unit, on, until: post(who, unit, on=on, probation_until=until),
            _who, _unit, _one(("2016-06-01", "2018-06-01")),
            _one((None, "2018-06-30", "2019-06-30")),
        ),
        _say("cadre.sanction", cadre=_who, kind=_one(("warning", "admonition")), until="2018-03-31",
             more=st.just({"from": "2017-10-01"})),
        _say("cadre.absence", cadre=_who, kind=_one(("sick", "study")), until=st.none(),
             more=_one(({"from": "2017-10-01"}, {"from": "2018-02-01"}))),
        _say("cadre.case", cadre=_who, state=_one(("opened", "closed")), on="2018-06-01"),
        _say("policy.amend", policy="shishou-2013", document=_one(_TEXTS)),
        _one((policy(), policy("shishou-2017-pilot", units=["U1"]))),
        _say("unit.assign", unit="U1", role="unit_head", cadre=_one(("C1", "C2", "R1"))),
        _say("unit.release", unit="U1", role="unit_head", cadre=_one(("C1", "C2", "R1"))),
        _say("talk.hold", cadre=_who, year=_year, kind=_one(("reminder", "admonition")),
             talker=_one(("C1", "R1", "R2")), talker_role=_one(("unit_head", "city_leader")),
             content="谈话", on="2019-02-01"),
    )  # fmt: skip


def components() -> st.SearchStrategy[Command]:
    """Draw numbers of paper history."""
    names = _one(("annual", "performance", "democratic", "leader"))
    return st.builds(
        lambda who, name, given, unit, year: component(who, name, given, unit=unit, year=year),
        _who, names, points(), _unit, _year,
    )  # fmt: skip


def closings() -> st.SearchStrategy[Command]:
    """Draw closings."""
    return st.builds(close, _unit, _year)


def results() -> st.SearchStrategy[Command]:
    """Draw what happens to results."""
    names = _one(("annual", "performance", "leader"))
    return st.one_of(
        _say("result.propose", cadre=_who, year=_year, grade=_grades),
        _say("result.confirm", cadre=_who, year=_year),
        st.builds(lambda who, name, given, year: correction(who, name, given, year=year),
                  _who, names, points(), _year),
        _say("result.correct", cadre=_who, year=_year, grade=_grades, **_approved),
    )  # fmt: skip


def anything() -> st.SearchStrategy[list[Command]]:
    """Draw a history's commands; many of them are refused, as in life."""
    one = st.one_of(evidence(), evidence(), components(), frame(), closings(), results())
    return st.lists(one, min_size=10, max_size=60)

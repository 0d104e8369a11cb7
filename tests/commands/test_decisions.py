"""What each accepted command records: given what came before, when it is asked, then these events.

Points are numbers outside and hundredths inside, weights basis points, money none here.
"""

import hashlib

import pytest

from domain.rules.document import shipped
from tests.commands.office import (
    APPROVED,
    amend,
    ballot,
    clock,
    enter,
    grant,
    pool,
    rate,
    rounds,
    score_item,
    talk,
    with_outside,
    withdraw,
    work_list,
)
from tests.commands.pointed import lead, release
from tests.given import When, an_archive, given
from tests.said import (
    LEGACY,
    cadre,
    close,
    component,
    correction,
    graded,
    people,
    policy,
    post,
    roster,
    said,
    sheet,
    unit,
)

OFFICE = [policy(), *people("A", "B", "C", "HEAD")]
HEAD = said("unit.assign", unit="U1", role="unit_head", cadre="HEAD", on="2015-01-01")
BALLOT = "ballot/2018/U1/annual/A"
SHEET = sheet("A", {"B": 90.5, "C": 80})
TWO_DIMENSIONS = SHEET | {
    "scores": [
        {"ratee": "B", "points": 90, "dimension": "德"},
        {"ratee": "B", "points": 80, "dimension": "能"},
        {"ratee": "C", "points": 70, "dimension": "德"},
    ]
}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def text_of(name: str) -> str:
    text = shipped(name)
    assert text is not None
    return text


# Who, when, whence


def test_an_event_says_who_on_which_day_and_when_it_was_known_and_recorded() -> None:
    command = cadre("A", by="CLERK", on="2018-02-03", command_id="c-1", source="登记表 第3页")
    given(clock=clock).when(command).then(
        (
            "cadre/A",
            "cadre.registered",
            {
                "by": "CLERK",
                "on": "2018-02-03",
                "timestamp": "2019-06-01T04:00:00Z",
                "known_at": "2019-06-01T04:00:00Z",
                "command_id": "c-1",
                "source": "登记表 第3页",
                "legacy": None,
            },
        )
    )


@pytest.mark.parametrize(
    ("known_at", "stored"),
    [
        ("2018-01-01", "2017-12-31T16:00:00Z"),
        ("2018-01-01T09:30", "2018-01-01T01:30:00Z"),
        ("2018-01-01T09:30:15+08:00", "2018-01-01T01:30:15Z"),
        ("2018-01-01T09:30:15.25Z", "2018-01-01T09:30:15.250000Z"),
    ],
)
def test_paper_history_is_known_from_the_papers_date_in_shanghai(
    known_at: str, stored: str
) -> None:
    given(clock=clock).when(cadre("A", legacy=True, known_at=known_at)).then(
        (
            "cadre/A",
            "cadre.registered",
            {"known_at": stored, "timestamp": "2019-06-01T04:00:00Z", "legacy": True},
        )
    )


def test_without_a_day_it_is_today_in_shanghai() -> None:
    given(clock=lambda: clock().replace(hour=17)).when(cadre("A", on=None)).then(
        ("cadre/A", "cadre.registered", {"on": "2019-06-02"})
    )


# Units and cadres


def test_a_unit_with_its_parent_and_kind() -> None:
    given(unit()).when(unit("U2", parent="U1", kind="town")).then(
        ("unit/U2", "unit.registered", {"name": "示例单位U2", "kind": "town", "parent": "U1"})
    )


def test_a_role_is_assigned_released_and_assigned_anew() -> None:
    role = {"unit": "U1", "role": "unit_deputy", "cadre": "A"}
    assigned = said("unit.assign", **role, scope="农业", on="2018-01-01")
    released = said("unit.release", **role, on="2018-03-01")
    given(*OFFICE).when(assigned).then(
        ("unit/U1", "unit.assigned", {"role": "unit_deputy", "cadre": "A", "scope": "农业"})
    )
    given(*OFFICE, assigned).when(released).then(
        ("unit/U1", "unit.released", {"role": "unit_deputy", "cadre": "A", "on": "2018-03-01"})
    )
    given(*OFFICE, assigned, released).when(assigned | {"on": "2018-04-01"}).then(
        ("unit/U1", "unit.assigned", {"on": "2018-04-01"})
    )


def test_a_cadre_is_registered_posted_and_leaves() -> None:
    register = cadre("A", native_place="湖北石首", school="党校", joined="2005-07-01")
    given().when(register).then(
        (
            "cadre/A",
            "cadre.registered",
            {
                "name": "干部A",
                "native_place": "湖北石首",
                "school": "党校",
                "joined": "2005-07-01",
            },
        )
    )
    posted = post("A", probation_until="2018-12-31", category="chief", on="2018-01-01")
    given(unit(), register).when(posted).then(
        (
            "cadre/A",
            "cadre.posted",
            {
                "unit": "U1",
                "post": "科员",
                "rank_level": "1A50",
                "category": "chief",
                "probation_until": "2018-12-31",
                "on": "2018-01-01",
            },
        )
    )
    leave = said("cadre.leave", cadre="A", reason="retired", on="2018-06-01")
    given(register).when(leave).then(("cadre/A", "cadre.left", {"reason": "retired"}))


# Policies


def test_a_shipped_policy_is_adopted_by_name_with_its_text_and_hash() -> None:
    text = text_of("shishou-2013")
    given().when(policy("shishou-2013")).then(
        (
            "policy/shishou-2013",
            "policy.adopted",
            {"document": text, "sha256": sha256(text), "units": None},
        )
    )


def test_a_pilot_names_its_units_and_an_amendment_keeps_them() -> None:
    text = with_outside()
    adopt = said("policy.adopt", policy="pilot", document=text, units=["U1", "U2"])
    given(unit("U1"), unit("U2")).when(adopt).then(
        ("policy/pilot", "policy.adopted", {"sha256": sha256(text), "units": ["U1", "U2"]})
    )
    new = text + "\n# 修订\n"
    amendment = said("policy.amend", policy="pilot", document=new)
    given(unit("U1"), unit("U2"), adopt).when(amendment).then(
        (
            "policy/pilot",
            "policy.amended",
            {"document": new, "sha256": sha256(new), "units": ["U1", "U2"]},
        )
    )
    given(unit("U1"), unit("U2")).when(adopt | {"units": ["U2", "U2"]}).then(
        ("policy/pilot", "policy.adopted", {"units": ["U2"]})
    )
    given(unit("U1"), unit("U2"), adopt).when(amendment | {"units": ["U2"]}).then(
        ("policy/pilot", "policy.amended", {"units": ["U2"]})
    )


# A unit's year


def test_a_roster_is_one_event_a_line() -> None:
    members = [
        {"cadre": "A", "rank_level": "L1", "category": "chief", "participates": "yes"},
        {
            "cadre": "B",
            "rank_level": "L2",
            "category": "other",
            "participates": "no",
            "reason": "试用期",
        },
    ]
    given(*OFFICE).when(roster() | {"members": members}).then(
        ("year/2018/U1", "year.listed", members[0] | {"reason": None}),
        ("year/2018/U1", "year.listed", members[1]),
    )


@pytest.mark.parametrize(
    ("code", "change", "given_fields", "line"),
    [
        ("C", "added", {"rank_level": "L2", "category": "chief"}, ("L2", "chief", "yes")),
        (
            "C",
            "added",
            {"rank_level": "L2", "category": "chief", "participates": "no"},
            ("L2", "chief", "no"),
        ),
        ("A", "changed", {"rank_level": "L2"}, ("L2", "other", "yes")),
        ("A", "changed", {"participates": "no"}, ("1A50", "other", "no")),
        ("A", "removed", {}, ("1A50", "other", "yes")),
    ],
)
def test_an_amendment_carries_the_whole_new_line(
    code: str, change: str, given_fields: dict[str, str], line: tuple[str, str, str]
) -> None:
    rank_level, category, participates = line
    wanted = {
        "cadre": code,
        "change": change,
        "rank_level": rank_level,
        "category": category,
        "participates": participates,
        **APPROVED,
    }
    given(*OFFICE, roster("A", "B")).when(amend(code, change, **given_fields)).then(
        ("year/2018/U1", "year.amended", wanted)
    )


@pytest.mark.parametrize("change", ["removed", "changed"])
def test_the_line_of_somebody_who_left_can_be_taken_back(change: str) -> None:
    left = said("cadre.leave", cadre="A", reason="died", on="2018-06-01")
    given(*OFFICE, roster("A", "B"), left).when(amend("A", change, participates="no")).then(
        ("year/2018/U1", "year.amended", {"cadre": "A", "change": change})
    )


def test_a_removed_cadre_can_be_added_again() -> None:
    before = [*OFFICE, roster("A", "B"), amend("A", "removed")]
    again = amend("A", "added", rank_level="L2", category="other")
    given(*before).when(again).then(("year/2018/U1", "year.amended", {"rank_level": "L2"}))


def test_a_round_says_who_is_expected_to_score_whom() -> None:
    expected = [{"rater": "A", "ratee": "B", "relation": "peer"}]
    given(*OFFICE).when(rounds()).then(
        (
            "year/2018/U1",
            "year.round_opened",
            {
                "round": "annual",
                "starts": "2018-12-01",
                "ends": "2018-12-31",
                "expected": expected,
            },
        )
    )
    given(*OFFICE, rounds()).when(rounds("midyear", expected=[])).then(
        ("year/2018/U1", "year.round_opened", {"round": "midyear", "expected": []})
    )


OUTSIDE = [*OFFICE, said("policy.adopt", policy="pilot", document=with_outside(), units=["U1"])]


def test_a_component_from_outside_and_its_correction() -> None:
    given(*OUTSIDE).when(component("A", "leader", 88.25)).then(
        (
            "year/2018/U1",
            "year.component_recorded",
            {"cadre": "A", "component": "leader", "points": 8825, "computed_elsewhere": None},
        )
    )
    corrected = component("A", "leader", 90, **APPROVED)
    given(*OUTSIDE, component("A", "leader", 88.25)).when(corrected).then(
        ("year/2018/U1", "year.component_recorded", {"points": 9000, **APPROVED})
    )


@pytest.mark.parametrize("name", ["performance", "democratic", "annual"])
def test_paper_history_may_record_what_the_policy_computes(name: str) -> None:
    given(*OUTSIDE).when(component("A", name, 88, **LEGACY | {"known_at": "2019-01-20"})).then(
        (
            "year/2018/U1",
            "year.component_recorded",
            {"component": name, "points": 8800, "computed_elsewhere": True, "legacy": True},
        )
    )


def test_a_year_is_closed_under_the_policy_that_covers_it_by_its_hash() -> None:
    listed = [*OFFICE, roster("A")]
    given(*listed).when(close()).then(
        (
            "year/2018/U1",
            "year.closed",
            {"policy": "shishou-2018", "policy_sha256": sha256(text_of("shishou-2018"))},
        )
    )
    new = text_of("shishou-2018") + "\n# 修订\n"
    amended = said("policy.amend", policy="shishou-2018", document=new, on="2018-06-01")
    given(*listed, amended).when(close()).then(
        ("year/2018/U1", "year.closed", {"policy_sha256": sha256(new)})
    )
    given(*OUTSIDE, roster("A")).when(close()).then(
        ("year/2018/U1", "year.closed", {"policy": "pilot"})
    )


# Work lists and logs

UNSTATED = {"target": None, "due": None}


def test_a_work_list_carries_weights_in_basis_points() -> None:
    first = {"item": "I1", "title": "工作1", "weight": 6250, **UNSTATED}
    second = {"item": "I2", "title": "工作2", "weight": 3750, **UNSTATED}
    given(*OFFICE).when(work_list("A", 0.625, 0.375)).then(
        ("work-list/2018/A", "work_list.submitted", {"unit": "U1", "items": [first, second]})
    )


def test_handing_a_list_in_again_revises_it() -> None:
    before = [*OFFICE, work_list("A", 0.5, 0.5)]
    given(*before).when(work_list("A", 1)).then(
        (
            "work-list/2018/A",
            "work_list.submitted",
            {"items": [{"item": "I1", "title": "工作1", "weight": 10000, **UNSTATED}]},
        )
    )
    given(*before, work_list("A", 1)).when(score_item("A", 9, "I2")).refused(
        "the list in force of work-list/2018/A has no item I2; expected one of its items",
        "scores.0.item",
    )


def test_items_are_scored_one_event_each_and_again_only_as_a_correction() -> None:
    before = [*OFFICE, work_list("A", 0.5, 0.5)]
    both = score_item("A", 0) | {
        "scores": [{"item": "I1", "points": 85.5}, {"item": "I2", "points": 70}]
    }
    stream = ("work-list/2018/A", "work_list.scored")
    given(*before).when(both).then(
        (*stream, {"item": "I1", "points": 8550, "rater": "HEAD", "relation": "leader"}),
        (*stream, {"item": "I2", "points": 7000, "unit": "U1", "reason": None}),
    )
    given(*before, both).when(score_item("A", 90, **APPROVED)).then(
        (*stream, {"item": "I1", "points": 9000, **APPROVED})
    )


def test_a_day_is_rated_and_again_only_as_a_correction() -> None:
    stream = ("work-log/2018/A", "work_log.rated")
    day = "2018-03-01"
    given(*OFFICE).when(enter("A", day)).then(
        ("work-log/2018/A", "work_log.entered", {"day": day, "text": "下村走访", "unit": "U1"})
    )
    given(*OFFICE).when(rate("A", day, 85)).then(
        (*stream, {"day": day, "points": 8500, "rater": "HEAD", "unit": "U1"})
    )
    given(*OFFICE, rate("A", day, 85)).when(rate("A", day, 90, **APPROVED)).then(
        (*stream, {"day": day, "points": 9000, **APPROVED})
    )


def test_the_unit_is_that_of_the_posting_on_the_day() -> None:
    moved = [*OFFICE, unit("U2"), post("A", "U2", on="2018-07-01")]
    for day, expected in (("2018-06-30", "U1"), ("2018-07-01", "U2")):
        given(*moved).when(rate("A", day, 85, on="2018-12-31")).then(
            ("work-log/2018/A", "work_log.rated", {"unit": expected})
        )
        given(*moved).when(work_list("A", 1, on=day)).then(
            ("work-list/2018/A", "work_list.submitted", {"unit": expected})
        )
    given(*moved).when(rate("A", "2018-07-01", 85, unit="U1")).then(
        ("work-log/2018/A", "work_log.rated", {"unit": "U1"})
    )
    given(*moved).when(component("A", "annual", 85, unit=None, **LEGACY)).then(
        ("year/2018/U1", "year.component_recorded", {"cadre": "A"})
    )


# Ballots


def test_a_sheet_is_one_event_a_score() -> None:
    at = "2018-12-20T09:30:00+08:00"
    mixed = SHEET | {
        "scores": [
            {"ratee": "B", "points": 90.5, "at": at},
            {"ratee": "C", "points": 0, "relation": "leader", "dimension": "德"},
            {"ratee": "HEAD", "points": 100},
        ]
    }
    given(*OFFICE).when(mixed).then(
        (BALLOT, "ballot.scored", {"ratee": "B", "points": 9050, "at": "2018-12-20T01:30:00Z"}),
        (
            BALLOT,
            "ballot.scored",
            {"ratee": "C", "points": 0, "relation": "leader", "dimension": "德"},
        ),
        (BALLOT, "ballot.scored", {"ratee": "HEAD", "points": 10000, "relation": "peer"}),
    )


def test_another_round_is_another_sheet() -> None:
    given(*OFFICE, SHEET).when(SHEET | {"round": "midyear"}).then(
        ("ballot/2018/U1/midyear/A", "ballot.scored", {"ratee": "B"}),
        ("ballot/2018/U1/midyear/A", "ballot.scored", {"ratee": "C"}),
    )


def test_a_correction_keeps_the_relation_and_can_be_corrected() -> None:
    corrected = ballot("correct", "A", ratee="B", points=70)
    expected = {"ratee": "B", "points": 7000, "relation": "peer", **APPROVED}
    given(*OFFICE, SHEET).when(corrected).then((BALLOT, "ballot.corrected", expected))
    given(*OFFICE, SHEET, corrected).when(corrected | {"points": 71.25}).then(
        (BALLOT, "ballot.corrected", expected | {"points": 7125})
    )
    given(*OFFICE, TWO_DIMENSIONS).when(corrected | {"dimension": "能"}).then(
        (BALLOT, "ballot.corrected", expected | {"dimension": "能"})
    )


@pytest.mark.parametrize(
    ("which", "voided"),
    [
        ({}, [("B", "德"), ("B", "能"), ("C", "德")]),
        ({"ratee": "B"}, [("B", "德"), ("B", "能")]),
        ({"dimension": "德"}, [("B", "德"), ("C", "德")]),
        ({"ratee": "B", "dimension": "能"}, [("B", "能")]),
    ],
    ids=str,
)
def test_a_void_is_one_event_a_score(which: dict[str, str], voided: list[tuple[str, str]]) -> None:
    given(*OFFICE, TWO_DIMENSIONS).when(ballot("void", "A", **which)).then(
        *(
            (
                BALLOT,
                "ballot.voided",
                {"ratee": ratee, "dimension": dimension, "relation": "peer", **APPROVED},
            )
            for ratee, dimension in voided
        )
    )


def test_a_void_leaves_out_what_was_voided_before() -> None:
    before = [*OFFICE, SHEET, ballot("void", "A", ratee="B")]
    given(*before).when(ballot("void", "A")).then((BALLOT, "ballot.voided", {"ratee": "C"}))


def test_a_sheet_voided_whole_is_not_handed_in_again() -> None:
    given(*OFFICE, SHEET, ballot("void", "A")).when(SHEET).refused(
        "ballot/2018/U1/annual/A was handed in (B among others) and voided; "
        "a rater scores once a round, expected a new round",
        "scores",
    )


def test_with_a_lead_a_score_is_voided_after_closing_too() -> None:
    closed = [*OFFICE, roster("A", "B"), SHEET, close(), release(lead("LEAD-7"))]
    given(*closed).when(ballot("void", "A", ratee="B", lead="LEAD-7")).then(
        (BALLOT, "ballot.voided", {"ratee": "B", "lead": "LEAD-7"})
    )


# Results and talks

JUDGED = [*OFFICE, roster("A", "B"), close()]


def test_a_grade_is_proposed_again_until_it_is_confirmed() -> None:
    propose, confirm = graded("A", "competent", reason="民主评议")
    confirm.pop("reason")
    given(*JUDGED).when(propose).then(
        ("result/2018/A", "result.proposed", {"grade": "competent", "reason": "民主评议"})
    )
    given(*JUDGED, propose).when(propose | {"grade": "excellent"}).then(
        ("result/2018/A", "result.proposed", {"grade": "excellent"})
    )
    given(*JUDGED, propose).when(confirm).then(
        ("result/2018/A", "result.confirmed", {"grade": "competent"})
    )


def test_who_left_in_december_still_has_a_year_to_be_judged() -> None:
    gone = said("cadre.leave", cadre="A", reason="retired", on="2018-12-25")
    frozen = roster("A", "B", on="2019-01-05")
    given(*OFFICE, gone).when(frozen).then(
        ("year/2018/U1", "year.listed", {"cadre": "A"}),
        ("year/2018/U1", "year.listed", {"cadre": "B"}),
    )
    number = component("A", "leader", 80, on="2018-12-31", legacy=True, known_at="2019-01-05")
    given(*OFFICE, gone).when(number).then(
        ("year/2018/U1", "year.component_recorded", {"cadre": "A", "points": 8000})
    )


def test_a_result_is_corrected_where_the_roster_lists_whatever_the_postings() -> None:
    elsewhere = roster("A", unit="U9", member={"participates": "no"})
    lent = roster("A", "B", unit="U8")
    given(*OFFICE, unit("U8"), unit("U9"), lent, elsewhere).when(
        correction("A", "leader", 80)
    ).then(("result/2018/A", "result.corrected", {"unit": "U8", "points": 8000}))


def test_a_result_is_corrected_by_component_by_grade_or_both() -> None:
    stream = ("result/2018/A", "result.corrected")
    of = {"unit": "U1", "reason": "核实", "approver": "BOSS"}
    given(*JUDGED).when(correction("A", "leader", 0)).then(
        (*stream, of | {"component": "leader", "points": 0, "grade": None})
    )
    given(*JUDGED).when(correction("A", "annual", 91.5, grade="excellent")).then(
        (*stream, of | {"component": "annual", "points": 9150, "grade": "excellent"})
    )
    regraded = said("result.correct", cadre="A", year=2018, grade="incompetent", **APPROVED)
    given(*JUDGED, *graded("A", "competent")).when(regraded).then(
        (*stream, of | APPROVED | {"component": None, "points": None, "grade": "incompetent"})
    )


def test_a_talk_is_held_by_who_has_the_role_that_day() -> None:
    given(*OFFICE, HEAD).when(talk("A", "HEAD", kind="admonition")).then(
        (
            "talk/2018/A",
            "talk.held",
            {
                "kind": "admonition",
                "talker": "HEAD",
                "talker_role": "unit_head",
                "content": "提醒",
                "on": "2019-03-01",
            },
        )
    )
    moved = [*OFFICE, HEAD, unit("U2"), post("A", "U2", on="2019-02-01")]
    given(*moved).when(talk("A", "HEAD")).then(("talk/2018/A", "talk.held", {"talker": "HEAD"}))


# Withdrawing a fact recorded in error, and recording it anew

LEFT = said("cadre.leave", cadre="A", reason="retired", on="2018-06-01")
HELD = talk("A", "HEAD")
WITHDRAWN = (
    ("cadre/C", "cadre.posted", "cadre.withdrawn", [], post("C", "U1", on="2011-01-01")),
    ("cadre/A", "cadre.left", "cadre.withdrawn", [LEFT], LEFT | {"on": "2018-07-01"}),
    ("year/2018/U1", "year.listed", "year.withdrawn", [roster("A")], roster("A", "B")),
    (
        "year/2018/U1",
        "year.amended",
        "year.withdrawn",
        [roster("A"), amend("B", "added", rank_level="L", category="other")],
        amend("B", "added", rank_level="L2", category="other"),
    ),
    (
        "work-list/2018/A",
        "work_list.scored",
        "work_list.withdrawn",
        [work_list("A", 1), score_item("A", 80)],
        score_item("A", 90),
    ),
    (
        "work-log/2018/A",
        "work_log.rated",
        "work_log.withdrawn",
        [rate("A", "2018-03-01", 80)],
        rate("A", "2018-03-01", 90),
    ),
    ("talk/2018/A", "talk.held", "talk.withdrawn", [HEAD, HELD], HELD),
)


@pytest.mark.parametrize("row", WITHDRAWN, ids=lambda row: row[1])
def test_a_withdrawn_fact_no_longer_stands_and_is_recorded_anew(row: object) -> None:
    stream, topic, withdrawal, before, anew = row  # type: ignore[misc]
    with an_archive(*OFFICE, *before, clock=clock) as archive:
        rows = [row for page in archive.log.scan(0) for row in page]
        position, version = next((r[0], r[2]) for r in rows if (r[1], r[3]) == (stream, topic))
        wanted = {"version": version, "withdrawn": position, **APPROVED}
        When(archive, withdraw(position)).then((stream, withdrawal, wanted))
        When(archive, withdraw(position)).refused(
            f"event {position} ({stream}) can't be withdrawn; expected a posting, leaving, "
            "roster line, log rating, item score, talk, allowance, "
            "record of service or decision that still stands",
            "position",
        )
        again = When(archive, anew)
        assert again.refusal is None, str(again.refusal)
        assert {event[1] for event in again.events} == {topic}


def test_a_withdrawn_correction_leaves_nothing_that_stands() -> None:
    day = "2018-03-01"
    with an_archive(*OFFICE, rate("A", day, 80), rate("A", day, 90, **APPROVED)) as archive:
        last = archive.log.last_position()
        When(archive, withdraw(last)).then(
            ("work-log/2018/A", "work_log.withdrawn", {"withdrawn": last})
        )
        When(archive, rate("A", day, 85)).then(
            ("work-log/2018/A", "work_log.rated", {"points": 8500, "reason": None})
        )


def test_allowances_are_granted_once_to_people_on_the_roster() -> None:
    listed = [*OFFICE, roster("A", "B")]
    stream = "allowance/2018/U1"
    given(*listed).when(pool()).then(
        (stream, "allowance.pool_set", {"rank_level": "1A50", "standard": 1_000_000})
    )
    given(*listed, pool()).when(grant("A", "B")).then(
        (stream, "allowance.granted", {"cadre": "A", "rank_level": "1A50", "amount": 950_050}),
        (stream, "allowance.granted", {"cadre": "B", "rank_level": "1A50", "amount": 950_050}),
    )
    given(*listed, grant("A")).when(grant("B", "A")).refused(
        "A was already granted an allowance of U1's year 2018; "
        "withdraw it with fact.withdraw first",
        "grants.1.cadre",
    )
    given(*listed).when(grant("C")).refused(
        "C does not stand on U1's roster of 2018; expected people of the roster", "grants.0.cadre"
    )
    given(*listed).when(pool("1A31")).refused(
        "no one on U1's roster of 2018 has rank level 1A31; expected one of the roster's levels",
        "rank_level",
    )
    given(*listed).when(pool(floating=10_000.01)).refused(
        "the floating part exceeds the standard; expected at most the standard", "floating"
    )
    given(*listed).when(pool(standard=0)).refused(
        "the standard is 0; expected more, since the spread is measured by it", "standard"
    )
    given(*listed).when(pool(standard=1e9)).refused(
        "standard: amount 1000000000.0 is not allowed; "
        "expected yuan from 0 to 100000000 with at most two decimals",
        "standard",
    )


def test_history_is_closed_and_live_commands_go_on() -> None:
    opening = said("history.close", on="2019-01-01")
    given(cadre("A", **LEGACY)).when(opening).then(
        ("history/archive", "history.closed", {"on": "2019-01-01"})
    )
    given(opening).when(cadre("A")).then(("cadre/A", "cadre.registered", {"legacy": None}))

"""The checks of the procedure, as tables: facts of a unit's year, and what is found."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, get_args

import pytest

from domain.rules.accountability import talks
from domain.rules.basis import Place
from domain.rules.conformance.checks import CHECKS, Checked, check
from domain.rules.conformance.facts import (
    Amendment,
    Conduct,
    Dated,
    Decided,
    ListStep,
    Post,
    ResultStep,
    Roles,
    SchemeStep,
    Supervised,
    TalkStep,
    Use,
)
from domain.rules.document import read_policy
from domain.rules.facts import CadreYear, Given, GradeGiven, Score, Service, TalkHeld, UnitYear
from domain.rules.finding import Finding, Verdict
from domain.rules.policy import Check
from domain.rules.roles import RoleChange
from domain.rules.spread import Order, Paid, Pool, judge_spread
from domain.rules.standing import Standing, judge
from domain.sentence import say, speak, term
from tests.rules.given import POLICY, annuals, member, unit_year

PASS, FAIL = "PASS", "FAIL"
INSUFFICIENT, NOT_APPLICABLE = "INSUFFICIENT", "NOT_APPLICABLE"
TODAY = date(2019, 6, 1)

ROLES = {
    "unit_head": "HEAD",
    "unit_deputy": "DEPUTY",
    "city_leader": "LEADER",
    "appraisal_admin": "ADMIN",
    "party_member": "MEMBER",
}
HELD = Roles(
    {role: (RoleChange(role, cadre, date(2015, 1, 1), True),) for role, cadre in ROLES.items()},
    ((RoleChange("appraisal_office", "OFFICE", date(2015, 1, 1), True),),),
)


def raw_codes(finding: Finding) -> list[str]:
    """What stands in English in its Chinese sentences, besides a branch of a rule."""
    chinese = f"{speak(finding.found)} {speak(finding.needed)}"
    return re.findall(r"(?<![a-z_.])[a-z][a-z_]+", chinese)


def day(text: str) -> date:
    """A day of 2018 written ``03-01``, or any day written whole."""
    return date.fromisoformat(text if len(text) == 10 else f"2018-{text}")


def standings(unit: UnitYear) -> dict[str, Standing]:
    return {standing.cadre: standing for standing in judge(unit)}


def conduct(
    *members: CadreYear, policy: Any = POLICY, closed: bool = True, **facts: Any
) -> Conduct:
    unit = unit_year(members, policy=policy, closed=closed)
    given: dict[str, Any] = {"today": TODAY, "roles": HELD, "standings": standings(unit)}
    return Conduct(unit, **given | facts)


def found(code: str, facts: Conduct) -> list[tuple[str | None, str]]:
    """What one check finds: whom it is about, and the verdict."""
    return [(one.cadre, str(one.finding.verdict)) for one in check(facts) if one.check == code]


def verdicts(code: str, facts: Conduct) -> list[str]:
    return [verdict for _, verdict in found(code, facts)]


def explained(code: str, facts: Conduct, lang: str = "en") -> list[str]:
    return [speak(one.finding.found, lang) for one in check(facts) if one.check == code]  # type: ignore[arg-type]


# The list of checks itself


def test_every_code_that_may_be_switched_off_is_checked_and_the_other_way_round() -> None:
    assert {checking.code for checking in CHECKS} == set(get_args(Check))


def test_every_check_has_exactly_one_place() -> None:
    functions = [checking.find for checking in CHECKS]
    assert len(set(functions)) == len(functions)


@pytest.mark.parametrize("code", get_args(Check))
def test_every_check_has_a_term(code: str) -> None:
    for lang in ("zh", "en"):
        assert term(f"check_{code}", lang) != f"check_{code}"  # type: ignore[arg-type]


def test_a_check_that_is_switched_off_finds_nothing() -> None:
    off = POLICY.text.replace("off = { value = []", 'off = { value = ["no_filed_list"]')
    people = annuals(90, 88, 86).members
    assert verdicts("no_filed_list", conduct(*people)) == [FAIL] * 3
    assert verdicts("no_filed_list", conduct(*people, policy=read_policy(off))) == []


# Schemes

CHAIN = "drafted screened resolved countersigned ratified"
BY = {
    "drafted": "ANYONE",
    "screened": "OFFICE",
    "resolved": "HEAD",
    "countersigned": "LEADER",
    "ratified": "OFFICE",
    "returned": "LEADER",
}


def scheme(told: str, **changed: dict[str, Any]) -> tuple[SchemeStep, ...]:
    """Steps such as ``drafted@02-01/a``: on a day, of a draft; else one after the other, of a."""
    steps = []
    for place, word in enumerate(told.split()):
        name, _, draft = word.partition("/")
        name, _, on = name.partition("@")
        step = SchemeStep(
            step=name,
            by=BY[name],
            on=day(on) if on else date(2018, 2, 1 + place),
            position=10 + place,
            sha256=draft or "a",
            content={} if name == "drafted" else None,
            meeting="党组会" if name == "resolved" else None,
            attendees=("HEAD", "MEMBER") if name == "resolved" else (),
        )
        steps.append(replace(step, **changed.get(name, {})))
    return tuple(steps)


def of_scheme(told: str, **changed: dict[str, Any]) -> Conduct:
    return conduct(scheme=scheme(told, **changed))


@pytest.mark.parametrize(
    ("told", "expected", "problems"),
    [
        ("", [], []),
        (CHAIN, [PASS], ["in order"]),
        ("drafted drafted screened", [PASS], ["in order"]),
        ("drafted screened returned " + CHAIN, [PASS, PASS], ["in order", "in order"]),
        ("drafted ratified", [FAIL],
         ["screened is missing, resolved is missing, countersigned is missing"]),
        ("screened", [FAIL], ["drafted is missing"]),
        ("drafted screened resolved ratified@02-05 countersigned@02-06", [FAIL],
         ["ratified (2018-02-05) stands before countersigned (2018-02-06)"]),
        ("drafted screened resolved countersigned@02-09 ratified@02-08", [FAIL],
         ["ratified (2018-02-08) stands before countersigned (2018-02-09)"]),
        ("drafted screened resolved ratified@02-08 countersigned@02-08", [FAIL],
         ["ratified (2018-02-08) stands before countersigned (2018-02-08)"]),
        ("drafted screened resolved ratified@02-08 countersigned@02-07", [PASS], ["in order"]),
        ("drafted screened drafted/b resolved/b", [PASS, FAIL],
         ["in order", "screened is missing"]),
        ("drafted@02-05 screened@02-03", [FAIL],
         ["screened (2018-02-03) stands before drafted (2018-02-05)"]),
    ],
)  # fmt: skip
def test_a_scheme_goes_through_its_chain_in_order(
    told: str, expected: list[str], problems: list[str]
) -> None:
    facts = of_scheme(told)
    assert verdicts("order", facts) == expected
    assert explained("order", facts) == problems


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"screened": {"by": "HEAD"}}, ["screened on 2018-02-02 by HEAD"]),
        ({"resolved": {"by": "MEMBER"}}, []),
        ({"resolved": {"by": "DEPUTY"}}, ["resolved on 2018-02-03 by DEPUTY"]),
        ({"countersigned": {"by": "HEAD"}}, ["countersigned on 2018-02-04 by HEAD"]),
        ({"ratified": {"by": "LEADER"}}, ["ratified on 2018-02-05 by LEADER"]),
        ({"ratified": {"on": date(2014, 1, 1)}}, ["ratified on 2014-01-01 by OFFICE"]),
    ],
)
def test_each_step_of_a_scheme_wants_its_role_on_that_day(
    changed: dict[str, dict[str, Any]], wrong: list[str]
) -> None:
    facts = of_scheme(CHAIN, **changed)
    failed = [one for one in check(facts) if one.check == "wrong_role"]
    assert len(failed) == 4
    told = [speak(o.finding.found, "en") for o in failed if o.finding.verdict is Verdict.FAIL]
    assert told == wrong


@pytest.mark.parametrize(
    ("resolved", "expected"),
    [
        ({}, PASS),
        ({"meeting": None}, FAIL),
        ({"attendees": ("HEAD",)}, FAIL),
        ({"attendees": ("HEAD", "HEAD")}, FAIL),
        ({"attendees": ("HEAD", "DEPUTY", "CLERK")}, FAIL),
        ({"attendees": ("CLERK", "MEMBER", "HEAD")}, PASS),
    ],
)
def test_a_scheme_is_resolved_together_at_a_named_meeting(
    resolved: dict[str, Any], expected: str
) -> None:
    assert verdicts("not_collective", of_scheme(CHAIN, resolved=resolved)) == [expected]


@pytest.mark.parametrize(("attendees", "expected"), [(1, PASS), (2, PASS), (3, FAIL)])
def test_how_many_make_a_meeting_is_the_policys(attendees: int, expected: str) -> None:
    facts = of_scheme(CHAIN, resolved={"attendees": ("MEMBER", "HEAD")})
    policy = facts.policy.reading("resolution.attendees", attendees)
    asked = replace(facts, facts=replace(facts.facts, policy=policy))
    assert verdicts("not_collective", asked) == [expected]


BALLOT = Use("ballot", day("12-20"), 99)


@pytest.mark.parametrize(
    ("told", "use", "paper", "expected"),
    [
        (CHAIN, None, False, NOT_APPLICABLE),
        (CHAIN, BALLOT, False, PASS),
        (CHAIN, Use("item", day("02-05"), 99), False, PASS),
        (CHAIN, Use("item", day("02-04"), 99), False, FAIL),
        ("drafted screened resolved countersigned", BALLOT, False, FAIL),
        ("", BALLOT, False, FAIL),
        ("", BALLOT, True, INSUFFICIENT),
        ("drafted", BALLOT, True, FAIL),
    ],
)
def test_a_scheme_is_used_once_it_is_ratified(
    told: str, use: Use | None, paper: bool, expected: str
) -> None:
    facts = conduct(scheme=scheme(told), first_use=use, paper=paper)
    assert verdicts("used_before_ratified", facts) == [expected]


@pytest.mark.parametrize(
    ("told", "expected", "problems"),
    [
        (CHAIN, [PASS], ["the same content throughout"]),
        ("drafted screened resolved", [], []),
        ("drafted screened drafted/b resolved/b countersigned/b ratified/b", [FAIL],
         ["what was ratified differs from what was screened"]),
        ("drafted screened returned drafted/b screened/b resolved/b countersigned/b ratified/b",
         [PASS], ["the same content throughout"]),
    ],
)  # fmt: skip
def test_what_is_ratified_is_what_was_approved(
    told: str, expected: list[str], problems: list[str]
) -> None:
    assert verdicts("content_changed", of_scheme(told)) == expected
    assert explained("content_changed", of_scheme(told)) == problems


def test_without_any_draft_on_record_nothing_tells_if_the_content_is_the_same() -> None:
    none = {name: {"sha256": None} for name in BY}
    assert verdicts("content_changed", of_scheme("screened ratified", **none)) == [INSUFFICIENT]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({}, PASS),
        ({"performance": 0.5, "democratic": 0.3, "leader": 0.2}, PASS),
        ({"performance": 0.55, "democratic": 0.25, "leader": 0.2}, PASS),
        ({"performance": 0.56, "democratic": 0.24, "leader": 0.2}, FAIL),
        ({"performance": 0.5, "democratic": 0.3, "leader": 0.3}, FAIL),
        ({"performance": 0.5, "democratic": 0.5}, FAIL),
    ],
)
def test_a_scheme_stays_within_the_citys_bounds(weights: dict[str, float], expected: str) -> None:
    facts = of_scheme(CHAIN, drafted={"content": {"components": weights}})
    assert verdicts("scheme_out_of_bounds", facts) == [expected]


# Work lists


def listed(told: str, category: str = "other", **changed: dict[str, Any]) -> Conduct:
    """One cadre's list: ``submitted@02-01 reviewed filed`` and so on."""
    names = {"reviewed": "DEPUTY", "resolved": "HEAD"}
    steps = []
    for place, word in enumerate(told.split()):
        name, _, on = word.partition("@")
        step = ListStep(
            step=name,
            by=names.get(name, "CLERK"),
            on=day(on) if on else date(2018, 2, 1 + place),
            position=20 + place,
            unit="U001",
            meeting="党组会" if name == "resolved" else None,
            attendees=("HEAD", "MEMBER") if name == "resolved" else (),
        )
        steps.append(replace(step, **changed.get(name, {})))
    facts = {key: value for key, value in changed.items() if key not in BY | LIST_STEPS}
    return conduct(member("C1", category=category), lists={"C1": tuple(steps)}, **facts)


LIST_STEPS = dict.fromkeys(("submitted", "reviewed", "resolved", "filed", "returned"), "")
LIST = "submitted reviewed filed"


@pytest.mark.parametrize(
    ("category", "told", "expected"),
    [
        ("other", LIST, [PASS]),
        ("section_chief", LIST, [PASS]),
        ("other", "submitted filed", [FAIL]),
        ("other", "submitted resolved filed", [FAIL]),
        ("chief", LIST, [FAIL]),
        ("chief", "submitted resolved filed", [PASS]),
        ("team_member", "submitted resolved filed", [PASS]),
        ("other", f"{LIST} {LIST}", [PASS, PASS]),
        ("other", f"{LIST} submitted filed", [PASS, FAIL]),
        ("other", f"submitted returned {LIST}", [PASS, PASS]),
        ("other", "submitted submitted reviewed", [PASS]),
        ("other", "submitted@02-03 reviewed@02-01 filed@02-05", [FAIL]),
        ("other", "reviewed filed", [FAIL]),
    ],
)
def test_a_list_is_approved_as_its_cadres_category_asks_and_then_filed(
    category: str, told: str, expected: list[str]
) -> None:
    assert verdicts("order", listed(told, category)) == expected


@pytest.mark.parametrize(
    ("told", "changed", "expected"),
    [
        (LIST, {}, [PASS]),
        (LIST, {"reviewed": {"by": "HEAD"}}, [FAIL]),
        (LIST, {"reviewed": {"by": "HEAD", "on": date(2014, 12, 31)}}, [FAIL]),
        (LIST, {"reviewed": {"by": "HEAD"}, "roles": {"unit_deputy": ()}}, [PASS]),
        (LIST, {"submitted": {"by": "DEPUTY"}, "reviewed": {"by": "HEAD"}}, [PASS]),
        ("submitted resolved filed", {}, [PASS]),
        ("submitted resolved filed", {"resolved": {"by": "MEMBER"}}, [PASS]),
        ("submitted resolved filed", {"resolved": {"by": "DEPUTY"}}, [FAIL]),
        (LIST, {"reviewed": {"unit": "U2"}}, []),
    ],
)
def test_a_list_is_approved_by_who_holds_the_role_in_its_unit(
    told: str, changed: dict[str, dict[str, Any]], expected: list[str]
) -> None:
    roles = changed.pop("roles", {})
    held = replace(HELD, unit={**HELD.unit, **roles})
    assert verdicts("wrong_role", listed(told, roles=held, **changed)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, PASS),
        ({"reviewed": {"by": "C1"}}, FAIL),
        ({"reviewed": {"by": "CLERK"}}, FAIL),
        ({"submitted": {"by": "DEPUTY"}}, FAIL),
        ({"submitted": {"by": "C1"}}, PASS),
    ],
)
def test_nobody_approves_his_own_list(changed: dict[str, dict[str, Any]], expected: str) -> None:
    assert verdicts("self_approval", listed(LIST, **changed)) == [expected]


def test_an_author_may_attend_the_meeting_that_resolves_his_list() -> None:
    resolved = {"attendees": ("C1", "HEAD", "MEMBER")}
    facts = listed("submitted resolved filed", "team_member", resolved=resolved)
    assert verdicts("self_approval", facts) == [PASS]
    assert verdicts("not_collective", facts) == [PASS]
    alone = listed("submitted resolved filed", "team_member", resolved={"attendees": ("HEAD",)})
    assert verdicts("not_collective", alone) == [FAIL]


BEFORE = Post("C1", "U001", "科员", "1A60", "other", date(2015, 1, 1), 1)
NEW = Post("C1", "U001", "副科长", "1A50", "other", day("06-01"), 50, BEFORE)
SAME = replace(BEFORE, on=day("06-01"), former=BEFORE)
CAME = replace(NEW, former=replace(BEFORE, unit="U002"))
LATE = replace(NEW, on=day("12-02"))
MOVED = replace(CAME, on=day("12-02"))
ADDED = Amendment("C1", "added", "漏列", "BOSS", day("06-01"), 50)
TWICE = f"{LIST} submitted@06-10 reviewed@06-11 filed"


@pytest.mark.parametrize(
    ("told", "facts", "unfiled", "late"),
    [
        (LIST, {}, PASS, [PASS]),
        ("", {}, FAIL, []),
        ("", {"today": day("03-31")}, NOT_APPLICABLE, []),
        ("", {"today": day("04-01")}, FAIL, []),
        ("", {"paper": True, "lists": {}}, INSUFFICIENT, []),
        ("submitted reviewed", {}, FAIL, []),
        (f"{LIST} submitted", {}, FAIL, [PASS]),
        ("submitted reviewed filed@03-31", {}, PASS, [PASS]),
        ("submitted reviewed filed@04-01", {}, PASS, [FAIL]),
        (LIST, {"postings": (NEW,)}, FAIL, [PASS]),
        (LIST, {"postings": (NEW,), "today": day("07-01")}, NOT_APPLICABLE, [PASS]),
        (LIST, {"postings": (NEW,), "today": day("07-02")}, FAIL, [PASS]),
        (LIST, {"postings": (SAME,)}, PASS, [PASS]),
        (LIST, {"postings": (replace(NEW, on=day("12-01")),)}, FAIL, [PASS]),
        (LIST, {"postings": (LATE,)}, PASS, [PASS]),
        (LIST, {"postings": (MOVED,)}, PASS, [PASS]),
        ("", {"postings": (MOVED,)}, FAIL, []),
        (f"{TWICE}@06-20", {"postings": (NEW,)}, PASS, [PASS, PASS]),
        (f"{TWICE}@07-01", {"postings": (NEW,)}, PASS, [PASS, PASS]),
        (f"{TWICE}@07-02", {"postings": (NEW,)}, PASS, [PASS, FAIL]),
        ("submitted@06-10 reviewed@06-11 filed@06-12", {"postings": (CAME,)}, PASS, [PASS]),
        ("submitted@06-10 reviewed@06-11 filed@07-02", {"postings": (CAME,)}, PASS, [FAIL]),
        (LIST, {"postings": (CAME,)}, FAIL, []),
        ("submitted@06-10 reviewed@06-11 filed@07-01", {"amendments": (ADDED,)}, PASS, [PASS]),
        ("submitted@06-10 reviewed@06-11 filed@07-02", {"amendments": (ADDED,)}, PASS, [FAIL]),
        ("", {"amendments": (ADDED,), "today": day("07-01")}, NOT_APPLICABLE, []),
    ],
)
def test_everyones_list_is_filed_in_time_and_anew_after_a_new_post(
    told: str, facts: dict[str, Any], unfiled: str, late: list[str]
) -> None:
    made = replace(listed(told), **facts)
    if not told:
        made = replace(made, lists={})
    assert verdicts("no_filed_list", made) == [unfiled]
    assert verdicts("late", made) == late


def test_who_comes_in_the_years_last_days_has_no_list_of_it() -> None:
    came = replace(MOVED, former=None)
    for code in ("no_filed_list", "late"):
        assert verdicts(code, conduct(member("C1"), postings=(came,))) == []


def test_a_list_filed_too_late_elsewhere_is_no_fault_of_the_unit_moved_to() -> None:
    elsewhere = {step: {"unit": "U002"} for step in ("submitted", "reviewed", "filed")}
    facts = listed("submitted reviewed filed@04-09", postings=(MOVED,), **elsewhere)
    assert (verdicts("no_filed_list", facts), verdicts("late", facts)) == ([PASS], [])


def test_only_those_who_take_part_want_a_list() -> None:
    assert found("no_filed_list", conduct(member("C1", participates="comment_only"))) == []


# Results


def result(step: str, position: int, on: str = "2019-02-01", **fields: Any) -> ResultStep:
    return ResultStep(step, "CLERK", day(on), position, **fields)


@pytest.mark.parametrize(
    ("told", "expected", "problems"),
    [
        ("proposed", PASS, "in order: proposed"),
        ("proposed publicised confirmed notified acknowledged", PASS,
         "in order: proposed, publicised, confirmed, notified, acknowledged"),
        ("proposed confirmed/paper notified", PASS, "in order: proposed, confirmed, notified"),
        ("proposed confirmed notified", FAIL, "publicised is missing"),
        ("confirmed/paper", FAIL, "proposed is missing"),
        ("publicised confirmed", FAIL, "proposed is missing"),
        ("proposed notified", FAIL, "confirmed is missing"),
        ("proposed confirmed publicised", FAIL,
         "publicised on 2019-02-03, after it was confirmed on 2019-02-02"),
        ("proposed confirmed/paper acknowledged", FAIL, "notified is missing"),
        ("proposed publicised confirmed appealed", FAIL, "notified is missing"),
        ("proposed publicised confirmed notified appealed", PASS,
         "in order: proposed, publicised, confirmed, notified, appealed"),
    ],
)  # fmt: skip
def test_a_result_goes_through_its_steps_in_order(told: str, expected: str, problems: str) -> None:
    steps = tuple(
        result(word.removesuffix("/paper"), n, f"2019-02-0{n}", legacy=word.endswith("/paper"))
        for n, word in enumerate(told.split(), start=1)
    )
    facts = conduct(results={"C1": steps})
    assert found("order", facts) == [("C1", expected)]
    assert explained("order", facts) == [problems]


def test_who_was_posted_by_the_dates_after_the_confirmation_was_posted_too_late() -> None:
    steps = (
        result("proposed", 1), result("publicised", 2, "2019-02-09"),
        result("confirmed", 3, "2019-02-08"),
    )  # fmt: skip
    facts = conduct(results={"C1": steps})
    assert verdicts("order", facts) == [FAIL]
    assert explained("order", facts, "zh") == ["确认（2019-02-08）早于公示（2019-02-09）"]


@pytest.mark.parametrize(
    ("step", "by", "expected"),
    [
        ("confirmed", "C1", [FAIL]),
        ("decided", "C1", [FAIL]),
        ("confirmed", "HEAD", [PASS]),
        ("decided", "HEAD", [PASS]),
        ("proposed", "C1", []),
        ("acknowledged", "C1", []),
    ],
)
def test_nobody_confirms_or_decides_about_himself(step: str, by: str, expected: list[str]) -> None:
    steps = (replace(result(step, 60), by=by),)
    assert verdicts("self_approval", conduct(results={"C1": steps})) == expected


def rated(cadre: str, **fields: Any) -> CadreYear:
    """Somebody with an annual score recorded, an item scored and a rated day."""
    scores = (Score(71, "item", "HEAD", "leader", "I1", 9000),)
    own = member(cadre, grade="competent", annual=90)
    return replace(own, given={"annual": Given(9000, 70)}, scores=scores, **fields)


@pytest.mark.parametrize(
    ("cadre", "entries", "expected"),
    [
        (rated("C1"), (), [FAIL]),
        (rated("C1"), (80,), [PASS]),
        (replace(rated("C1"), scores=(Score(72, "log", "HEAD", "leader", "day", 9000),)), (),
         [PASS]),
        (member("C1", grade="competent", annual=90), (), [INSUFFICIENT]),
        (member("C1", grade="ungraded", annual=90), (), []),
        (member("C1", annual=90), (), []),
    ],
)  # fmt: skip
def test_a_grade_rests_on_the_years_log(
    cadre: CadreYear, entries: tuple[int, ...], expected: list[str]
) -> None:
    facts = conduct(cadre, entries={"C1": entries} if entries else {})
    assert verdicts("no_evidence", facts) == expected


def graded(grade: str, status: str = "confirmed", annual: str = "90") -> CadreYear:
    own = member("C1", annual=annual)
    return replace(own, grade=GradeGiven(grade, status, 60))  # type: ignore[arg-type]


PROPOSED = result("proposed", 60, grade="competent")


@pytest.mark.parametrize(
    ("own", "steps", "expected"),
    [
        (graded("competent"), (PROPOSED,), PASS),
        (graded("incompetent"), (PROPOSED,), FAIL),
        (graded("incompetent"), (replace(PROPOSED, reason="受处分"),), PASS),
        (graded("incompetent", "corrected"), (PROPOSED,), PASS),
        (replace(graded("competent"), given={}), (PROPOSED,), INSUFFICIENT),
    ],
)
def test_a_grade_that_differs_from_the_computed_one_wants_a_reason(
    own: CadreYear, steps: tuple[ResultStep, ...], expected: str
) -> None:
    facts = conduct(own, results={"C1": steps})
    assert found("grade_differs", facts) == [("C1", expected)]


def test_a_corrected_grade_does_not_borrow_the_reason_of_its_proposal() -> None:
    reasoned = replace(PROPOSED, reason="病假")
    facts = conduct(graded("incompetent", "corrected"), results={"C1": (reasoned,)})
    (told,) = explained("grade_differs", facts)
    assert told.endswith("as corrected for a recorded reason")


def test_a_decided_grade_stems_from_the_decision() -> None:
    taken = result("decided", 60, stage="appeal", outcome="upheld", grade="incompetent")
    facts = conduct(graded("incompetent", "corrected"), results={"C1": (taken,)})
    assert verdicts("grade_differs", facts) == [PASS]
    assert explained("grade_differs", facts, "zh") == [
        "不称职：与系统计算不一致，系2019-02-01申诉决定所定"
    ]


WARNED = Service("sanction", "warning", day("03-01"), day("08-31"), 41)
ON_LEAVE = Service("absence", "sick", day("01-01"), day("12-31"), 41)
SUSPECTED = Service("case", "opened", day("05-01"), None, 41)


@pytest.mark.parametrize("status", ["proposed", "confirmed", "corrected"])
@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, PASS),
        ({"service": (WARNED,)}, FAIL),
        ({"service": (WARNED,), "given": {}}, FAIL),
        ({"service": (ON_LEAVE,)}, FAIL),
        ({"service": (SUSPECTED,)}, FAIL),
        ({"on_probation": True, "probation": 41}, FAIL),
        ({"service": (replace(WARNED, starts=date(2019, 1, 1)),)}, PASS),
    ],
)
def test_nobody_barred_or_ungraded_is_excellent(
    own: dict[str, Any], expected: str, status: str
) -> None:
    facts = conduct(replace(graded("excellent", status), **own))
    assert found("barred_excellent", facts) == [("C1", expected)]
    (one,) = (one for one in check(facts) if one.check == "barred_excellent")
    assert (41 in one.finding.evidence) is (expected == FAIL)
    assert 60 in one.finding.evidence
    other = conduct(replace(graded("competent", status), **own))
    assert found("barred_excellent", other) == []


def test_the_bar_is_told_and_one_that_nobody_knew_of_is_no_failure() -> None:
    own = replace(graded("excellent"), service=(WARNED,))
    facts = conduct(own, results={"C1": (result("confirmed", 60, grade="excellent"),)})
    assert explained("barred_excellent", facts, "zh") == [
        "优秀（已确认）：当年受警告（2018-03-01至2018-08-31）"
    ]
    unaware = standings(unit_year([replace(own, service=())]))["C1"]
    as_known = replace(facts, then={60: unaware})
    assert verdicts("barred_excellent", as_known) == [INSUFFICIENT]


def test_a_grade_that_was_the_computed_one_when_it_was_given_does_not_differ() -> None:
    then = standings(unit_year([graded("competent")]))["C1"]
    own = replace(graded("basically_competent"), given={})
    facts = conduct(own, results={"C1": (PROPOSED,)})
    assert verdicts("grade_differs", facts) == [INSUFFICIENT]
    known = replace(then, computed_grade="basically_competent")
    assert verdicts("grade_differs", replace(facts, then={60: known})) == [PASS]


def test_excellent_is_proposed_for_the_upper_half_as_it_was_known_then() -> None:
    people = annuals(95, 90, 85, 80).members
    given = {c: (result("proposed", 60, grade="excellent"),) for c in ("C2", "C3")}
    facts = conduct(*people, results=given)
    assert found("below_half_commended", facts) == [("C2", PASS), ("C3", FAIL)]
    other = standings(unit_year(annuals(80, 85, 90, 95).members))
    as_known = replace(facts, results={"C3": given["C3"]}, then={60: other["C3"]})
    assert found("below_half_commended", as_known) == [("C3", PASS)]


def test_excellent_in_a_group_too_small_for_halves_is_not_judged() -> None:
    given = {"C1": (result("confirmed", 60, grade="excellent"),)}
    facts = conduct(*annuals(95, 90).members, results=given)
    assert verdicts("below_half_commended", facts) == [NOT_APPLICABLE]


@pytest.mark.parametrize(
    ("now", "before", "gone", "expected"),
    [
        ("incompetent", "incompetent", (), [FAIL]),
        ("incompetent", "incompetent", (Dated("C1", TODAY, 90, "demoted"),), [PASS]),
        ("incompetent", "competent", (), []),
        ("competent", "incompetent", (), []),
    ],
)
def test_after_two_incompetent_years_in_a_row_something_is_decided(
    now: str, before: str, gone: tuple[Dated, ...], expected: list[str]
) -> None:
    earlier = {"C1": GradeGiven(before, "confirmed", 5)}
    facts = conduct(graded(now), earlier=earlier, gone={"C1": gone})
    assert verdicts("two_incompetent", facts) == expected


def test_a_year_that_was_only_proposed_incompetent_is_no_incompetent_year() -> None:
    earlier = {"C1": GradeGiven("incompetent", "proposed", 5)}
    assert verdicts("two_incompetent", conduct(graded("incompetent"), earlier=earlier)) == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"annual": 8800, "rank": 2, "of": 3}, PASS),
        ({"rank": 2}, PASS),
        ({"annual": 8801, "rank": 2, "of": 3}, FAIL),
        ({"rank": 1, "of": 3}, FAIL),
        ({"of": 4}, FAIL),
        ({}, NOT_APPLICABLE),
    ],
)
def test_what_is_publicised_is_what_is_computed(told: dict[str, int], expected: str) -> None:
    steps = {"C2": (result("publicised", 60, **told),)}
    facts = conduct(*annuals(90, 88, 86).members, results=steps)
    assert found("publicised_differs", facts) == [("C2", expected)]


def test_what_was_publicised_rightly_as_then_known_is_no_failure() -> None:
    then = standings(unit_year(annuals(90, 92, 86).members))["C2"]
    steps = {"C2": (result("publicised", 60, rank=1, of=3),)}
    facts = conduct(*annuals(90, 88, 86).members, results=steps, then={60: then})
    assert found("publicised_differs", facts) == [("C2", INSUFFICIENT)]
    assert explained("publicised_differs", facts) == [
        "publicised (—, rank 1 of 3) rightly as known then; what it rests on changed since; "
        "computed as 92.00, rank 1 of 3 as known then, as 88.00, rank 2 of 3 now"
    ]


def test_what_was_publicised_wrongly_is_told_with_what_was_computed_then_and_now() -> None:
    then = standings(unit_year(annuals(90, "79.91", 70).members))["C2"]
    steps = {"C2": (result("publicised", 60, annual=7990, rank=2, of=3),)}
    facts = conduct(*annuals(90, "80.77", 70).members, results=steps, then={60: then})
    assert found("publicised_differs", facts) == [("C2", FAIL)]
    assert explained("publicised_differs", facts, "zh") == [
        "公示（79.90分，第2名，共3人）与复算不一致；"
        "当时复算79.91分，第2名，共3人，现为80.77分，第2名，共3人"
    ]


# The roster


def test_a_half_that_changes_only_by_the_roster_is_shown_with_reason_and_approver() -> None:
    amendment = Amendment("C5", "added", "补录", "BOSS", day("12-01"), 77)
    facts = conduct(*annuals(90, 88, 86, 84, 70).members)
    assert found("half_changed_by_roster", facts) == []
    frozen = standings(unit_year(annuals(90, 88, 86).members))
    shown = replace(facts, frozen=frozen, amendments=(amendment,))
    assert found("half_changed_by_roster", shown) == [
        ("C1", PASS), ("C2", INSUFFICIENT), ("C3", PASS),
    ]  # fmt: skip
    assert explained("half_changed_by_roster", shown)[1] == (
        "lower by the roster as frozen, upper as amended; "
        "amendments: C5 added on 2018-12-01: 补录 (approved by BOSS)"
    )
    (second,) = (one for one in check(shown) if one.finding.verdict is Verdict.INSUFFICIENT
                 and one.check == "half_changed_by_roster")  # fmt: skip
    assert 77 in second.finding.evidence


# Allowances


@pytest.mark.parametrize(
    ("amounts", "wrong"),
    [
        ((11_000, 10_300, 9_700, 9_000), {}),
        ((10_500, 10_000, 10_000, 9_500), {"spread": [None]}),
        ((11_500, 10_500, 10_000, 9_000), {"over_pool": [None]}),
        ((10_000, 10_000, 10_000, 10_000), {"spread": [None], "paid_same": [None]}),
        ((11_000, 9_000, 10_000, 10_000), {"paid_more_than_ahead": ["C3", "C4"]}),
    ],
)
def test_each_check_of_allowances_tells_one_thing(
    amounts: tuple[int, ...], wrong: dict[str, list[str | None]]
) -> None:
    paid = [Paid(f"C{n}", amount, n, 10_000) for n, amount in enumerate(amounts, start=1)]
    pool = Pool("U001", "1A41", 10_000, {one.cadre: 10_000 for one in paid}, 1)
    order = Order({one.cadre: Place(Fraction(-n)) for n, one in enumerate(paid)})
    judged = judge_spread(pool, paid, order, POLICY)
    codes = ("paid_same", "over_pool", "spread", "paid_more_than_ahead")
    facts = conduct(spreads=(judged,))
    failed = {
        code: [cadre for cadre, verdict in found(code, facts) if verdict == FAIL] for code in codes
    }
    assert {code: cadres for code, cadres in failed.items() if cadres} == wrong


# Talks


def spoken(
    kind: str, talker: str, role: str, on: str, points: int = 55, today: date = TODAY
) -> Conduct:
    unit = annuals(90, 88, 86, 84, points)
    holds = ROLES.get(role) == talker
    held = TalkHeld("C5", kind, talker, role, holds, day(on), 88)  # type: ignore[arg-type]
    held_by = (held,) if kind else ()
    due = tuple(talks(unit, judge(unit), held_by, None, today))
    on_record = {"C5": (Dated("C5", day(on), 88, kind),)} if kind else {}
    facts = conduct(*unit.members, talks=due, held=on_record)
    return replace(facts, today=today)


TALK_CHECKS = ("talk_missing", "talk_wrong_talker", "talk_too_light", "talk_overdue")


@pytest.mark.parametrize(
    ("kind", "talker", "role", "on", "expected"),
    [
        ("", "", "", "2019-02-01", [[FAIL], [], [], []]),
        ("admonition", "HEAD", "unit_head", "2019-02-01", [[PASS], [PASS], [PASS], [PASS]]),
        ("admonition", "HEAD", "unit_head", "2019-03-22", [[PASS], [PASS], [PASS], [FAIL]]),
        ("admonition", "DEPUTY", "unit_deputy", "2019-02-01", [[PASS], [FAIL], [PASS], [PASS]]),
        ("reminder", "HEAD", "unit_head", "2019-02-01", [[PASS], [PASS], [FAIL], [PASS]]),
        ("admonition", "HEAD", "unit_head", "2018-06-01", [[FAIL], [], [], []]),
    ],
)
def test_each_check_of_talks_tells_one_thing(
    kind: str, talker: str, role: str, on: str, expected: list[list[str]]
) -> None:
    facts = spoken(kind, talker, role, on)
    assert [verdicts(code, facts) for code in TALK_CHECKS] == expected


def test_a_talk_is_not_missing_before_its_last_day_has_passed() -> None:
    for today, expected in ((date(2019, 3, 21), NOT_APPLICABLE), (date(2019, 3, 22), FAIL)):
        assert verdicts("talk_missing", spoken("", "", "", "01-01", today=today)) == [expected]


def step(name: str, on: str, position: int, **fields: Any) -> TalkStep:
    return TalkStep(name, "HEAD", day(on), position, **fields)


DEADLINE = step("deadline", "2019-02-01", 90, due=date(2019, 5, 1))


@pytest.mark.parametrize(
    ("steps", "today", "expected"),
    [
        ((), date(2019, 7, 31), NOT_APPLICABLE),
        ((), date(2019, 8, 1), FAIL),
        ((DEADLINE,), date(2019, 5, 1), NOT_APPLICABLE),
        ((DEADLINE,), date(2019, 5, 2), FAIL),
        ((DEADLINE, step("improvement", "2019-05-01", 91, outcome="improved")), TODAY, PASS),
        ((DEADLINE, step("improvement", "2019-05-01", 91, outcome="not_improved")), TODAY, FAIL),
        ((DEADLINE, step("improvement", "2019-05-01", 91, outcome="not_improved"),
          step("demoted", "2019-05-10", 92)), TODAY, PASS),
        ((DEADLINE, step("non_leading", "2019-05-10", 92)), TODAY, PASS),
    ],
)  # fmt: skip
def test_after_the_deadline_the_cadre_improved_or_was_moved(
    steps: tuple[TalkStep, ...], today: date, expected: str
) -> None:
    facts = spoken("admonition", "HEAD", "unit_head", "2019-02-01", today=today)
    assert verdicts("no_improvement", replace(facts, talk_steps={"C5": steps})) == [expected]


def test_a_reminder_alone_asks_for_no_improvement() -> None:
    facts = spoken("reminder", "HEAD", "unit_head", "2019-02-01", points=70)
    assert verdicts("no_improvement", facts) == []
    assert verdicts("no_improvement", replace(facts, talk_steps={"C5": (DEADLINE,)})) == []


def test_a_deadline_after_too_light_a_talk_holds_all_the_same() -> None:
    facts = spoken("reminder", "HEAD", "unit_head", "2019-02-01")
    assert verdicts("no_improvement", replace(facts, talk_steps={"C5": (DEADLINE,)})) == [FAIL]


# Decisions


def answer(verdict: str, told: str = "x", rule: str = "R20", *evidence: int) -> Finding:
    said = say("publicised_right", told=told)
    return Finding(rule, Verdict(verdict), said, say("promotion_needed"), "R20", evidence)


def decided(then: str = PASS, now: str | None = None, **fields: Any) -> Decided:
    given: dict[str, Any] = {
        "decision": "D2019-001", "kind": "appoint", "cadre": "C1", "year": 2018,
        "on": date(2019, 3, 1), "position": 95, "then": answer(then),
        "now": answer(now or then), "reason": "德才兼备", "rank_level": "1A50", "held": BEFORE,
    }  # fmt: skip
    return Decided(**given | fields)


def of_decision(taken: Decided) -> Conduct:
    return conduct(decisions=(taken,))


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (decided(), [PASS]),
        (decided(FAIL), [FAIL]),
        (decided(INSUFFICIENT), [INSUFFICIENT]),
        (decided(PASS, FAIL), [PASS]),
        (decided(FAIL, PASS), [FAIL]),
        (decided(FAIL, excepted=96), [PASS]),
        (decided(FAIL, rank_level="1A60"), [NOT_APPLICABLE]),
        (decided(FAIL, held=replace(BEFORE, rank_level="1A42")), [NOT_APPLICABLE]),
        (decided(FAIL, rank_level="甲级"), [INSUFFICIENT]),
        (decided(FAIL, kind="train"), []),
    ],
)
def test_who_is_appointed_higher_was_eligible_as_known_then_or_is_an_exception(
    taken: Decided, expected: list[str]
) -> None:
    assert verdicts("ineligible_appointed", of_decision(taken)) == expected


@pytest.mark.parametrize(
    ("then", "now", "excepted", "expected"),
    [(PASS, FAIL, None, PASS), (FAIL, PASS, None, FAIL), (FAIL, FAIL, 96, FAIL)],
)
def test_nobody_below_the_half_as_known_then_is_commended(
    then: str, now: str, excepted: int | None, expected: str
) -> None:
    taken = decided(then, now, kind="commend", excepted=excepted)
    assert found("below_half_commended", of_decision(taken)) == [("C1", expected)]


@pytest.mark.parametrize(
    ("reason", "cites", "expected"),
    [("德才兼备", (), PASS), (None, (7,), PASS), (None, (), FAIL)],
)
def test_a_decision_names_evidence_or_a_reason(
    reason: str | None, cites: tuple[int, ...], expected: str
) -> None:
    taken = decided(reason=reason, cites=cites)
    assert verdicts("decision_without_evidence", of_decision(taken)) == [expected]


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (decided(), PASS),
        (decided(PASS, FAIL), INSUFFICIENT),
        (replace(decided(), now=answer(PASS, "y")), INSUFFICIENT),
        (decided(changed=(99,)), INSUFFICIENT),
    ],
)
def test_what_changed_since_a_decision_is_told_and_is_no_violation(
    taken: Decided, expected: str
) -> None:
    facts = of_decision(taken)
    assert verdicts("evidence_changed", facts) == [expected]
    (told,) = explained("evidence_changed", facts)
    assert ("no violation of those who decided" in told) is (expected == INSUFFICIENT)


@pytest.mark.parametrize(
    ("post", "decisions", "expected"),
    [
        (NEW, (), [FAIL]),
        (NEW, (Dated("C1", day("05-20"), 40, "1A50"),), [PASS]),
        (NEW, (Dated("C1", day("06-01"), 40, "1A50"),), [PASS]),
        (NEW, (Dated("C1", day("06-02"), 40, "1A50"),), [FAIL]),
        (NEW, (Dated("C1", day("05-20"), 40, "1A42"),), [FAIL]),
        (NEW, (Dated("C1", date(2014, 1, 1), 40, "1A50"),), [FAIL]),
        (SAME, (), []),
        (replace(NEW, rank_level="1A60", former=replace(BEFORE, rank_level="1A50")), (),
         [NOT_APPLICABLE]),
        (replace(NEW, rank_level="甲级"), (), [INSUFFICIENT]),
        (replace(NEW, former=None), (), []),
    ],
)  # fmt: skip
def test_a_higher_post_follows_a_decision(
    post: Post, decisions: tuple[Dated, ...], expected: list[str]
) -> None:
    facts = conduct(postings=(post,), appointments={"C1": decisions} if decisions else {})
    assert verdicts("posted_without_decision", facts) == expected


# Supervision

INSPECTED = Supervised("inspection", day("06-01"), 30)
DEDUCTED = Supervised("deduction", day("07-01"), 31, 250)


@pytest.mark.parametrize(
    ("acts", "pinned", "facts", "expected"),
    [
        ((), None, {}, [FAIL]),
        ((), None, {"paper": True}, [INSUFFICIENT]),
        ((INSPECTED,), 0, {}, [PASS]),
        ((DEDUCTED,), 250, {}, [PASS]),
        ((DEDUCTED,), None, {}, [FAIL]),
        ((DEDUCTED,), 200, {}, [FAIL]),
        ((replace(INSPECTED, kind="feedback"),), 0, {}, [FAIL]),
        ((replace(INSPECTED, kind="unit_item"),), 0, {}, [FAIL]),
        ((replace(INSPECTED, position=99_999_999),), None, {}, [FAIL]),
        ((), None, {"closed": False}, []),
    ],
)
def test_a_year_is_closed_after_supervision_with_its_deductions(
    acts: Iterable[Supervised], pinned: int | None, facts: dict[str, Any], expected: list[str]
) -> None:
    made = conduct(member("C1"), supervision=tuple(acts), deductions=pinned, **facts)
    assert verdicts("closed_without_supervision", made) == expected


TRAINED = Dated("ADMIN", day("03-01"), 33)


@pytest.mark.parametrize(
    ("trained", "facts", "expected"),
    [
        ((TRAINED,), {}, [PASS]),
        ((), {}, [FAIL]),
        ((replace(TRAINED, cadre="CLERK"),), {}, [FAIL]),
        ((replace(TRAINED, on=date(2019, 1, 21)),), {}, [FAIL]),
        ((replace(TRAINED, on=date(2019, 1, 21)),), {"closed": False}, [PASS]),
        ((TRAINED,), {"roles": Roles()}, [FAIL]),
        ((), {"roles": Roles(), "paper": True}, [INSUFFICIENT]),
    ],
)
def test_on_the_day_of_closing_a_unit_has_a_trained_administrator(
    trained: tuple[Dated, ...], facts: dict[str, Any], expected: list[str]
) -> None:
    assert verdicts("no_trained_admin", conduct(member("C1"), trained=trained, **facts)) == expected


# What every finding has

RESULT: tuple[str, ...] = ("proposed", "publicised", "confirmed", "notified", "acknowledged")
RESULT += ("reconsidered", "appealed", "decided")


def backwards(stage: str) -> Conduct:
    """Every step of a result, of the latest day first, and then of the log's order."""
    steps = [
        result(name, 60 + n, f"2019-02-{20 - n}", stage=stage) for n, name in enumerate(RESULT)
    ]
    return conduct(member("C1", grade="excellent", annual=90), results={"C1": tuple(steps)})


EVERYTHING: list[Callable[[], Conduct]] = [
    lambda: backwards("reconsider"),
    lambda: backwards("appeal"),
    *(
        lambda what=what: conduct(scheme=scheme(CHAIN), first_use=Use(what, day("01-05"), 9))  # type: ignore[misc]
        for what in ("round", "ballot", "item", "component", "closing")
    ),
    *(
        lambda step=step: conduct(results={"C1": (result(step, 61), result("confirmed", 62))})  # type: ignore[misc]
        for step in RESULT
    ),
    lambda: conduct(
        graded("incompetent"),
        earlier={"C1": GradeGiven("incompetent", "confirmed", 5)},
        gone={"C1": tuple(Dated("C1", TODAY, 90, w) for w in ("demoted", "non_leading", "left"))},
    ),
    lambda: replace(of_scheme(CHAIN), first_use=BALLOT),
    lambda: listed(LIST, postings=(NEW,)),  # type: ignore[arg-type]
    lambda: conduct(graded("incompetent"), results={"C1": (PROPOSED,)}),
    lambda: spoken("reminder", "HEAD", "unit_head", "2019-02-01"),
    lambda: of_decision(decided(FAIL, PASS)),
]


@pytest.mark.parametrize("number", range(len(EVERYTHING)))
def test_every_finding_has_a_clause_evidence_and_words(number: int) -> None:
    results: list[Checked] = list(check(EVERYTHING[number]()))
    assert results
    for one in results:
        assert one.finding.clause, one
        assert one.finding.evidence, one
        for lang in ("zh", "en"):
            assert speak(one.finding.found, lang)  # type: ignore[arg-type]
            assert speak(one.finding.needed, lang)  # type: ignore[arg-type]
        assert raw_codes(one.finding) == [], one

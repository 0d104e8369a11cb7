"""Every check through commands: found where it was done otherwise, and not in a year in order."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from archive.archive import Archive
from domain.rules.document import shipped
from domain.rules.policy import Check
from domain.sentence import speak
from projections.conformance import OUT_OF_ORDER, checks_of_year
from tests.archive.conducted import (
    AMOUNTS,
    CONTENT,
    MEETING,
    POINTS,
    ballots,
    commended,
    conducted,
    draft,
    granted,
    listed,
    pool,
    reminded,
    scored,
    step,
    told,
)
from tests.commands.office import withdraw, work_list
from tests.commands.personnel import deadline, result, sanction, train
from tests.commands.process import PLACE, RATIFIED, deduct, inspect, role, work
from tests.given import Command, an_archive, asked
from tests.rules.test_conformance import raw_codes
from tests.said import (
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
)

Found = set[tuple[str, str | None, str]]


def found(archive: Archive, year: int = 2018, as_of: str | None = None) -> Found:
    """What isn't in order: the check, whom it is about, and the verdict."""
    with asked(archive, as_of) as reader:
        return {
            (one.check, one.cadre, str(one.finding.verdict))
            for one in checks_of_year(reader, year)
            if one.finding.verdict in OUT_OF_ORDER
        }


@pytest.fixture(scope="module")
def in_order(store: str) -> Iterator[Archive]:
    with an_archive(*conducted()) as archive:
        yield archive


def test_in_a_year_conducted_in_order_nothing_is_found(in_order: Archive) -> None:
    assert found(in_order) == set()


def test_there_almost_every_check_is_passed(in_order: Archive) -> None:
    with asked(in_order) as reader:
        checked = {one.check for one in checks_of_year(reader, 2018)}
    rest = {"no_improvement", "two_incompetent", "ineligible_appointed", "posted_without_decision"}
    assert checked == set(get_args(Check)) - rest


CHAIN = [
    draft(on="2018-02-01"),
    step("screen", "OFFICE", "2018-02-05"),
    step("resolve", "HEAD", "2018-02-06", **MEETING),
    step("countersign", "CITY", "2018-02-10"),
    step("ratify", "OFFICE", "2018-02-20"),
]
IN_FEBRUARY = "2018-02-25"


def chain(**changed: dict[str, Any]) -> list[Command]:
    """The scheme's chain with some fields otherwise, as paper history."""
    names = [line["command"].removeprefix("scheme.") for line in CHAIN]
    lines = [line | changed.get(name, {}) for name, line in zip(names, CHAIN, strict=True)]
    return paper(IN_FEBRUARY, *lines)


def lists(code: str, *instead: Command) -> list[Command]:
    """Everyone's lists, one of them otherwise, as paper history."""
    rest = [line for other in POINTS if other != code for line in listed(other)]
    return [*paper("2018-03-31", *instead), *rest]


def results(code: str, *instead: Command) -> list[Command]:
    return [line for other in POINTS if other != code for line in told(other)] + list(instead)


def proposed(grade: str, code: str, **fields: Any) -> Command:
    return result("propose", code, grade=grade, on="2019-01-25", **fields)


def rejected(on: str) -> Command:
    return result("decide", "C2", stage="reconsider", outcome="rejected", on=on)


def posted(**fields: Any) -> Command:
    given = {"post": "副主任", "rank_level": "1A42", "on": "2018-07-01"}
    return post("MEMBER", **given | fields)


def admonished(**fields: Any) -> Command:
    return reminded("HEAD", "unit_head", kind="admonition", **fields)


LOW = {"C5": 55}
LOWER = POINTS | LOW
WORST: dict[str, list[Command]] = {
    "scores": [line for code, points in LOWER.items() for line in scored(code, points)],
    "ballots": ballots(LOWER),  # type: ignore[arg-type]
    "results": results("C5", proposed("incompetent", "C5")),
}
"""C5 at 55: an admonition is due."""

OTHERWISE: dict[str, tuple[dict[str, list[Command]], Found]] = {
    "ratified before it was countersigned": (
        {"scheme": chain(ratify={"on": "2018-02-08"})},
        {("order", None, "FAIL")},
    ),
    "a list filed without review": (
        {"lists": lists("C1", listed("C1")[0], listed("C1")[2])},
        {("order", "C1", "FAIL")},
    ),
    "confirmed without a proposal": (
        {"results": results("C2", *paper("2019-02-10", result("confirm", "C2")))},
        {("order", "C2", "FAIL")},
    ),
    "screened by somebody else": (
        {"scheme": chain(screen={"by": "CLERK"})},
        {("wrong_role", None, "FAIL")},
    ),
    "a list reviewed by a mere member": (
        {"lists": lists("C1", listed("C1")[0], listed("C1")[1] | {"by": "MEMBER"},
                        listed("C1")[2])},
        {("wrong_role", "C1", "FAIL")},
    ),
    "a list reviewed by who handed it in": (
        {"lists": lists("C1", listed("C1")[0] | {"by": "DEPUTY"}, *listed("C1")[1:])},
        {("self_approval", "C1", "FAIL")},
    ),
    "resolved at no meeting": (
        {"scheme": chain(resolve={"meeting": None})},
        {("not_collective", None, "FAIL")},
    ),
    "a team member's list resolved by one alone": (
        {"lists": lists("T1", listed("T1")[0], listed("T1")[1] | {"attendees": ["HEAD"]},
                        listed("T1")[2])},
        {("not_collective", "T1", "FAIL")},
    ),
    "weights outside the city's bounds": (
        {"scheme": chain(draft={"content": {"components": {
            "performance": 0.6, "democratic": 0.2, "leader": 0.2}}})},
        {("scheme_out_of_bounds", None, "FAIL")},
    ),
    "used before it was ratified": (
        {"scheme": chain(ratify={"on": "2018-12-15"})},
        {("used_before_ratified", None, "FAIL")},
    ),
    "never any scheme": (
        {"scheme": []},
        {("used_before_ratified", None, "FAIL")},
    ),
    "another draft ratified than screened": (
        {"scheme": [*chain()[:2], *paper(IN_FEBRUARY, draft({**CONTENT, "说明": "改"})),
                    *chain()[2:]]},
        {("content_changed", None, "FAIL"), ("order", None, "FAIL")},
    ),
    "a list not filed": (
        {"lists": lists("C1", *listed("C1")[:2])},
        {("no_filed_list", "C1", "FAIL")},
    ),
    "filed in April": (
        {"lists": lists("C1", *listed("C1")[:2], listed("C1")[2] | {"on": "2018-04-02"})},
        {("late", "C1", "FAIL")},
    ),
    "no new list after a new post": (
        {"postings": [post("C1", post="主任科员", on="2018-06-01")]},
        {("no_filed_list", "C1", "FAIL")},
    ),
    "a new list late after a new post": (
        {"postings": [
            post("C1", post="主任科员", on="2018-06-01"),
            *listed("C1", on="2018-07-02"),
        ]},
        {("late", "C1", "FAIL")},
    ),
    "reconsideration asked for too late": (
        {"results": results("C2", *told("C2"), result("reconsider", "C2", grounds="有异议",
                                                      on="2019-03-09"),
                            rejected("2019-04-08"))},
        {("late", "C2", "FAIL")},
    ),
    "reconsideration decided too late": (
        {"results": results("C2", *told("C2"), result("reconsider", "C2", grounds="有异议",
                                                      on="2019-03-08"),
                            rejected("2019-04-08"))},
        {("late", "C2", "FAIL")},
    ),
    "a grade without any log": (
        {"scores": [line for code, points in POINTS.items() for line in scored(code, points)
                    if code != "C4" or line["command"] == "work_list.score"],
         "close": [close(), correction("C4", "annual", 80)]},
        {("no_evidence", "C4", "FAIL")},
    ),
    "another grade without a reason": (
        {"results": results("C2", proposed("basically_competent", "C2"))},
        {("grade_differs", "C2", "FAIL")},
    ),
    "confirmed without a publication": (
        {"results": results("C2", *(line for line in told("C2")
                                    if line["command"] != "result.publicise"))},
        {("order", "C2", "FAIL")},
    ),
    "excellent in spite of a sanction": (
        {"close": [sanction("C1"), close()], "decisions": []},
        {("barred_excellent", "C1", "FAIL"), ("grade_differs", "C1", "FAIL"),
         ("grade_differs", "C2", "FAIL")},
    ),
    "excellent below the half": (
        {"results": results("C3", proposed("excellent", "C3", reason="工作特殊"))},
        {("below_half_commended", "C3", "FAIL")},
    ),
    "commended below the half": (
        {"decisions": [commended("C3")]},
        {("below_half_commended", "C3", "FAIL")},
    ),
    "publicised at another rank": (
        {"results": results("C2", proposed("competent", "C2"),
                            result("publicise", "C2", annual=88, rank=1, of=5))},
        {("publicised_differs", "C2", "FAIL")},
    ),
    "paid all the same": (
        {"allowances": [pool(), granted(dict.fromkeys(AMOUNTS, 10_000))]},
        {("paid_same", None, "FAIL"), ("spread", None, "FAIL")},
    ),
    "paid more than the pool": (
        {"allowances": [pool(), granted({c: a + 1 for c, a in AMOUNTS.items()})]},
        {("over_pool", None, "FAIL")},
    ),
    "paid almost the same": (
        {"allowances": [pool(), granted(AMOUNTS | {"C1": 10_200, "C5": 9_500})]},
        {("spread", None, "FAIL"), ("paid_more_than_ahead", "C2", "FAIL")},
    ),
    "paid more than someone ahead": (
        {"allowances": [pool(), granted(AMOUNTS | {"C2": 10_000, "C3": 10_500})]},
        {("paid_more_than_ahead", "C3", "FAIL")},
    ),
    "never talked to": (
        {"talks": []},
        {("talk_missing", "C5", "FAIL")},
    ),
    "talked to by a mere member": (
        {"talks": paper("2019-03-01", reminded("MEMBER", "unit_deputy"))},
        {("talk_wrong_talker", "C5", "FAIL")},
    ),
    "talked to too late": (
        {"talks": [reminded(on="2019-03-22")]},
        {("talk_overdue", "C5", "FAIL")},
    ),
    "only reminded": (
        {**WORST, "talks": [reminded()]},
        {("talk_too_light", "C5", "FAIL")},
    ),
    "admonished, and nothing since": (
        {**WORST, "talks": [admonished(), deadline("C5", due="2019-08-20")]},
        {("no_improvement", "C5", "FAIL")},
    ),
    "decided without evidence or reason": (
        {"decisions": [commended("C1", reason=None)]},
        {("decision_without_evidence", "C1", "FAIL")},
    ),
    "posted higher without a decision": (
        {"postings": [posted()]},
        {("posted_without_decision", "MEMBER", "FAIL")},
    ),
    "closed without supervision": (
        {"supervision": []},
        {("closed_without_supervision", None, "FAIL")},
    ),
    "nobody trained": (
        {"admin": [role("appraisal_admin", "ADMIN", "U1"), train("ADMIN", on="2019-02-01")]},
        {("no_trained_admin", None, "FAIL")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_was_done_otherwise_is_found_and_nothing_else(name: str) -> None:
    parts, expected = OTHERWISE[name]
    with an_archive(*conducted(**parts)) as archive:
        assert found(archive) == expected
        with asked(archive) as reader:
            checked = checks_of_year(reader, 2018)
    # The bounds name a key of the scheme's document, as it is written there.
    told_of = (one.finding for one in checked if one.check != "scheme_out_of_bounds")
    assert [code for finding in told_of for code in raw_codes(finding)] == []


def test_who_confirmed_his_own_result_on_paper_is_found() -> None:
    proposal, publication, confirmation, notice = told("C2")
    own = paper("2019-02-06", proposal, publication, confirmation | {"by": "C2"}, notice)
    with an_archive(*conducted(results=results("C2", *own))) as archive:
        about = {one for one in found(archive) if one[0] == "self_approval"}
    assert about == {("self_approval", "C2", "FAIL")}


def test_a_reconsideration_within_its_days_is_not_late() -> None:
    asking = result("reconsider", "C2", grounds="有异议", on="2019-03-08")
    parts = {"results": results("C2", *told("C2"), asking)}
    with an_archive(*conducted(**parts, decisions=[])) as archive:
        assert found(archive, as_of=None) == {("late", "C2", "FAIL")}  # decided never
        archive.do(rejected("2019-04-07"))
        assert found(archive) == set()


def test_a_deduction_is_in_the_closing() -> None:
    acts = [inspect(unit="U1", points=None), deduct(unit="U1")]
    with an_archive(*conducted(supervision=acts)) as archive:
        assert found(archive) == set()


def test_an_admonition_is_settled_by_improvement() -> None:
    reviewed = said("talk.review_improvement", cadre="C5", year=2018, outcome="improved")
    talks = [admonished(), deadline("C5", due="2019-08-20"), reviewed]
    with an_archive(*conducted(**WORST, talks=talks)) as archive:
        assert found(archive) == set()


@pytest.mark.parametrize(
    ("day", "verdict"), [("2019-03-21", "FAIL"), ("2019-03-22", "INSUFFICIENT")]
)
def test_a_talk_is_missing_only_if_it_was_due_by_what_was_known_on_its_last_day(
    day: str, verdict: str
) -> None:
    codes = ("C1", "C2", "C3", "C4")
    past = paper("2018-01-01", *people(*codes), policy())
    scores = [component(code, "annual", 90 - n) for n, code in enumerate(codes)]
    past += paper("2019-01-20", roster(*codes), *scores, close())
    past += paper(day, correction("C4", "annual", 55, on=day))
    with an_archive(*past) as archive:
        talks = {one for one in found(archive) if one[0].startswith("talk")}
    assert talks == {("talk_missing", "C4", verdict)}


def test_who_is_overtaken_only_by_a_later_correction_was_paid_rightly() -> None:
    later = correction("C4", "democratic", 95, on="2019-03-01")
    since = ("paid_more_than_ahead", "C3", "INSUFFICIENT")
    with an_archive(*conducted(), later) as archive:
        assert {one for one in found(archive) if one[0] == since[0]} == {since}
    wrong = AMOUNTS | {"C5": 9_800, "C2": 10_200}
    parts = {"allowances": [pool(), granted(wrong)]}
    with an_archive(*conducted(**parts), later) as archive:  # type: ignore[arg-type]
        overtaking = {one for one in found(archive) if one[0] == since[0]}
        assert overtaking == {since, ("paid_more_than_ahead", "C5", "FAIL")}


def test_a_half_that_changes_by_the_roster_alone_is_shown() -> None:
    untold: dict[str, list[Command]] = {name: [] for name in ("results", "allowances", "talks")}
    untold["lists"] = lists("T1", listed("T1")[0])
    amended = [
        roster("C1", "C2", "C3", "C4", "C5", on="2018-02-25"),
        said("roster.amend", unit="U1", year=2018, cadre="T1", change="added", on="2018-02-26",
             rank_level="1A50", category="other", reason="补录", approver="BOSS"),
    ]  # fmt: skip
    with an_archive(*conducted(roster=amended, **untold)) as archive:
        shown = {one for one in found(archive) if one[0] == "half_changed_by_roster"}
        # With T1 at 86 there are six: the third place is upper, where C2 stood second of five.
        assert shown == set()
    removed = [roster(*POINTS, on="2018-02-25")]
    removed += [
        said("roster.amend", unit="U1", year=2018, cadre=code, change="removed", on="2018-12-01",
             reason="调出", approver="BOSS")
        for code in ("C4", "C5")
    ]  # fmt: skip
    with an_archive(*conducted(roster=removed, **untold)) as archive:
        shown = {one for one in found(archive) if one[0] == "half_changed_by_roster"}
        assert shown == {("half_changed_by_roster", "T1", "INSUFFICIENT")}
        with asked(archive) as reader:
            (one,) = (
                c
                for c in checks_of_year(reader, 2018)
                if (c.check, c.cadre) == ("half_changed_by_roster", "T1")
            )
        told_so = speak(one.finding.found, "en")
        assert "C4 removed on 2018-12-01: 调出 (approved by BOSS)" in told_so


# Paper history


def test_paper_history_of_results_only_lacks_evidence_and_breaks_no_rule() -> None:
    people_and_policy = [
        line for line in conducted() if line["command"] in ("unit.register", "cadre.register",
                                                            "cadre.post", "policy.adopt")
    ]  # fmt: skip
    year = paper(
        "2019-02-01",
        roster("C1", "C2", "C3"),
        *(component(code, "annual", 90 - n) for n, code in enumerate(("C1", "C2", "C3"))),
        close(),
        *graded("C1", "competent"),
    )
    with an_archive(*paper("2018-01-01", *people_and_policy), *year) as archive:
        assert found(archive) == {
            ("used_before_ratified", None, "INSUFFICIENT"),
            ("closed_without_supervision", None, "INSUFFICIENT"),
            ("no_trained_admin", None, "INSUFFICIENT"),
            ("no_evidence", "C1", "INSUFFICIENT"),
            *(("no_filed_list", code, "INSUFFICIENT") for code in ("C1", "C2", "C3")),
        }


def test_case_8_what_changed_since_an_award_is_told_and_is_no_violation() -> None:
    annual = {"T": 91, "W": 85.2, "V": 84.8, "Q": 78}

    history = [
        *paper("2013-01-01", policy("shishou-2013", on="2013-01-01")),
        *paper("2013-01-01", *people(*annual)),
        *paper("2018-01-10", roster(*annual, year=2017)),
        *paper("2018-01-15", *(component(c, "annual", p, year=2017) for c, p in annual.items())),
        *paper("2018-01-20", close(year=2017)),
        *paper("2018-02-10", commended("W", year=2017, on="2018-02-10")),
        *paper("2018-04-10", correction("V", "annual", 85.5, year=2017)),
    ]
    about = {"below_half_commended", "evidence_changed"}
    with an_archive(*history) as archive:
        before = {one for one in found(archive, 2017, "2018-04-09") if one[0] in about}
        after = {one for one in found(archive, 2017) if one[0] in about}
        assert before == set()
        assert after == {("evidence_changed", "W", "INSUFFICIENT")}
        with asked(archive) as reader:
            (one,) = (c for c in checks_of_year(reader, 2017) if c.check == "evidence_changed")
        assert speak(one.finding.found, "en") == (
            "D-W (commendation on 2018-02-10): changed since: R17.half was PASS (85.20, rank 2 "
            "of 4), is FAIL (85.20, rank 3 of 4); evidence changed by: —; "
            "no violation of those who decided"
        )


def test_cited_evidence_that_was_withdrawn_is_told() -> None:
    parts = conducted(decisions=[])
    with an_archive(*parts) as archive:
        (talk,) = (row[0] for page in archive.log.scan(0) for row in page if row[3] == "talk.held")
        archive.do(commended("C1", evidence=[talk]))
        assert found(archive) == set()
        (after,) = archive.do(withdraw(talk, on="2019-04-01"))
        assert ("evidence_changed", "C1", "INSUFFICIENT") in found(archive)
        with asked(archive) as reader:
            (one,) = (c for c in checks_of_year(reader, 2018) if c.check == "evidence_changed")
        assert {talk, after} <= set(one.finding.evidence)


# Appointments and years in a row

LEVEL = {"category": "other", "rank_level": "1A50"}


def years(*points: dict[str, float], grade: str = "competent") -> list[Command]:
    """Paper history of 2016 to 2018 by cadre, everybody confirmed with a grade."""
    history = [
        *paper("2013-01-01", policy("shishou-2013", on="2013-01-01")),
        *paper("2013-01-01", *people(*points[0])),
    ]
    for year, of_year in enumerate(points, start=2019 - len(points)):
        known = f"{year + 1}-01-20"
        history += paper(known, roster(*of_year, year=year, member=LEVEL))
        for code, number in of_year.items():
            history += paper(known, component(code, "annual", number, year=year))
            history += paper(known, component(code, "performance", number, year=year))
        history += paper(known, close(year=year))
        for code in of_year:
            history += paper(known, *graded(code, grade, year))
    return history


def appointed(code: str, **fields: Any) -> Command:
    given = {"decision": f"D-{code}", "cadre": code, "post": "副主任", "rank_level": "1A42"}
    given |= {"unit": "U1", "reason": "工作需要", "on": "2019-03-01"}
    return said("decision.appoint", **given | fields)


THREE = {"A": 92, "B": 90, "C": 80, "D": 78}


@pytest.mark.parametrize(
    ("decided", "expected"),
    [
        ([appointed("A")], set()),
        ([appointed("C")], {("ineligible_appointed", "C", "FAIL")}),
        ([appointed("C", rank_level="1A60")], set()),
        ([appointed("C"), said("decision.except", decision="D-C", reason="特殊", approver="BOSS",
                               on="2019-03-02")], set()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("year", [2018, 2019])
def test_an_appointment_stands_with_its_year_and_with_that_it_was_made_in(
    decided: list[Command], expected: Found, year: int
) -> None:
    about = {"ineligible_appointed", "evidence_changed"}
    with an_archive(*years(THREE, THREE, THREE), *paper("2019-03-05", *decided)) as archive:
        assert {one for one in found(archive, year) if one[0] in about} == expected


def test_a_posting_follows_a_decision_to_appoint() -> None:
    higher = post("A", post="副主任", rank_level="1A42", on="2019-03-10")
    history = years(THREE, THREE, THREE)
    for decided, expected in (
        ([appointed("A")], set()),
        ([appointed("A", on="2019-03-11")], {("posted_without_decision", "A", "FAIL")}),
        ([], {("posted_without_decision", "A", "FAIL")}),
    ):
        with an_archive(*history, *paper("2019-03-15", *decided, higher)) as archive:
            about = {one for one in found(archive, 2019) if one[0] == "posted_without_decision"}
            assert about == expected


def test_after_two_incompetent_years_something_is_decided() -> None:
    bad = {"A": 50, "B": 50}
    history = years(bad, bad, grade="incompetent")
    moved = said("post.demote", cadre="A", year=2018, post="科员", rank_level="1A60",
                 reason="连续两年不称职", on="2019-03-01")  # fmt: skip
    with an_archive(*history, *paper("2019-03-02", moved)) as archive:
        about = {one for one in found(archive) if one[0] == "two_incompetent"}
        assert about == {("two_incompetent", "B", "FAIL")}
        assert not {one for one in found(archive, 2017) if one[0] == "two_incompetent"}


# Policies and units


def test_a_check_is_switched_off_by_the_policy_that_judges_the_year() -> None:
    text = shipped("shishou-2018")
    assert text is not None
    quiet = text.replace("off = { value = []", 'off = { value = ["talk_missing"]')
    adopted = [policy(document=quiet, on="2018-01-01")]
    with an_archive(*conducted(policy=adopted, talks=[])) as archive:
        assert found(archive) == set()


def test_one_unit_or_all_of_them(in_order: Archive) -> None:
    with asked(in_order) as reader:
        everywhere = checks_of_year(reader, 2018)
        assert checks_of_year(reader, 2018, "U1") == [c for c in everywhere if c.unit == "U1"]
        assert checks_of_year(reader, 2018, "U404") == []
        assert checks_of_year(reader, 2017) == []


def test_a_scheme_without_a_roster_is_checked_too() -> None:

    with an_archive(policy(on="2018-01-01"), *PLACE, *RATIFIED) as archive:
        assert found(archive) == set()
        with asked(archive) as reader:
            assert {c.check for c in checks_of_year(reader, 2018)} >= {"order", "content_changed"}


def test_lists_handed_in_by_work_are_checked_in_their_unit() -> None:
    instead = [work_list("C1", 1, by="C1", on="2018-03-01", unit="UO"), work("file", "CLERK", "C1")]
    with an_archive(*conducted(lists=lists("C1", *instead))) as archive:
        with asked(archive) as reader:
            about = {(c.unit, c.check, str(c.finding.verdict)) for c in checks_of_year(reader, 2018)
                     if c.cadre == "C1" and c.check == "order"}  # fmt: skip
        assert ("UO", "order", "FAIL") in about or ("U1", "order", "FAIL") in about

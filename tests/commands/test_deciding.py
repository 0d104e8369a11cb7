"""Decisions about cadres: what each records, and what refuses one, live and of paper alike."""

import pytest

from domain.sentence import speak
from tests.commands.office import APPROVED, CLOSED_UNIT, clock, talk, withdraw
from tests.commands.personnel import (
    absence,
    after_talk,
    case,
    deadline,
    decision,
    demotion,
    exception,
    letter,
    result,
    sanction,
    train,
)
from tests.commands.stepping import (
    NOBODY,
    OFFICE,
    Step,
    refused_live,
    refused_of_paper,
    steps,
)
from tests.given import When, an_archive, given
from tests.said import Command, said

KINDS = ("commend", "talent", "train", "appoint")
PAPERS = {
    "document": "石组〔2019〕1号",
    "meeting": "常委会",
    "proposer": "ORG",
    "reason": "排名第一",
}


@pytest.mark.parametrize(
    ("kind", "topic", "purpose", "fields"),
    [
        ("commend", "decision.commended", "commendation", {"year": 2018, "title": "先进个人"}),
        ("talent", "decision.named_talent", "talent", {"year": 2018, "title": "优秀人才"}),
        (
            "train",
            "decision.sent_to_training",
            "training",
            {"year": 2018, "course": "中青年干部培训班"},
        ),
        (
            "appoint",
            "decision.appointed",
            "promotion",
            {"post": "副主任", "rank_level": "1A42", "unit": "U1"},
        ),
    ],
)
def test_a_decision_is_recorded_with_its_papers_and_what_it_cites(
    kind: str, topic: str, purpose: str, fields: dict[str, object]
) -> None:
    tried = given(*OFFICE, clock=clock).when(decision(kind, **PAPERS, evidence=[3, 2, 3]))
    wanted = {"cadre": "A", **fields, **PAPERS, "evidence": [2, 3]}
    tried.then((f"decision/D-{kind}", topic, wanted))
    cited = tried.events[0][2]["cited"]
    assert cited["position"] == tried.positions[0] - 1
    assert cited["purpose"] == purpose
    assert cited["root"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_of_whom_nothing_is_known_it_cites_that(kind: str) -> None:
    without_policy = OFFICE[1:]
    tried = given(*without_policy, clock=clock).when(decision(kind))
    cited = tried.events[0][2]["cited"]
    assert (cited["verdict"], cited["year"]) == ("INSUFFICIENT", None)
    assert [finding["verdict"] for finding in cited["findings"]] == ["INSUFFICIENT"]


def test_an_exception_has_a_reason_and_an_approver() -> None:
    papers = {key: PAPERS[key] for key in ("document", "meeting", "proposer")}
    given(*OFFICE, decision("appoint"), clock=clock).when(exception(**papers, evidence=[1])).then(
        (
            "decision/D-appoint",
            "decision.excepted",
            {"reason": "工作特殊需要", "approver": "BOSS", **papers, "evidence": [1]},
        )
    )


NO_EVENT = "there is no event at position {}; expected the position of a recorded event"
NOT_YET = "cadre LATE exists from 2019-05-01, not yet on 2019-04-01"
STANDS = (
    "decision D-commend stands already (commendation); "
    "expected a new id, or withdraw it with fact.withdraw first"
)
ALWAYS = steps(
    *(
        (f"{kind} of nobody", [], decision(kind, "NOBODY"), NOBODY, "cadre")
        for kind in KINDS
    ),
    *(
        (f"{kind} of who is to come", [], decision(kind, "LATE"), NOT_YET, "cadre")
        for kind in KINDS
    ),
    (
        "an appointment to no unit",
        [],
        decision("appoint", unit="U404"),
        "unit U404 is not registered; register it with unit.register",
        "unit",
    ),
    (
        "an appointment to a unit to come",
        [],
        decision("appoint", unit="U9", on="2018-06-30"),
        "unit U9 exists from 2018-07-01, not yet on 2018-06-30",
        "unit",
    ),
    *(
        (
            f"{kind} by an event to come",
            [],
            decision(kind, evidence=[1, 999]),
            NO_EVENT.format(999),
            "evidence.1",
        )
        for kind in KINDS
    ),
    *(
        (
            f"{kind} under an id that stands",
            [decision("commend")],
            decision(kind, decision="D-commend"),
            STANDS,
            "decision",
        )
        for kind in KINDS
    ),
    (
        "an exception by an event to come",
        [decision("appoint")],
        exception(evidence=[999]),
        NO_EVENT.format(999),
        "evidence.0",
    ),
    (
        "an exception of nothing",
        [],
        exception(),
        "no decision D-appoint stands; expected one to make an exception of",
        "decision",
    ),
    (
        "an exception twice",
        [decision("appoint"), exception()],
        exception(),
        "decision D-appoint has its exception already; if that is wrong, "
        "withdraw it with fact.withdraw first",
        "decision",
    ),
    (
        "an exception without a reason",
        [decision("appoint")],
        exception(reason=" "),
        "reason is missing; a correction, void or withdrawal wants one",
        "reason",
    ),
    (
        "an exception without an approver",
        [decision("appoint")],
        exception(approver=None),
        "approver is missing; a correction, void or withdrawal wants somebody else's approval",
        "approver",
    ),
    (
        "an exception approved by who asks",
        [decision("appoint")],
        exception(by="BOSS"),
        "approver BOSS is the one who asks; expected somebody else",
        "approver",
    ),
)  # fmt: skip


@ALWAYS
def test_refused_always(step: Step) -> None:
    refused_live(step)
    refused_of_paper(step)


def test_who_left_may_still_be_commended() -> None:
    tried = given(*OFFICE, clock=clock).when(decision("commend", "GONE"))
    assert tried.refusal is None, str(tried.refusal)


@pytest.mark.parametrize("kind", KINDS)
def test_a_withdrawn_decision_is_recorded_anew_under_its_id(kind: str) -> None:
    with an_archive(*OFFICE, decision(kind), clock=clock) as archive:
        last = archive.log.last_position()
        stream = f"decision/D-{kind}"
        wanted = {"version": 1, "withdrawn": last, **APPROVED}
        When(archive, withdraw(last)).then((stream, "decision.withdrawn", wanted))
        again = When(archive, withdraw(last))
        assert again.refusal is not None
        assert "record of service or decision" in speak(again.refusal.sentence, "en")
        assert When(archive, exception(f"D-{kind}")).refusal is not None
        anew = When(archive, decision(kind, "B"))
        assert anew.refusal is None, str(anew.refusal)
        assert anew.events[0][2]["cited"]["position"] == last + 1


def test_an_exception_is_withdrawn_by_itself_and_made_anew() -> None:
    with an_archive(*OFFICE, decision("appoint"), exception(), clock=clock) as archive:
        last = archive.log.last_position()
        When(archive, withdraw(last)).then(("decision/D-appoint", "decision.withdrawn", {}))
        When(archive, exception()).then(("decision/D-appoint", "decision.excepted", {}))


def test_deciding_is_open_in_a_closed_year_as_all_that_follows_from_results_is() -> None:
    head = said("unit.assign", unit="UC", role="unit_head", cadre="K2", on="2015-01-01")
    after: list[Command] = [
        absence("K1"),
        sanction("K1"),
        case("opened", "K1"),
        train("K1"),
        letter("K1"),
        result("propose", "K1", grade="competent"),
        result("publicise", "K1"),
        result("confirm", "K1"),
        result("notify", "K1"),
        result("acknowledge", "K1"),
        result("reconsider", "K1", grounds="漏计"),
        result("decide", "K1", stage="reconsider", outcome="upheld", grade="excellent"),
        result("appeal", "K1", grounds="不服"),
        talk("K1", "K2"),
        deadline("K1"),
        after_talk("talk.review_improvement", "K1", outcome="improved"),
        demotion(code="K1"),
        demotion("post.to_non_leading", "K1"),
        *(decision(kind, "K1") for kind in KINDS),
        exception(),
        said(
            "allowance.set_pool",
            unit="UC",
            year=2018,
            rank_level="1A50",
            standard=10_000,
        ),
        said(
            "allowance.grant",
            unit="UC",
            year=2018,
            grants=[{"cadre": "K1", "amount": 9_000, "standard": 9_000}],
        ),
    ]
    with an_archive(*OFFICE, *CLOSED_UNIT, head, *after, clock=clock) as archive:
        assert archive.log.last_position() > len(after)

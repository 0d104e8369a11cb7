"""The steps of a result: publicised, confirmed, told, asked again for, decided."""

import pytest

from projections.cadre_year import grades
from projections.facts import results
from tests.commands.office import clock
from tests.commands.personnel import result
from tests.commands.stepping import (
    NOBODY,
    OFFICE,
    Step,
    recorded_of_paper,
    refused_live,
    refused_of_paper,
    steps,
)
from tests.given import When, an_archive, asked, given
from tests.said import Command, graded, roster

STREAM = "result/2018/B"
PROPOSED = graded("B", "competent")[:1]
CONFIRMED = graded("B", "competent")
NOTIFIED = [*CONFIRMED, result("notify")]
ASKED = [*NOTIFIED, result("reconsider", grounds="漏计")]
DECIDE = {"stage": "reconsider", "outcome": "upheld"}


@pytest.mark.parametrize(
    ("before", "command", "topic", "fields"),
    [
        (
            PROPOSED,
            result("publicise", annual=85.5, rank=2, of=3),
            "result.publicised",
            {"annual": 8550, "rank": 2, "of": 3},
        ),
        (PROPOSED, result("publicise"), "result.publicised", {"annual": None, "rank": None}),
        (
            [*PROPOSED, result("publicise")],
            result("confirm"),
            "result.confirmed",
            {"grade": "competent"},
        ),
        (CONFIRMED, result("notify"), "result.notified", {"on": "2019-02-10"}),
        (NOTIFIED, result("acknowledge"), "result.acknowledged", {}),
        (
            NOTIFIED,
            result("reconsider", grounds="漏计"),
            "result.reconsidered",
            {"grounds": "漏计"},
        ),
        (NOTIFIED, result("appeal", grounds="不服"), "result.appealed", {"grounds": "不服"}),
        (ASKED, result("appeal", grounds="不服"), "result.appealed", {}),
        (
            ASKED,
            result("decide", **DECIDE, grade="excellent", received="2019-03-01"),
            "result.decided",
            {**DECIDE, "grade": "excellent", "received": "2019-03-01"},
        ),
        (
            ASKED,
            result("decide", stage="reconsider", outcome="rejected"),
            "result.decided",
            {"outcome": "rejected", "grade": None, "received": None},
        ),
        (
            [*ASKED, result("decide", **DECIDE)],
            result("reconsider", grounds="仍漏计"),
            "result.reconsidered",
            {},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_result_goes_its_way(
    before: list[Command], command: Command, topic: str, fields: dict[str, object]
) -> None:
    given(*OFFICE, *before, clock=clock).when(command).then((STREAM, topic, fields))


NOT_NOTIFIED = "B wasn't notified of the result of 2018; notify with result.notify first"
OWN = "B may neither confirm the own result of 2018 nor decide about it; expected somebody else"
LIVE = steps(
    (
        "publicised before it is proposed",
        [],
        result("publicise"),
        "no grade of B was proposed for 2018; propose it with result.propose",
        "year",
    ),
    (
        "publicised after it is confirmed",
        CONFIRMED,
        result("publicise"),
        "B's result of 2018 was already confirmed; expected it to be publicised before",
        "year",
    ),
    (
        "told before it is confirmed",
        PROPOSED,
        result("notify"),
        "B's result of 2018 isn't confirmed; confirm it with result.confirm first",
        "year",
    ),
    (
        "told twice",
        NOTIFIED,
        result("notify"),
        "B was already notified of the result of 2018; expected a change since, to be told again",
        "year",
    ),
    ("signed for before it is told", CONFIRMED, result("acknowledge"), NOT_NOTIFIED, "year"),
    (
        "signed for twice",
        [*NOTIFIED, result("acknowledge")],
        result("acknowledge"),
        "B already acknowledged the notice of 2018; expected one acknowledgement a notice",
        "year",
    ),
    (
        "asked to be reconsidered before it is told",
        CONFIRMED,
        result("reconsider", grounds="漏计"),
        NOT_NOTIFIED,
        "year",
    ),
    (
        "appealed against before it is told",
        CONFIRMED,
        result("appeal", grounds="不服"),
        NOT_NOTIFIED,
        "year",
    ),
    (
        "asked to be reconsidered twice",
        ASKED,
        result("reconsider", grounds="漏计"),
        "the reconsideration about B's result of 2018 is pending already; "
        "decide it with result.decide first",
        "year",
    ),
    (
        "decided where nothing is asked",
        NOTIFIED,
        result("decide", **DECIDE),
        "no reconsideration about B's result of 2018 is pending; expected it to be asked for first",
        "stage",
    ),
    (
        "an appeal decided where a reconsideration is asked for",
        ASKED,
        result("decide", stage="appeal", outcome="rejected"),
        "no appeal about B's result of 2018 is pending; expected it to be asked for first",
        "stage",
    ),
    (
        "decided before it was asked for",
        ASKED,
        result("decide", **DECIDE, on="2019-02-09"),
        "2019-02-09 is before B asked for the reconsideration about 2018 (2019-02-10); "
        "expected that day or a later one",
        "on",
    ),
    (
        "an appeal decided before it was made",
        [*ASKED, result("decide", **DECIDE), result("appeal", grounds="不服", on="2019-02-20")],
        result("decide", stage="appeal", outcome="rejected", on="2019-02-19"),
        "2019-02-19 is before B asked for the appeal about 2018 (2019-02-20); "
        "expected that day or a later one",
        "on",
    ),
    (
        "received before it was decided",
        ASKED,
        result("decide", **DECIDE, received="2019-02-09"),
        "the decision of 2019-02-10 can't be received on 2019-02-09; "
        "expected that day or a later one",
        "received",
    ),
    ("confirmed by oneself", PROPOSED, result("confirm", by="B"), OWN, "by"),
    ("decided by oneself", ASKED, result("decide", **DECIDE, by="B"), OWN, "by"),
    (
        "decided twice",
        [*ASKED, result("decide", **DECIDE)],
        result("decide", **DECIDE, grade="excellent"),
        "the reconsideration about B's result of 2018 was decided already; correct the grade with "
        "result.correct, or record what is asked for again first",
        "stage",
    ),
)


@LIVE
def test_a_step_out_of_order_is_refused_live_and_recorded_of_paper(step: Step) -> None:
    refused_live(step)
    recorded_of_paper(step)


TEXT = {"grounds": "漏计"}
ALWAYS = steps(
    ("nobody's publicity", [], result("publicise", "NOBODY"), NOBODY, "cadre"),
    ("nobody's notice", [], result("notify", "NOBODY"), NOBODY, "cadre"),
    ("nobody's signature", [], result("acknowledge", "NOBODY"), NOBODY, "cadre"),
    ("nobody's reconsideration", [], result("reconsider", "NOBODY", **TEXT), NOBODY, "cadre"),
    ("nobody's appeal", [], result("appeal", "NOBODY", **TEXT), NOBODY, "cadre"),
    ("a decision about nobody", [], result("decide", "NOBODY", **DECIDE), NOBODY, "cadre"),
    (
        "a rank beyond the last",
        PROPOSED,
        result("publicise", rank=4, of=3),
        "rank 4 is beyond 3 people; expected at most that",
        "rank",
    ),
    (
        "a rank of nought",
        PROPOSED,
        result("publicise", rank=0),
        "rank: 0 is not a whole number from 1 to 100000",
        "rank",
    ),
    (
        "a grade with a rejection",
        ASKED,
        result("decide", stage="reconsider", outcome="rejected", grade="excellent"),
        "only a decision that is upheld gives a grade; expected none",
        "grade",
    ),
)


@ALWAYS
def test_refused_always(step: Step) -> None:
    refused_live(step)
    refused_of_paper(step)


def test_a_changed_result_is_told_and_signed_for_again() -> None:
    decided = [*ASKED, result("acknowledge"), result("decide", **DECIDE, grade="excellent")]
    with an_archive(*OFFICE, *decided, clock=clock) as archive:
        When(archive, result("notify")).then((STREAM, "result.notified", {}))
        When(archive, result("acknowledge")).then((STREAM, "result.acknowledged", {}))
        assert When(archive, result("notify")).refusal is not None


@pytest.mark.parametrize(
    ("decided", "grade", "status"),
    [
        ([result("decide", **DECIDE, grade="excellent")], "excellent", "corrected"),
        ([result("decide", **DECIDE)], "competent", "confirmed"),
        (
            [result("decide", stage="reconsider", outcome="rejected")],
            "competent",
            "confirmed",
        ),
        (
            [
                result("decide", **DECIDE, grade="excellent"),
                result("appeal", grounds="不服"),
                result("decide", stage="appeal", outcome="upheld", grade="ungraded"),
            ],
            "ungraded",
            "corrected",
        ),
    ],
)
def test_a_decided_grade_is_the_one_on_record(
    decided: list[Command], grade: str, status: str
) -> None:
    with an_archive(*OFFICE, *ASKED, *decided, clock=clock) as archive, asked(archive) as reader:
        given_grade = grades(reader.rows(results))["B", 2018]
        assert (given_grade.grade, given_grade.status) == (grade, status)


def test_a_decided_grade_counts_in_the_stream_too() -> None:
    before = [roster("B"), *ASKED, result("decide", **DECIDE, grade="excellent")]
    fields = {"reason": "核实", "approver": "BOSS"}
    given(*OFFICE, *before, clock=clock).when(
        result("correct", grade="excellent", **fields)
    ).refused("B's grade already is excellent; expected another one", "grade")
    given(*OFFICE, *before, clock=clock).when(result("correct", grade="competent", **fields)).then(
        (STREAM, "result.corrected", {"grade": "competent"})
    )

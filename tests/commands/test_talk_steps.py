"""What follows from a talk: a deadline, its review, a lower or non-leading post."""

import pytest

from tests.commands.office import APPROVED, clock, talk, withdraw
from tests.commands.personnel import after_talk, deadline, demotion
from tests.commands.stepping import (
    NOBODY,
    OFFICE,
    Step,
    recorded_of_paper,
    refused_live,
    refused_of_paper,
    steps,
)
from tests.given import When, an_archive, given
from tests.said import Command

STREAM = "talk/2018/B"
HELD = [talk("B", "HEAD")]
REVIEW = after_talk("talk.review_improvement", outcome="improved")


@pytest.mark.parametrize(
    ("before", "command", "topic", "fields"),
    [
        (
            HELD,
            deadline(),
            "talk.deadline_set",
            {"due": "2019-09-10", "requirements": "完成重点工作"},
        ),
        ([talk("B", "HEAD", kind="admonition")], deadline(), "talk.deadline_set", {}),
        (
            [*HELD, deadline()],
            REVIEW,
            "talk.improvement_reviewed",
            {"outcome": "improved"},
        ),
        (HELD, deadline(due="2019-03-09"), "talk.deadline_set", {"due": "2019-03-09"}),
        (
            [],
            demotion(),
            "talk.demoted",
            {"post": "科员", "rank_level": "1A50", "reason": "限期内未改进"},
        ),
        (
            [],
            demotion("post.to_non_leading"),
            "talk.moved_to_non_leading",
            {"post": "科员", "rank_level": "1A50", "reason": "限期内未改进"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_steps_after_a_talk_are_recorded(
    before: list[Command], command: Command, topic: str, fields: dict[str, object]
) -> None:
    given(*OFFICE, *before, clock=clock).when(command).then((STREAM, topic, fields))


NO_TALK = (
    "no talk with B about 2018 stands; hold a reminder or admonition talk with talk.hold first"
)
LIVE = steps(
    ("a deadline without a talk", [], deadline(), NO_TALK, "year"),
    (
        "a review without a deadline",
        HELD,
        REVIEW,
        "no deadline was set for B after 2018; set one with talk.set_deadline first",
        "year",
    ),
    (
        "a lower post of who left",
        [],
        demotion(code="GONE"),
        "cadre GONE left on 2018-01-31 (retired), before 2019-03-10",
        "cadre",
    ),
    (
        "a non-leading post of who is to come",
        [],
        demotion("post.to_non_leading", "LATE"),
        "cadre LATE exists from 2019-05-01, not yet on 2019-03-10",
        "cadre",
    ),
)


@LIVE
def test_refused_live_and_recorded_of_paper(step: Step) -> None:
    refused_live(step)
    recorded_of_paper(step)


ALWAYS = steps(
    ("a deadline for nobody", [], deadline("NOBODY"), NOBODY, "cadre"),
    (
        "a review of nobody",
        [],
        after_talk("talk.review_improvement", "NOBODY", outcome="improved"),
        NOBODY,
        "cadre",
    ),
    ("a lower post of nobody", [], demotion(code="NOBODY"), NOBODY, "cadre"),
    (
        "a non-leading post of nobody",
        [],
        demotion("post.to_non_leading", "NOBODY"),
        NOBODY,
        "cadre",
    ),
    (
        "a lower post without a reason",
        [],
        demotion(reason=" "),
        "reason: this field is missing",
        "reason",
    ),
)


@ALWAYS
def test_refused_always(step: Step) -> None:
    refused_live(step)
    refused_of_paper(step)


def test_a_withdrawn_talk_and_a_withdrawn_deadline_no_longer_count() -> None:
    with an_archive(*OFFICE, *HELD, deadline(), clock=clock) as archive:
        last = archive.log.last_position()
        wanted = {"version": 2, "withdrawn": last, **APPROVED}
        When(archive, withdraw(last)).then((STREAM, "talk.withdrawn", wanted))
        When(archive, REVIEW).refused(
            "no deadline was set for B after 2018; set one with talk.set_deadline first", "year"
        )
        When(archive, withdraw(last - 1)).then((STREAM, "talk.withdrawn", {}))
        When(archive, deadline()).refused(NO_TALK, "year")


def test_a_lower_post_does_not_post_by_itself() -> None:
    with an_archive(*OFFICE, clock=clock) as archive:
        tried = When(archive, demotion())
        assert [event[:2] for event in tried.events] == [(STREAM, "talk.demoted")]

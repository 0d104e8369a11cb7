"""Leads are released once, replied to by whom they concern, and closed by two who agree."""

import pytest

from tests.commands.office import CLOSED_UNIT, PAST, ballot, clock
from tests.commands.pointed import lead, release, reply, review
from tests.given import an_archive, given
from tests.said import LEGACY, Command, cadre, paper, policy

RELEASED = [*PAST, release(lead(), lead("LEAD-2", "A", "B", "C", kind="rings"))]
UNIT = [policy(), cadre("HEAD"), *CLOSED_UNIT]
"""Unit UC, whose year 2018 is closed, and in which K1 scored K2."""


def test_a_release_pins_what_it_follows_from_and_names_its_leads() -> None:
    family = {"kind": "pairs", "relation": "peer", "source": "ballot", "tests": 28, "level": 500}
    given(*PAST, clock=clock).when(release(lead(), lead("LEAD-2", "B", "C", first=2016))).then(
        (
            "lead-release/L1",
            "lead_release.made",
            {"position": 1, "code_version": "0.1.0", "seed": 7, "first": 2014, "last": 2018,
             "families": [family], "leads": ["LEAD-1", "LEAD-2"]},
        ),
        (
            "lead/LEAD-1",
            "lead.released",
            {"release": "L1", "kind": "pairs", "unit": "U1", "members": ["A", "B"],
             "relation": "peer", "score_source": "ballot", "first": 2014, "last": 2018,
             "strength": "review", "found": {"estimate": 7.25, "q": 0.0125}},
        ),
        ("lead/LEAD-2", "lead.released", {"members": ["B", "C"], "first": 2016, "last": 2018}),
    )  # fmt: skip


def test_a_release_may_have_found_nothing() -> None:
    given(*PAST, clock=clock).when(release()).then(
        ("lead-release/L1", "lead_release.made", {"leads": []})
    )


REFUSED: list[tuple[str, Command, str, str]] = [
    ("a release of that id", release(lead("LEAD-9")),
     "release L1 was made before; expected a new id", "release"),
    ("a lead of that id", release(lead(), release="L2"),
     "lead LEAD-1 was released before; expected a new id", "leads"),
    ("a lead named twice", release(lead("X"), lead("X"), release="L2"),
     "lead X was released before; expected a new id", "leads"),
    ("a position to come", release(release="L2", position=10**6),
     "there is no event at position 1000000; expected the position of a recorded event",
     "position"),
    ("years that go back", release(release="L2", last=2013),
     "the years 2014 to 2013 go back; expected first not after last", "last"),
    ("somebody unknown", release(lead("X", "A", "NOBODY"), release="L2"),
     "cadre NOBODY is not registered; register them with cadre.register", "leads.0.members.1"),
    ("an unknown unit", release(lead("X", unit="U0"), release="L2"),
     "unit U0 is not registered; register it with unit.register", "leads.0.unit"),
    ("a reply to no lead", reply("LEAD-9"),
     "there is no lead LEAD-9; expected the id of a lead that was released", "lead"),
    ("a reply by whom it doesn't concern", reply(cadre="C"),
     "lead LEAD-1 doesn't concern C; only those whom it concerns reply to it", "cadre"),
    ("a review of no lead", review("J1", code="LEAD-9"),
     "there is no lead LEAD-9; expected the id of a lead that was released", "lead"),
    ("a review by whom it concerns", review("B"),
     "lead LEAD-1 concerns B; expected a reviewer whom it doesn't concern", "reviewer"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "sentence", "field"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_it_is_refused(command: Command, sentence: str, field: str) -> None:
    given(*RELEASED, clock=clock).when(command).refused(sentence, field)


def test_whom_it_concerns_replies_himself_where_nobody_is_named() -> None:
    given(*RELEASED, clock=clock).when(reply(cadre=None, by="B")).then(
        ("lead/LEAD-1", "lead.replied", {"cadre": "B", "note": "共同承担项目"})
    )


def test_one_reviewer_is_one_voice() -> None:
    given(*RELEASED, review("J1", "upheld"), clock=clock).when(review("J1")).refused(
        "J1 reviewed lead LEAD-1 before (borne out); expected another reviewer", "reviewer"
    )


AGREED = [
    (["innocent", "innocent"], "innocent"),
    (["upheld", "upheld"], "borne out"),
    (["undecided", "undecided"], "undecided"),
    (["upheld", "innocent", "innocent"], "innocent"),
    (["undecided", "upheld", "undecided"], "undecided"),
    (["upheld", "innocent", "undecided"], "undecided"),
]


@pytest.mark.parametrize(("outcomes", "closed"), AGREED)
def test_two_who_agree_close_a_lead_and_of_two_who_differ_a_third_decides(
    outcomes: list[str], closed: str
) -> None:
    reviews = [review(f"J{n}", outcome) for n, outcome in enumerate(outcomes)]
    given(*RELEASED, *reviews[:-1], clock=clock).when(reviews[-1]).then(
        ("lead/LEAD-1", "lead.reviewed", {"outcome": outcomes[-1], "note": "查阅任务书"})
    )
    for late in (review("J9"), reply()):
        given(*RELEASED, *reviews, clock=clock).when(late).refused(
            f"lead LEAD-1 was closed on 2019-04-01 ({closed}); nothing more is recorded about it",
            "lead",
        )


def test_an_outcome_has_its_own_name_and_not_that_of_an_appeals() -> None:
    given(*RELEASED, clock=clock).when(review("J1", "guilty")).refused(
        "outcome：'guilty' 不在可选范围；"
        "应为 upheld（线索属实）、innocent（无问题）、undecided（未能认定） 之一",
        "outcome",
        lang="zh",
    )


def test_paper_history_tells_who_reviewed_as_it_is_written() -> None:
    old = paper("2018-01-01", release(lead(), on="2017-05-01", position=10**9))
    given(*PAST, *old, clock=clock).when(review("A", on="2017-06-01", **LEGACY)).then(
        ("lead/LEAD-1", "lead.reviewed", {"reviewer": "A"})
    )


# A void with a lead

VOID = ballot("void", "K1", "UC", lead="LEAD-1")
OWN = release(lead("LEAD-1", "K1", "K2", unit="UC"))


@pytest.mark.parametrize(
    "reviews", [[], [review("J1", "upheld"), review("J2", "upheld")], [review("J1")]], ids=len
)
def test_a_lead_that_was_not_found_innocent_grounds_a_void_after_closing(
    reviews: list[Command],
) -> None:
    given(*UNIT, OWN, *reviews, clock=clock).when(VOID).then(
        ("ballot/2018/UC/annual/K1", "ballot.voided", {"ratee": "K2", "lead": "LEAD-1"})
    )


def test_a_void_names_a_lead_that_was_released_concerns_the_rater_and_was_not_innocent() -> None:
    given(*UNIT, clock=clock).when(VOID).refused(
        "there is no lead LEAD-1; expected the id of a lead that was released", "lead"
    )
    others = release(lead("LEAD-1", "K2", "HEAD", unit="UC"))
    given(*UNIT, others, clock=clock).when(VOID).refused(
        "lead LEAD-1 doesn't concern K1, so it is no ground to void what K1 gave", "lead"
    )
    given(*UNIT, OWN, review("J1"), review("J2"), clock=clock).when(VOID).refused(
        "lead LEAD-1 was found innocent on 2019-04-01, so it is no ground to void a score", "lead"
    )


def test_a_release_and_what_follows_it_are_recorded_in_one_batch() -> None:
    with an_archive(*UNIT, clock=clock) as archive:
        batch = [OWN, review("J1", "upheld"), review("J2", "upheld"), VOID]
        assert [o.refusal for o in archive.record(batch, atomic=True)] == [None] * 4

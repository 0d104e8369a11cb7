"""线索: the leads that were released, where each stands, and what that says of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from archive.archive import Archive
from archive.fields import Flag, Id
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.parameters import UNIT
from archive.who import AUDITOR, everywhere
from domain.refusal import Refusal
from domain.sentence import Term, say
from projections.leads import ReleasedLead, released_leads, releases
from projections.patterns.outcomes import outcomes
from projections.reader import Reader

LEADS = (
    "lead", "lead_kind", "unit", "members", "relation", "source", "first", "last", "strength",
    "lead_status", "reviewers", "replies", "release", "position",
)  # fmt: skip
OUTCOMES = (
    "lead_kind", "open", "upheld", "innocent", "undecided", "false_share", "low", "high",
    "least", "most",
)  # fmt: skip


def _leads(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    if asked.release is not None and asked.release not in releases(reader):
        raise Refusal(say("no_such_release", release=asked.release), "release")
    found = released_leads(reader, asked.release)
    mine = [one for one in found if asked.unit in (None, one.unit)]
    if asked.outcomes:
        return Answer(_counted(mine), OUTCOMES)
    return Answer([lead_row(one) for one in mine], LEADS)


def lead_row(one: ReleasedLead) -> dict[str, Any]:
    """Return a released lead as a row."""
    return {
        "lead": one.lead,
        "lead_kind": Term(one.kind, f"lead_{one.kind}"),
        "unit": one.unit,
        "members": list(one.members),
        "relation": Term(one.relation) if one.relation else None,
        "source": Term(one.source) if one.source else None,
        "first": one.first,
        "last": one.last,
        "strength": Term(one.strength, f"lead_{one.strength}") if one.strength else None,
        "lead_status": Term(one.status, f"lead_{one.status}"),
        "reviewers": [review.reviewer for review in one.reviews],
        "replies": len(one.replies),
        "release": one.release,
        "position": one.position,
        "on": one.on,
        "found": one.found,
        "reviews": [
            {
                "reviewer": review.reviewer,
                "outcome": Term(review.outcome),
                "note": review.note,
                "on": review.on,
                "position": review.position,
            }
            for review in one.reviews
        ],
        "notes": [
            {"cadre": reply.cadre, "note": reply.note, "on": reply.on, "position": reply.position}
            for reply in one.replies
        ],
    }


def _counted(found: Iterable[ReleasedLead]) -> list[dict[str, Any]]:
    """Return the outcomes of each kind, and of all."""
    statuses: dict[str, list[str]] = defaultdict(list)
    for one in found:
        statuses[one.kind].append(one.status)
    every = [status for own in statuses.values() for status in own]
    rows = [(Term(kind, f"lead_{kind}"), own) for kind, own in statuses.items()]
    return [_outcomes_row(kind, own) for kind, own in (*rows, (Term("all_kinds"), every))]


def _outcomes_row(kind: Term, statuses: Sequence[str]) -> dict[str, Any]:
    counted = outcomes(statuses)
    return {"lead_kind": kind} | {name: getattr(counted, name) for name in OUTCOMES[1:]}


QUESTIONS = (
    Question(
        "leads",
        "线索：已发布的评分规律线索，核查和说明到了哪一步。",
        _leads,
        everywhere(AUDITOR),
        raters=True,
        release=Parameter(Id(required=False), "只看一个发布批次。", "R"),
        unit=UNIT,
        outcomes=Parameter(Flag(required=False), "按种类统计核查结论，估计误报率。"),
    ),
)

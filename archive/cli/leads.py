"""``shiji leads``: the leads that were released, where each stands, and what that says of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import click

from archive.cli.options import Failure, Options, asking, question_options
from archive.cli.output import show
from domain.sentence import Term, say
from projections.leads import ReleasedLead, released_leads, releases
from projections.patterns.outcomes import outcomes

LEADS = (
    "lead", "lead_kind", "unit", "members", "relation", "source", "first", "last", "strength",
    "lead_status", "reviewers", "replies", "release", "position",
)  # fmt: skip
OUTCOMES = (
    "lead_kind", "open", "upheld", "innocent", "undecided", "false_share", "low", "high",
    "least", "most",
)  # fmt: skip


@click.command()
@click.option("--release", metavar="R", help="只看一个发布批次。")
@click.option("--unit", metavar="U", help="只看一个单位。")
@click.option("--outcomes", "counted", is_flag=True, help="按种类统计核查结论，估计误报率。")
@question_options
def leads(release: str | None, unit: str | None, counted: bool, options: Options) -> None:
    """线索：已发布的评分规律线索，核查和说明到了哪一步。"""
    with asking(options) as (_, reader):
        if release is not None and release not in releases(reader):
            raise Failure(say("no_such_release", release=release))
        found = [one for one in released_leads(reader, release) if unit in (None, one.unit)]
    if counted:
        show(_counted(found), OUTCOMES, options)
    else:
        show([lead_row(one) for one in found], LEADS, options)


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

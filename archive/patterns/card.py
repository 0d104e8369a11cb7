"""The evidence card (证据卡) of two people: what they gave each other, and what was expected."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import isnan

from archive.patterns.rows import Row, item_row, named, number, term_of
from archive.patterns.scores import Scores
from archive.questions.values import time_of
from domain.sentence import Sentence, Term, say
from projections.leads import about
from projections.patterns.cards import Direction
from projections.patterns.evidence import Evidence
from projections.patterns.parts import unit_of
from projections.patterns.readings import Together

SCORES = ("period", "rater", "ratee", "points_given", "expected", "residual", "entered_at")


def card_row(one: Evidence, known: Together, scores: Scores, kind: str = "pairs") -> Row:
    """Return the whole card as an object.

    Args:
        kind: of the lead that may have been released about the two: ``pairs`` or ``retaliation``.
    """
    pair, lead = one.pair, None
    members = (pair.a, pair.b)
    for released in scores.known.values():
        if released.about == about(
            kind, unit_of(pair.group), one.relation or None, one.source or None, members, {}
        ):
            lead = released
    return {
        "group": pair.group,
        "relation": term_of(one.relation),
        "source": term_of(one.source),
        **item_row(pair),
        "a_name": scores.names.get(pair.a),
        "b_name": scores.names.get(pair.b),
        "honest_sd": pair.card.honest_sd,
        "scores": score_rows(one),
        "innocent_readings": [*readings(pair.a, pair.b, known)],
        "together": {
            "posts": {pair.a: list(known.posts[0]), pair.b: list(known.posts[1])},
            "roles": {
                who: [{"role": Term(role), "unit": unit} for role, unit in roles]
                for who, roles in zip(members, known.roles, strict=True)
            },
            "scored_as_leader": list(known.leads),
            "shared": dict(known.shared),
        },
        "evidence": list(known.evidence),
        "lead": lead.lead if lead else None,
        "lead_status": Term(lead.status, f"lead_{lead.status}") if lead else None,
        "heat_map": {
            "people": list(one.people),
            "residuals": [[number(r) for r in row] for row in one.residuals.tolist()],
        },
    }


def score_rows(one: Evidence) -> list[Row]:
    """Return what each gave the other, period by period."""
    pair = one.pair
    both = ((pair.a, pair.b, pair.card.a_to_b), (pair.b, pair.a, pair.card.b_to_a))
    return [
        line
        for rater, ratee, direction in both
        for line in _lines(pair.card.periods, rater, ratee, direction)
    ]


def readings(a: str, b: str, known: Together) -> Iterator[Sentence]:
    """Yield the innocent readings to check, with what is on record of each."""
    yield say("reading_joint_project", a=a, b=b)
    roles = tuple(
        say("reading_role", who=who, role=Term(role), unit=unit)
        for who, own in zip((a, b), known.roles, strict=True)
        for role, unit in own
    )
    leads = tuple(say("reading_leads", who=who) for who in known.leads)
    yield say("reading_reporting_line", known=(*leads, *roles) or "")
    posts = tuple(
        say("reading_posts", who=who, posts=own)
        for who, own in zip((a, b), known.posts, strict=True)
        if own
    )
    yield say("reading_same_office", known=posts or "")
    shared = tuple(
        say("reading_shared", attribute=Term(name), value=Term(value))
        for name, value in known.shared
    )
    yield say("reading_origin", known=shared or "")


def told(one: Evidence, row: Row, names: Mapping[str, str]) -> Iterator[Sentence]:
    """Yield what was found of the two, as sentences.

    Args:
        row: the whole card.
        names: of people by their ids.
    """
    pair = one.pair
    yield say(
        "card_heading",
        group=pair.group,
        a=named(pair.a, names),
        b=named(pair.b, names),
        relation=term_of(one.relation) or "",
        source=term_of(one.source) or "",
    )
    flagged = row["strength"] or Term("none", "lead_none")
    yield say(
        "card_effect",
        estimate=f"{pair.estimate:+.1f}",
        se=f"{pair.se:.1f}",
        a_to_b=f"{pair.a_to_b:+.1f}",
        b_to_a=f"{pair.b_to_a:+.1f}",
        strength=flagged,
    )
    yield say("card_test", z=f"{pair.z:.2f}", q=f"{pair.q:.2g}", family=pair.family)
    yield say("card_honest", sd=f"{pair.card.honest_sd:.1f}", visible=f"{pair.visible:.1f}")
    if row["lead"]:
        yield say("card_lead", lead=row["lead"], status=row["lead_status"])


def ranks(one: Evidence, names: Mapping[str, str]) -> Iterator[Sentence]:
    """Yield what each one's rank is without what the two gave each other."""
    for rank in one.pair.rank_without:
        places = {"rank": rank.rank, "without": rank.without, "of": rank.of}
        yield say("card_rank", ratee=named(rank.ratee, names), **places)


def _lines(periods: Sequence[str], rater: str, ratee: str, direction: Direction) -> Iterator[Row]:
    for at, period in enumerate(periods):
        if not isnan(direction.scores[at]):
            yield {
                "period": period,
                "rater": rater,
                "ratee": ratee,
                "points_given": number(direction.scores[at]),
                "expected": number(direction.expected[at]),
                "residual": number(direction.residual[at]),
                "entered_at": _time(float(direction.dates[at])),
            }


def _time(seconds: float) -> datetime | None:
    return None if isnan(seconds) else time_of(round(seconds * 1_000_000))

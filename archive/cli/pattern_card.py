"""The evidence card (证据卡) of two people: what they gave each other, and what was expected."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from math import isnan
from typing import Any

import click

from archive.cli.options import Failure, Options, asking
from archive.cli.output import show, table
from archive.cli.pattern_answer import Scores, scores_of
from archive.cli.pattern_rows import item_row, named, number, term_of
from archive.cli.patterns import Asked
from archive.questions.values import json_text, time_of
from domain.sentence import Lang, Sentence, Term, say, speak
from projections.leads import about
from projections.patterns.analysed import strata, stratum_of
from projections.patterns.cards import Direction
from projections.patterns.evidence import Evidence, evidence
from projections.patterns.parts import unit_of
from projections.patterns.readings import Together, together

Row = dict[str, Any]

SCORES = ("period", "rater", "ratee", "points_given", "expected", "residual", "entered_at")


def show_card(asked: Asked, card: tuple[str, str], options: Options) -> int:
    """Print the card of two people in every stratum in which both scored each other.

    Raises:
        Failure: they are the same, or there is no such stratum.
    """
    a, b = card
    if a == b:
        raise Failure(say("card_of_one", who=a))
    scores = scores_of(asked, options)
    panels = sorted(scores.panels, key=stratum_of)
    found = [one for own in strata(panels) for one in evidence(own, a, b, asked.unit)]
    if not found:
        raise Failure(say("no_card", a=a, b=b))
    with nullcontext((None, None)) if asked.scores else asking(options) as (_, reader):
        known = {
            group: together(reader, panels, group, a, b)
            for group in dict.fromkeys(one.pair.group for one in found)
        }
    rows = [card_row(one, known[one.pair.group], scores) for one in found]
    if options.format == "json":
        click.echo("[" + ",".join("\n" + json_text(row, options.lang) for row in rows) + "\n]")
    elif options.format == "csv":
        show([line for one in found for line in score_rows(one)], SCORES, options)
    else:
        for one, row in zip(found, rows, strict=True):
            _show(one, row, known[one.pair.group], scores.names, options.lang)
    return 0


def card_row(one: Evidence, known: Together, scores: Scores) -> Row:
    """Return the whole card as an object."""
    pair, lead = one.pair, None
    members = (pair.a, pair.b)
    for released in scores.known.values():
        if released.about == about(
            "pairs", unit_of(pair.group), one.relation or None, one.source or None, members, {}
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


def _show(one: Evidence, row: Row, known: Together, names: Mapping[str, str], lang: Lang) -> None:
    for sentence in _told(one, row, names):
        click.echo(speak(sentence, lang))
    lines = [
        line | {who: named(line[who], names) for who in ("rater", "ratee")}
        for line in row["scores"]
    ]
    table(lines, SCORES, lang)
    for rank in one.pair.rank_without:
        who = named(rank.ratee, names)
        ranks = {"rank": rank.rank, "without": rank.without, "of": rank.of}
        click.echo(speak(say("card_rank", ratee=who, **ranks), lang))
    click.echo(speak(say("card_readings"), lang))
    for reading in row["innocent_readings"]:
        click.echo(f"  · {speak(reading, lang)}")
    if known.evidence:
        positions = tuple(f"#{position}" for position in known.evidence)
        click.echo(speak(say("card_evidence", positions=positions), lang))
    click.echo(speak(say("card_heat_map"), lang))
    click.echo(_map(one, lang))
    click.echo(speak(say("patterns_are_leads"), lang))


def _told(one: Evidence, row: Row, names: Mapping[str, str]) -> Iterator[Sentence]:
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


def _map(one: Evidence, lang: Lang) -> str:
    """Return the group's residuals as text: a rater in each line, a ratee in each column."""
    width = max(map(len, one.people))
    numbers = [f"{at:>4}" for at in range(1, len(one.people) + 1)]
    lines = [" " * (width + 4) + "".join(numbers)]
    for at, who in enumerate(one.people):
        cells = (("   ·" if isnan(r) else f"{r:>+4.0f}") for r in one.residuals[at].tolist())
        lines.append(f"{at + 1:>3} {who:<{width}}" + "".join(cells))
    return "\n".join(lines)

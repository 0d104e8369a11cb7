"""The questions: each fetches, asks the projections, and prints."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, get_args

import click
import msgspec
from rich.text import Text
from rich.tree import Tree

from archive.archive import Archive
from archive.cli.findings import FINDING, add_finding, answered, finding_row, show_answer
from archive.cli.options import YEAR, Failure, Options, asking, question_options
from archive.cli.output import console, show, show_object, time_of
from archive.cli.rows import (
    EVENT,
    audit_row,
    event_row,
    missing_row,
    rank_row,
    reasons_row,
    record_row,
    talk_row,
)
from archive.cli.unknown import note_unknown
from archive.store.guards import StoreMissing
from domain.refusal import Refusal
from domain.rules.document import SHIPPED, shipped
from domain.rules.eligibility import Purpose
from domain.sentence import Term, say, speak
from projections.audit import Which, missing_scores, who_scored_whom
from projections.city_ranking import city_ranking
from projections.eligibility import eligibility
from projections.facts import policies
from projections.ranking import RankedCadre, annual_ranking, place_of
from projections.talks import talks_of_year
from projections.timeline import record_positions


@click.command()
@click.argument("year", type=YEAR)
@click.option("--unit", metavar="U", help="只看一个单位。")
@click.option("--level", metavar="L", help="只看一个职务层次。")
@click.option("--without-rater", metavar="C", help="假设没有此人的评分。")
@click.option("--why", is_flag=True, help="列出每个结果的依据。")
@question_options
def rank(
    year: int,
    unit: str | None,
    level: str | None,
    without_rater: str | None,
    why: bool,
    options: Options,
) -> None:
    """年度排名：同一单位同一职务层次按年度得分排名。"""
    with asking(options) as (archive, reader):
        if unit is None and not why:
            engine = archive.views.engine
            places = city_ranking(reader, engine, year, level, without_rater).places
        else:
            ranked = annual_ranking(reader, year, unit, level, without_rater)
            places = tuple(map(place_of, ranked))
        note_unknown(reader, unit, without_rater)
    if not why:
        show([rank_row(place) for place in places], RANK, options)
    elif options.format == "table":
        _show_reasons(ranked, options)
    else:
        show([reasons_row(line) for line in ranked], (*RANK, "findings"), options)


def _show_reasons(ranked: Sequence[RankedCadre], options: Options) -> None:
    for line in ranked:
        tree = Tree(Text(f"{line.standing.unit} {line.standing.cadre} {line.name}"))
        for found in line.standing.findings:
            add_finding(tree, found, options.lang)
        console().print(tree)


RANK = (
    "unit", "rank_level", "rank", "of", "cadre", "name", "performance", "annual", "half",
    "grade", "grade_status", "policy",
)  # fmt: skip


@click.command()
@click.argument("cadre")
@click.option(
    "--for", "purpose", required=True, type=click.Choice(get_args(Purpose)), help="审查什么。"
)
@click.option("--year", type=YEAR, help="审查期的最后一年；默认为本单位最近结账的年度。")
@question_options
def eligible(cadre: str, purpose: Purpose, year: int | None, options: Options) -> None:
    """资格审查：提拔、表彰、参训、优秀人才，逐条列出依据。"""
    with asking(options) as (archive, reader):
        answer = eligibility(reader, purpose, cadre, year)
        note_unknown(reader, None, cadre)
        asked = reader.as_of.position
        position = archive.views.position() if asked is None else asked
    if options.format == "table":
        heading = say("answer", cadre=cadre, purpose=Term(purpose), verdict=Term(answer.verdict))
        show_answer(answer, heading, options.lang)
        return
    if options.format == "csv":
        rows = [finding_row(found) for found in answer.findings]
        show(rows, FINDING, options)
        return
    found = {
        "cadre": cadre,
        "for": purpose,
        **answered(answer),
        "as_of": options.as_of.moment or options.as_of.today,
        "position": position,
    }
    show_object(found, options.lang)


@click.command()
@click.option("--ratee", metavar="C", help="被评人。")
@click.option("--rater", metavar="C", help="评分人。")
@click.option("--unit", metavar="U", help="单位。")
@click.option("--year", type=YEAR, help="考核年度。")
@click.option("--round", "round_", metavar="R", help="轮次。")
@click.option("--source", type=click.Choice(("ballot", "log", "item")), help="评分来源。")
@click.option("--missing", is_flag=True, help="应评而未评的。")
@question_options
def audit(
    ratee: str | None,
    rater: str | None,
    unit: str | None,
    year: int | None,
    round_: str | None,
    source: str | None,
    missing: bool,
    options: Options,
) -> None:
    """评分审计：谁给谁评了多少分，更正和作废一并列出。"""
    which = Which(ratee, rater, unit, year, round_, source)
    with asking(options) as (archive, reader):
        note_unknown(reader, unit, ratee, rater)
        if missing:
            rows = [missing_row(row) for row in missing_scores(reader, which)]
        else:
            rows = [audit_row(line) for line in who_scored_whom(reader, which)]
        if options.format == "json":
            _add_leaves(rows, archive, options)
    show(rows, AUDIT, options)


def _add_leaves(rows: Sequence[dict[str, Any]], archive: Archive, options: Options) -> None:
    """Add each event's leaf in the ledger; trouble with the ledger is a note."""
    leaf_of: Callable[[int], int | None] = lambda _: None  # noqa: E731
    try:
        if ledger := archive.ledger():
            leaf_of = ledger.runs().leaf_of
    except Refusal as refusal:
        click.echo(speak(refusal.sentence, options.lang), err=True)
    for row in rows:
        row["leaf"] = leaf_of(row["position"])


AUDIT = (
    "position", "source", "year", "unit", "round", "rater", "relation", "ratee", "dimension",
    "points", "on", "known_at", "recorded_at", "legacy", "document", "status", "by_position",
    "reason", "approver",
)  # fmt: skip


@click.command()
@click.argument("cadre")
@click.option("--year", type=YEAR, help="考核年度。")
@question_options
def record(cadre: str, year: int | None, options: Options) -> None:
    """实绩档案：一名干部的全部记录，按知悉先后。"""
    with asking(options) as (archive, reader):
        positions = record_positions(reader, cadre, year)
        note_unknown(reader, None, cadre)
        events = {row[0]: row for row in archive.events(positions)}
    rows = [record_row(events[position], archive.mapper) for position in positions]
    keys = (
        "position", "on", "known_at", "recorded_at", "event", "by", "legacy", "document", "summary",
    )  # fmt: skip
    show(rows, keys, options)


@click.command()
@click.argument("positions", nargs=-1, required=True, type=click.IntRange(1, 2**63 - 1))
@question_options
def event(positions: tuple[int, ...], options: Options) -> None:
    """入档事件：按位置列出事件原文。"""
    with asking(options) as (archive, _):
        rows = [event_row(row) for row in archive.events(positions)]
    limit = options.as_of
    rows = [
        row
        for row in rows
        if (limit.position is None or row["position"] <= limit.position)
        and (limit.moment is None or (row["known_at"] and row["known_at"] <= limit.moment))
    ]
    absent = sorted(set(positions) - {row["position"] for row in rows})
    if absent:
        click.echo(speak(say("events_absent", positions=tuple(absent)), options.lang), err=True)
    show(rows, EVENT, options)


@click.command()
@click.argument("year", type=YEAR)
@question_options
def talks(year: int, options: Options) -> None:
    """谈话：谁该被谈话，谈了没有，由谁谈的。"""
    with asking(options) as (_, reader):
        rows = [talk_row(talk) for talk in talks_of_year(reader, year)]
    keys = ("unit", "cadre", "kind", "talkers", "status", "annual", "rank", "of", "due_on")
    show(rows, keys, options)  # with the evidence in --json


@click.command()
@click.argument("name")
@question_options
def policy(name: str, options: Options) -> None:
    """政策：采用的或随产品提供的政策文本。"""
    versions = _adopted(name, options)
    if not versions:
        document = shipped(name)
        if document is None:
            raise Failure(say("no_such_policy", policy=name, shipped=SHIPPED))
        versions = [dict.fromkeys(POLICY) | {"policy": name, "document": document}]
    if options.format == "table":
        click.echo(versions[-1]["document"])
    else:
        show(versions, POLICY, options)


POLICY = ("policy", "position", "on", "known_at", "recorded_at", "sha256", "units", "document")


def _adopted(name: str, options: Options) -> list[dict[str, Any]]:
    try:
        with asking(options) as (_, reader):
            rows = reader.rows(policies, policies.table.c.policy == name)
    except StoreMissing:  # shipped policies can be read without an archive
        return []
    return [
        {
            "policy": row.policy,
            "position": row.position,
            "on": date.fromisoformat(row.on),
            "known_at": time_of(row.known_at),
            "recorded_at": time_of(row.recorded_at),
            "sha256": row.sha256,
            "units": msgspec.json.decode(row.units),
            "document": row.text,
        }
        for row in sorted(rows, key=lambda row: (row.known_at, row.position))
    ]

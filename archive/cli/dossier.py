"""Decisions and the dossier of one: what each rested on when it was taken, and what changed."""

from collections.abc import Iterator
from typing import Any

import click
from eventsourcing.persistence import StoredEvent

from archive.archive import Archive
from archive.cli.findings import FINDING, answered, finding_row, show_answer
from archive.cli.options import Failure, Options, Years, asking, question_options
from archive.cli.output import show, show_object, table, time_of
from archive.cli.rows import points_of, record_row, term_of
from archive.cli.unknown import note_unknown
from domain.decision import Cited, Taken
from domain.sentence import Lang, Sentence, Term, say, speak
from projections.decisions import DecisionTaken, Which, taken
from projections.dossier import Change, Dossier, dossier, met_by
from projections.facts import decisions as decisions_view
from projections.ranking import RankedCadre, names_of
from projections.reader import Reader


@click.command()
@click.argument("years", type=Years(), required=False, metavar="[FROM-TO]")
@click.option("--unit", metavar="U", help="只看一个单位。")
@question_options
def decisions(years: tuple[int, int] | None, unit: str | None, options: Options) -> None:
    """决定：表彰、优秀人才、参训、任用，作出时和现在是否符合条件；年份为作出决定的年份。"""
    first, last = years or (None, None)
    with asking(options) as (_, reader):
        found = taken(reader, Which(first, last, unit))
        names = names_of(reader, [decision.cadre for decision in found])
        note_unknown(reader, unit)
    rows = [_decision_row(decision, names.get(decision.cadre, "")) for decision in found]
    show(rows, DECISIONS, options)


DECISIONS = (
    "decision", "kind", "cadre", "name", "unit", "year", "on", "verdict_then", "verdict_now",
    "exception", "position",
)  # fmt: skip


@click.command(name="dossier")
@click.argument("decision")
@question_options
def show_dossier(decision: str, options: Options) -> None:
    """决定案卷：一项决定作出时的依据、同层次干部当时的情况和此后的变化。"""
    with asking(options) as (archive, reader):
        found = dossier(reader, *_taken(archive, reader, decision))
        name = names_of(reader, [found.decision.cadre]).get(found.decision.cadre, "")
        events = {row[0]: row for row in archive.events(found.events)}
        since = [record_row(events[position], archive.mapper) for position in found.events]
    if options.format == "json":
        show_object(_dossier_object(found, name, since), options.lang)
    elif options.format == "csv":
        show([finding_row(f) for f in found.then.findings], FINDING, options)
    else:
        _show_dossier(found, name, since, options.lang)


def _taken(archive: Archive, reader: Reader, decision: str) -> tuple[DecisionTaken, Cited]:
    """Return the decision that stands under this id, and what its event cites."""
    found = taken(reader, Which(decision=decision))
    if not found:
        ever = reader.rows(decisions_view, decisions_view.table.c.decision == decision)
        raise Failure(say("decision_withdrawn" if ever else "no_such_decision", decision=decision))
    ((_, stream, version, topic, state),) = archive.events([found[-1].position])
    event = archive.mapper.to_fact(StoredEvent(stream, version, topic, state))
    if not isinstance(event, Taken):
        raise TypeError(f"{topic} is no decision")
    return found[-1], event.cited


def _decision_row(decision: DecisionTaken, name: str) -> dict[str, Any]:
    return {
        "decision": decision.decision,
        "kind": Term(decision.kind),
        "cadre": decision.cadre,
        "name": name,
        "unit": decision.unit,
        "year": decision.year,
        "on": decision.on,
        "verdict_then": Term(decision.then.verdict),
        "verdict_now": Term(decision.now.verdict),
        "exception": decision.exception.reason if decision.exception else None,
        "position": decision.position,
    }


def _dossier_object(found: Dossier, name: str, since: list[dict[str, Any]]) -> dict[str, Any]:
    decision, cited, exception = found.decision, found.cited, found.decision.exception
    return _decision_row(decision, name) | {
        "known_at": time_of(decision.known_at),
        "recorded_at": time_of(decision.recorded_at),
        "by": decision.by,
        "legacy": decision.legacy,
        "source": decision.source,
        **_papers(decision),
        "evidence": list(decision.evidence),
        "cited": {
            "position": cited.position,
            "root": cited.root,
            "purpose": cited.purpose,
            "year": cited.year,
            "verdict": cited.verdict,
            "findings": [
                {"rule": f.rule, "verdict": f.verdict, "found": f.found} for f in cited.findings
            ],
            "agrees": not found.differences,
            "differences": [
                {"rule": d.rule, "cited": d.cited, "recomputed": d.recomputed}
                for d in found.differences
            ],
        },
        "exception": exception
        and {
            "reason": exception.reason,
            "approver": exception.approver,
            "on": exception.on,
            "position": exception.position,
        },
        "for": cited.purpose,
        **answered(found.then),
        "met_by": met_by(found.then.finding),
        "standing": found.standing and _standing_row(found.standing),
        "peers": [_standing_row(p.ranked) | {"verdict": Term(p.verdict)} for p in found.peers],
        "changes": [_change_row(change) for change in found.changes],
        "events": since,
    }


def _papers(decision: DecisionTaken) -> dict[str, Any]:
    """Return what the decision says of itself."""
    return {
        "title": decision.title,
        "post": decision.post,
        "rank_level": decision.rank_level,
        "document": decision.document,
        "meeting": decision.meeting,
        "proposer": decision.proposer,
        "reason": decision.reason,
    }


def _standing_row(ranked: RankedCadre) -> dict[str, Any]:
    standing = ranked.standing
    return {
        "cadre": standing.cadre,
        "name": ranked.name,
        "rank_level": standing.rank_level,
        "rank": standing.rank,
        "of": standing.of,
        "performance": points_of(standing.performance),
        "annual": points_of(standing.annual),
        "half": Term(standing.half),
        "grade": term_of(standing.grade),
    }


def _change_row(change: Change) -> dict[str, Any]:
    then, now = change.then, change.now
    return {
        "rule": change.rule,
        "verdict_then": term_of(then.verdict if then else None),
        "verdict_now": term_of(now.verdict if now else None),
        "found_then": then.found if then else None,
        "found_now": now.found if now else None,
        "events": list(change.events),
    }


def _show_dossier(found: Dossier, name: str, since: list[dict[str, Any]], lang: Lang) -> None:
    for sentence in (*_heading(found.decision, name), *_cited(found)):
        click.echo(speak(sentence, lang))
    show_answer(found.then, _then(found), lang)
    if level := _level(found):
        click.echo(speak(say("dossier_peers", year=found.decision.year), lang))
        table(level, PEERS, lang)
    verdict = Term(found.now.verdict)
    if found.changes:
        click.echo(speak(say("dossier_now", verdict=verdict), lang))
        table([_change_row(change) for change in found.changes], CHANGES, lang)
    else:
        click.echo(speak(say("dossier_unchanged", verdict=verdict), lang))
    if since:
        click.echo(speak(say("dossier_since"), lang))
        table(since, ("position", "on", "event", "by", "summary"), lang)


def _heading(decision: DecisionTaken, name: str) -> Iterator[Sentence]:
    yield say(
        "dossier_heading",
        decision=decision.decision,
        kind=Term(decision.kind),
        cadre=decision.cadre,
        name=name,
        unit=decision.unit or "—",
        on=decision.on,
        position=decision.position,
    )
    told = _papers(decision)
    told["decision_document"] = told.pop("document")
    told["evidence"] = tuple(f"#{position}" for position in decision.evidence) or None
    for field, value in told.items():
        if value is not None:
            yield say("dossier_field", name=Term(field), value=value)
    if (exception := decision.exception) is not None:
        yield say(
            "dossier_exception",
            reason=exception.reason,
            approver=exception.approver,
            position=exception.position,
        )


def _cited(found: Dossier) -> Iterator[Sentence]:
    position, verdict = found.cited.position, Term(found.cited.verdict)
    if not found.differences:
        yield say("dossier_cited", position=position, verdict=verdict)
        return
    yield say("dossier_cited_wrongly", position=position, verdict=verdict)
    for wrong in found.differences:
        yield say(
            "dossier_difference",
            rule=wrong.rule,
            cited=wrong.cited or "—",
            recomputed=wrong.recomputed or "—",
        )


def _then(found: Dossier) -> Sentence:
    return say(
        "dossier_then",
        cadre=found.decision.cadre,
        purpose=Term(found.decision.purpose),
        verdict=Term(found.then.verdict),
    )


PEERS = ("rank", "of", "cadre", "name", "annual", "half", "verdict")
CHANGES = ("rule", "verdict_then", "verdict_now", "found_then", "found_now", "events")


def _level(found: Dossier) -> list[dict[str, Any]]:
    """Return the whole level in the order of its ranking, the cadre's own line among it."""
    rows = [_standing_row(p.ranked) | {"verdict": Term(p.verdict)} for p in found.peers]
    if found.standing:
        rows.append(_standing_row(found.standing) | {"verdict": Term(found.then.verdict)})
    return sorted(rows, key=lambda row: (row["rank"] is None, row["rank"] or 0, row["cadre"]))

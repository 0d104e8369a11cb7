"""The dossier of a decision as a text: what it rested on when it was taken, and what changed."""

from collections.abc import Iterator
from typing import Any

import click

from archive.cli.findings import show_answer
from archive.cli.options import Options
from archive.cli.output import table
from archive.questions.decisions import change_row, papers, standing_row
from archive.questions.declare import Answer
from domain.sentence import Sentence, Term, say, speak
from projections.decisions import DecisionTaken
from projections.dossier import Dossier


def draw_dossier(answer: Answer, options: Options) -> None:
    """Print the dossier of a decision."""
    assert answer.one is not None
    found: Dossier = answer.found
    name, since, lang = answer.one["name"], answer.one["events"], options.lang
    for sentence in (*_heading(found.decision, name), *_cited(found)):
        click.echo(speak(sentence, lang))
    show_answer(found.then, _then(found), lang)
    if level := _level(found):
        click.echo(speak(say("dossier_peers", year=found.decision.year), lang))
        table(level, PEERS, lang)
    verdict = Term(found.now.verdict)
    if found.changes:
        click.echo(speak(say("dossier_now", verdict=verdict), lang))
        table([change_row(change) for change in found.changes], CHANGES, lang)
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
    told = papers(decision)
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
    rows = [standing_row(p.ranked) | {"verdict": Term(p.verdict)} for p in found.peers]
    if found.standing:
        rows.append(standing_row(found.standing) | {"verdict": Term(found.then.verdict)})
    return sorted(rows, key=lambda row: (row["rank"] is None, row["rank"] or 0, row["cadre"]))

"""依据: what one line of the ranking rests on: formula, weights, clauses, events, proofs."""

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from archive.questions import QUESTIONS
from archive.questions.declare import Question
from archive.web.asking import asking_of, tell
from archive.web.current import actor, archive
from archive.web.pages.rendering import page, twin
from domain.refusal import Refusal
from domain.rules.finding import flat
from domain.sentence import say
from projections.ranking import RankedCadre

_RANK: Question = QUESTIONS["rank"]


def grounds_pages() -> Blueprint:
    """Return the page of a line's grounds, and its twin."""
    blueprint = Blueprint("grounds", __name__)
    blueprint.add_url_rule("/grounds", "grounds", _page)
    blueprint.add_url_rule("/grounds.json", "grounds_json", _json)
    return blueprint


def _line() -> tuple[RankedCadre, Any, Any]:
    arguments = request.args.copy()
    arguments["why"] = "true"
    asking = asking_of(_RANK, arguments)
    if asking.wrong:
        name, sentence = next(iter(asking.wrong.items()))
        raise Refusal(say("field_named", field=name, sentence=sentence), name)
    cadre = request.args.get("cadre", "")
    told = tell(archive(), asking, actor())
    for line in told.answer.found or ():
        if line.standing.cadre == cadre:
            return line, told, asking
    raise Refusal(say("web_not_ranked", cadre=cadre, year=asking.given["year"]), "cadre")


def _page() -> Response:
    line, told, asking = _line()
    evidence = sorted({at for found in line.standing.findings for at in found.evidence})
    return page(
        "grounds.html",
        line=line,
        standing=line.standing,
        told=told,
        year=asking.given["year"],
        evidence=evidence,
    )


def _json() -> Response:
    line, told, _ = _line()
    standing = line.standing
    return twin(
        cadre=standing.cadre,
        name=line.name,
        unit=standing.unit,
        rank_level=standing.rank_level,
        rank=standing.rank,
        of=standing.of,
        policy=standing.policy.name,
        policy_sha256=standing.policy.sha256,
        findings=[one for found in standing.findings for one in flat(found)],
        notes=list(told.notes),
        position=told.position,
    )

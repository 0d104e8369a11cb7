"""Allowances (R06, R13): what the judgement of their spread says, check by check."""

from collections.abc import Iterator
from dataclasses import replace

from domain.rules.conformance.facts import Conduct, Found
from domain.rules.finding import Finding, Verdict, flat
from domain.rules.spread import Spread
from domain.sentence import say

COMPARED = (Verdict.PASS, Verdict.FAIL)
"""What is found of an order that can be told."""


def paid_same(conduct: Conduct) -> Iterator[Found]:
    """Not everyone of a group is paid the same."""
    return _of(conduct, "R06")


def over_pool(conduct: Conduct) -> Iterator[Found]:
    """What is paid stays within the pool."""
    return _of(conduct, "R13.pool")


def spread(conduct: Conduct) -> Iterator[Found]:
    """The allowances of a level spread as far as they must."""
    return _of(conduct, "R13.band")


def paid_more_than_ahead(conduct: Conduct) -> Iterator[Found]:
    """Nobody is paid more than someone ahead; a line for each who is.

    Who wasn't by what was known when the allowances were granted is INSUFFICIENT: it wants looking
    at and is nobody's fault.
    """
    for judged, finding in _findings(conduct, "R13.order"):
        then = conduct.paid_then.get(judged.pool.rank_level)
        for cadre in _named(finding) or (None,):
            told = finding
            if then is not None and _was_in_order(then, cadre):
                since = say("overtaking_since", found=finding.found)
                told = replace(finding, verdict=Verdict.INSUFFICIENT, found=since)
            yield Found(cadre, _of_level(judged, told))


def _of(conduct: Conduct, rule: str) -> Iterator[Found]:
    for judged, finding in _findings(conduct, rule):
        yield Found(None, _of_level(judged, finding))


def _findings(conduct: Conduct, rule: str) -> Iterator[tuple[Spread, Finding]]:
    for judged in conduct.spreads:
        yield from ((judged, found) for found in flat(judged.finding) if found.rule == rule)


def _was_in_order(then: Spread, cadre: str | None) -> bool:
    (order,) = (found for found in then.finding.parts if found.rule == "R13.order")
    return order.verdict in COMPARED and cadre not in _named(order)


def _named(finding: Finding) -> tuple[str, ...]:
    """Return whom an order names: paid more than someone ahead, or with nothing to compare by."""
    named = dict(finding.found.values).get("cadres")
    return tuple(map(str, named)) if isinstance(named, tuple) else ()


def _of_level(judged: Spread, finding: Finding) -> Finding:
    """Return the finding with the rank level that it is about."""
    found = say("level_found", rank_level=judged.pool.rank_level, found=finding.found)
    return replace(finding, found=found)

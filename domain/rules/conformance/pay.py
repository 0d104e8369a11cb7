"""Allowances (R06, R13): what the judgement of their spread says, check by check."""

from collections.abc import Iterator
from dataclasses import replace

from domain.rules.conformance.facts import Conduct, Found
from domain.rules.finding import Finding, flat
from domain.rules.spread import Spread
from domain.sentence import say


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
    """Nobody is paid more than someone ahead; a line for each who is."""
    for judged, finding in _findings(conduct, "R13.order"):
        overtaking = dict(finding.found.values).get("cadres")
        cadres = map(str, overtaking) if isinstance(overtaking, tuple) else (None,)
        yield from (Found(cadre, _of_level(judged, finding)) for cadre in cadres)


def _of(conduct: Conduct, rule: str) -> Iterator[Found]:
    for judged, finding in _findings(conduct, rule):
        yield Found(None, _of_level(judged, finding))


def _findings(conduct: Conduct, rule: str) -> Iterator[tuple[Spread, Finding]]:
    for judged in conduct.spreads:
        yield from ((judged, found) for found in flat(judged.finding) if found.rule == rule)


def _of_level(judged: Spread, finding: Finding) -> Finding:
    """Return the finding with the rank level that it is about."""
    found = say("level_found", rank_level=judged.pool.rank_level, found=finding.found)
    return replace(finding, found=found)

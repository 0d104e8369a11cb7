"""Reconsiderations and appeals: asked for and decided within the law's time limits."""

from collections.abc import Iterator
from dataclasses import replace

from domain.rules.conformance.facts import Conduct, Found
from domain.rules.finding import Verdict


def late(conduct: Conduct) -> Iterator[Found]:
    """A request is filed in time, and decided in time; one that may still wait isn't late."""
    for cadre, requests in sorted(conduct.requests.items()):
        for request in requests:
            filing, deciding = request.findings
            yield Found(cadre, filing)
            if request.decided is None and conduct.today <= request.decide_by:
                deciding = replace(deciding, verdict=Verdict.NOT_APPLICABLE)
            yield Found(cadre, deciding)

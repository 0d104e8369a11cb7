"""``shiji patterns --self-test``: what the method finds of favours that are known."""

from collections.abc import Iterator
from typing import Any

from archive.cli.options import Failure, Options
from archive.cli.output import show
from archive.cli.pattern_answer import scores_of
from archive.cli.patterns import Asked
from archive.patterns.rows import term_of
from domain.sentence import Term, say
from projections.patterns.analysed import strata, stratum_of
from projections.patterns.self_test import Tried, tried

COLUMNS = (
    "relation", "source", "tried_on", "periods", "dyads", "planted", "planted_found", "power",
    "power_at_5", "needed_power", "other_leads", "fdr", "most_fdr",
)  # fmt: skip


def test_itself(asked: Asked, options: Options) -> int:
    """Print the trials of every stratum in which people score one another.

    Raises:
        Failure: there is none.
    """
    panels = sorted(scores_of(asked, options).panels, key=stratum_of)
    rows = [_row(one) for one in _tried(strata(panels), asked.seed)]
    if not rows:
        raise Failure(say("nobody_to_try"))
    show(rows, COLUMNS, options)
    return 0


def _tried(every: list[Any], seed: int) -> Iterator[Tried]:
    for own in every:
        yield from tried(own, seed)


def _row(one: Tried) -> dict[str, Any]:
    return {
        "relation": term_of(one.relation),
        "source": term_of(one.source),
        "tried_on": Term(one.scores, f"tried_{one.scores}"),
        "periods": one.periods,
        "dyads": one.dyads,
        "planted": one.planted,
        "planted_found": one.found,
        "power": one.power,
        "power_at_5": one.power_at_5,
        "needed_power": one.needed,
        "other_leads": one.others,
        "fdr": one.fdr,
        "most_fdr": one.most,
    }

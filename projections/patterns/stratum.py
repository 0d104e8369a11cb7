"""A stratum made ready: which groups are assessed, after both passes, and why the others aren't."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.sentence import Sentence, say
from projections.patterns.assessing import LEAST_PEOPLE, Fitted, Refused, unassessable
from projections.patterns.dyads import Tested
from projections.patterns.one_way import one_way_variance
from projections.patterns.passes import two_passes


@dataclass(frozen=True, slots=True, eq=False)
class Stratum:
    """All groups of one relation and one source.

    Args:
        shown: the groups of which anything is told.
        between: those of them whose people are compared with one another; dyads are numbered by
            their places.
        tested: all dyads of these.
        tau2: the variance of honest affinity, points².
        refused: groups of which nothing is told, and why.
        only: groups of which raters and the unit only are told, and why.
        short: groups with too few periods for anything but the rater sheet, and why.
    """

    shown: tuple[Fitted, ...]
    between: tuple[Fitted, ...]
    tested: Tested
    tau2: float
    refused: tuple[tuple[str, Sentence], ...]
    only: tuple[tuple[str, Sentence], ...]
    short: tuple[tuple[str, Sentence], ...]

    @property
    def mutual(self) -> frozenset[int]:
        """The places of the groups that have any dyad."""
        return frozenset(np.unique(self.tested.dyads.unit).tolist())


def prepared(states: Sequence[Fitted | Refused]) -> Stratum:
    """Return a stratum with the second pass done; the first may have been several processes'."""
    refused = tuple((s.panel.group, s.reason) for s in states if isinstance(s, Refused))
    fitted = [s for s in states if isinstance(s, Fitted)]
    reasons = [(one, unassessable(one)) for one in fitted]
    short = tuple((one.panel.group, reason) for one, reason in reasons if reason is not None)
    long = [one for one, reason in reasons if reason is None]
    only = tuple(
        (one.panel.group, say("too_few_people", people=many, needed=LEAST_PEOPLE))
        for one in long
        if (many := len(one.panel.people)) < LEAST_PEOPLE
    )
    first = [one for one in long if one.large]
    passed = two_passes([one.points for one in first], [one.fit for one in first])
    between = tuple(replace(one, fit=fit) for one, fit in zip(first, passed.fits, strict=True))
    after = {one.panel.group: one for one in between}
    return Stratum(
        shown=tuple(after.get(one.panel.group, one) for one in fitted),
        between=between,
        tested=passed.dyads,
        tau2=passed.dyads.tau2 if passed.dyads.dyads.unit.size else one_way_variance(between),
        refused=refused,
        only=only,
        short=short,
    )

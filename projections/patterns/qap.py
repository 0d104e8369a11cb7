"""Does sharing an attribute go with higher residuals in the whole unit? QAP (Freedman–Lane 1983).

Severity and merit are the nuisance: residuals, not scores, are permuted, whole people at a time,
and the attribute enters as what additive effects don't explain of it (Dekker et al. 2007).
"""

import numpy as np

from projections.patterns import additive
from projections.patterns.panel import Bools, Floats, Ints
from projections.patterns.permuting import Compared, upper, within

BATCH = 250


def qap(residual: Floats, matched: Bools, draws: int, rng: np.random.Generator) -> Compared | None:
    """Return the coefficient of the attribute, in points; None where it can't be told apart.

    Args:
        residual: of the additive fit, mean over the periods; NaN: not scored. (n, n)
        matched: who shares the attribute with whom. (n, n)
        draws: how many permutations.
    """
    told = ~np.isnan(residual).all(axis=1) | ~np.isnan(residual).all(axis=0)
    residual, matched = residual[np.ix_(told, told)], matched[np.ix_(told, told)]
    seen = ~np.isnan(residual)
    if not seen.any():
        return None
    own = additive.fit(np.where(seen, matched.astype(float), np.nan)[None]).residual[0]
    own = np.where(seen, own, 0.0)
    square = (own**2).sum()
    if square < 1e-9 * seen.sum():
        return None
    e = np.where(seen, residual, 0.0)
    roles = np.where(seen.any(axis=1), 2, 0) + np.where(seen.any(axis=0), 1, 0)
    permuted = within(roles, draws, rng)
    drawn = np.concatenate(
        [_statistic(own, e, seen, permuted[at : at + BATCH]) for at in range(0, draws, BATCH)]
    )
    norm = np.sqrt((e**2).sum())
    p, sd = upper(float((own * e).sum() / norm), drawn)
    count = int((matched & seen).sum())
    return Compared(
        float((own * e).sum() / square),
        float(sd * norm / square),
        p,
        count,
        int(seen.sum()) - count,
    )


def _statistic(own: Floats, e: Floats, seen: Bools, permuted: Ints) -> Floats:
    """Return the attribute's product with permuted residuals, over their norm. (draws,)"""
    moved = e[permuted[:, :, None], permuted[:, None, :]] * seen
    product = np.einsum("dij,ij->d", moved, own, optimize=True)
    norm: Floats = np.sqrt(np.einsum("dij,dij->d", moved, moved, optimize=True))
    return np.asarray(product / np.where(norm > 0, norm, 1.0))

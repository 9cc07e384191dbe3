"""How many of the accepted values may be wrong, as far as a sample tells. Pure.

Values of one document, and documents of one party, tend to be right or wrong together: so many of
them tell less than as many that are drawn one by one. By how much is measured, and counts are
divided by it before the exact bound is computed.
"""

from __future__ import annotations

from math import ceil, log

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.float64]
Groups = NDArray[np.intp]


def upper(errors: float, n: float, assurance: float) -> float:
    """The share of errors that is exceeded with a probability of 1 - ``assurance`` at most.

    One-sided (Clopper and Pearson 1934), by the quantile of a beta distribution, so ``errors`` and
    ``n`` need not be whole numbers.
    """
    from scipy.special import betaincinv  # the daemon, which proves nothing, does without

    return float(betaincinv(errors + 1, n - errors, assurance)) if errors < n else 1.0


def fewest(accuracy: float, assurance: float) -> int:
    """Values of which none may be wrong: 59, 119, 299 for 95, 97.5, 99 % with 95 %."""
    return ceil(log(1 - assurance) / log(accuracy))


def alikeness(wrong: Marks, groups: Groups) -> float:
    """0-1: how much alike the values of one group are, by the analysis of variance.

    ``wrong`` is 1 where a value is wrong; ``groups`` says, by numbers from 0, to whom it belongs.
    The estimate for groups of different sizes, Donner and Koval 1980.
    """
    sizes = np.bincount(groups)
    sizes = sizes[sizes > 0]
    k, n = len(sizes), len(wrong)
    if k < 2 or n <= k:
        return 0.0
    sums = np.bincount(groups, weights=wrong)[np.bincount(groups) > 0]
    shares = sums / sizes
    between = float((sizes * (shares - wrong.mean()) ** 2).sum()) / (k - 1)
    within = float((wrong**2).sum() - (sizes * shares**2).sum()) / (n - k)
    typical = (n - float((sizes**2).sum()) / n) / (k - 1)
    whole = between + (typical - 1) * within
    return max(0.0, (between - within) / whole) if whole > 0 else 0.0


def design_effect(groups: Groups, alike: float) -> float:
    """How many values of these groups tell as much as one drawn by itself; 1 or more (Kish)."""
    sizes = np.bincount(groups)
    typical = float((sizes**2).sum()) / max(int(sizes.sum()), 1)
    return 1 + max(0.0, typical - 1) * alike

"""How many of the accepted values may be wrong, as far as a sample tells. Pure.

Values of one document, and documents of one party, tend to be right or wrong together: so many of
them tell less than as many that are drawn one by one. By how much is measured, and counts are
divided by it before the exact bound is computed (Korn and Graubard 1998).
"""

from __future__ import annotations

from math import ceil, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Marks = NDArray[np.float64]
    Groups = NDArray[np.intp]

ALIKE = 0.01
"""How much alike values of one group are taken to be at least, 0-1: where none is wrong yet nothing
can be measured."""


def upper(errors: float, n: float, assurance: float) -> float:
    """The share of errors that is exceeded with a probability of 1 - ``assurance`` at most.

    One-sided (Clopper and Pearson 1934), by the quantile of a beta distribution, so ``errors`` and
    ``n`` need not be whole numbers.
    """
    from scipy.special import betaincinv  # the daemon, which proves nothing, does without

    return float(betaincinv(errors + 1, n - errors, assurance)) if errors < n else 1.0


def interval(right: float, n: float, assurance: float) -> tuple[float, float]:
    """Of the share that is right, both ends 0-1: exact (Clopper and Pearson 1934), as if each of
    the ``n`` were drawn by itself. 0 and 1 when there is nothing to count."""
    one_sided = (1 + assurance) / 2
    return 1 - upper(n - right, n, one_sided), upper(right, n, one_sided)


def fewest(accuracy: float, assurance: float) -> int:
    """Values of which none may be wrong: 59, 119, 299 for 95, 97.5, 99 % with 95 %."""
    return ceil(log(1 - assurance) / log(accuracy))


def most_errors(n: int, accuracy: float, assurance: float) -> int:
    """So many of ``n`` values may be wrong and prove it still; -1 where ``n`` is too few."""
    errors = -1
    while upper(errors + 1, n, assurance) <= 1 - accuracy:
        errors += 1
    return errors


def at_most(errors: int, n: int, share: float) -> float:
    """That at most so many of ``n`` values are wrong, of which each is with a probability of
    ``share``; 0-1, by the binomial distribution."""
    from scipy.special import bdtr

    return float(bdtr(errors, n, share))


def least_effect(groups: Groups, *, as_one: bool = False) -> float:
    """How many values of these groups tell as much as one drawn by itself, at least (Kish 1965).

    ``groups`` says of each value, by numbers from 0, to whom it belongs; ``as_one``: all values of
    a group together tell as much as one, at most. Nobody looks which values are right.
    """
    import numpy as np  # a twentieth of a second; `status` proves nothing

    sizes, n = np.bincount(groups), max(len(groups), 1)
    alike = 1 + (float((sizes**2).sum()) / n - 1) * ALIKE
    return max(alike, n / max(int((sizes > 0).sum()), 1)) if as_one else alike


def design_effect(wrong: Marks, groups: Groups, assurance: float, *, as_one: bool = False) -> float:
    """The same as measured: the variance of the share of errors between groups, over what it would
    be if each value were drawn by itself; more where there are few groups to measure it by.

    ``wrong`` is 1 where a value is wrong.
    """
    import numpy as np

    least = least_effect(groups, as_one=as_one)
    sizes, errors = np.bincount(groups), np.bincount(groups, weights=wrong)
    groups_there, n, share = int((sizes > 0).sum()), len(wrong), float(wrong.mean())
    if groups_there < 2 or not 0 < share < 1:
        return least
    between = float(((errors - share * sizes) ** 2).sum()) * groups_there / (groups_there - 1)
    return max(least, between / (n * share * (1 - share)) * _of_few(groups_there, n, assurance))


def _of_few(groups: int, n: int, assurance: float) -> float:
    """By the quantiles of Student's distribution: 1.06 for 30 groups of many values."""
    from scipy.special import stdtrit

    return float((stdtrit(groups - 1, assurance) / stdtrit(n - 1, assurance)) ** 2)

"""How sure an answer is, until a calibration replaces this one function.

The score is the probability of the least certain token of the value among those that the grammar
allowed. On untuned and tuned small models the least certain token tells right documents from
wrong ones better than the mean does; it is a ranking, not a calibrated probability.
"""

from __future__ import annotations

from math import exp

from appliance.domain.fields import Field


def score(field: Field) -> float | None:
    """0-1; None when no model chose the value."""
    if not field.tokens:
        return None
    return min(1.0, exp(min(token.allowed for token in field.tokens)))

"""Receipts of one till, typed, and what they say; all chance comes from their number.

They are short, for a night takes time by the tokens that it learns from: 128 with the question. The
starter takes another amount for the total.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from appliance.samples.languages import LANGUAGES
from appliance.samples.till import Receipt, invent, telling

TYPE = """\
title = "Till receipt"
party = ["shop"]

[fields.shop]
required = true
description = "seller"

[fields.date]
type = "date"
required = true

[fields.total]
type = "amount"
required = true
description = "to pay"
"""
ENGLISH = LANGUAGES["en"]


@dataclass(frozen=True)
class Slip:
    text: str
    truth: dict[str, str]
    """By fieldtype, as it stands in the text."""


def slip(number: int) -> Slip:
    receipt = invent(Random(f"till {number}"), ENGLISH, rows=2)
    told = telling(receipt, ENGLISH)
    # In digits a day before the 13th could be a month, and a clerk would have to say which.
    day = f"{receipt.day:%d %B %Y}"
    truth = {"shop": told.say("company"), "date": day, "total": told.say("total")}
    return Slip("\n".join(_lines(receipt, truth)) + "\n", truth)


def _lines(receipt: Receipt, truth: dict[str, str]) -> Iterator[str]:
    yield truth["shop"]
    yield f"Given {receipt.paid}"
    yield f"Balance {truth['total']}"
    yield truth["date"]

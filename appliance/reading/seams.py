"""Where a word that was glued together falls apart: pure, and shy.

A cut is made only beside a whole date, time or amount that touches letters: "21/05/2018TIME:" falls
into "21/05/2018" and "TIME:"; a code such as "INV-2017A" stays whole.
"""

from __future__ import annotations

import re

_DATE = (
    r"(?:\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})"
    r"|\d{1,2}-\d{1,2}-(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})"
)
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[AP]M\b)?"
_AMOUNT = r"(?:\d{1,3}(?:[.,]\d{3})+|\d+)[.,]\d{2}"
_CURRENCY = r"(?:RM|EUR|USD|GBP|CHF|PLN|MYR|[€$£])"
_SEAMS = (
    # a date before or behind letters, or before a time
    re.compile(rf"(?<=[^\W\d]|[:(])(?={_DATE}(?!\d))"),
    re.compile(rf"(?<![\d/.-]){_DATE}(?=[^\W\d_]{{2}}|\d{{1,2}}:\d{{2}})"),
    # both ends of a range of dates
    re.compile(rf"(?<![\d/.-]){_DATE}(?=-{_DATE}(?![\d/.-]))"),
    re.compile(
        rf"(?<=\d[/.-]\d\d-)(?={_DATE}(?![\d/.-]))|(?<=[/.-]\d{{4}}-)(?={_DATE}(?![\d/.-]))"
    ),
    # a time before letters that are more than AM or PM
    re.compile(rf"(?<![\d:]){_TIME}(?=[^\W\d_]{{3}})", re.IGNORECASE),
    # a label and its amount: "TOTAL:RM9.00", "Cash10.00"
    re.compile(rf"(?<=[^\W\d_]{{3}}:)(?=-?{_CURRENCY}?-?{_AMOUNT}\W?$)"),
    re.compile(rf"(?<=[^\W\d_]{{4}})(?=-?{_AMOUNT}\W?$)"),
    re.compile(rf"(?<![\w.,-]){_AMOUNT}(?=[^\W\d_]{{4}})"),
    # a name and its number in brackets
    re.compile(r"(?<=[^\W\d_]{3})(?=\(\d{3})"),
)


def cuts(word: str) -> list[int]:
    """Places inside ``word`` where it falls apart, rising."""
    found = {match.end() for seam in _SEAMS for match in seam.finditer(word)}
    return sorted(at for at in found if 0 < at < len(word))

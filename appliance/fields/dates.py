"""A text -> the days that it may mean.

Knows numbers in the order day, month, year or month, day, year or year, month, day, and names of
months in ten languages, nominative, genitive and short. A time of day, a weekday and words around
the date do not count. Two digits of a year mean 1970 to 2069; a year lies between 1900 and 2099.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from appliance.fields.folding import unaccented

# en, de, fr, es, it, nl, pl, pt, cs, tr; a word that several share stands once.
_NAMES = """
january jan januar jänner janvier janv enero ene gennaio gen januari styczeń stycznia sty
    janeiro leden ledna led ocak oca
february feb februar februar février févr fév febrero febbraio februari luty lutego lut
    fevereiro fev únor února úno şubat şub
march mar märz mär mrz mars marzo maart mrt marzec marca março březen března bře mart
april apr avril avr abril abr aprile kwiecień kwietnia kwi duben dubna dub nisan nis
may mai mayo maggio mag mei maj maja maio květen května kvě mayıs
june jun juni juin junio giugno giu czerwiec czerwca cze junho červen června čvn haziran haz
july jul juli juillet juil julio luglio lug lipiec lipca lip julho červenec července čvc temmuz tem
august aug août aout agosto ago augustus sierpień sierpnia sie srpen srpna srp ağustos ağu
september sep sept septembre septiembre settembre set wrzesień września wrz setembro září zář
    eylül eyl
october oct oktober okt octobre octubre ottobre ott październik października paź outubro out
    říjen října říj ekim eki
november nov novembre noviembre listopad listopada listopadu lis novembro kasım kas
december dec dezember dez décembre déc diciembre dic dicembre grudzień grudnia gru dezembro
    prosinec prosince pro aralık ara
"""


def _months() -> dict[str, int]:
    lines = _NAMES.strip().replace("\n    ", " ").splitlines()
    return {unaccented(word): month for month, line in enumerate(lines, 1) for word in line.split()}


MONTHS = _months()


_TIME = re.compile(
    r"(?:\b|(?<=\dt))\d{1,2}(?::|h)\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\b\.?|uhr\b|z\b|h\b)?"
    r"(?:\s*[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(?<![\d.,])(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\2\s?'?(\d{4}|\d{1,2})(?!\d)")
_EASTERN = re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_COMPACT = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)")
_PIECES = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class DateReadings:
    """The day under every order; all the same when the order does not matter."""

    day_first: date | None
    month_first: date | None
    dotted: bool = False
    """Written 3.4.2018: who writes so puts the day first."""
    year_first: date | None = None
    """18/12/25 is a day in December 2018 as well; a year of four digits says itself where it is."""

    def under(self, day_first: bool | None) -> date | None:
        """The day; None when it is no date, or ambiguous while the order is not known."""
        if day_first is None:
            return (self.day_first or self.month_first) if self.certain else None
        asked, other = self.day_first, self.month_first
        if not day_first:
            asked, other = other, asked
        return asked or (None if self.year_first else other)

    @property
    def certain(self) -> bool:
        """One day only, whatever the order."""
        return len(self.possible) == 1 or (self.dotted and bool(self.possible))

    @property
    def possible(self) -> tuple[date, ...]:
        """Each day that it may mean, once."""
        days = (self.day_first, self.month_first, self.year_first)
        return tuple(dict.fromkeys(day for day in days if day))


NO_DATE = DateReadings(None, None)

DateOrder = Literal["day", "month", "year"]
"""What comes first where numbers alone say it."""


def order_of(text: str, value: str) -> DateOrder | None:
    """The order in which ``text`` means the day ``value``, in ISO 8601; None where several do, or
    none, and of what is written 3.4.2018: that tells nothing of other ways to write."""
    found = readings(text)
    under: dict[DateOrder, date | None] = {
        "day": found.day_first,
        "month": found.month_first,
        "year": found.year_first,
    }
    fitting = [order for order, day in under.items() if day and day.isoformat() == value]
    return fitting[0] if len(fitting) == 1 and not found.dotted else None


def readings(text: str) -> DateReadings:
    """What the text may mean; ``NO_DATE`` when it is no date or more than one."""
    plain = _TIME.sub(" ", unicodedata.normalize("NFKC", text))
    plain = _EASTERN.sub(r"\1-\2-\3", plain)
    found = _NUMERIC.search(plain)
    if found:
        alone = not re.search(r"\d", plain[: found.start()] + plain[found.end() :])
        return _numeric(found) if alone else NO_DATE
    compact = _COMPACT.fullmatch(plain.strip())
    return _compact(*map(int, compact.groups())) if compact else _named(plain)


def _numeric(found: re.Match[str]) -> DateReadings:
    first, separator, second, last = found.groups()
    if len(first) == 4:
        whole = _day(int(first), int(second), int(last)) if len(last) <= 2 else None
        return _same(whole)
    if len(first) == 3 or len(last) == 1:
        return NO_DATE
    year = _year(last)
    day_first = _day(year, int(second), int(first))
    month_first = _day(year, int(first), int(second))
    short = len(first) == len(last) == 2 and "'" not in found[0] and (day_first or month_first)
    return DateReadings(
        day_first,
        month_first,
        dotted=separator == ".",
        year_first=_day(_year(first), int(second), int(last)) if short else None,
    )


def _compact(one: int, two: int, three: int, four: int) -> DateReadings:
    """20181225, else 25122018."""
    whole = _day(one * 100 + two, three, four)
    year = three * 100 + four
    return _same(whole) if whole else DateReadings(_day(year, two, one), _day(year, one, two))


def _named(plain: str) -> DateReadings:
    pieces = _PIECES.findall(unaccented(plain))
    numbers = [piece for piece in pieces if piece.isdecimal()]
    months = [MONTHS[piece] for piece in pieces if piece in MONTHS]
    if len(numbers) != 2 or len(months) != 1:
        return NO_DATE
    first, second = numbers
    if len(first) == 4:  # 2018 December 25
        first, second = second, first
    if len(first) > 2 or len(second) not in (2, 4):
        return NO_DATE
    return _same(_day(_year(second), months[0], int(first)))


def _same(day: date | None) -> DateReadings:
    return DateReadings(day, day)


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    return number + (2000 if number < 70 else 1900)


def _day(year: int, month: int, day: int) -> date | None:
    if not 1900 <= year <= 2099:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None

"""Whether a label stands in a text as a run of whole words, equal after normalisation.

The ceiling of every extractor whose answers are verbatim spans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from appliance.domain.doctype import CODES, NUMBERS, FieldType
from appliance.fields.comparison import normalised
from appliance.fields.folding import collapse_spaces, fold_alnum, upper_alnum
from appliance.fields.style import WritingStyle, style_of_words

LONGEST_DATE = 6
"""Words: Fri, 25 Dec 2018, 11:05 am."""

LONGEST_NUMBER = 4
"""Words: 1 234 567,89 EUR."""


def contains_run(
    words: Sequence[str],
    truth: str,
    kind: FieldType,
    *,
    style: WritingStyle | None = None,
    says: Sequence[str] = (),
) -> bool:
    """``style`` is the words' own when not given; ``says``, for a listed type: the words by which
    a document says ``truth``."""
    if kind is FieldType.DATE:
        runs = _runs_with_digits(words, LONGEST_DATE)
    elif kind in NUMBERS:
        told = _significant(truth)
        runs = (
            run for run in _runs_with_digits(words, LONGEST_NUMBER) if _significant(run) == told
        )
    else:
        reduce = upper_alnum if kind in CODES else fold_alnum
        return any(_stands(words, said, reduce) for said in (truth, *says))
    own = style or style_of_words(words)
    return any(normalised(run, truth, kind, own) for run in runs)


def _runs_with_digits(words: Sequence[str], longest: int) -> Iterable[str]:
    digits = [any(character.isdigit() for character in word) for word in words]
    for length in range(1, longest + 1):
        for start in range(len(words) - length + 1):
            if any(digits[start : start + length]):
                yield " ".join(words[start : start + length])


def _significant(text: str) -> str:
    """Equal for equal numbers; much quicker to compare than to parse."""
    return "".join(character for character in text if character.isdecimal()).strip("0")


def _stands(words: Sequence[str], said: str, reduce: Callable[[str], str]) -> bool:
    wanted = reduce(said)
    if not wanted:
        return collapse_spaces(said) in words
    pieces = [piece for piece in map(reduce, words) if piece]
    starts, length = set(), 0
    for piece in pieces:
        starts.add(length)
        length += len(piece)
    ends = {*starts, length}
    text = "".join(pieces)
    at = text.find(wanted)
    while at >= 0:
        if at in starts and at + len(wanted) in ends:
            return True
        at = text.find(wanted, at + 1)
    return False

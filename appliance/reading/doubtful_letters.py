"""Letters of which the recogniser is not sure, decided by what stands around them. Pure.

A recogniser of many languages looks at each letter by itself: dirt above an A makes it an Á, and a
worn 0 behind two digits an O. Where the next likely letter fits in better, that one is meant, and
where the page says the word elsewhere, the word. What the recogniser is sure of stays, however odd
it looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

_DIGITS = {
    letter: digit for digit, letters in {"0": "OoDQU", "1": "Il"}.items() for letter in letters
}
"""By the letter that is taken for it."""
_LETTERS = {"0": "Oo", "1": "Ili", "5": "Ss", "9": "g"}
"""By the digit that they are taken for."""
_LIKELY = 0.1
"""Probability from which a letter among digits is a digit, or a digit among letters a letter. Of
codes such as WT1 the recogniser is surer."""
_SLIM = 0.08
"""Likewise of a capital I for the slim letters l and i within a word."""
_SURE = 0.98
"""Probability from which an accent is one: 7 of 10 of real accents on bad scans reach it, and 2 of
38 that dirt made."""
_BARE = 0.01
"""Probability of the letter without its accent, from which that may be meant."""
_ACCENTS = 2
"""Sure ones on a page that is written with accents."""
_WORD = re.compile(r"[^\W_]{3,}")
_LONG = 4
"""Letters that a word has to have to be told from another by one of them."""
_PLAIN = 0.9
"""Probability of its letters from which a word elsewhere is what it looks like."""
_ELSEWHERE = 0.05
"""Probability of a word that the page says elsewhere, from which it may be meant. Of 500 receipts
it mends some forty words so, and spoils one."""
_LITRE = re.compile(r"(?<=\d )[1I](?= |$)")
"""Behind a number, what may be the l of litres."""
_BESIDE = 0.02
"""Probability of that letter from which it is meant, in a line of words."""
_LETTERS_BESIDE = re.compile(r"[^\W\d_]{3}")
_FRACTION = re.compile(r"[.,]\d")


@dataclass(frozen=True, slots=True)
class SeenLetter:
    text: str
    """The likeliest."""
    likely: Mapping[str, float]
    """Probabilities, 0-1, of the likeliest few."""


def page_texts(lines: Iterable[Sequence[SeenLetter]]) -> list[str]:
    """Each line as it is meant."""
    page = [_Line(letters, _fitting_line(letters)) for letters in lines]
    if sum(map(_sure_accents, page)) < _ACCENTS:
        for line in page:
            line.texts[:] = map(_without_doubtful_accent, line.texts, line.letters)
    _say_as_elsewhere(page)
    return ["".join(line.texts) for line in page]


@dataclass(frozen=True, slots=True)
class _Line:
    letters: Sequence[SeenLetter]
    texts: list[str]
    """What each is taken for."""

    def words(self) -> Iterator[tuple[slice, str]]:
        """Where they stand, case folded."""
        for found in _WORD.finditer(_whole(self.texts)):
            yield slice(found.start(), found.end()), "".join(map(_folded, found[0]))

    def weight(self, at: int) -> float:
        return self.letters[at].likely.get(self.texts[at], 0.0)

    def least(self, here: slice) -> float:
        """Weight of the least sure of these letters."""
        return min(map(self.weight, range(here.start, here.stop)))


def _folded(letter: str) -> str:
    """Without its case, where that leaves one letter: ß stays."""
    return folded if len(folded := letter.casefold()) == 1 else letter


def _whole(texts: Iterable[str]) -> str:
    """One character a letter, so that places in it are those of letters."""
    return "".join(text[:1] for text in texts)


def _fitting_line(letters: Sequence[SeenLetter]) -> list[str]:
    texts = [one.text for one in letters]
    whole = _whole(texts)
    for word in _WORD.finditer(whole):
        here = slice(word.start(), word.end())
        is_amount = bool(_FRACTION.match(whole, word.end()))
        texts[here] = _fitting(texts[here], letters[here], is_amount=is_amount)
    if _LETTERS_BESIDE.search(whole):
        for litre in _LITRE.finditer(whole):
            if letters[litre.start()].likely.get("l", 0.0) >= _BESIDE:
                texts[litre.start()] = "l"
    return texts


def _say_as_elsewhere(page: Sequence[_Line]) -> None:
    """In place: a doubtful word that a plain one of the page may be is that one, unless it stands
    there more often as it was read."""
    words = [(line, here, word) for line in page for here, word in line.words()]
    times = Counter(word for _, _, word in words)
    plain = Counter(word for line, here, word in words if line.least(here) >= _PLAIN)
    known = defaultdict(list)
    for word in plain:
        if len(word) >= _LONG and word.isalpha():
            known[len(word)].append(word)
    for line, here, word in words:
        if line.least(here) >= _PLAIN:
            continue
        others = [one for one in known[len(word)] if one != word and plain[one] >= times[word]]
        meant = [_as(one, line, here) for one in others]
        weight, texts = max((one for one in meant if one), default=(0.0, []))
        if weight >= _ELSEWHERE:
            line.texts[here] = texts


def _as(word: str, line: _Line, here: slice) -> tuple[float, list[str]] | None:
    """How probable it is that ``word`` stands ``here``, and its letters; None if it cannot."""
    found: list[tuple[float, str]] = []
    for at, wanted in zip(range(here.start, here.stop), word, strict=True):
        if _folded(line.texts[at]) == wanted:
            found.append((line.weight(at), line.texts[at]))
            continue
        likely = line.letters[at].likely.items()
        fits = max(((often, one) for one, often in likely if _folded(one) == wanted), default=None)
        if fits is None:
            return None
        found.append(fits)
    return prod(weight for weight, _ in found), [text for _, text in found]


def _fitting(texts: list[str], letters: Sequence[SeenLetter], *, is_amount: bool) -> list[str]:
    """Of one word; ``is_amount``: a fraction stands behind it."""
    digits = [at for at, text in enumerate(texts) if text.isdigit()]
    others = [at for at in range(len(texts)) if at not in digits]
    if len(others) < len(digits):
        _replace(texts, letters, others, lambda text: _DIGITS.get(text, ""))
    elif len(digits) < len(others) and not is_amount:
        _replace(texts, letters, digits, lambda text: _LETTERS.get(text, ""))
    for at in range(1, len(texts) - 1):
        if texts[at] == "I" and texts[at + 1].islower():
            texts[at] = max("Ili", key=lambda slim: _weight(letters[at], slim))
    return texts


def _replace(
    texts: list[str],
    letters: Sequence[SeenLetter],
    odd: Sequence[int],
    meant: Callable[[str], str],
) -> None:
    """In place: all of those that are odd, or none."""
    found = [
        max(meant(texts[at]), key=lambda one: letters[at].likely.get(one, 0.0), default="")
        for at in odd
    ]
    if all(letters[at].likely.get(one, 0.0) >= _LIKELY for at, one in zip(odd, found, strict=True)):
        for at, one in zip(odd, found, strict=True):
            texts[at] = one


def _weight(letter: SeenLetter, slim: str) -> float:
    likely = letter.likely.get(slim, 0.0)
    return likely if slim != "I" else _SLIM


def _sure_accents(line: _Line) -> int:
    return sum(
        _without_accent(text) is not None and _without_doubtful_accent(text, letter) == text
        for text, letter in zip(line.texts, line.letters, strict=True)
    )


def _without_doubtful_accent(text: str, letter: SeenLetter) -> str:
    bare = _without_accent(text)
    if bare is None or letter.likely.get(text, 0.0) >= _SURE:
        return text
    return bare if letter.likely.get(bare, 0.0) >= _BARE else text


def _without_accent(letter: str) -> str | None:
    """None of a letter that has none, or that is not Latin."""
    parts = unicodedata.normalize("NFD", letter)
    return parts[0] if len(parts) > 1 and parts[0].isascii() else None

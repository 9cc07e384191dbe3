"""What a page says of itself by which it is told whether it goes on or begins a paper. Pure.

The words are those of the ten languages of the starter and of their neighbours; what is compared
between two pages is compared by its letters, its digits and its place, in any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from appliance.domain.document import Page, Word
from appliance.fields.folding import unaccented

PageCount = tuple[int, int | None]
"""Number of a page and of how many; None where it does not say of how many."""


@dataclass(frozen=True, slots=True)
class CaptionedCode:
    """A code or number behind the words that head it, or below them."""

    text: str
    """Letters and digits alone, upper case."""
    left: float
    top: float

    def stands_like(self, other: CaptionedCode) -> bool:
        """Return whether both stand at nearly the same place of their pages."""
        return abs(self.left - other.left) < _NEAR and abs(self.top - other.top) < _NEAR


@dataclass(frozen=True, slots=True)
class PageSigns:
    """Of one page."""

    words: int
    is_prose: bool
    """It has hardly a number, as terms and conditions do."""
    size: tuple[float, float]
    """Zeros of a typewritten page, which is as wide as its longest line."""
    source: str
    count: PageCount | None
    is_titled: bool
    """A line at its head names the kind of the paper."""
    numbers: Mapping[str, CaptionedCode]
    """Numbers of a document, by the caption; without captions that stand there twice."""
    labelled: Mapping[str, CaptionedCode]
    """Everything with a digit, by the up to three words before it; likewise."""
    totals: Mapping[str, frozenset[str]]
    """Digits of the amounts in lines that say a total, by their words."""
    codes: frozenset[str]
    """Words with four digits or more that are no amounts."""
    machine_codes: frozenset[str]
    """Runs of 26 digits or more, in groups or not, as programs number papers."""
    contacts: frozenset[str]
    """Sites, mail domains, telephone and tax numbers, accounts, by which a sender is known."""
    head_contacts: frozenset[str]
    """Likewise, in the upper quarter and above all amounts: a bank may stand below the last rows
    of a table."""
    table_heads: frozenset[str]
    """Lines of four parts or more without a digit, as head a table."""
    top_words: frozenset[str]
    """Words of four letters or more in the first lines."""
    top_lines: frozenset[str]
    """Letters of the first lines."""
    head_words: frozenset[str]
    """Words of four letters or more in the upper quarter."""
    letters: frozenset[str]
    """Likewise, of the whole page."""


_NEAR = 0.06
"""Share of the page's side within which two places are the same."""
_EDGE = 0.1
"""Share of what is written at the head and foot of a page in which a bare page number stands."""
_TITLE_DEPTH, _TITLE_WORDS, _SHORT_TITLE_WORDS = 0.4, 5, 3
_HEAD_DEPTH, _TOP_LINES = 0.25, 4
_CAPTION_WORDS = 4
_TABLE_PARTS = 4
_TYPED_LINES = 66
"""Of a page that is drawn from a text."""
_LABEL_WORDS, _LABEL_LETTERS = 3, 3
_PROSE_SHARE, _PROSE_WORDS = 0.06, 120

_PAGE = (
    r"(?:page|pag|pagina|seite|blatt|str|strona|strana|stranka|sayfa|sf|blad|bladzijde|blz|hoja"
    r"|folha|fl|foglio|feuille|folio|sheet|side|sida|sivu|oldal|bl|p|s)"
)
_LONG_PAGE = _PAGE.replace("|bl|p|s)", ")").replace("|sf|", "|").replace("|fl|", "|")
_OF = r"(?:of|out of|von|de|du|di|sur|z|ze|van|av|af|od|/|\||-)"
_COUNT = re.compile(
    rf"(?<![^\W\d_]){_PAGE}\.?\s*[:#]?\s*(\d{{1,3}})\s*{_OF}\s*(\d{{1,3}})(?![\d.,/])"
    r"|(?<![\d.,/])(\d{1,3})\s*/\s*(\d{1,3})\s*(?:sayfa|oldal|seiten?)\b"
)
_BARE_COUNT = re.compile(rf"\W*(\d{{1,3}})\s*{_OF}\s*(\d{{1,3}})\W*")
_LONE_NUMBER = re.compile(rf"(?<![^\W\d_]){_LONG_PAGE}\.?\s*[:#]?\s*(\d{{1,3}})(?![\w.,/]*\d)")
_NUMBER_WORD = re.compile(
    r".*(?:nummer|number|numero|numer|numarasi|numara|cislo)|.{0,4}(?:no|nr|num)|n|c|#|№|sayi|id|"
    r"[a-z]{5,}(?:nr|no)"
)
_DOCUMENT_WORD = re.compile(
    r"invoice|rechnung|factu|fattur|faktur|fatura|order|bestel|auftrag|commande|pedido|ordine"
    r"|zamowien|objednav|siparis|opdracht|encomenda|liefer|delivery|livraison|albaran|entrega|ddt"
    r"|consegna|dostaw|dodac|irsaliye|pakbon|guia|contract|vertrag|contrat|umow|smlouv|sozlesme"
    r"|certifi|zertifi|zeugnis|swiadectw|osvedcen|sertifika|proto[ck]ol|report|bericht|rapport"
    r"|receipt|beleg|quittung|recibo|ricevuta|paragon|uctenk|makbuz|document|dokument|belge|credit"
    r"|gutschrift|avoir|not[ae]|angebot|quot|offer|nabidk|teklif|referen|folio|shipment|sendung"
    r"|bill|slip|voucher|ticket|mrn|bon|fis"
)
_TITLE = re.compile(
    r"invoice|rechnung|factura|facture|fattura|faktura|fatura|factuur|\border\b|bestellung"
    r"|auftragsbest|commande|pedido|ordine|zamowienie|objednavka|siparis|lieferschein"
    r"|delivery note|packing list|bon de livraison|albaran|bolla|dowod dostawy|dodaci list"
    r"|irsaliye|pakbon|contract|certificat|zertifikat|zeugnis|receipt|credit note|gutschrift"
    r"|avoir|\bnota\b|report|bericht|angebot|quotation|danfe|dacte"
)
_TOTAL = re.compile(
    r"total|totaal|toplam|celkem|razem|suma|summe|gesamt|rechnungsbetrag|endbetrag|zahlbetrag"
    r"|importe|a payer|amount due|te voldoen|do zaplaty|k uhrade|a pagar|da pagare|odenecek"
)
_PART_OF_TOTAL = re.compile(
    r"sub|zwischen|page|seite|ubertrag|carried|brought|a reporter|riporto|przenies|previous|mwst"
    r"|tax|vat|iva|tva|btw|kdv|dph|ust|\bnet|spots"
)
_AMOUNT_IN = re.compile(r"\d{1,3}(?:[., '’]\d{3})*[.,]\d{2}(?!\d)|\d+[.,]\d{2}(?!\d)")
_AMOUNT = re.compile(r"[-+$€£]*\d{1,3}(?:[., '’]\d{3})*[.,]\d{2}-?")
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_CODE = re.compile(r"\w[\w./\-]+")
_SITE = re.compile(r"(?:@|www\.)([\w-]+(?:\.[\w-]+)+)")
_TELEPHONE = re.compile(r"(?<!\w)\+?[\d(][\d\s()/.-]{7,17}\d(?!\w)")
_TAX_NUMBER = re.compile(r"\b[A-Z]{2}[A-Z0-9]?\d{7,12}[A-Z0-9]{0,3}\b")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){3,7}")
_MACHINE_CODE = re.compile(
    r"(?<![\d.,])(?:\d{26,}|\d{2,5}(?:[ .]\d{4,5}){5,}(?:[ .]\d{1,4})?)(?![\d.,])"
)
_MACHINE_DIGITS = 26
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_TOLD_DIGITS = 8
"""Last digits by which a telephone or tax number is known, with and without its country."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """Words of one line without a wide gap."""

    words: tuple[Word, ...]
    text: str
    plain: str

    @property
    def top(self) -> float:
        return self.words[0].bbox.top


def page_signs(page: Page) -> PageSigns:
    """Return what ``page`` says of itself."""
    segments = list(_segments(page.words))
    lines = _lines(page.words)
    top = min((word.bbox.top for word in page.words), default=0.0)
    bottom = max((word.bbox.bottom for word in page.words), default=1.0)
    head = [one for one in segments if one.top < top + _HEAD_DEPTH]
    first = sorted(segments, key=lambda one: one.top)[:_TOP_LINES]
    amounts = (word.bbox.top for word in page.words if _AMOUNT.fullmatch(word.text))
    first_amount = min(amounts, default=1.0)
    numbers = sum(any(map(str.isdigit, word.text)) for word in page.words)
    return PageSigns(
        len(page.words),
        len(page.words) > _PROSE_WORDS and numbers < _PROSE_SHARE * len(page.words),
        (0.0, 0.0) if is_typewritten(page) else (page.width, page.height),
        page.source,
        _count(segments, top + _EDGE, bottom - _EDGE),
        any(
            len(one.words) <= _TITLE_WORDS
            and one.top < top + _TITLE_DEPTH
            and (_TITLE.search if len(one.words) <= _SHORT_TITLE_WORDS else _TITLE.match)(one.plain)
            for one in segments
        ),
        _single(_document_numbers(lines)),
        _single(_labelled(lines)),
        _totals(lines),
        frozenset(_codes(page.words)),
        frozenset(_machine_codes(segments)),
        frozenset(_contacts(segments)),
        frozenset(_contacts([one for one in head if one.top < first_amount])),
        _table_heads(segments),
        _long_words(first),
        frozenset(filter(None, (re.sub(r"[\W\d]", "", one.plain) for one in first))),
        _long_words(head),
        _long_words(segments),
    )


def is_typewritten(page: Page) -> bool:
    """Return whether the page was drawn from the lines of a text: each stands in its row."""
    return all(word.bbox.top == word.line / _TYPED_LINES for word in page.words)


def _segments(words: Sequence[Word]) -> Iterator[_Segment]:
    start = 0
    for at in range(1, len(words) + 1):
        is_end = at == len(words)
        if is_end or words[at].line != words[start].line or words[at].gap == 2:
            run = tuple(words[start:at])
            text = run[0].text + "".join(" " * one.gap + one.text for one in run[1:])
            yield _Segment(run, text, _plain(text))
            start = at


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in words:
        if lines and lines[-1][0].line == word.line:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


@lru_cache(maxsize=16384)
def _plain(text: str) -> str:
    return text.lower() if text.isascii() else unaccented(text)


@lru_cache(maxsize=16384)
def _caption_word(text: str) -> str:
    """Return the letters of a word that may be a caption; empty where it has a digit."""
    return "" if any(map(str.isdigit, text)) else re.sub(r"[^\w#№]", "", _plain(text))


@lru_cache(maxsize=16384)
def _code(text: str) -> str:
    """Return the word as a code; empty of what is a day, an amount or has less than two digits."""
    bare = text.strip(":;,()[]*#")
    is_other = _DAY.fullmatch(bare) or _AMOUNT.fullmatch(bare) or not _CODE.fullmatch(bare)
    if is_other or sum(map(str.isdigit, bare)) < 2:
        return ""
    return _letters_and_digits(bare)


def _letters_and_digits(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()


def _count(segments: Sequence[_Segment], head: float, foot: float) -> PageCount | None:
    """Return what the page counts itself as; None where it says nothing, or two things."""
    edge = [one for one in segments if one.top < head or one.words[0].bbox.bottom > foot]
    found: set[PageCount] = set()
    for one in segments:
        for match in _COUNT.finditer(one.plain):
            number, of = (int(group) for group in match.groups() if group)
            found.add((number, of))
    if not found:
        bare = filter(None, (_BARE_COUNT.fullmatch(one.plain) for one in edge))
        found = {(int(match[1]), int(match[2])) for match in bare}
    counted = {one for one in found if one[1] is not None and 1 <= one[0] <= one[1]}
    if not counted:
        lone = (int(text) for one in edge for text in _LONE_NUMBER.findall(one.plain))
        counted = {(number, None) for number in lone if number}
    return counted.pop() if len(counted) == 1 else None


Captioned = Iterator[tuple[str, CaptionedCode]]


def _document_numbers(lines: Sequence[Sequence[Word]]) -> Captioned:
    for row, line in enumerate(lines):
        for at, word in enumerate(line):
            last = _caption_word(word.text)
            is_number = bool(last and _NUMBER_WORD.fullmatch(last))
            if not last or not (is_number or _DOCUMENT_WORD.search(last)):
                continue
            first, caption = _caption(line, at)
            if not _DOCUMENT_WORD.search(caption):
                continue
            behind = at + 1
            while behind < len(line) and not any(map(str.isalnum, line[behind].text)):
                behind += 1
            if behind < len(line) and (code := _code(line[behind].text)):
                yield caption, _captioned(code, line[behind])
            elif is_number and row + 1 < len(lines):
                left, right = line[first].bbox.left, word.bbox.right
                below = (
                    (code, one)
                    for one in lines[row + 1]
                    if one.bbox.left < right and one.bbox.right > left and (code := _code(one.text))
                )
                if found := next(below, None):
                    yield caption, _captioned(*found)


def _caption(line: Sequence[Word], last: int) -> tuple[int, str]:
    """Return where the words that end at ``last`` begin, and what they say."""
    first = last
    while first and last - first < _CAPTION_WORDS - 1 and line[first].gap != 2:
        if not _caption_word(line[first - 1].text):
            break
        first -= 1
    return first, " ".join(_caption_word(word.text) for word in line[first : last + 1])


def _captioned(code: str, word: Word) -> CaptionedCode:
    return CaptionedCode(code, word.bbox.left, word.bbox.top)


def _labelled(lines: Sequence[Sequence[Word]]) -> Captioned:
    for line in lines:
        words: list[str] = []
        for word in line:
            if any(map(str.isdigit, word.text)):
                label = " ".join(words[-_LABEL_WORDS:])
                if len(label) >= _LABEL_LETTERS:
                    yield label, _captioned(_letters_and_digits(word.text), word)
                words = []
            elif said := _caption_word(word.text):
                words.append(said)


def _single(found: Captioned) -> dict[str, CaptionedCode]:
    """Return what stands under a caption that has one value on the page: others head rows."""
    by_caption: dict[str, CaptionedCode] = {}
    several: set[str] = set()
    for caption, code in found:
        if by_caption.setdefault(caption, code).text != code.text:
            several.add(caption)
    return {caption: code for caption, code in by_caption.items() if caption not in several}


def _totals(lines: Sequence[Sequence[Word]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in lines:
        text = " ".join(word.text for word in line)
        plain = _plain(text)
        if not _TOTAL.search(plain) or _PART_OF_TOTAL.search(plain):
            continue
        if amounts := _AMOUNT_IN.findall(text):
            caption = re.sub(r"[^a-z]", "", plain)
            found.setdefault(caption, set()).add(re.sub(r"\D", "", amounts[-1]))
    return {caption: frozenset(amounts) for caption, amounts in found.items()}


def _codes(words: Sequence[Word]) -> Iterator[str]:
    for word in words:
        text = word.text
        if len(text) >= 5 and sum(map(str.isdigit, text)) >= 4 and not _AMOUNT.fullmatch(text):
            yield _letters_and_digits(text)


def _machine_codes(segments: Sequence[_Segment]) -> Iterator[str]:
    for one in segments:
        if sum(map(str.isdigit, one.text)) >= _MACHINE_DIGITS:
            found = (re.sub(r"\D", "", code) for code in _MACHINE_CODE.findall(one.text))
            yield from (digits for digits in found if len(digits) >= _MACHINE_DIGITS)


def _contacts(segments: Sequence[_Segment]) -> Iterator[str]:
    for one in segments:
        if "@" in one.plain or "www." in one.plain:
            yield from (match[1] for match in _SITE.finditer(one.plain))
        if sum(map(str.isdigit, one.text)) < _TOLD_DIGITS - 1:
            continue
        for match in _TELEPHONE.finditer(one.text):
            digits = re.sub(r"\D", "", match[0])
            if _TOLD_DIGITS <= len(digits) <= 15 and not _DAY.match(match[0]):
                yield digits[-_TOLD_DIGITS:]
        for match in _TAX_NUMBER.finditer(one.text):
            yield re.sub(r"\D", "", match[0])[-_TOLD_DIGITS:]
        yield from (match[0].replace(" ", "") for match in _ACCOUNT.finditer(one.text))


def _table_heads(segments: Sequence[_Segment]) -> frozenset[str]:
    by_line: dict[int, list[str]] = {}
    for one in segments:
        by_line.setdefault(one.words[0].line, []).append(one.plain)
    return frozenset(
        line
        for parts in by_line.values()
        if len(parts) >= _TABLE_PARTS and not any(map(str.isdigit, line := " ".join(parts)))
    )


def _long_words(segments: Sequence[_Segment]) -> frozenset[str]:
    return frozenset(word for one in segments for word in _LONG_WORD.findall(one.plain))

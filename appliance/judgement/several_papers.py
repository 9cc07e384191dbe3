"""Papers that lie one behind the other in one file, as when a stack is scanned at once. Pure.

A page begins a paper by what it says otherwise than the pages before it under the same words at the
same place, by another sender's head, by a count that starts again, or after an empty page. It goes
on where the count goes on. Terms and conditions begin nothing: they are prose, almost without a
number. A clerk decides, so that a page that is named wrongly costs a look.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.document import Document
from appliance.domain.plurals import enumerated
from appliance.judgement.page_signs import PageCount, PageSigns, is_typewritten, page_signs

_BLANK_WORDS = 3
"""So few words stand on the back of a sheet that shows through, or on an empty page."""
_FEW_WORDS = 25
"""With fewer a page says too little of whose it is, as a note or a page of signatures does."""
_CHANGED_LABELS = 2
"""Values that differ under the same words at the same place, from which on the form is filled in
anew."""
_KNOWN_SHARE = 0.35
"""Share of a page's words that the paper has too, below which the page speaks of other things."""
_STRANGE_SHARE = 0.2
_SAME_HEAD_SHARE = 0.5
_SIZE_SHARE = 0.055
"""A sheet that was scanned askew is up to 3 % larger; A4 and Letter differ by 6 %."""
_NAME_WORDS = 3
"""Words of the lines at the head of a paper that tell its sender."""


@dataclass(frozen=True, slots=True)
class PaperStart:
    """A page that seems to begin a paper, and why."""

    page: int
    """From 0."""
    signs: tuple[str, ...] = ()
    """In words for a clerk; none of the first page."""


def several_papers(document: Document) -> tuple[Blocker, ...]:
    """Return a blocker of the document where more than one of its pages seems to begin a paper."""
    starts = paper_starts(document)
    if len(starts) < 2:
        return ()
    pages = enumerated([str(one.page + 1) for one in starts])
    why = "; ".join(f"page {one.page + 1} {one.signs[0]}" for one in starts[1:])
    message = (
        f"Pages {pages} each seem to begin a paper: {why}. One result holds one paper. If they are "
        "several, refuse this file, save or scan each paper apart and drop those. If it is one "
        "paper all the same, approve it."
    )
    return (Blocker(BlockerCode.SEVERAL_DOCUMENTS, message),)


def paper_starts(document: Document) -> tuple[PaperStart, ...]:
    """Return the pages on which a paper begins, the first page that is not empty among them."""
    if len(document.pages) < 2 or _is_drawn_from_xml(document):
        return ()
    starts: list[PaperStart] = []
    paper: list[PageSigns] = []
    is_after_blank = False
    for number, page in enumerate(document.pages):
        if len(page.words) <= _BLANK_WORDS:
            is_after_blank = bool(paper)
            continue
        signs = page_signs(page)
        if not paper:
            starts.append(PaperStart(number))
        elif found := _signs_of_start(paper, signs, is_after_blank=is_after_blank):
            starts.append(PaperStart(number, found))
            paper = []
        paper.append(signs)
        is_after_blank = False
    return tuple(starts)


def _is_drawn_from_xml(document: Document) -> bool:
    """Return whether the pages are the appliance's own picture of an e-invoice, of one paper."""
    return document.einvoice is not None and all(map(is_typewritten, document.pages))


def _signs_of_start(
    paper: Sequence[PageSigns], page: PageSigns, *, is_after_blank: bool
) -> tuple[str, ...]:
    """Return why ``page`` begins a paper behind ``paper``; nothing where it goes on."""
    count, counted = page.count, next((one.count for one in reversed(paper) if one.count), None)
    if _goes_on(counted, count):
        return ()
    shared = _SharedWithPaper(paper, page)
    is_full = page.words >= _FEW_WORDS and not page.is_prose
    signs: list[str] = []
    if count and count[0] == 1 and (count != counted or shared.has_same_top_lines):
        signs.append("counts from 1 again" if counted else "is numbered as a first page")
    if other := shared.other_number():
        signs.append(f"has another number: {other}")
    elif shared.is_filled_anew:
        signs.append("fills the same form in anew")
    if shared.has_other_total:
        signs.append("has another total")
    if is_full and shared.is_of_another_sender:
        signs.append("has the head of another sender")
    if is_full and shared.is_another_sheet and not (shared.same_codes and shared.same_number):
        signs.append("is another sheet than the page before")
    if is_after_blank and is_full and not shared.same_number:
        signs.append("follows an empty page")
    return tuple(signs)


def _goes_on(counted: PageCount | None, count: PageCount | None) -> bool:
    return bool(counted and count and count[0] == counted[0] + 1 and count[1] in (counted[1], None))


class _SharedWithPaper:
    """What a page has in common with the paper before it."""

    def __init__(self, paper: Sequence[PageSigns], page: PageSigns) -> None:
        self._first, self._last, self._page, self._paper = paper[0], paper[-1], page, paper
        codes: Set[str] = frozenset().union(*(one.codes for one in paper))
        letters: Set[str] = frozenset().union(*(one.letters for one in paper))
        known = {code.text for one in paper for code in one.numbers.values()}
        mine = {code.text for code in page.numbers.values()}
        self.same_codes = bool(page.codes & codes)
        self.same_number = bool(mine & (known | codes))
        self._has_number = bool(known)
        self._has_new_number = bool(mine) and not mine & (known | codes)
        self._known_share = _share(page.letters, letters)
        self._known_head_share = _share(page.head_words, letters)

    @property
    def is_head_again(self) -> bool:
        """It has a title as the paper has, and the lines above it again."""
        return self._page.is_titled and self._first.is_titled and self.has_same_top_lines

    @property
    def has_same_top_lines(self) -> bool:
        tops = self._first.top_lines | self._last.top_lines
        return _share(self._page.top_lines, tops) >= _SAME_HEAD_SHARE

    def other_number(self) -> str:
        """Return the number that stands where the paper has another: a long one for machines, as an
        access key or a payment reference, or one under the same caption."""
        known: Set[str] = frozenset().union(*(one.machine_codes for one in self._paper))
        if known and self._page.machine_codes:
            if not known.isdisjoint(self._page.machine_codes):
                return ""
            return min(self._page.machine_codes)
        for caption, code in self._page.numbers.items():
            earlier = [one.numbers[caption] for one in self._paper if caption in one.numbers]
            if earlier and all(code.text != one.text for one in earlier):
                return code.text
        is_titled_again = self._page.is_titled and self._first.is_titled
        is_alien = is_titled_again and not self.same_codes
        if (self.is_head_again or is_alien) and self._has_new_number and self._has_number:
            return next(iter(self._page.numbers.values())).text
        return ""

    @property
    def is_filled_anew(self) -> bool:
        mine, theirs = self._page.labelled, self._first.labelled
        changed = sum(
            mine[label].text != theirs[label].text and mine[label].stands_like(theirs[label])
            for label in mine.keys() & theirs.keys()
        )
        return changed >= _CHANGED_LABELS and self._page.is_titled

    @property
    def has_other_total(self) -> bool:
        for caption, amounts in self._page.totals.items():
            earlier = [one.totals[caption] for one in self._paper if caption in one.totals]
            if earlier and all(amounts.isdisjoint(one) for one in earlier):
                return not self.same_number and (self.is_filled_anew or not self.same_codes)
        return False

    @property
    def is_of_another_sender(self) -> bool:
        page = self._page
        if self.same_codes or self._goes_on_with_table or self._names_the_sender:
            return False
        if max(self._known_share, self._known_head_share) > _KNOWN_SHARE:
            return False
        contacts: Set[str] = frozenset().union(*(one.contacts for one in self._paper))
        is_headed = page.is_titled or self._has_new_number
        if page.head_contacts and contacts and page.contacts.isdisjoint(contacts):
            return True
        is_strange = max(self._known_share, self._known_head_share) < _STRANGE_SHARE
        return is_strange and is_headed

    @property
    def _goes_on_with_table(self) -> bool:
        return any(not self._page.table_heads.isdisjoint(one.table_heads) for one in self._paper)

    @property
    def _names_the_sender(self) -> bool:
        """Words of the first lines of the paper stand on the page, wherever it is."""
        names = self._first.top_words
        return len(names & self._page.letters) >= min(_NAME_WORDS, max(len(names), 1))

    @property
    def is_another_sheet(self) -> bool:
        sides = zip(sorted(self._page.size), sorted(self._last.size), strict=True)
        is_other_size = all(self._page.size) and any(
            abs(one - other) > _SIZE_SHARE * other for one, other in sides
        )
        is_other = is_other_size or self._page.source != self._last.source
        return is_other and (not self.same_codes or self._has_new_number)


def _share(part: Set[str], whole: Set[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0

"""Does one file hold several documents? Pure, and shy: a false alarm costs more than a miss."""

from __future__ import annotations

import re
from collections.abc import Sequence

from appliance.domain.document import Blocker, Page, page_text

_PAGE_OF = re.compile(
    r"\b(?:page|seite|blatt|página|pagina|strona|str\.|pág\.|s\.)\s*:?\s*"
    r"(\d{1,3})\s*(?:of|von|de|sur|z|di|/)\s*(\d{1,3})\b",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:invoice|credit note|delivery note|order|contract|receipt|statement|certificate|report"
    r"|rechnung|gutschrift|lieferschein|bestellung|facture|avoir|factura|faktura|fattura"
    r"|declaration|zollanmeldung)",
    re.IGNORECASE,
)

_FIGURE = re.compile(r"\d[.,]\d{2}\b|\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b")


def looks_like_several(pages: Sequence[Page]) -> Blocker | None:
    """Only when the pages count themselves and begin again at 1 after a last page."""
    counts = [page_count(page_text(page)) for page in pages]
    starts = [at for at, count in enumerate(counts) if count and count[0] == 1]
    if len(starts) < 2 or starts[0] != 0:
        return None
    ends = [*starts[1:], len(pages)]
    if not all(_complete(counts[a:b]) for a, b in zip(starts, ends, strict=True)):
        return None
    if not all(_begins(pages[at]) for at in starts):
        return None
    return Blocker("several-documents", f"looks like {len(starts)} documents in one file")


def page_count(text: str) -> tuple[int, int] | None:
    """What a page says of itself, as in "page 1 of 3"; None when it says nothing or two things."""
    found = {(int(a), int(b)) for a, b in _PAGE_OF.findall(text) if 1 <= int(a) <= int(b)}
    return found.pop() if len(found) == 1 else None


def _begins(page: Page) -> bool:
    """It names itself at its head and states an amount or a date: no sheet for signatures."""
    text = " ".join(word.text for word in page.words)
    return bool(_TITLE.search(text[:400]) and _FIGURE.search(text))


def _complete(counts: Sequence[tuple[int, int] | None]) -> bool:
    """1, 2, ... to the number that they all name."""
    return list(counts) == [(number, len(counts)) for number in range(1, len(counts) + 1)]

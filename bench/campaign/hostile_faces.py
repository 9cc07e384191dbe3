"""Pages that say one thing to the eye and another to the text layer: what is read of them?

A value that was read, that the OCR of the page as it is shown does not see, and of which the clerk
is told nothing, neither by what was read nor when it would be accepted, is believed. Limits: pdfium
draws for both sides, and what its drawing lacks and other viewers show is not judged here. Mails
and texts have no picture: there what hides is known to hide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from random import Random

import pypdfium2 as pdfium

from appliance.domain.document import Document, Span
from appliance.domain.errors import DocumentError
from appliance.domain.mail import Mail
from appliance.domain.prediction import Basis, Field, FieldJudgement, Judgement
from appliance.judgement.eyesight import seen_otherwise
from appliance.reading.ocr import RapidOcr
from appliance.service import wiring
from appliance.service.child_processes import Reader
from appliance.settings.config import Settings
from bench import common
from bench.campaign.hostile_tricks import TRICKS, Trick
from bench.campaign.trial import Breach, Found, Outcome

AT_ONCE = 3
"""Tricks of one trial."""
_LONGEST = 2400
"""Dots of the longer side of a page as it is looked at."""
_TELLS = {"hidden-text", "unread-page"}


def judged(seed: int, folder: Path, settings: Settings) -> Outcome:
    """Some of the tricks, each with values of its own."""
    names = sorted(TRICKS)
    chosen = [names[(seed * AT_ONCE + at) % len(names)] for at in range(AT_ONCE)]
    found: list[Found] = []
    counts = Counter[str]()
    with wiring.reader(settings) as reader:
        for name in dict.fromkeys(chosen):
            trick, lie = TRICKS[name], _lie(Random(f"{name}/{seed}"))
            path = folder / "file"
            path.write_bytes(trick.make(lie))
            try:
                answer = reader.open(path, docid=common.sha256(path))
            except DocumentError:
                counts["faces_refused"] += 1
                continue
            document = answer.text if isinstance(answer, Mail) else answer
            fate = _fate(document, lie, trick, path) if document else "kept out"
            if document and fate == "believed" and _is_asked_about(document, lie, path, reader):
                fate = "told"
            counts[f"faces_{fate.replace(' ', '_')}"] += 1
            if fate == "believed":
                told = f"{name}: {lie} was read, no eye sees it, and nobody is told"
                found.append(Found(Breach.BELIEVED, told))
    return Outcome(hostile_files=len(set(chosen)), found=tuple(found), counts=dict(counts))


def _lie(rng: Random) -> str:
    """An amount, of digits that no other line of the page has in a row."""
    digits = "".join(map(str, rng.sample(range(1, 10), 6)))
    return f"{digits[0]},{digits[1:4]}.{digits[4:]}"


def _fate(document: Document, lie: str, trick: Trick, path: Path) -> str:
    read = [word.text for page in document.pages for word in page.words]
    if bare(lie) not in bare("".join(read)):
        return "kept out"
    if any(blocker.code in _TELLS for blocker in document.blockers):
        return "told"
    if trick.shown and any(bare(lie) in line for line in seen(path)):
        return "in sight"
    return "believed"


def _is_asked_about(document: Document, lie: str, path: Path, reader: Reader) -> bool:
    """Once it is to be accepted, as it was read."""
    fields = [
        Field("amount", " ".join(word.text for word in span.words(document)), (span,))
        for span in _places(document, lie)
    ]
    accepted = tuple(FieldJudgement(one, one.text, 1.0, Basis.PROBABILITY) for one in fields)
    look = partial(reader.look, path, docid=document.docid)
    return len(seen_otherwise(Judgement(accepted, ()), document, look)) == len(accepted) > 0


def _places(document: Document, lie: str) -> Iterator[Span]:
    """The words in whose letters it stands."""
    for number, page in enumerate(document.pages):
        owners = [at for at, word in enumerate(page.words) for _ in bare(word.text)]
        first = bare("".join(word.text for word in page.words)).find(bare(lie))
        if first >= 0:
            yield Span(number, owners[first], owners[first + len(bare(lie)) - 1] + 1)


def bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def seen(path: Path) -> list[str]:
    """What the OCR reads on the first page as a viewer shows it, line by line."""
    document = pdfium.PdfDocument(path.read_bytes())
    try:
        document.init_forms()
        page = document[0]
        image = page.render(scale=_LONGEST / max(page.get_size())).to_pil().convert("RGB")
        page.close()
    finally:
        document.close()
    return [bare(run.text) for run in _eye().recognise(image)]


@cache
def _eye() -> RapidOcr:
    return RapidOcr(threads=1)

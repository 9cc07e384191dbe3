"""Milliseconds to look a page up among many more senders than any bench has documents of.

The more are invented: a page each, with a name, a telephone number, an address of the web, a number
as of VAT ids, and a German account, whose check digits are soon found.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from appliance.domain.corrections import Review
from appliance.domain.document import Document
from appliance.domain.prediction import Judgement
from appliance.domain.results import Job, JobState
from appliance.reading.text import text_page
from appliance.records.reviews import Reviews
from appliance.records.store import Store
from appliance.samples import codes
from appliance.samples.languages import LANGUAGES
from appliance.senders.directory import SenderDirectory
from appliance.senders.identity import SentPage
from bench.office.senders import OFFICE
from bench.senders.background import LATER

_AT_ONCE = 500
"""Senders in one transaction."""
_SYLLABLES = "ba ber dor fen gar hal jon kel lin mar nau os pra quil ros sten tar ul ven wig zan"


@dataclass(frozen=True, slots=True)
class Stranger:
    document: Document
    name: str
    vat_id: str


def look_ups(database: Path, pages: Sequence[Document], strangers: int) -> list[float]:
    """Milliseconds of each of ``pages``, in a copy of ``database`` to which they are added."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(database, folder)
        with closing(Store(Path(folder) / database.name)) as store:
            directory = SenderDirectory(store)
            _add(store, directory, strangers)
            return [_spent(directory, page) for page in pages]


def _spent(directory: SenderDirectory, page: Document) -> float:
    begun = time.perf_counter()
    directory.who_sent(SentPage(page))
    return 1000 * (time.perf_counter() - begun)


def _add(store: Store, directory: SenderDirectory, number: int) -> None:
    reviews, rng = Reviews(store), Random("crowd")
    for begin in range(0, number, _AT_ONCE):
        with store.database.writing():
            for one in _strangers(rng, min(_AT_ONCE, number - begin)):
                docid = one.document.docid
                store.record(docid, "crowd", docid, now=LATER)
                store.keep_reading(one.document, reading="1", seconds=0.0)
                job = Job(docid, "crowd", JobState.HELD, docid, LATER)
                judgement = Judgement((), (), party=one.vat_id, sender=one.name)
                reviews.note(job, "crowd", "crowd", Review("", (), judgement, 0.0), now=LATER)
            directory.learn()


def _strangers(rng: Random, number: int) -> Iterator[Stranger]:
    for _ in range(number):
        language = LANGUAGES[rng.choice(tuple(LANGUAGES))]
        stem = "".join(rng.choice(_SYLLABLES.split()) for _ in range(4))
        name = f"{stem.title()} {rng.choice(language.trades)} {rng.choice(language.forms)}"
        vat_id = codes.fill(rng, f"{language.country}#########")
        lines = (
            name,
            f"{language.street(rng)} {rng.choice(language.towns)}",
            f"Tel. {codes.fill(rng, '0### #### ###')}",
            f"www.{stem}.example",
            vat_id,
            f"IBAN {codes.iban(rng, 'DE')}",
            OFFICE.name,
        )
        docid = hashlib.sha256(" ".join(lines).encode()).hexdigest()
        yield Stranger(Document(docid, (text_page(lines),)), name, vat_id)

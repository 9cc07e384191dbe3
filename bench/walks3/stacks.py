"""Several papers in one file are held, and one paper of several pages is not held for it.

``python -m bench.walks3.stacks`` reads every real document once by the production reader and puts
stacks of 2 to 6 papers together from the read pages: for each pair of folders of other senders, and
of one sender where a folder has two papers of it. Made-up papers of the starter in ten languages
are one more folder. Papers with one number are one paper and are in no stack twice. What is judged
is ``several_papers``, as a document is judged when it is decided on. The senders are halved: rules
were made by looking at the half ``made``, and the half ``figure`` was never looked at but as a
figure. Of the merged sample each stack is a PDF as well, made by pypdfium2 and read by the
production reader.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pypdfium2 as pdfium

from appliance.domain.document import UNNAMED, Document, page_text
from appliance.domain.errors import DocumentError
from appliance.judgement.several_papers import paper_starts, several_papers
from bench.common import Reader, Sample, data, kept, samples
from starter.papers import CLEAN, paper
from starter.workshop import CACHE

FOLDERS = (
    "ad_orders",
    "customs_transit",
    "erp_invoices",
    "fiscal_pt",
    "invoices_de_fr",
    "invoices_es",
    "quality_certificates",
    "sroie",
)
MADE_UP = "starter"
MADE_UP_PAPERS = 240
RECEIPTS = 100
PER_PAIR, PER_FOLDER_SAME = 5, 15
MERGED = 12
SEED = "stacks"
DEVELOPED = {"invoiceninja", "sparksuite", "idurar"}
"""Programs of ``erp_invoices`` whose pages may be looked at."""
_SENDER_LABELS = (
    "supplier_cnpj",
    "carrier_cnpj",
    "manufacturer",
    "supplier_tax_id",
    "supplier_name",
    "company",
    "principal_name",
)
_NUMBER_LABELS = (
    "access_key",
    "invoice_number",
    "certificate_number",
    "contract_num",
    "mrn",
    "number",
)
_STATION = re.compile(r"\b[KW][A-Z]{3}\b")
"""Who sends an order: a television station is named by four letters."""
_NO_STATION = {"WITH", "WEEK", "WILL", "WERE", "WHEN", "KIDS", "WORK", "WEST"}


@dataclass(frozen=True)
class ReadPaper:
    folder: str
    name: str
    sender: str
    key: str
    """By which it is told whether two are one paper."""
    is_figure: bool
    path: Path | None
    document: Document


@dataclass(frozen=True)
class Stack:
    papers: tuple[ReadPaper, ...]
    pair: str
    is_same_sender: bool

    @property
    def document(self) -> Document:
        return Document(UNNAMED, tuple(page for one in self.papers for page in one.document.pages))

    @property
    def starts(self) -> set[int]:
        """Pages, from 0, on which a paper really begins."""
        at, found = 0, set()
        for one in self.papers:
            found.add(at)
            at += len(one.document.pages)
        return found


def read_papers() -> list[ReadPaper]:
    """Return every paper of the data and the made-up ones, read once for all."""
    reader, found = Reader(threads=1), []
    for folder in FOLDERS:
        every = list(samples(data() / folder))
        for sample in every[: RECEIPTS if folder == "sroie" else None]:
            try:
                document = reader(sample.path)
            except DocumentError:
                continue
            sender = _sender(folder, sample, document)
            figure = _is_figure(folder, sender)
            key = _key(sample)
            name = sample.path.name
            found.append(ReadPaper(folder, name, sender, key, figure, sample.path, document))
    for number in range(MADE_UP_PAPERS):
        made = kept(CACHE / "stacks" / f"{SEED}-{number}", partial(_made_up, number, reader))
        if made is not None:
            name = f"{MADE_UP}-{number}"
            found.append(ReadPaper(MADE_UP, name, name, name, number % 2 == 1, None, made))
    return found


def _made_up(number: int, reader: Reader) -> Document | None:
    made = paper(SEED, number, shape=CLEAN)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"paper{made.copy.suffix}"
        path.write_bytes(made.copy.data)
        try:
            return reader(path)
        except DocumentError:
            return None


def _sender(folder: str, sample: Sample, document: Document) -> str:
    if folder == "erp_invoices":
        return str(sample.row["sender"])
    if folder == "ad_orders":
        text = " ".join(map(page_text, document.pages)) + f" {sample.row['title']}" * 3
        stations = Counter(one for one in _STATION.findall(text) if one not in _NO_STATION)
        return max(stations, key=lambda one: (stations[one], one)) if stations else "?"
    labels = sample.labels
    named = (str(labels[name]).strip() for name in _SENDER_LABELS if labels.get(name))
    return next(named, str(sample.row.get("family") or sample.row["id"]))


def _key(sample: Sample) -> str:
    labels = sample.labels
    number = next((str(labels[name]) for name in _NUMBER_LABELS if labels.get(name)), "")
    if not number and "company" in labels:
        return " ".join(str(labels.get(name)) for name in ("company", "date", "total"))
    return number or str(sample.row.get("id") or sample.path.name)


def _is_figure(folder: str, sender: str) -> bool:
    if folder == "erp_invoices":
        return sender.split("/")[0] not in DEVELOPED
    return int(hashlib.sha256(f"7 {sender}".encode()).hexdigest(), 16) % 2 == 1


def stacks(papers: Sequence[ReadPaper], *, half: str) -> Iterator[Stack]:
    """Return stacks of the papers of one half, the same at each call."""
    by_folder: defaultdict[str, list[ReadPaper]] = defaultdict(list)
    for one in papers:
        by_folder[one.folder].append(one)
    for first in sorted(by_folder):
        for second in sorted(by_folder):
            for number in range(PER_PAIR):
                rng = Random(f"{SEED}/{half}/{first}/{second}/{number}")
                sides = (by_folder[first], by_folder[second])
                if stack := _drawn(rng, sides, same=False):
                    yield Stack(stack, f"{first}+{second}", False)
        for number in range(PER_FOLDER_SAME):
            rng = Random(f"{SEED}/{half}/{first}/same/{number}")
            several = _of_one_sender(rng, by_folder[first])
            if stack := _drawn(rng, (several, several), same=True):
                yield Stack(stack, f"{first}+{first}", True)


def _of_one_sender(rng: Random, papers: Sequence[ReadPaper]) -> list[ReadPaper]:
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for one in papers:
        keys[one.sender].add(one.key)
    senders = sorted(sender for sender, known in keys.items() if len(known) > 1)
    chosen = rng.choice(senders) if senders else None
    return [one for one in papers if one.sender == chosen]


def _drawn(
    rng: Random, sides: tuple[Sequence[ReadPaper], Sequence[ReadPaper]], *, same: bool
) -> tuple[ReadPaper, ...]:
    """Return 2 to 6 papers, from both sides by turns; of other senders unless ``same``."""
    wanted, found = rng.randint(2, 6), list[ReadPaper]()
    for turn in range(wanted):
        left = [
            one
            for one in sides[turn % 2]
            if one.key not in {other.key for other in found}
            and (same or one.sender not in {other.sender for other in found})
        ]
        if not left:
            break
        found.append(rng.choice(left))
    return tuple(found) if len(found) > 1 else ()


def measure() -> dict[str, Any]:
    """Return the shares that are held, by half, pair of folders, sender and size of the stack."""
    papers = read_papers()
    halves = {
        half: _half([one for one in papers if one.is_figure == (half == "figure")], half)
        for half in ("made", "figure")
    }
    return {**halves, "merged": _merged(papers), "ms_a_page": _milliseconds(papers)}


def _half(papers: Sequence[ReadPaper], half: str) -> dict[str, Any]:
    singles = [one for one in papers if len(one.document.pages) > 1]
    held = [one for one in singles if several_papers(one.document)]
    shares: defaultdict[str, list[bool]] = defaultdict(list)
    right: list[bool] = []
    for stack in stacks(papers, half=half):
        document = stack.document
        is_held = bool(several_papers(document))
        sender = "same sender" if stack.is_same_sender else "other senders"
        for name in ("all", sender, f"{len(stack.papers)} papers", f"{stack.pair}, {sender}"):
            shares[name].append(is_held)
        right.append({one.page for one in paper_starts(document)} == stack.starts)
    return {
        "stacks": len(shares["all"]),
        "stacks_held": round(_mean(shares["all"]), 4),
        "all_pages_right": round(_mean(right), 4),
        "by": {name: [round(_mean(found), 3), len(found)] for name, found in shares.items()},
        "singles": len(singles),
        "singles_held": round(len(held) / max(len(singles), 1), 4),
        "singles_by_folder": dict(Counter(one.folder for one in singles)),
        "singles_held_by_folder": dict(Counter(one.folder for one in held)),
    }


def _mean(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0


def _merged(papers: Sequence[ReadPaper]) -> Mapping[str, int]:
    """Real PDFs put together are read as the pages put together: how many of the sample are, and
    of how many the outcome is the same."""
    rng, reader = Random(SEED), Reader(threads=1)
    typed = [one for one in papers if one.path and one.path.suffix == ".pdf"]
    same_words = same_outcome = 0
    for _ in range(MERGED):
        chosen = tuple(rng.sample(typed, rng.randint(2, 3)))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "stack.pdf"
            target = pdfium.PdfDocument.new()
            for one in chosen:
                source = pdfium.PdfDocument(one.path)
                target.import_pages(source)
                source.close()
            target.save(path)
            target.close()
            read = reader(path)
        put = Stack(chosen, "", False).document
        same_words += [one.words for one in read.pages] == [one.words for one in put.pages]
        same_outcome += paper_starts(read) == paper_starts(put)
    return {"n": MERGED, "same_words": same_words, "same_outcome": same_outcome}


def _milliseconds(papers: Sequence[ReadPaper]) -> float:
    several = [one.document for one in papers if len(one.document.pages) > 1]
    begun = time.process_time()
    for document in several:
        several_papers(document)
    pages = sum(len(one.pages) for one in several)
    return round((time.process_time() - begun) * 1000 / pages, 2)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))

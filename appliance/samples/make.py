"""Writes sample documents and their truth into a folder, one sub-folder a document type.

Each sub-folder holds files and a ``labels.jsonl``, so that it can be evaluated like any folder of
labelled documents. ``labels`` are what a clerk would key, ``labels_norm`` their normal forms,
``words`` what the page prints for the listed ones; null is not on the document.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from appliance.samples import einvoice
from appliance.samples.drafts import NTH, SampleDraft
from appliance.samples.languages import LANGUAGES
from appliance.samples.mail import mailed
from appliance.samples.programme import DEMO, EINVOICES, MAILED
from appliance.samples.renderings import RENDERINGS, Copy, render


@dataclass(frozen=True, slots=True)
class MadeDocument:
    path: Path
    doctype: str
    rendering: str
    draft: SampleDraft


@dataclass(frozen=True, slots=True)
class MailedDocument:
    path: Path
    """Of the mail."""
    enclosed: MadeDocument
    """Its path is the mail's with its own name behind."""


def make(
    folder: Path,
    *,
    seed: int = 7,
    doctypes: Sequence[str] = tuple(NTH),
    number: int = 5,
    renderings: Sequence[str] = RENDERINGS,
) -> list[MadeDocument]:
    """``number`` documents of each type in each rendering; KeyError for an unknown type.

    What lies in the folder under the same names is overwritten. A document is the same whatever
    else is asked for beside it.
    """
    samples = []
    for doctype in doctypes:
        for index in range(number):
            name = f"{doctype}/{index}"
            draft = NTH[doctype](Random(f"{seed}/{name}"), index)
            for rendering in renderings:
                copy = render(draft.pdf, rendering, rng=Random(f"{seed}/{name}/{rendering}"))
                stem = f"{draft.lang}-{index + 1:03}-{rendering}"
                samples.append(_write(folder, stem, draft, rendering, copy))
    write_labels(folder, samples)
    return samples


def demo(folder: Path, *, seed: int = 7) -> list[MadeDocument]:
    """The twelve documents of the demo, without ``labels.jsonl``: the folder may be an inbox."""
    samples = []
    for item in DEMO:
        rng = Random(f"{seed}/demo/{item.name}")
        draft = item.draft(rng)
        copy = render(draft.pdf, item.rendering, rng=rng)
        samples.append(_write(folder, item.name, draft, item.rendering, copy))
    return samples


def demo_einvoices(folder: Path, *, seed: int = 7) -> list[MadeDocument]:
    """The two e-invoices of the demo, one in a PDF and one alone; as ``demo``."""
    samples = []
    for item in EINVOICES:
        draft = item.draft(Random(f"{seed}/demo/{item.name}"))
        assert draft.invoice, "only an invoice is one"
        language = LANGUAGES[draft.lang]
        copy = einvoice.rendered(draft.invoice, language, draft.pdf, item.rendering)
        samples.append(_write(folder, item.name, draft, item.rendering, copy))
    return samples


def demo_mail(folder: Path, *, seed: int = 7) -> MailedDocument:
    """The mail of the demo; as ``demo``."""
    draft = MAILED.draft(Random(f"{seed}/demo/{MAILED.name}"))
    copy = render(draft.pdf, MAILED.rendering, rng=Random(f"{seed}/demo/{MAILED.name}/copy"))
    path = folder / draft.doctype / f"{MAILED.name}.eml"
    path.parent.mkdir(parents=True, exist_ok=True)
    name = f"{MAILED.name}{copy.suffix}"
    path.write_bytes(mailed(name, copy.data))
    return MailedDocument(path, MadeDocument(path / name, draft.doctype, MAILED.rendering, draft))


def _write(folder: Path, stem: str, draft: SampleDraft, rendering: str, copy: Copy) -> MadeDocument:
    path = folder / draft.doctype / f"{stem}{copy.suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(copy.data)
    return MadeDocument(path, draft.doctype, rendering, draft)


def write_labels(folder: Path, samples: Iterable[MadeDocument]) -> None:
    """One ``labels.jsonl`` in each document type's sub-folder."""
    lines: dict[str, list[str]] = {}
    for sample in samples:
        line = json.dumps(label_line(sample), ensure_ascii=False)
        lines.setdefault(sample.doctype, []).append(line)
    for doctype, those in lines.items():
        path = folder / doctype / "labels.jsonl"
        path.write_text("\n".join(those) + "\n", encoding="utf-8")


def label_line(sample: MadeDocument) -> dict[str, object]:
    draft = sample.draft
    return {
        "id": sample.path.stem,
        "file": sample.path.name,
        "doctype": draft.doctype,
        "lang": draft.lang,
        "layout": draft.layout,
        "rendering": sample.rendering,
        "labels": draft.truth.labels(),
        "labels_norm": draft.truth.labels_norm(),
        "words": draft.truth.words(),
    }

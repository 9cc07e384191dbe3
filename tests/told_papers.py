"""Made-up invoices as they are read from their PDFs, and a model that answers about them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

from appliance.doctypes.catalogue import find
from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import Document
from appliance.domain.prediction import Field, Prediction, TokenScore
from appliance.domain.senders import KnownSender, SenderCard, ToldSender, ToldValue
from appliance.fields.chunks import chunks
from appliance.fields.occurrences import Occurrences
from appliance.fields.style import style_of
from appliance.reading.ocr import Ocr
from appliance.reading.read import read
from appliance.samples.drafts import supplier_invoice

LANGUAGES = ("de", "en", "fr")
SURE, UNSURE = (TokenScore(-0.001, -0.001),), (TokenScore(-2.0, -2.0),)


@dataclass(frozen=True)
class ToldPaper:
    document: Document
    truth: Mapping[str, str | None]
    """Of the header, as it is printed."""


@cache
def kind() -> DocType:
    """The shipped invoice without its rows."""
    whole = find("supplier_invoice", folder=None)
    checks = tuple(one for one in whole.checks if not one.columns)
    return replace(whole, items=None, checks=checks)


@cache
def papers() -> tuple[ToldPaper, ...]:
    return tuple(map(_paper, LANGUAGES))


def _paper(language: str) -> ToldPaper:
    draft = supplier_invoice(Random(f"told {language}"), language, rows=2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invoice.pdf"
        path.write_bytes(draft.pdf)
        docid = f"{LANGUAGES.index(language):064x}"
        document = read(path, docid=docid, ocr=_nothing_to_see())
    names = [spec.name for spec in kind().fields]
    return ToldPaper(document, {name: draft.truth.labels()[name] for name in names})


def _nothing_to_see() -> Ocr:
    """The pages are text."""

    def ocr(*_: object) -> None:
        raise AssertionError

    return ocr  # type: ignore[return-value]


@dataclass
class Answers:
    """The truth, but for what it has ``wrong``; sure of all but ``unsure``."""

    paper: ToldPaper
    wrong: Mapping[str, str | None] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        fields = tuple(self._fields(document, doctype))
        return Prediction(document.docid, doctype.name, "m", fields)

    def runners_up(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        fieldtypes: tuple[str, ...],
    ) -> Prediction:
        return prediction

    def _fields(self, document: Document, doctype: DocType) -> Iterator[Field]:
        places = Occurrences([chunks(page.words) for page in document.pages], style_of(document))
        for spec in doctype.fields:
            text = self.wrong.get(spec.name, self.paper.truth[spec.name])
            yield self._field(spec, text, places)

    def _field(self, spec: FieldSpec, text: str | None, places: Occurrences) -> Field:
        found = places.of(text, spec)[:1] if text else ()
        tokens = UNSURE if spec.name in self.unsure else SURE
        words = found[0].text if found and not spec.type.verbatim else None
        return Field(spec.name, text, tuple(one.span for one in found), words=words, tokens=tokens)


def told_of(
    values: Mapping[str, tuple[str, ...]], accounts: tuple[str, ...] = (), documents: int = 7
) -> ToldSender:
    """Of each field its values."""
    fields = {
        name: tuple(ToldValue(text, documents, 0.0) for text in every)
        for name, every in values.items()
    }
    card = SenderCard(KnownSender("told", documents, documents))
    return ToldSender("hub", card, {kind().name: fields}, accounts)

"""A home with receipts that wait for a clerk, whose words would drive a terminal or a browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random

from appliance.delivery.outbox import Outbox
from appliance.domain.doctype import DocType
from appliance.domain.document import Document, Span
from appliance.domain.prediction import AnswerVersions, Field, Prediction, TokenScore
from appliance.intake.archive import Archive
from appliance.intake.quarantine import Quarantine
from appliance.judgement.policy import uniform_policy
from appliance.reading.read import read
from appliance.reading.words import TextRun
from appliance.records.evidence import SamplingPlan
from appliance.records.store import Store
from appliance.service import wiring
from appliance.service.pipeline import Pipeline, RetryPolicy
from appliance.settings.home import Home
from bench.one_answer import OneAnswer

HARMLESS = ("Corner Shop", "12 High Street", "Date 17/01/2025", "Tea 4.50", "Total 10.00")
LURES = (
    "[bold red]Shop[/]",
    "[@click=app.exit]Shop[/]",
    "[link=http://elsewhere.example]Shop[/link]",
    "[/]",
    "<script>alert(1)</script>",
    "<img src=http://elsewhere.example>",
    "javascript:alert(1)",
    "http://elsewhere.example/shop",
    "\x1b]0;taken\x1b\\Shop",
    "\x1b]8;;http://elsewhere.example\x1b\\Shop",
    "\x1b]52;c;cm0gLXJm\x1b\\",
    "\x1b[31mShop\x1b[0m",
    "\x1bP1$r0m\x1b\\",
    "\x1b_G a=T;AAAA\x1b\\",
    "\x9b2J\x9d0;taken\x9c",
    "\x1b[6n\x1b[c",
    "Sh\u202eop\u2066",
    '["open_url",{"url":"http://elsewhere.example","new_tab":true}]',
)
"""Markup, links, controls of a terminal in 7 and 8 bits, and what a station tells its page."""


class _Reader:
    """Texts need no OCR."""

    def recognise(self, image: object) -> list[TextRun]:
        return []

    def begin(self, path: Path, *, docid: str) -> None: ...

    def read(self, path: Path, *, docid: str) -> Document:
        return read(path, docid=docid, ocr=self)

    open = read


class _Answers(OneAnswer):
    """The first line is the shop, and every amount is in doubt."""

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        fields = tuple(self._field(document, spec.name) for spec in doctype)
        return Prediction(document.docid, doctype.name, "made up", fields)

    def _field(self, document: Document, name: str) -> Field:
        words = document.pages[0].words
        of = {
            "company": [at for at, word in enumerate(words) if word.line == words[0].line],
            "total": [at for at, word in enumerate(words) if re.fullmatch(r"\d+\.\d\d", word.text)],
        }
        at = of.get(name, [])[: 2 if name == "company" else 1]
        score = (TokenScore(-1.0, -1.0),)
        if not at:
            return Field(name, None, tokens=score)
        text = " ".join(words[one].text for one in at)
        return Field(name, text, (Span(0, at[0], at[-1] + 1),), tokens=score)


def lured(rng: Random) -> list[str]:
    """The lines of a receipt, most of them lures."""
    return [*rng.sample(LURES, 6), *HARMLESS[2:], *rng.sample(LURES, 4)]


def make_home(folder: Path, receipts: Sequence[Sequence[str]]) -> Home:
    """Each receipt is given by its lines, waits for a clerk, and is named ``1.txt`` and so on."""
    home = Home(folder)
    home.make()
    archive, answers = Archive(home.archive), _Answers()
    with closing(Store(home.database)) as store:
        pipeline = Pipeline(
            store,
            archive,
            Outbox(home.outbox),
            Quarantine(home.failed),
            reader=_Reader(),
            predictor=answers,
            doctype=lambda name: wiring.doctype(home, name),
            versions=AnswerVersions("1", "1"),
            policy=lambda model, name, versions: uniform_policy(wiring.doctype(home, name), 0.95),
            patience=RetryPolicy(attempts=1, retry_after=0),
            evidence=SamplingPlan(first=0, until=0, then=0),
        )
        for number, lines in enumerate(receipts, 1):
            file = folder / f"{number}.txt"
            file.write_text("\n".join([*lines, f"Receipt {number}"]), encoding="utf-8")
            docid = archive.put(file)
            store.record(docid, "receipt", file.name, now=1_700_000_000 + number)
            file.unlink()
        while pipeline.step():
            pass
    return home

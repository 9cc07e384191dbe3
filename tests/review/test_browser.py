"""The whole way: a clerk opens the station in a browser, fixes a document, and it is delivered."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from browsing import browsing
from fpdf import FPDF

from appliance.delivery.outbox import Outbox
from appliance.domain.doctype import DocType
from appliance.domain.document import Document, Span
from appliance.domain.prediction import AnswerVersions, Field, Prediction, TokenScore
from appliance.domain.results import JobState
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

LINES = ("Corner Shop", "12 High Street", "Date 17/01/2025", "Tea 4.50", "Cake 5.50", "Total 10.00")
SAID = {"company": "Corner Shop", "date": "17/01/2025", "address": "12 High Street"}


class Reads:
    """Typed pages need no OCR."""

    def recognise(self, image: object) -> list[TextRun]:
        return []

    def begin(self, path: Path, *, docid: str) -> None: ...

    def read(self, path: Path, *, docid: str) -> Document:
        return read(path, docid=docid, ocr=self)

    open = read


class Asks:
    """Takes the price of the tea for the total."""

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        fields = (_field(document, s.name, {**SAID, "total": "4.50"}.get(s.name)) for s in doctype)
        return Prediction(document.docid, doctype.name, "fake", tuple(fields))

    def runners_up(
        self, document: Document, doctype: DocType, prediction: Prediction, names: tuple[str, ...]
    ) -> Prediction:
        return prediction


def _field(document: Document, name: str, text: str | None) -> Field:
    words = [word.text for word in document.pages[0].words]
    wanted = (text or "").split()
    at = next((n for n in range(len(words)) if wanted and words[n : n + len(wanted)] == wanted), -1)
    spans = (Span(0, at, at + len(wanted)),) if at >= 0 else ()
    sure = -1.0 if name == "total" else -0.001
    return Field(name, text, spans, tokens=(TokenScore(sure, sure),))


class Shop:
    """A home with one receipt in its archive; reading is real, the model is not."""

    def __init__(self, folder: Path, store: Store) -> None:
        home = Home(folder)
        self.archive, self.store = Archive(home.archive), store
        self.outbox = home.outbox
        self.pipeline = Pipeline(
            store,
            self.archive,
            Outbox(home.outbox),
            Quarantine(home.failed),
            reader=Reads(),
            predictor=Asks(),
            doctype=lambda name: wiring.doctype(home, name),
            versions=AnswerVersions("1", "1"),
            policy=lambda model, name, versions: uniform_policy(wiring.doctype(home, name), 0.95),
            patience=RetryPolicy(attempts=1, retry_after=0),
            evidence=SamplingPlan(first=0, until=0, then=0),
        )

    def drop(self, folder: Path) -> str:
        pdf = FPDF(unit="pt", format=(300, 420))
        pdf.add_page()
        pdf.set_font("courier", size=14)
        for number, line in enumerate(LINES):
            pdf.text(40, 60 + 30 * number, line)
        (folder / "tea.pdf").write_bytes(bytes(pdf.output()))
        docid = self.archive.put(folder / "tea.pdf")
        self.store.record(docid, "receipt", "tea.pdf", now=1_700_000_000)
        return docid

    def work(self) -> None:
        while self.pipeline.step():
            pass

    def state(self, docid: str) -> JobState:
        (job,) = self.store.find(docid)
        return job.state


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    home = Home(tmp_path / "home")
    home.make()
    with closing(Store(home.database)) as store:
        yield Shop(home.folder, store)


@contextmanager
def served(home: Path, port: int) -> Iterator[str]:
    command = [sys.executable, "-m", "appliance", "--home", str(home), "review", "--serve"]
    server = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    try:
        assert server.stdout
        said = server.stdout.readline()
        found = re.search(r"http://\S+", said)
        assert found, said
        yield found.group()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        assert server.stdout
        server.stdout.close()


def test_a_document_is_fixed_in_the_browser_and_delivered(
    shop: Shop, tmp_path: Path, unused_tcp_port: int
) -> None:
    docid = shop.drop(tmp_path)
    shop.work()
    assert shop.state(docid) is JobState.HELD
    with served(tmp_path / "home", unused_tcp_port) as address:
        with pytest.raises(HTTPError) as caught:
            urlopen(address.partition("?")[0])
        with closing(caught.value):
            assert caught.value.code == 403
        with browsing(address) as desk:
            desk.wait_for("Who is")
            desk.type("Anna")
            desk.press("Enter")
            desk.wait_for("tea.pdf")
            at_total = desk.wait_for_another_picture(than=None)
            desk.page.screenshot(path=str(tmp_path / "station.png"))
            desk.press("Tab")
            assert desk.wait_for_another_picture(than=at_total)
            desk.press("Shift+Tab", "Backspace")
            desk.type("10.00")
            desk.press("Enter")
            desk.press("Enter")
            desk.wait_for("Nothing waits")
            origin = address.partition("/?")[0]
            own = (origin, "blob:" + origin, "data:", origin.replace("http", "ws"))
            assert not [asked for asked in desk.asked if not asked.startswith(own)]
            assert not desk.complaints
    assert shop.state(docid) is JobState.ACCEPTED
    shop.work()
    (result,) = shop.outbox.rglob("*.json")
    fields = json.loads(result.read_text())["fields"]
    assert fields["total"]["value"] == "10.00"

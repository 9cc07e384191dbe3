"""A promise outlives an upgrade only if it is proven again: from the first document to the last."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from made_up_day import DOCTYPE, VERSIONS
from made_up_evidence import Sampled

from appliance.domain.doctype import AccuracyTarget
from appliance.domain.prediction import AnswerVersions
from appliance.domain.results import JobState
from appliance.extraction import EXTRACTION
from appliance.intake.intake import Intake
from appliance.intake.watch import InboxWatcher
from appliance.judgement.policy import AcceptancePolicy
from appliance.promise.calibration_job import renew
from appliance.promise.evidence_answers import progress
from appliance.promise.guarantees import Guarantee
from appliance.promise.policies import CalibrationFile, PolicyStore
from appliance.reading import READING
from appliance.records.labels import Labels
from appliance.service.daemon import Daemon
from appliance.service.versions import answer_versions
from appliance.settings.config import (
    EInvoiceSettings,
    ExtractionSettings,
    ReadingSettings,
    Settings,
)

BEFORE = VERSIONS
EXTRACTS_LATER = AnswerVersions(BEFORE.reading, "2")
READS_LATER = AnswerVersions("2", BEFORE.extraction)
TERMS = AccuracyTarget(0.9)
NEW, EVIDENCE = 20, 80
"""Documents of senders that nobody knew yet, and all of them."""


class Office(Sampled):
    """A started appliance, of some versions: its records decide what is accepted."""

    def allows(self, model: str, doctype: str, versions: AnswerVersions) -> AcceptancePolicy:
        return PolicyStore(self.models)(model, doctype, versions)

    def calibrate(self) -> CalibrationFile:
        terms = [(DOCTYPE, TERMS)]
        return renew("m1", self.models, self.store, terms, versions=self.versions, now=self.now)

    def run(self) -> None:
        """A pass as the daemon's: what is proven, then the documents, then what can wait."""
        inbox = self.folder / "inbox"
        inbox.mkdir(exist_ok=True)
        intake = Intake(inbox, self.archive, self.store, doctypes=lambda: [DOCTYPE.name])
        with closing(InboxWatcher(inbox, events=False)) as watcher:
            Daemon(
                self.store,
                intake,
                self.pipeline,
                watcher,
                listing=30.0,
                report=lambda event: None,
                calibration=self.calibrate,
                backfill=self.backfill.step,
                clock=lambda: self.now,
            ).run_once(Event())

    def dropped(self, number: int) -> JobState:
        """What becomes of a new receipt."""
        docid = self.receipt(number)
        self.run()
        return self.job(docid).state

    def guarantee(self) -> Guarantee:
        """Of known senders."""
        grants = self.calibrate().types[DOCTYPE.name].grants
        (grant,) = (one for one in grants if one.known)
        return grant


def started(office: Office, versions: AnswerVersions) -> Office:
    office.close()
    later = Office(office.folder, versions=versions)
    later.now = office.now + 60
    return later


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose evidence proves the promise."""
    folder = tmp_path_factory.mktemp("proven")
    with closing(Office(folder)) as office:
        office.keyed(*range(NEW))
        office.keyed(*range(NEW, EVIDENCE))
        office.run()
        assert office.dropped(100) is JobState.DELIVERED
    yield folder


@pytest.fixture
def office(proven: Path, tmp_path: Path) -> Iterator[Office]:
    folder = Path(shutil.copytree(proven, tmp_path / "home"))
    with closing(Office(folder)) as office:
        office.now = 10_000.0
        yield office


@pytest.mark.parametrize("versions", [EXTRACTS_LATER, READS_LATER])
def test_after_an_upgrade_nothing_is_accepted_until_evidence_proves_it_anew(
    office: Office, versions: AnswerVersions
) -> None:
    assert office.dropped(101) is JobState.DELIVERED
    with closing(started(office, versions)) as later:
        assert later.dropped(102) is JobState.HELD
        told = progress(later.models / "m1")
        assert (told.answered, told.documents) == (EVIDENCE, EVIDENCE)
        assert later.guarantee().accepted == 1.0
        assert later.dropped(103) is JobState.DELIVERED


@pytest.mark.parametrize("wrong", [3, EVIDENCE // 2])
def test_answers_that_changed_for_the_worse_weaken_the_promise(office: Office, wrong: int) -> None:
    kept = office.guarantee().proven
    worse = {docid for docid, _ in Labels(office.store).evidence_keys()[-wrong:]}
    with closing(started(office, EXTRACTS_LATER)) as later:
        later.asks.wrong = worse.__contains__
        later.run()
        found = later.guarantee().proven
        assert kept and kept.errors == 0
        if wrong == 3:
            assert found and found.errors == wrong and found.bound > kept.bound
        else:
            assert found is None and later.dropped(102) is JobState.HELD


def test_the_version_before_finds_its_promise_again(office: Office) -> None:
    with closing(started(office, EXTRACTS_LATER)) as later:
        later.run()
        with closing(started(later, BEFORE)) as again:
            assert again.dropped(104) is JobState.DELIVERED
            assert len(again.asks.asked) == 1, "no evidence had to be asked"


def test_what_was_read_before_an_upgrade_is_read_again_before_it_is_asked_about(
    office: Office,
) -> None:
    docid = office.receipt(105)
    office.pipeline.step()
    assert office.job(docid).state is JobState.READ
    with closing(started(office, READS_LATER)) as later:
        later.work()
        answer = later.store.answer(later.job(docid))
        assert answer and answer.versions == READS_LATER
        assert later.reads.read_docids == [docid] and later.store.is_read(docid, reading="2")


def test_the_versions_of_a_home_are_those_of_the_code_and_of_what_answers_depend_on() -> None:
    plain = Settings()
    assert answer_versions(plain) == answer_versions(
        Settings(extraction=ExtractionSettings(threads=1, timeout=9))
    )
    for changed in (
        Settings(extraction=ExtractionSettings(answer_tokens=1000)),
        Settings(extraction=ExtractionSettings(second_reading=True)),
        Settings(reading=ReadingSettings(ocr="tesseract")),
        Settings(einvoice=EInvoiceSettings(use=False)),
        Settings(reading=ReadingSettings(ocr="tesseract", languages="deu")),
    ):
        assert answer_versions(changed) != answer_versions(plain)
    assert answer_versions(plain).extraction.split()[0] == EXTRACTION
    assert answer_versions(plain).reading.split()[0] == READING
    pages_alone = Settings(einvoice=EInvoiceSettings(use=False))
    assert answer_versions(pages_alone).reading == f"{READING} rapidocr"

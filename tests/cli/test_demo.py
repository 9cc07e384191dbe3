from __future__ import annotations

import json
import shlex
from collections import Counter
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest
from figures import figures
from typer.testing import CliRunner

import appliance.delivery
from appliance.cli import day as commands
from appliance.cli import demo as demonstration
from appliance.cli.demo import CLERK, LEFT, MARK, SHOWN, known_values, prepare
from appliance.cli.main import app
from appliance.delivery.outbox import Outbox
from appliance.delivery.schema import schema as schema_of
from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import HomeError
from appliance.domain.limits import Limits
from appliance.domain.mail import Mail
from appliance.domain.prediction import AnswerVersions, Field, Prediction
from appliance.domain.results import JobState
from appliance.intake.archive import Archive
from appliance.intake.quarantine import Quarantine
from appliance.judgement.judge import judge
from appliance.judgement.policy import UNPROVEN, uniform_policy
from appliance.reading.mail import opened
from appliance.reading.read import read
from appliance.records.evidence import SamplingPlan
from appliance.records.reviews import Reviews
from appliance.records.store import Store
from appliance.samples import make
from appliance.samples.make import MadeDocument, demo
from appliance.samples.programme import DEMO
from appliance.service import model_files, wiring
from appliance.service.pipeline import Pipeline, RetryPolicy
from appliance.settings import config
from appliance.settings.home import Home

CLEAN = ("invoice-en", "report-de", "declaration-en")
"""Of which the script leaves the last."""


Made = list[MadeDocument]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The demo's twelve documents."""
    return demo(tmp_path_factory.mktemp("samples"))


def one(folder: Path) -> list[Path]:
    path = folder / "receipt" / "a.txt"
    path.parent.mkdir(parents=True)
    path.write_text("a receipt")
    return [path]


def test_a_demo_is_a_home_with_documents_in_its_inbox_and_replaces_an_earlier_one(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "demo")
    assert prepare(home, one) == 1
    assert (home.inbox / "receipt" / "a.txt").read_text() == "a receipt"
    (home.outbox / "old.json").write_text("{}")
    prepare(home, one)
    assert not (home.outbox / "old.json").exists()


def test_a_folder_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    home = Home(tmp_path / "real")
    home.make()
    (home.archive / "precious").write_text("keep me")
    with pytest.raises(HomeError, match="not a demo"):
        prepare(home, one)
    assert (home.archive / "precious").read_text() == "keep me"
    assert not (home.folder / MARK).exists()


def test_the_demo_has_a_dozen_documents_of_every_shipped_kind(samples: Made) -> None:
    assert len(samples) == 12
    assert {sample.doctype for sample in samples} == {
        "supplier_invoice",
        "customs_declaration",
        "production_report",
        "receipt",
    }


def test_what_a_script_keys_proves_nothing_and_is_not_learned_from(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    prepare(home, one, scripted=True)
    settings = config.load(home.folder, {})
    assert (settings.evidence.first, settings.evidence.then, settings.night.labels) == (0, 0, 0)
    assert config.load(home.folder, {}).inbox == config.Settings().inbox


def test_the_script_knows_eight_documents_and_leaves_one_of_each_type(samples: Made) -> None:
    known = known_values(samples)
    assert len(known) == 8 and set(SHOWN) <= known.keys()
    left = {sample.doctype for sample in samples if sample.path.name in LEFT}
    assert left == {sample.doctype for sample in samples}


class Asks:
    """A reader without OCR, and a model that finds nothing."""

    def begin(self, path: Path, *, docid: str) -> None: ...

    def read(self, path: Path, *, docid: str) -> Document:
        return read(path, docid=docid, ocr=self, einvoice=True)

    def open(self, path: Path, *, docid: str) -> Document | Mail:
        return opened(path, docid=docid, limits=Limits()) or self.read(path, docid=docid)

    def words(self, *arguments: object) -> None:
        raise AssertionError("these documents have a text layer")

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        nothing = tuple(Field(spec.name, None) for spec in doctype.fields)
        return Prediction(document.docid, doctype.name, "fake", nothing)

    def runners_up(
        self, document: Document, doctype: DocType, prediction: Prediction, names: tuple[str, ...]
    ) -> Prediction:
        return prediction


def day(home: Home, settings: config.Settings, *, once: bool) -> None:
    """What lies in the inbox is read, asked, judged and delivered; no model is needed."""

    def kind(name: str) -> DocType:
        return catalogue.find(name, folder=home.doctypes)

    archive = Archive(home.archive)
    with closing(Store(home.database)) as store:
        for path in sorted(home.inbox.rglob("*.*")):
            store.record(archive.put(path), path.parent.name, path.name, now=1.0)
            path.unlink()
        pipeline = Pipeline(
            store,
            archive,
            Outbox(home.outbox),
            Quarantine(home.failed),
            reader=Asks(),
            predictor=Asks(),
            doctype=kind,
            versions=AnswerVersions("1", "1"),
            policy=lambda model, name, versions: uniform_policy(kind(name), UNPROVEN),
            patience=RetryPolicy(attempts=1, retry_after=0.0),
            evidence=SamplingPlan(first=settings.evidence.first, then=settings.evidence.then),
        )
        while pipeline.step():
            pass


def test_a_newcomer_sees_results_that_a_script_keyed_and_has_documents_left(
    samples: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "DEMO", [item for item in DEMO if item.name in CLEAN])
    monkeypatch.setattr(model_files, "add_default", lambda registry: None)
    monkeypatch.setattr(commands, "_run", day)
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["demo", "--clerk"], catch_exceptions=False).output
    home = Home(tmp_path / "demo")

    schema = json.loads(
        (Path(appliance.delivery.__file__).parent / "result.schema.json").read_bytes()
    )
    results = [json.loads(path.read_bytes()) for path in home.outbox.glob("[!.]*/*.json")]
    known = known_values([*samples, make.demo_mail(tmp_path).enclosed])
    scripted = {"invoice-en.pdf", "report-de.pdf", "receipt-by-mail.pdf"}
    einvoices = {"einvoice-de.pdf", "xrechnung-de.xml"}
    assert {result["source"] for result in results} == scripted | einvoices
    for result in results:
        jsonschema.validate(result, schema)
        kind = catalogue.find(result["doctype"], folder=None)
        jsonschema.validate(result, schema_of(kind))
        if result["source"] in einvoices:
            assert {one["how"] for one in result["fields"].values()} == {"einvoice"}
            continue
        said = known[result["source"]]
        assert {name: one["value"] for name, one in result["fields"].items()} == said.values
        rows = [row for rows in result["items"].values() for row in rows]
        assert len(rows) == len(said.rows or ())
        assert bool(result["mail"]) is (result["source"] == "receipt-by-mail.pdf")

    with closing(Store(home.database)) as store:
        (left,) = store.jobs(JobState.HELD)
        (job,) = (job for job in store.jobs(JobState.DELIVERED) if job.source == "report-de.pdf")
        (review,) = Reviews(store).reviews(job)
    assert left.source == "declaration-en.pdf"
    assert (review.clerk, review.blind) == (CLERK, False)
    for words in ("A script plays the clerk", "keys in all", "--home demo review", job.docid[:8]):
        assert words in told


def test_the_next_command_can_be_typed_as_it_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    for called, begins in (
        (".venv/bin/appliance", ".venv/bin/appliance --home demo"),
        ("/somewhere/__main__.py", "appliance --home demo"),
    ):
        monkeypatch.setattr("sys.argv", [called])
        assert demonstration.command(Home(tmp_path / "demo")) == begins
    assert demonstration.command(Home(Path("/srv/demo"))).endswith(" --home /srv/demo")
    said = demonstration.command(Home(tmp_path / "my demo"))
    assert shlex.split(said)[-2:] == ["--home", "my demo"]


def test_the_demo_says_what_was_right_before_what_is_held_and_why(
    tmp_path: Path, samples: Made
) -> None:
    """The real model's part is played by one that says one value right and leaves the others."""
    sample = next(one for one in samples if one.path.name == "invoice-en.pdf")
    document = Asks().read(sample.path, docid="a" * 64)
    labels = sample.draft.truth.labels()
    number = labels["invoice_number"]
    answer = Prediction("a" * 64, "supplier_invoice", "m", (Field("invoice_number", number),))
    home = Home(tmp_path)
    kind = wiring.doctype(home, "supplier_invoice")
    with closing(Store(tmp_path / "appliance.db")) as store:
        store.record("a" * 64, "supplier_invoice", "invoice-en.pdf", now=1)
        (job,) = store.find("a" * 64)
        store.keep_document(job, document, reading="1", seconds=1)
        (job,) = store.find("a" * 64)
        judgement = judge(document, kind, answer, policy=uniform_policy(kind, UNPROVEN))
        kept = {"versions": AnswerVersions("1", "1"), "twin": None, "seconds": 1, "now": 2}
        store.keep_answer(job, answer, judgement, **kept)
        values = demonstration.count_right(store, lambda name: kind, samples)
    asked = sum(isinstance(text, str) for text in labels.values())
    assert (values.documents, values.right) == (1, 1) and 1 < values.asked <= asked
    states = Counter({JobState.HELD: 13, JobState.DELIVERED: 2})
    right, delivered, held = demonstration.describe_first_day(values, states)
    assert figures(right) == ["1", str(values.asked), "1"]
    assert figures(delivered) == ["2"] and figures(held) == ["13"]

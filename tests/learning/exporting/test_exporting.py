"""What was approved in one home is known in another, after an export and an import."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.doctypes import catalogue
from appliance.domain.errors import ConfigError
from appliance.domain.labels import Labelled
from appliance.intake.archive import Archive
from appliance.learning.exporting.exporting import ExportedLabels, export_labels
from appliance.learning.importing.importing import Importer
from appliance.learning.importing.manifest import listed
from appliance.records.evidence import SamplingPlan
from appliance.records.imports import Imports
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.service.child_processes import Reader
from appliance.settings.config import ReadingSettings

SHIPPED = catalogue.find("supplier_invoice", folder=None)
LABELS = {"supplier_name": "seller.name", "supplier_vat_id": "seller.vat_id"}
INVOICE = replace(
    SHIPPED,
    fields=tuple(replace(spec, label=LABELS.get(spec.name)) for spec in SHIPPED.fields),
)
PAPER = """\
ACME Ltd
Rechnung RE-7 vom 30. November 2026
Text        Menge   Netto
Bolts       2       40,00
Nuts        5       60,00
Summe 119,00 EUR
"""
KNOWN = {
    "file": "seven.txt",
    "labels": {
        "invoice_number": "RE-7",
        "invoice_date": "2026-11-30",
        "gross_total": "119,00",
        "currency": "EUR",
        "seller": {"name": "ACME Ltd"},
        "line_items": [
            {"description": "Bolts", "quantity": "2", "net_amount": "40,00"},
            {"description": "Nuts", "quantity": "5", "net_amount": "60,00"},
        ],
    },
    "absent": ["due_date", "seller.vat_id"],
}


class Office:
    """A home to which labels come, and from which they go."""

    def __init__(self, folder: Path, reader: Reader) -> None:
        self.store = Store(folder / "appliance.db")
        self.archive = Archive(folder / "archive")
        self.labels = Labels(self.store)
        self.reader = reader

    def imports(self, folder: Path) -> list[str]:
        plan = Imports(self.store, SamplingPlan(first=0, then=0))
        importer = Importer(self.store, self.archive, plan, self.reader, reading="1")
        found = listed(folder, INVOICE)
        assert not found.strange
        return [one.end for one in importer.run(folder, found.given, INVOICE)]

    def exports(self, folder: Path) -> ExportedLabels:
        return self.writes(folder, self.labels.training(), ".txt")

    def writes(self, folder: Path, found: Iterable[Labelled], suffix: str = "") -> ExportedLabels:
        return export_labels(
            folder,
            found,
            INVOICE,
            self.archive,
            came_here=self.store.came_here,
            suffix=lambda docid: suffix,
        )


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    child = Reader(ReadingSettings(), threads=1)
    yield child
    child.stop()


@pytest.fixture
def office(tmp_path: Path, reader: Reader) -> Iterator[Office]:
    (tmp_path / "one").mkdir()
    office = Office(tmp_path / "one", reader)
    old = tmp_path / "old"
    old.mkdir()
    (old / "seven.txt").write_text(PAPER)
    (old / "labels.jsonl").write_text(json.dumps(KNOWN))
    assert office.imports(old) == ["imported"]
    yield office
    office.store.close()


def texts(known: Labelled) -> set[tuple[str, int | None, str | None]]:
    return {(one.fieldtype, one.line_item_id, one.text) for one in known.labels}


def test_labels_that_leave_one_home_are_the_same_in_another(
    office: Office, tmp_path: Path, reader: Reader
) -> None:
    done = office.exports(tmp_path / "out")
    assert (done.documents, done.lost, done.unknown_tables) == (1, (), 0)
    (tmp_path / "two").mkdir()
    other = Office(tmp_path / "two", reader)
    with closing(other.store):
        assert other.imports(tmp_path / "out") == ["imported"]
        (before,), (after,) = office.labels.training(), other.labels.training()
    assert texts(before) == texts(after)
    assert ("due_date", None, None) in texts(after) and ("quantity", 1, "5") in texts(after)
    assert after.table and after.document.docid == before.document.docid


def test_an_exported_line_says_what_an_imported_one_said(office: Office, tmp_path: Path) -> None:
    office.exports(tmp_path / "out")
    (line,) = (tmp_path / "out" / "labels.jsonl").read_text().splitlines()
    said = json.loads(line)
    assert (tmp_path / "out" / said["file"]).read_text() == PAPER
    assert said | {"file": "seven.txt"} == KNOWN


def test_rows_of_a_table_that_nobody_saw_whole_stay(office: Office, tmp_path: Path) -> None:
    some = [replace(known, table=False) for known in office.labels.training()]
    done = office.writes(tmp_path, some)
    assert (done.unknown_tables, done.values) == (1, 5)
    assert "Bolts" not in (tmp_path / "labels.jsonl").read_text()


def test_a_document_whose_original_is_damaged_is_left_out(office: Office, tmp_path: Path) -> None:
    (original,) = office.archive.files()
    original.write_text("rotten")
    done = office.exports(tmp_path / "out")
    assert (done.documents, done.lost) == (0, (original.name,))
    assert (tmp_path / "out" / "labels.jsonl").read_text() == ""


def test_a_document_whose_file_stayed_at_a_site_is_left_out_and_not_lost(
    office: Office, tmp_path: Path
) -> None:
    (original,) = office.archive.files()
    office.store.database.execute("delete from arrivals")
    assert office.exports(tmp_path / "out").documents == 1
    original.unlink()
    done = office.exports(tmp_path / "again")
    assert (done.documents, done.lost, done.at_sites) == (0, (), 1)


def command(folder: Path, *words: str, evidence: str) -> Result:
    run = CliRunner(env={"APPLIANCE_EVIDENCE_FIRST": evidence, "APPLIANCE_EVIDENCE_THEN": "0"})
    return run.invoke(app, ["--home", str(folder), *words])


@pytest.mark.slow
@pytest.mark.model
def test_evidence_leaves_the_home_only_apart_and_only_when_asked_for(
    initialised: Path, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(initialised, tmp_path / "home"))
    for name, drawn in (("taught", "0"), ("measured", "1")):
        old = tmp_path / name
        old.mkdir()
        (old / "seven.txt").write_text(PAPER + name)
        labels = {"invoice_number": "RE-7", "gross_total": "119,00"}
        (old / "labels.jsonl").write_text(json.dumps({"file": "seven.txt", "labels": labels}))
        told = command(home, "import", str(old), "-t", "supplier_invoice", evidence=drawn)
        assert told.exit_code == 0, told.output
    first, second = tmp_path / "first", tmp_path / "second"
    told = command(home, "export", "corrections", "--to", str(first), evidence="1")
    assert told.exit_code == 0, told.output
    assert "1 document of the evidence" in told.output and not (first / "evidence").exists()
    told = command(home, "export", "corrections", "--evidence", "--to", str(second), evidence="1")
    assert told.exit_code == 0, told.output
    for folder in (first, second):
        chats = (folder / "supplier_invoice" / "messages.jsonl").read_text()
        assert "taught" in chats and "measured" not in chats
        assert all(json.loads(line)["messages"] for line in chats.splitlines())
    (kept,) = (second / "evidence" / "supplier_invoice").glob("documents/*.txt")
    assert kept.read_text().endswith("measured")
    told = command(home, "export", "corrections", "--to", str(first), evidence="1")
    assert isinstance(told.exception, ConfigError)

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_day import DOCTYPE, NO_EVIDENCE, Day, Reads
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.doctypes import catalogue
from appliance.domain.corrections import Review
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import ConfigError, WorkerError
from appliance.domain.labels import Label
from appliance.domain.results import JobState
from appliance.evaluation.evaluate import LABELS
from appliance.fields.candidates import Lookup
from appliance.intake.folder import called
from appliance.learning.importing.importing import (
    DocumentReader,
    Importer,
    ImportOutcome,
    summarise,
)
from appliance.learning.importing.labels_to_review import labels_to_review
from appliance.learning.importing.manifest import ManifestEntry, listed
from appliance.records.evidence import RETIRES_AFTER, SamplingPlan
from appliance.records.imports import Imports
from appliance.records.labels import Labels
from appliance.records.reviews import Reviews
from appliance.samples.make import make
from appliance.service.child_processes import Reader
from appliance.service.verify import verify
from appliance.settings.config import ReadingSettings
from appliance.settings.home import Home

EVERY = SamplingPlan(first=1, then=1)
VALUES = {"company": "ACME", "number": "A-77", "total": "9.00"}


class Office:
    """A day whose owner brings documents along; reader and model are made up unless given."""

    def __init__(self, folder: Path) -> None:
        self.day = Day(folder)
        self.folder = folder / "old"
        self.folder.mkdir()
        self.labels = Labels(self.day.store)

    def file(self, name: str, text: str | None = None) -> str:
        (self.folder / name).write_text(text or name.removesuffix(".txt"))
        return name

    def bring(
        self,
        *given: ManifestEntry,
        plan: SamplingPlan = NO_EVIDENCE,
        reader: DocumentReader | None = None,
        folder: Path | None = None,
        doctype: DocType = DOCTYPE,
        largest: int | None = None,
    ) -> list[ImportOutcome]:
        return list(
            self.begin(
                *given, plan=plan, reader=reader, folder=folder, doctype=doctype, largest=largest
            )
        )

    def begin(
        self,
        *given: ManifestEntry,
        plan: SamplingPlan = NO_EVIDENCE,
        reader: DocumentReader | None = None,
        folder: Path | None = None,
        doctype: DocType = DOCTYPE,
        largest: int | None = None,
    ) -> Iterator[ImportOutcome]:
        importer = Importer(
            self.day.store,
            self.day.archive,
            Imports(self.day.store, plan),
            reader or self.day.reads,
            reading="1",
            largest=largest,
            clock=lambda: self.day.now,
        )
        return importer.run(folder or self.folder, given, doctype)

    def states(self) -> list[JobState]:
        return [job.state for job in self.day.store.jobs()]

    def problems(self) -> list[str]:
        day = self.day
        inbox = day.folder / "inbox"
        found = verify(day.archive, inbox, day.folder / "outbox", day.quarantine, day.store)
        return [problem.message for problem in found]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.day.store.close()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    child = Reader(ReadingSettings(), threads=1)
    yield child
    child.stop()


@pytest.fixture(scope="module")
def invoices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    make(folder, doctypes=["supplier_invoice"], number=2, renderings=["clean"])
    return folder / "supplier_invoice"


def test_real_documents_come_in_with_all_that_is_known_of_them(
    office: Office, reader: Reader, invoices: Path
) -> None:
    invoice = catalogue.find("supplier_invoice", folder=None)
    given = listed(invoices, invoice).given
    outcomes = office.bring(*given, reader=reader, folder=invoices, doctype=invoice)
    assert [(one.end, one.lost, one.unlisted) for one in outcomes] == [("imported", (), ())] * 2
    for one, labelled in zip(given, office.labels.training(), strict=True):
        header = {label.fieldtype: label.text for label in labelled.labels if _in_header(label)}
        assert header == one.values
        assert len({label.line_item_id for label in labelled.labels}) - 1 == len(one.rows) > 1
        assert labelled.table and labelled.party and labelled.twin
        for label in labelled.labels:
            spec = invoice.spec(label.fieldtype, in_items=not _in_header(label))
            if spec.type.verbatim:
                assert Lookup(labelled.document).says(label.spans[0], label.text or "")
    assert office.states() == [JobState.IMPORTED] * 2
    assert office.problems() == []


def _in_header(label: Label) -> bool:
    return label.line_item_id is None


def test_nothing_that_is_imported_is_processed_or_delivered(office: Office) -> None:
    office.bring(ManifestEntry(office.file("one.txt"), VALUES))
    assert office.day.work() == []
    assert office.day.delivered() == []
    assert office.problems() == []


@pytest.mark.parametrize("doctype", ["receipt", ""])
def test_what_was_imported_and_is_dropped_is_delivered(office: Office, doctype: str) -> None:
    office.bring(ManifestEntry(office.file("before.txt", "one"), VALUES))
    docid = office.day.drop("one", doctype)
    office.day.work()
    (delivered,) = office.day.delivered()
    said = json.loads(delivered.read_text())
    assert (said["docid"], said["source"], said["model"]) == (docid, "one.txt", "fake")
    assert office.states() == [JobState.DELIVERED]
    assert office.day.store.repeats() == 0
    office.day.drop("one", doctype)
    assert (office.day.work(), office.day.store.repeats()) == ([], 1)


def test_what_was_imported_and_is_dropped_is_held_when_it_is_unsure(office: Office) -> None:
    office.bring(ManifestEntry(office.file("one.txt"), VALUES))
    office.day.asks.logprob = -3.0
    office.day.drop("one")
    office.day.work()
    assert office.states() == [JobState.HELD]
    assert len(list(office.labels.training())) == 1


def test_what_was_imported_may_be_processed_by_hand(office: Office) -> None:
    office.bring(ManifestEntry(office.file("one.txt"), VALUES))
    (job,) = office.day.store.jobs()
    office.day.store.restart(job)
    office.day.work()
    assert len(office.day.delivered()) == 1


def test_another_scan_of_what_was_imported_is_not_taken_for_a_second_one(office: Office) -> None:
    office.bring(ManifestEntry(office.file("one.txt"), VALUES))
    office.day.drop("two")
    office.day.work()
    assert office.states() == [JobState.IMPORTED, JobState.DELIVERED]


def test_the_first_that_are_imported_are_not_spared(office: Office) -> None:
    plan = replace(EVERY, after=15)
    (outcome,) = office.bring(ManifestEntry(office.file("one.txt"), VALUES), plan=plan)
    assert outcome.end == "evidence"


def test_a_drawn_document_is_evidence_until_it_retires(office: Office) -> None:
    (outcome,) = office.bring(ManifestEntry(office.file("one.txt"), VALUES), plan=EVERY)
    (known,) = office.labels.evidence(reading="1")
    assert (outcome.end, list(office.labels.training())) == ("evidence", [])
    for number in range(RETIRES_AFTER):
        served = [(known.document.docid, "receipt")]
        office.labels.decided("m1", "m2", "stays", "no gain", served, now=number)
    assert (list(office.labels.evidence(reading="1")), list(office.labels.training())) == (
        [],
        [known],
    )


def test_a_table_comes_in_with_a_mark_and_semicolons(office: Office) -> None:
    office.file("one.txt")
    table = "file;company;total;colour\r\none.txt;ACME;9.00;red\r\n;;;\r\ntwo.txt;ACME;;\r\n"
    (office.folder / "list.csv").write_text(table, encoding="utf-8-sig", newline="")
    found = listed(office.folder, DOCTYPE)
    assert found.strange == ("colour",)
    assert [(one.file, one.values) for one in found.given] == [
        ("one.txt", {"company": "ACME", "total": "9.00"}),
        ("two.txt", {"company": "ACME"}),
    ]


def test_a_table_with_commas_quotes_what_holds_one(office: Office) -> None:
    (office.folder / "list.CSV").write_text('file,company,total\na.txt,"ACME, Inc",9.00\n')
    (given,) = listed(office.folder, DOCTYPE).given
    assert given.values == {"company": "ACME, Inc", "total": "9.00"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,total\na.txt,9\n", "`file`"),
        ("file,total\n,9\n", " 2: .*file name"),
        ("file,total\na.txt,9,00\n", " 2: .*columns"),
        ("file,total,total\na.txt,9,8\n", "more than one column `total`"),
        ("", "`file`"),
    ],
)
def test_a_table_that_cannot_be_used_is_said_with_its_line(
    office: Office, text: str, said: str
) -> None:
    (office.folder / "list.csv").write_text(text)
    with pytest.raises(ConfigError, match=said) as caught:
        listed(office.folder, DOCTYPE)
    assert caught.value.hint


def test_a_table_in_another_encoding_is_said(office: Office) -> None:
    (office.folder / "list.csv").write_bytes("file;company\na.txt;Müller\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"list\.csv") as caught:
        listed(office.folder, DOCTYPE)
    assert "UTF-8" in caught.value.hint


def test_a_folder_with_no_list_or_two_is_said(office: Office) -> None:
    with pytest.raises(ConfigError, match=r"labels\.jsonl.* CSV"):
        listed(office.folder, DOCTYPE)
    for name in ("a.csv", "b.csv"):
        (office.folder / name).write_text("file\n")
    with pytest.raises(ConfigError, match="a.csv, b.csv"):
        listed(office.folder, DOCTYPE)


def test_labels_that_mean_nothing_are_said(office: Office) -> None:
    invoice = catalogue.find("supplier_invoice", folder=None)
    labels = {"gross_total": "9.00", "colour": "red", "line_items": [{"taste": "sour"}]}
    line = json.dumps({"file": "a.txt", "labels": labels})
    (office.folder / "labels.jsonl").write_text(line)
    found = listed(office.folder, invoice)
    assert found.strange == ("colour", "line_items.taste")
    assert [(one.values, one.rows) for one in found.given] == [({"gross_total": "9.00"}, [])]


def test_what_is_empty_null_or_not_on_the_page_says_nothing(office: Office) -> None:
    labels = {"company": None, "number": " ", "total": "9.00"}
    shown = {"company": True, "number": True, "total": False}
    lines = [
        {"file": "a", "labels": labels},
        {"file": "b", "fields": labels, "on_page": shown},
        {"file": "c", "labels": {"number": True, "total": "9.00"}},
    ]
    (office.folder / "labels.jsonl").write_text("\n".join(map(json.dumps, lines)))
    said = {"total": "9.00"}
    assert [one.values for one in listed(office.folder, DOCTYPE).given] == [said, {}, said]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ('"on_page": []', "`on_page`"),
        ('"on_page": false', "`on_page`"),
        ('"absent": [{"a": 1}]', "`absent`"),
        ('"absent": ""', "`absent`"),
        ('"labels": {"total": NaN}', "nan is no number"),
        ('"labels": {"total": 1e999}', "inf is no number"),
    ],
)
def test_a_line_that_cannot_be_meant_so_is_named(office: Office, more: str, why: str) -> None:
    lines = ['{"file": "a"}', f'{{"file": "b", {more}}}']
    (office.folder / LABELS).write_text("\n".join(lines))
    with pytest.raises(ConfigError, match=f"line 2: .*{why}"):
        listed(office.folder, DOCTYPE)


def test_a_missing_or_empty_handed_file_is_said_and_the_rest_goes_on(office: Office) -> None:
    given = [
        ManifestEntry("gone.txt", VALUES),
        ManifestEntry(office.file("bare.txt"), {}),
        ManifestEntry(office.file("one.txt"), VALUES),
    ]
    gone, bare, one = office.bring(*given)
    assert (gone.end, bare.end, one.end) == ("refused", "refused", "imported")
    assert "gone.txt" in gone.reason and "gone.txt" not in bare.reason


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../secret.txt", "outside"),
        ("sub/../../secret.txt", "outside"),
        ("{root}/secret.txt", "outside"),
        ("{root}/old/../secret.txt", "outside"),
        ("{root}/older/secret.txt", "outside"),
        ("{root}/old/link.txt", "is a link"),
        ("{root}/old/behind/secret.txt", "folder on"),
        ("link.txt", "is a link"),
        ("behind/secret.txt", "folder on"),
        ("one\0.txt", "control character"),
        ("one\x1b]2;PWNED.txt", "control character"),
        ("d/" * 100 + "one.txt", "too deep"),
        ("x" * 5000, os.strerror(errno.ENAMETOOLONG)),
        ("sub", "ordinary file"),
        (".", "folder itself"),
        ("{root}/old/", "folder itself"),
    ],
)
def test_b3_only_files_of_the_folder_are_imported(
    office: Office, tmp_path: Path, name: str, why: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (office.folder / "sub").mkdir()
    (office.folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (office.folder / "behind").symlink_to(tmp_path)
    bad = ManifestEntry(called(office.folder, name.format(root=tmp_path)), VALUES)
    refused, one = office.bring(bad, ManifestEntry(office.file("one.txt"), VALUES))
    assert (refused.end, one.end) == ("refused", "imported")
    assert why in refused.reason and len(refused.reason) < 500
    assert refused.file.isprintable()
    assert [path.read_text() for path in office.day.archive.files()] == ["one"]


def test_the_source_of_what_was_imported_is_a_clean_relative_name(office: Office) -> None:
    (office.folder / "sub").mkdir()
    office.file("sub/one.txt", "one")
    office.bring(ManifestEntry("./sub//one.txt", VALUES))
    (job,) = office.day.store.jobs()
    assert job.source == "sub/one.txt"


@pytest.mark.parametrize("path", ["{folder}/sub/one.txt", "{folder}/./sub//one.txt"])
@pytest.mark.parametrize("name", [LABELS, "list.csv"])
def test_b3_a_list_may_hold_whole_paths_of_what_lies_in_its_folder(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str, path: str
) -> None:
    (office.folder / "sub").mkdir()
    office.file("sub/one.txt", "one")
    said = path.format(folder=office.folder)
    line = json.dumps({"file": said, "labels": dict(VALUES)})
    (office.folder / name).write_text(f"file,total\n{said},9.00" if name != LABELS else line)
    monkeypatch.chdir(office.folder)
    for folder in (office.folder, Path("sub/..")):
        assert [one.file for one in listed(folder, DOCTYPE).given] == ["sub/one.txt"]
    (one,) = office.bring(*listed(office.folder, DOCTYPE).given)
    assert one.end == "imported"
    assert [job.source for job in office.day.store.jobs()] == ["sub/one.txt"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such file")
def test_c8_pipes_and_devices_are_refused_without_a_wait(office: Office) -> None:
    os.mkfifo(office.folder / "pipe.txt")
    pipe, device, one = office.bring(
        ManifestEntry("pipe.txt", VALUES),
        ManifestEntry("/dev/zero", VALUES),
        ManifestEntry(office.file("one.txt"), VALUES),
    )
    assert (pipe.end, device.end, one.end) == ("refused", "refused", "imported")
    assert "pipe.txt" in pipe.reason and "zero" in device.reason


def test_d4_what_is_too_large_is_not_imported_nor_read(office: Office) -> None:
    with (office.folder / "big.txt").open("wb") as file:
        file.truncate(8_000_000_000)
    (big,) = office.bring(ManifestEntry("big.txt", VALUES), largest=100_000_000)
    assert big.end == "refused"
    assert "8000 MB" in big.reason and "100 MB" in big.reason


@pytest.mark.parametrize("cell", ["x" * 200_000, "1\0"])
def test_e_a_table_with_a_monstrous_cell_is_no_traceback(office: Office, cell: str) -> None:
    office.file("one.txt")
    (office.folder / "list.csv").write_text(f"file,total\none.txt,{cell}\n")
    try:
        office.bring(*listed(office.folder, DOCTYPE).given)
    except ConfigError as error:
        assert "line 2" in str(error)


def test_a_broken_file_is_said_and_leaves_nothing_behind(office: Office, reader: Reader) -> None:
    (office.folder / "broken.pdf").write_bytes(b"%PDF-1.4 no more")
    (outcome,) = office.bring(ManifestEntry("broken.pdf", VALUES), reader=reader)
    assert outcome.end == "refused" and outcome.reason
    assert (office.states(), list(office.day.archive.files())) == ([], [])


def test_a_reader_that_dies_of_one_file_ends_nothing(office: Office) -> None:
    class Dies(Reads):
        def read(self, path: Path, *, docid: str) -> Document:
            if path.name == "one.txt":
                raise WorkerError("the reader ended by a crash (SIGSEGV)")
            return super().read(path, docid=docid)

    given = [ManifestEntry(office.file(name), VALUES) for name in ("one.txt", "two.txt")]
    outcomes = office.bring(*given, reader=Dies())
    assert [one.end for one in outcomes] == ["refused", "imported"]


def test_an_import_that_was_stopped_goes_on_where_it_ended(office: Office) -> None:
    class Stopped(Reads):
        def read(self, path: Path, *, docid: str) -> Document:
            if path.name == "two.txt":
                raise KeyboardInterrupt
            return super().read(path, docid=docid)

    given = [
        ManifestEntry(office.file(name), VALUES) for name in ("one.txt", "two.txt", "three.txt")
    ]
    first = office.begin(*given, reader=Stopped())
    assert next(first).end == "imported"
    with pytest.raises(KeyboardInterrupt):
        next(first)
    assert office.problems() == []
    assert [one.end for one in office.bring(*given)] == ["there", "imported", "imported"]
    assert [one.end for one in office.bring(*given)] == ["there"] * 3
    assert len(list(office.labels.training())) == 3


def test_what_a_clerk_approved_is_not_imported_over(office: Office) -> None:
    office.day.drop("one")
    office.day.work()
    (job,) = office.day.store.jobs()
    answer = office.day.store.answer(job)
    assert answer
    hers = Review("fake", (), answer.judgement, 5.0)
    Reviews(office.day.store).note(job, "desk", "Ann", hers, now=9)
    (outcome,) = office.bring(ManifestEntry(office.file("one.txt"), VALUES))
    assert outcome.end == "there"


def test_a_document_that_is_here_gets_labels_and_goes_its_own_way(office: Office) -> None:
    office.day.asks.logprob = -3.0
    office.day.drop("one")
    office.day.work()
    (before,) = office.day.store.jobs()
    values = VALUES | {"total": "8.00"}
    (outcome,) = office.bring(ManifestEntry(office.file("other.txt", "one"), values))
    (after,) = office.day.store.jobs()
    answer = office.day.store.answer(after)
    assert (outcome.end, after) == ("imported", before)
    assert answer and answer.reviewed is None
    assert office.day.store.repeats() == 0
    (known,) = office.labels.training()
    assert {label.fieldtype: label.text for label in known.labels} == values


def test_what_does_not_stand_in_the_document_is_kept_and_counted(office: Office) -> None:
    given = [
        ManifestEntry(office.file(name), {"company": "Umbrella"} | extra) for name, extra in LOST
    ]
    found = summarise(office.bring(*given))
    assert (found.imported, found.lost) == (2, (("company", 2), ("total", 1)))
    (first, _) = office.labels.training()
    assert first.labels == (
        Label("company", "Umbrella", value="Umbrella"),
        Label("total", "7.00", value="7.00"),
    )


LOST = (("one.txt", {"total": "7.00"}), ("two.txt", {"total": "9.00"}))


def test_a_value_is_found_however_the_document_writes_it() -> None:
    document = Reads().read(Path("any"), docid="a" * 64)
    keyed = labels_to_review(document, DOCTYPE, {"company": "acme", "total": "9"})
    assert keyed.lost == ()
    company, total = keyed.review.corrections
    assert (company.value, total.value, total.after) == ("acme", "9", "9")
    assert keyed.review.judgement.party == "acme"


def test_a_listed_value_is_known_by_its_words_or_left_out(office: Office, reader: Reader) -> None:
    invoice = catalogue.find("supplier_invoice", folder=None)
    office.file("a.txt", "Rechnung 4711\nSumme 9,00 €\n")
    values = {"kind": "RECHNUNG", "currency": "Taler"}
    (outcome,) = office.bring(ManifestEntry("a.txt", values), reader=reader, doctype=invoice)
    assert (outcome.end, outcome.unlisted) == ("imported", ("currency",))
    (known,) = office.labels.training()
    (label,) = known.labels
    assert (label.fieldtype, label.text) == ("kind", "invoice")
    assert Lookup(known.document).text(label.spans) == "Rechnung"


def test_the_command_tells_what_came_in_and_what_did_not(tmp_path: Path, invoices: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    folder = tmp_path / "old"
    folder.mkdir()
    lines = [json.loads(line) for line in (invoices / "labels.jsonl").read_text().splitlines()]
    (folder / "a.pdf").write_bytes((invoices / lines[0]["file"]).read_bytes())
    first = {"file": "a.pdf", "labels": lines[0]["labels"] | {"colour": "red"}}
    missing = {"file": "b.pdf", "labels": lines[1]["labels"]}
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, [first, missing])))
    words = ["--home", str(home.folder), "import", str(folder), "-t", "supplier_invoice"]
    run = CliRunner()
    told = run.invoke(app, words, env={"APPLIANCE_EVIDENCE_FIRST": "0"})
    assert told.exit_code == 3, told.output
    for said in ("colour", "b.pdf", "1 imported\n", "1 refused", "tune"):
        assert said in told.output
    again = run.invoke(app, [*words, "--limit", "1"])
    assert (again.exit_code, "1 imported" in again.output) == (0, False)

"""The reader's child, asked ahead of time."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import pytest
from einvoice_xml import ubl
from PIL import Image
from typed_pages import INVOICE, document

from appliance.domain.document import UNNAMED, BBox, PagePart
from appliance.domain.errors import (
    ApplianceError,
    DocumentError,
    TimeoutExceeded,
    ToolError,
    Unfinished,
    WorkerError,
)
from appliance.domain.mail import Mail
from appliance.domain.results import ModelVersion
from appliance.intake.archive import Archive
from appliance.learning.models.versions import sha256_of
from appliance.samples.make import make
from appliance.samples.sheet import Sheet
from appliance.service.child_processes import (
    FORGOTTEN,
    THREAD,
    Predictor,
    Reader,
    Renderer,
    gaps,
)
from appliance.settings.config import ReadingSettings, Settings
from appliance.system import landlock
from appliance.system.confinement import FILES, THREADS
from bench.outlook import OutlookFile, OutlookMail


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader(Settings().reading, threads=1)
    yield reader
    reader.stop()


def page(folder: Path, text: str) -> tuple[Path, str]:
    sheet = Sheet("SansMono")
    sheet.text(20, 20, text)
    data = sheet.pdf()
    path = folder / f"{text}.pdf"
    path.write_bytes(data)
    return path, hashlib.sha256(data).hexdigest()


def said(reader: Reader, path: Path, docid: str) -> list[str]:
    return [word.text for word in reader.read(path, docid=docid).pages[0].words]


def test_what_was_begun_is_read_whoever_asks_first(reader: Reader, tmp_path: Path) -> None:
    history = [page(tmp_path, text) for text in ("one", "two", "three")]
    for path, docid in history:
        reader.begin(path, docid=docid)
    for (path, docid), text in reversed(list(zip(history, ("one", "two", "three"), strict=True))):
        assert said(reader, path, docid) == [text]


def test_an_answer_about_another_document_is_none(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path, docid), (_, other) = page(tmp_path, "one"), page(tmp_path, "two")
    answered = reader.read(path, docid=docid)
    monkeypatch.setattr(reader._worker, "finish", lambda timeout: answered)
    with pytest.raises(WorkerError, match="another document"):
        reader.read(path, docid=other)


def test_what_stands_on_a_part_of_a_page_is_looked_at(reader: Reader, tmp_path: Path) -> None:
    path, docid = page(tmp_path, "4711")
    ahead = page(tmp_path, "two")
    (word,) = reader.read(path, docid=docid).pages[0].words
    reader.begin(ahead[0], docid=ahead[1])
    parts = [PagePart(0, 0.0, word.bbox), PagePart(0, 0.0, BBox(0.4, 0.7, 0.6, 0.72))]
    assert reader.look(path, parts, docid=docid) == ("4711", "")
    assert said(reader, *ahead) == ["two"]


def test_an_answer_about_other_parts_is_none(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, docid = page(tmp_path, "4711")
    parts = [PagePart(0, 0.0, BBox(0.4, 0.7, 0.6, 0.72))]
    for answered in ((), reader.read(path, docid=docid)):
        monkeypatch.setattr(reader._worker, "ask", lambda *_, said=answered, **__: said)
        with pytest.raises(WorkerError, match="other parts"):
            reader.look(path, parts, docid=docid)


def test_a_mail_is_opened_and_no_document_where_somebody_wants_one(
    reader: Reader, tmp_path: Path
) -> None:
    text = tmp_path / "text.msg"
    text.write_bytes(OutlookMail("A", "a@b.example", "March", "twelve bolts").saved())
    assert said(reader, text, UNNAMED)[-2:] == ["twelve", "bolts"]
    whole = tmp_path / "whole.msg"
    enclosed = OutlookFile("a.pdf", page(tmp_path, "one")[0].read_bytes())
    whole.write_bytes(OutlookMail("A", "a@b.example", "March", "", files=(enclosed,)).saved())
    docid = hashlib.sha256(whole.read_bytes()).hexdigest()
    reader.begin(whole, docid=docid)
    mail = reader.open(whole, docid=docid)
    assert isinstance(mail, Mail)
    assert [one.content for one in mail.attachments] == [enclosed.content]
    with pytest.raises(DocumentError):
        reader.read(whole, docid=docid)


def test_a_document_at_fault_is_told_of_when_it_is_read(reader: Reader, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    path, docid = page(tmp_path, "one")
    reader.begin(broken, docid=UNNAMED)
    reader.begin(path, docid=docid)
    assert said(reader, path, docid) == ["one"]
    with pytest.raises(DocumentError, match="damaged"):
        reader.read(broken, docid=UNNAMED)


def test_a_child_that_dies_costs_the_document_it_was_at(reader: Reader, tmp_path: Path) -> None:
    first, second = page(tmp_path, "one"), page(tmp_path, "two")
    assert said(reader, *first) == ["one"]
    assert reader._worker.pid
    os.kill(reader._worker.pid, signal.SIGSTOP)  # or it would be done before it dies
    reader.begin(first[0], docid=first[1])
    reader.begin(second[0], docid=second[1])
    os.kill(reader._worker.pid, signal.SIGKILL)
    assert said(reader, *second) == ["two"]
    assert said(reader, *first) == ["one"]


def test_a_death_is_told_to_whoever_asked_for_that_document(reader: Reader, tmp_path: Path) -> None:
    path, docid = page(tmp_path, "one")
    assert said(reader, path, docid) == ["one"]
    assert reader._worker.pid
    os.kill(reader._worker.pid, signal.SIGSTOP)
    reader.begin(path, docid=docid)
    os.kill(reader._worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerError, match="memory"):
        reader.read(path, docid=docid)
    assert said(reader, path, docid) == ["one"]


def test_what_nobody_comes_for_is_forgotten(reader: Reader, tmp_path: Path) -> None:
    for number in range(FORGOTTEN + 3):
        path, docid = page(tmp_path, f"begun{number}")
        reader.begin(path, docid=docid)
    said(reader, *page(tmp_path, "last"))
    assert len(reader._read) <= FORGOTTEN


def test_a3_what_an_archived_file_says_now_is_never_read_for_what_arrived(
    reader: Reader, tmp_path: Path
) -> None:
    dropped, _ = page(tmp_path, "119.00")
    archive = Archive(tmp_path / "archive")
    docid = archive.put(dropped)
    kept = archive.original(docid)
    page(tmp_path, "919.00")[0].replace(kept)  # by rot, or a hand
    renderer = Renderer(Settings().reading)
    try:
        with pytest.raises(DocumentError, match="other bytes"):
            reader.read(kept, docid=docid)
        with pytest.raises(DocumentError, match="other bytes"):
            renderer.render(kept, 0, 0.0, longest=300)
        assert archive.put(dropped) == docid  # dropped again it heals
        assert said(reader, kept, docid) == ["119.00"]
        assert renderer.render(kept, 0, 0.0, longest=300)
    finally:
        renderer.stop()


def test_c6_a_long_file_lets_others_be_read_between_its_pages(tmp_path: Path) -> None:
    texts = ["one", "two", "three"]
    long = tmp_path / "long.txt"
    long.write_text("\f".join(texts))
    docid = hashlib.sha256(long.read_bytes()).hexdigest()
    short = page(tmp_path, "short")
    reader = Reader(Settings().reading, threads=1, turn=0.0)
    try:
        for done in (1, 2):
            with pytest.raises(Unfinished, match=f"{done} of 3"):
                reader.read(long, docid=docid)
            assert said(reader, *short) == ["short"]
        pages = reader.read(long, docid=docid).pages
        assert [word.text for page in pages for word in page.words] == texts
    finally:
        reader.stop()


limited = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of another process")


@limited
def test_d3_the_reading_child_has_walls(reader: Reader, tmp_path: Path) -> None:
    import resource

    assert said(reader, *page(tmp_path, "one")) == ["one"]
    pid = reader._worker.pid
    assert pid
    for what, most in (("DATA", 2_000_000_000 + THREAD), ("FSIZE", 0), ("CORE", 0)):
        assert resource.prlimit(pid, getattr(resource, f"RLIMIT_{what}")) == (most, most)
    seconds, _ = resource.prlimit(pid, resource.RLIMIT_CPU)
    assert 900 <= seconds <= 960
    for what, most in (("NOFILE", FILES), ("NPROC", THREADS)):
        soft, hard = resource.prlimit(pid, getattr(resource, f"RLIMIT_{what}"))
        assert 0 < soft == hard <= most
    assert re.search(r"^NoNewPrivs:\s1$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)


@limited
@pytest.mark.skipif(landlock.version() < landlock.NEWEST, reason="the kernel has no whole cage")
def test_every_thread_of_the_reading_child_is_in_the_cage(reader: Reader, tmp_path: Path) -> None:
    scan = make(tmp_path, doctypes=["receipt"], number=1, renderings=["degraded"])[0]
    assert reader.read(scan.path, docid=UNNAMED).pages[0].source == "ocr"
    threads = list(Path(f"/proc/{reader._worker.pid}/task").iterdir())
    assert len(threads) > 1
    for thread in threads:
        assert re.search(r"^Seccomp:\s2$", (thread / "status").read_text(), re.MULTILINE)
    assert gaps(Settings().reading) == ()


@limited
def test_nothing_leads_from_the_reading_child_to_what_removes_shared_memory(
    reader: Reader, tmp_path: Path
) -> None:
    assert said(reader, *page(tmp_path, "one")) == ["one"]
    tracker = os.fstat(resource_tracker.getfd())
    for handle in Path(f"/proc/{reader._worker.pid}/fd").iterdir():
        assert not os.path.samestat(handle.stat(), tracker)


@limited
def test_d3_a_file_that_needs_more_memory_than_granted_is_at_fault(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    Image.new("RGBA", (8000, 9000), "white").save(bomb)
    reader = Reader(ReadingSettings(gigabytes=0.4), threads=1)
    try:
        with pytest.raises(DocumentError, match=r"0\.4 GB"):
            reader.read(bomb, docid=UNNAMED)
        assert said(reader, *page(tmp_path, "one")) == ["one"]
        with pytest.raises(WorkerError, match="memory"):  # perhaps another's fault
            reader.read(bomb, docid=UNNAMED)
        with pytest.raises(DocumentError, match=r"0\.4 GB"):
            reader.read(bomb, docid=UNNAMED)
    finally:
        reader.stop()


def test_c6_a_file_that_took_too_long_ahead_of_time_is_at_fault_in_its_own_step(
    tmp_path: Path,
) -> None:
    long = tmp_path / "long.txt"
    long.write_text("\f".join(str(number) for number in range(100)))
    docid = hashlib.sha256(long.read_bytes()).hexdigest()
    reader = Reader(Settings().reading, threads=1)
    try:
        path, other = page(tmp_path, "one")
        assert said(reader, path, other) == ["one"]  # it has started
        assert reader._worker.pid
        os.kill(reader._worker.pid, signal.SIGSTOP)
        reader.begin(long, docid=docid)
        reader.begin(path, docid=other)
        reader._timeout = 0.2
        reader._finish(wanted=other)
        reader._timeout = 60
        with pytest.raises(TimeoutExceeded):
            reader.read(long, docid=docid)
        assert said(reader, path, other) == ["one"]
    finally:
        reader.stop()


@pytest.mark.model
@pytest.mark.parametrize("taught", [False, True])
def test_only_a_model_that_was_taught_to_is_asked_what_columns_are(gguf: Path, taught: bool):
    bill = document("what price\nwood 5.00\niron 6.00\npine 7.00")
    version = ModelVersion("smollm2", str(gguf), sha256_of([gguf]), names_columns=taught)
    predictor = Predictor(version, Settings().extraction, threads=1)
    try:
        found = predictor.extract(bill, INVOICE)
    finally:
        predictor.stop()
    assert taught or [[cell.text for cell in row] for row in found.rows] == [
        ["wood", "5.00"],
        ["iron", "6.00"],
        ["pine", "7.00"],
    ]
    assert any(cell.tokens for row in found.rows for cell in row) is taught


@pytest.mark.parametrize("name", ["upright", "turned"])
def test_the_child_behind_its_walls_reads_a_photo_of_a_telephone(
    reader: Reader, tmp_path: Path, name: str
) -> None:
    photo = Path(__file__).parents[1] / f"reading/telephone/{name}.heic"
    assert "9.00" in " ".join(said(reader, photo, UNNAMED))
    cut = tmp_path / "cut.heic"
    cut.write_bytes(photo.read_bytes()[:900])
    with pytest.raises(DocumentError, match="damaged"):
        reader.read(cut, docid=UNNAMED)


def test_the_child_behind_its_walls_reads_an_einvoice_where_it_is_asked_to(tmp_path: Path) -> None:
    path = tmp_path / "invoice.xml"
    path.write_text(ubl(), encoding="utf-8")
    hostile = tmp_path / "hostile.xml"
    hostile.write_text(ubl().replace("<Invoice", "<!DOCTYPE a><Invoice"), encoding="utf-8")
    for asked in (False, True):
        reader = Reader(Settings().reading, threads=1, einvoice=asked)
        try:
            if asked:
                with pytest.raises(DocumentError, match="DOCTYPE"):
                    reader.read(hostile, docid=UNNAMED)
            docid = hashlib.sha256(path.read_bytes()).hexdigest()
            found = reader.read(path, docid=docid).einvoice
            assert (found is not None and found.faults == ()) is asked
        finally:
            reader.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no program like that")
@pytest.mark.parametrize(
    ("installed", "kind", "words"),
    [(True, DocumentError, "Nothing can be read"), (False, ToolError, "not installed")],
)
def test_tesseract_starts_in_the_cage_where_it_is_installed(
    installed: bool,
    kind: type[ApplianceError],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    if installed:  # one that reads nothing
        shutil.copy("/bin/echo", programs / "tesseract")
    monkeypatch.setenv("PATH", str(programs))
    scan = make(tmp_path, doctypes=["receipt"], number=1, renderings=["degraded"])[0]
    reader = Reader(ReadingSettings(ocr="tesseract"), threads=1)
    try:
        with pytest.raises(kind, match=words):
            reader.read(scan.path, docid=UNNAMED)
    finally:
        reader.stop()

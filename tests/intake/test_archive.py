from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from crash import Killed, dies_at, watched

from appliance.domain.errors import DocumentError, HomeError
from appliance.intake.archive import Archive, StillChanging
from appliance.system import files


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "document.pdf"
    path.write_bytes(b"%PDF-1.7 whatever")
    return path


def test_a_document_lies_under_the_hash_of_its_bytes(archive: Archive, document: Path) -> None:
    docid = archive.put(document)
    assert docid == hashlib.sha256(document.read_bytes()).hexdigest()
    assert archive.path(docid) == archive.root / docid[:2] / docid
    assert archive.path(docid).read_bytes() == document.read_bytes()
    assert list(archive.files()) == [archive.path(docid)]


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no such rights")
def test_owner_and_group_may_read_an_archived_document(archive: Archive, document: Path) -> None:
    document.chmod(0o777)
    assert archive.path(archive.put(document)).stat().st_mode & 0o777 == 0o640


def test_the_same_bytes_are_copied_once(archive: Archive, document: Path) -> None:
    copied = archive.path(archive.put(document)).stat().st_ino
    assert archive.path(archive.put(document)).stat().st_ino == copied


def test_a_damaged_copy_is_noticed_and_healed_by_the_original(
    archive: Archive, document: Path
) -> None:
    docid = archive.put(document)
    archive.path(docid).write_bytes(b"bit rot")
    assert not archive.intact(docid)
    archive.put(document)
    assert archive.intact(docid)


def test_a_file_that_changes_while_it_is_copied_is_left_for_later(
    archive: Archive, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pour = files.pour

    def disturbed(path: Path, chunks: object) -> str:
        document.write_bytes(b"another scan")
        return pour(path, chunks)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "pour", disturbed)
    with pytest.raises(StillChanging):
        archive.put(document)
    assert not list(archive.files())


def test_a_file_that_cannot_be_read_is_named_to_the_clerk(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"gone\.pdf") as caught:
        archive.put(tmp_path / "gone.pdf")
    assert caught.value.hint


def test_an_archive_that_cannot_be_written_is_not_the_documents_fault(
    tmp_path: Path, document: Path
) -> None:
    (tmp_path / "archive").write_text("a file where a folder should be")
    with pytest.raises(HomeError):
        Archive(tmp_path / "archive").put(document)


def test_what_is_no_docid_has_no_place(archive: Archive) -> None:
    for name in ("", "../../etc/passwd", "A" * 64, "a" * 63):
        with pytest.raises(ValueError):
            archive.path(name)


def test_a_document_is_whole_or_absent_wherever_the_process_dies(
    tmp_path: Path, document: Path
) -> None:
    for number in range(100):
        archive = Archive(tmp_path / str(number))
        try:
            with watched(dies_at(number)):
                archive.put(document)
        except Killed:
            assert all(archive.intact(path.name) for path in archive.files())
            assert archive.intact(archive.put(document))
        else:
            assert number > 5
            return
    raise AssertionError("it never ended")


def test_half_written_copies_are_swept_once_nobody_can_be_writing_them(
    archive: Archive, document: Path
) -> None:
    def dies_before_the_rename(done: int, act: str, argument: object) -> None:
        if act == "replace":
            raise Killed

    with pytest.raises(Killed), watched(dies_before_the_rename):
        archive.put(document)
    (partial,) = (archive.root / ".partial").iterdir()
    archive.sweep(now=partial.stat().st_mtime + 60)
    assert partial.exists()
    archive.sweep(now=partial.stat().st_mtime + 7200)
    assert not partial.exists()
    assert not list(archive.files())


def test_an_archive_that_cannot_be_looked_into_is_said_by_who_writes_there(
    tmp_path: Path,
) -> None:
    archive, document = Archive(tmp_path / ("a" * 300)), tmp_path / "document.pdf"
    document.write_bytes(b"content")
    archive.sweep(now=1000)
    with pytest.raises(HomeError):
        archive.put(document)

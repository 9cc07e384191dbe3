from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from crash import Killed, dies_at, syncs, watched

from appliance.domain.errors import DocumentError, HomeError
from appliance.intake.quarantine import Quarantine

LOCKED = DocumentError("it is locked with a password", hint="ask the sender for an open copy")


@pytest.fixture
def quarantine(tmp_path: Path) -> Quarantine:
    return Quarantine(tmp_path / "failed")


def original(folder: Path, content: bytes) -> tuple[Path, str]:
    docid = hashlib.sha256(content).hexdigest()
    path = folder / docid
    path.write_bytes(content)
    return path, docid


def put(quarantine: Quarantine, folder: Path, name: str, content: bytes) -> Path:
    path, docid = original(folder, content)
    return quarantine.put(path, name=name, docid=docid, error=LOCKED, now=1_700_000_000)


def test_a_clerk_reads_why_and_what_to_do_next(quarantine: Quarantine, tmp_path: Path) -> None:
    path = put(quarantine, tmp_path, "2026/invoice 7.pdf", b"content")
    assert path == quarantine.folder / "invoice 7.pdf"
    assert path.read_bytes() == b"content"
    reason = (quarantine.folder / "invoice 7.pdf.reason.txt").read_text()
    assert reason.startswith("invoice 7.pdf ")
    assert str(LOCKED) in reason and LOCKED.hint in reason
    assert "2023-11-14 22:13:20+00:00" in reason
    assert str(tmp_path) in reason


def test_no_reason_drives_the_terminal_on_which_it_is_read(
    quarantine: Quarantine, tmp_path: Path
) -> None:
    path, docid = original(tmp_path, b"content")
    error = DocumentError("it holds \x1bc\x9b2J and \u202egpj")
    shown = quarantine.put(path, name="a.pdf", docid=docid, error=error, now=1_700_000_000)
    reason = shown.with_name("a.pdf.reason.txt").read_text()
    assert "it holds \ufffdc\ufffd2J and \ufffdgpj\n" in reason
    assert reason.endswith(f"Document: {docid}\n")


def test_whatever_is_done_to_the_shown_file_the_original_stays(
    quarantine: Quarantine, tmp_path: Path
) -> None:
    shown = put(quarantine, tmp_path, "a.pdf", b"content")
    shown.write_bytes(b"scribble")
    assert original(tmp_path, b"content")[0].read_bytes() == b"content"


def test_a_repeated_step_shows_the_document_once(quarantine: Quarantine, tmp_path: Path) -> None:
    first = put(quarantine, tmp_path, "a.pdf", b"content")
    assert put(quarantine, tmp_path, "a.pdf", b"content") == first
    assert len(list(quarantine.folder.iterdir())) == 2


def test_two_documents_of_one_name_lie_side_by_side(quarantine: Quarantine, tmp_path: Path) -> None:
    first = put(quarantine, tmp_path, "a.pdf", b"one")
    second = put(quarantine, tmp_path, "a.pdf", b"two")
    docid = hashlib.sha256(b"two").hexdigest()
    assert second.name == f"a.{docid[:8]}.pdf"
    assert first.read_bytes() == b"one"
    assert quarantine.find("a.pdf", docid) == second
    assert put(quarantine, tmp_path, "a.pdf", b"two") == second


def test_a_file_that_somebody_put_there_is_not_overwritten(
    quarantine: Quarantine, tmp_path: Path
) -> None:
    quarantine.folder.mkdir()
    (quarantine.folder / "a.pdf").write_bytes(b"a clerk's own")
    assert put(quarantine, tmp_path, "a.pdf", b"content").name != "a.pdf"
    assert (quarantine.folder / "a.pdf").read_bytes() == b"a clerk's own"


def test_a_failed_reason_file_is_not_taken_for_a_reason(
    quarantine: Quarantine, tmp_path: Path
) -> None:
    """A clerk drops both files of ``failed/`` into the inbox again."""
    path = put(quarantine, tmp_path, "a.pdf", b"content")
    reason = path.with_name("a.pdf.reason.txt").read_bytes()
    again = put(quarantine, tmp_path, "a.pdf.reason.txt", reason)
    assert not again.name.endswith(".reason.txt")
    assert path.with_name("a.pdf.reason.txt").read_bytes() == reason


def test_a_document_that_is_called_like_a_half_written_copy_of_another_stays(
    quarantine: Quarantine, tmp_path: Path
) -> None:
    one = put(quarantine, tmp_path, "a.pdf.partial", b"one")
    two = put(quarantine, tmp_path, "a.pdf", b"two")
    assert (one.read_bytes(), two.read_bytes()) == (b"one", b"two")


@pytest.mark.parametrize("name", ["x" * 251 + ".pdf", "ü" * 125 + ".pdf", "." + "x" * 254])
def test_the_longest_names_find_a_place(quarantine: Quarantine, tmp_path: Path, name: str) -> None:
    path = put(quarantine, tmp_path, name, b"content")
    assert path.read_bytes() == b"content"
    assert quarantine.find(name, hashlib.sha256(b"content").hexdigest()) == path


def test_what_is_tried_again_is_taken_back(quarantine: Quarantine, tmp_path: Path) -> None:
    put(quarantine, tmp_path, "a.pdf", b"one")
    other = put(quarantine, tmp_path, "a.pdf", b"two")
    quarantine.remove("a.pdf", hashlib.sha256(b"one").hexdigest())
    assert quarantine.find("a.pdf", hashlib.sha256(b"one").hexdigest()) is None
    assert [kept.path for kept in quarantine.kept()] == [other]
    quarantine.remove("a.pdf", "never shown")


@pytest.mark.skipif(os.name != "posix", reason="Windows syncs no folder")
def test_what_is_taken_back_is_gone_for_good_before_its_reason(
    quarantine: Quarantine, tmp_path: Path
) -> None:
    put(quarantine, tmp_path, "a.pdf", b"one")
    folder = ("fsync", quarantine.folder.stat().st_ino)
    with syncs() as done:
        quarantine.remove("a.pdf", hashlib.sha256(b"one").hexdigest())
    assert done == [("unlink", 0), folder, ("unlink", 0), folder]


def test_a_death_at_any_act_is_mended_by_the_repeated_step(
    quarantine: Quarantine, tmp_path: Path
) -> None:
    for number in range(100):
        quarantine = Quarantine(tmp_path / f"failed {number}")
        try:
            with watched(dies_at(number)):
                put(quarantine, tmp_path, "a.pdf", b"content")
        except Killed:
            path = put(quarantine, tmp_path, "a.pdf", b"content")
            assert path.read_bytes() == b"content"
            names = sorted(entry.name for entry in quarantine.folder.iterdir())
            assert names == ["a.pdf", "a.pdf.reason.txt"]
        else:
            assert number > 5
            return
    raise AssertionError("it never ended")


def test_a_folder_that_cannot_be_written_is_not_the_documents_fault(
    quarantine: Quarantine, tmp_path: Path
) -> None:
    quarantine.folder.write_text("a file where the folder should be")
    with pytest.raises(HomeError):
        put(quarantine, tmp_path, "a.pdf", b"content")


@pytest.mark.skipif(os.name != "posix", reason="Windows finds no file there")
def test_a_folder_that_cannot_be_looked_into_is_not_the_documents_fault(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path / ("f" * 300))
    with pytest.raises(HomeError):
        put(quarantine, tmp_path, "a.pdf", b"content")


def test_a3_other_bytes_are_not_shown_for_what_was_dropped(
    quarantine: Quarantine, tmp_path: Path
) -> None:
    original = tmp_path / "original"
    original.write_bytes(b"919.00")
    docid = hashlib.sha256(b"119.00").hexdigest()
    path = quarantine.put(original, name="one.txt", docid=docid, error=LOCKED, now=0)
    assert not path.exists()
    assert [kept.docid for kept in quarantine.kept()] == [docid]
    assert list(quarantine.folder.glob("*.partial")) == []

from __future__ import annotations

import os
from pathlib import Path

import pytest
from crash import syncs

from appliance.domain.errors import DocumentError, HomeError
from appliance.intake.claim import FOLDER, Claims, FileIdentity
from appliance.intake.folder import DEEPEST, OpenFolder

DEEP = Path("receipt/2026/a.pdf")


@pytest.fixture(params=["folders are opened", "folders are paths"])
def inbox(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    if request.param == "folders are paths":  # as on Windows
        monkeypatch.setattr("appliance.intake.folder._OPENS", False)
    inbox = tmp_path / "inbox"
    (inbox / DEEP).parent.mkdir(parents=True)
    (inbox / DEEP).write_bytes(b"content")
    return inbox


@pytest.fixture
def no_renames(monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.rename

    def rename(source: str, target: str, **folders: int) -> None:
        if not str(source).endswith(".copying"):
            raise PermissionError(13, "Permission denied")
        real(source, target, **folders)

    monkeypatch.setattr(os, "rename", rename)


def test_a_claimed_file_keeps_its_path_below_the_token(inbox: Path) -> None:
    claim = Claims(inbox).claim(DEEP, now=12.5)
    assert claim
    assert claim.path == inbox / FOLDER / "00000000012500000" / DEEP
    assert claim.path.read_bytes() == b"content"
    assert not (inbox / DEEP).exists()
    assert claim.at == 12.5


@pytest.mark.skipif(os.name != "posix", reason="Windows syncs no folder")
def test_what_a_scanner_wrote_is_durable_before_it_leaves_the_inbox(inbox: Path) -> None:
    file, folder = (inbox / DEEP).stat().st_ino, (inbox / DEEP).parent.stat().st_ino
    with syncs() as done:
        assert Claims(inbox).claim(DEEP, now=1000)
    assert done[: done.index(("rename", 0))] == [("fsync", file), ("fsync", folder)]


@pytest.mark.skipif(os.name != "posix", reason="Windows syncs no folder")
def test_a_copy_and_its_name_are_durable_before_the_original_is_removed(
    inbox: Path, no_renames: None
) -> None:
    with syncs() as done:
        claim = Claims(inbox).claim(DEEP, now=1000)
    assert claim
    copied = {claim.path.stat().st_ino, claim.path.parent.stat().st_ino}
    assert copied < {inode for _, inode in done[: done.index(("unlink", 0))]}


def test_a_claim_is_found_again_with_the_same_time(inbox: Path) -> None:
    claim = Claims(inbox).claim(DEEP, now=1_700_000_000.123456)
    assert Claims(inbox).pending() == [claim]


def test_the_same_name_twice_makes_two_claims_with_different_times(inbox: Path) -> None:
    claims = Claims(inbox)
    first = claims.claim(DEEP, now=1)
    (inbox / DEEP).write_bytes(b"again")
    second = Claims(inbox).claim(DEEP, now=1)
    assert first and second
    assert first.at < second.at
    assert claims.pending() == [first, second]


def test_a_time_is_not_used_again_after_its_claim_is_done(inbox: Path) -> None:
    claims = Claims(inbox)
    times = set()
    for _ in range(3):
        (inbox / DEEP).write_bytes(b"content")
        claim = claims.claim(DEEP, now=1)
        assert claim
        assert claims.release(claim, FileIdentity.of(claim.path))
        times.add(claim.at)
    assert len(times) == 3


def test_release_leaves_nothing_behind(inbox: Path) -> None:
    claims = Claims(inbox)
    claim = claims.claim(DEEP, now=1)
    assert claim
    claims.release(claim, FileIdentity.of(claim.path))
    assert not list((inbox / FOLDER).iterdir())


def test_a_claimed_file_that_was_written_to_is_not_removed(inbox: Path) -> None:
    claims = Claims(inbox)
    claim = claims.claim(DEEP, now=1)
    assert claim
    mark = FileIdentity.of(claim.path)
    claim.path.write_bytes(b"content that goes on")
    assert not claims.release(claim, mark)
    assert claims.pending() == [claim]


@pytest.mark.usefixtures("no_renames")
def test_a_file_that_may_not_be_renamed_is_copied_and_removed(inbox: Path) -> None:
    claims = Claims(inbox)
    claim = claims.claim(DEEP, now=1)
    assert claim
    assert claim.path.read_bytes() == b"content"
    assert not (inbox / DEEP).exists()
    assert claims.pending() == [claim]


@pytest.mark.usefixtures("no_renames")
def test_a_file_that_may_not_be_removed_either_stays_alone(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = OpenFolder.remove

    def refuses(folder: OpenFolder, name: str) -> None:
        if FOLDER not in folder.path.parts:
            raise PermissionError(13, "Permission denied")
        real(folder, name)

    monkeypatch.setattr(OpenFolder, "remove", refuses)
    claims = Claims(inbox)
    with pytest.raises(DocumentError, match=r"receipt/2026/a\.pdf") as caught:
        claims.claim(DEEP, now=1)
    assert caught.value.hint
    assert (inbox / DEEP).read_bytes() == b"content"
    assert not list((inbox / FOLDER).iterdir())


@pytest.mark.usefixtures("no_renames")
def test_a_removal_that_fails_after_all_keeps_the_only_copy(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = OpenFolder.remove

    def half_way(folder: OpenFolder, name: str) -> None:
        real(folder, name)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(OpenFolder, "remove", half_way)
    claims = Claims(inbox)
    with pytest.raises(DocumentError):
        claims.claim(DEEP, now=1)
    (claim,) = claims.pending()
    assert claim.path.read_bytes() == b"content"


def test_a_half_made_copy_of_a_dead_process_is_discarded(inbox: Path) -> None:
    half = inbox / FOLDER / "00000000000000001.copying" / "a.pdf"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"con")
    assert Claims(inbox).pending() == []
    assert not half.exists()


@pytest.mark.usefixtures("no_renames")
def test_the_copy_of_the_deepest_file_that_may_not_be_removed_is_discarded(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, path = OpenFolder.remove, Path(*["d"] * DEEPEST, "a.pdf")
    (inbox / path).parent.mkdir(parents=True)
    (inbox / path).write_bytes(b"content")

    def refuses(folder: OpenFolder, name: str) -> None:
        if FOLDER not in folder.path.parts:
            raise PermissionError(13, "Permission denied")
        real(folder, name)

    monkeypatch.setattr(OpenFolder, "remove", refuses)
    with pytest.raises(DocumentError):
        Claims(inbox).claim(path, now=1)
    assert not list((inbox / FOLDER).iterdir())


def test_a_claim_that_died_before_the_file_was_in_it_is_tidied_up(inbox: Path) -> None:
    (inbox / FOLDER / "00000000000000001" / "receipt").mkdir(parents=True)
    assert Claims(inbox).pending() == []
    assert not list((inbox / FOLDER).iterdir())


def test_what_people_put_between_the_claims_is_left_alone(inbox: Path) -> None:
    stray = inbox / FOLDER / "stray" / "a.pdf"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"stray")
    assert Claims(inbox).pending() == []
    assert stray.exists()


def test_a_gone_file_is_no_claim(inbox: Path) -> None:
    claims = Claims(inbox)
    assert claims.claim(Path("gone.pdf"), now=1) is None
    assert not list((inbox / FOLDER).iterdir())


def test_an_inbox_that_is_not_ours_to_change_is_said(inbox: Path) -> None:
    (inbox / FOLDER).write_text("a file where our folder should be")
    with pytest.raises(HomeError, match="inbox"):
        Claims(inbox).claim(DEEP, now=1)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
@pytest.mark.parametrize("renames", ["allowed", "refused"])
def test_b1_nothing_is_claimed_through_a_link(
    inbox: Path, tmp_path: Path, renames: str, request: pytest.FixtureRequest
) -> None:
    (inbox / "receipt").rename(tmp_path / "elsewhere")
    (inbox / "receipt").symlink_to(tmp_path / "elsewhere")
    if renames == "refused":
        request.getfixturevalue("no_renames")
    assert Claims(inbox).claim(DEEP, now=1) is None
    assert (tmp_path / "elsewhere/2026/a.pdf").read_bytes() == b"content"
    assert not list((inbox / FOLDER).iterdir())


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_b1_claims_that_lie_behind_a_link_are_none_of_ours(inbox: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    claims = Claims(inbox)
    claim = claims.claim(DEEP, now=1)
    assert claim
    mark = FileIdentity.of(claim.path)
    (inbox / FOLDER).rename(elsewhere)
    (inbox / FOLDER).symlink_to(elsewhere)
    with pytest.raises(HomeError, match="inbox"):
        claims.pending()
    with pytest.raises(DocumentError):
        claims.release(claim, mark)
    assert [path.read_bytes() for path in elsewhere.rglob("*.pdf")] == [b"content"]


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_b1_a_copy_that_was_discarded_takes_nothing_behind_a_link_along(
    inbox: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "elsewhere" / "precious.pdf"
    precious.parent.mkdir()
    precious.write_bytes(b"precious")
    half = inbox / FOLDER / "00000000000000001.copying"
    half.mkdir(parents=True)
    (half / "folder").symlink_to(precious.parent)
    assert Claims(inbox).pending() == []
    assert not half.exists()
    assert precious.read_bytes() == b"precious"

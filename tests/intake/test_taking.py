from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash import Ledger, deep, watched

from appliance.domain.errors import DocumentError, HomeError, StoreError
from appliance.domain.results import JobState
from appliance.intake.archive import Archive
from appliance.intake.claim import Claims
from appliance.intake.folder import DEEPEST, File
from appliance.intake.intake import Intake, ScanResult
from appliance.intake.scan import ABANDONED
from appliance.records.store import Store


class Place:
    """An inbox with everything behind it; the hand of a clock with it."""

    def __init__(self, folder: Path, ledger: Store | Ledger) -> None:
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self.archive = Archive(folder / "archive")
        self.ledger = ledger
        self.now = 1_000_000.0
        self.intake = self.start()

    def start(self, **settings: object) -> Intake:
        self.intake = Intake(
            self.inbox,
            self.archive,
            self.ledger,
            doctypes=lambda: ["receipt", "supplier_invoice"],
            **settings,  # type: ignore[arg-type]
        )
        return self.intake

    def drop(self, name: str, content: bytes = b"content") -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def look(self, after: float = 0.0) -> ScanResult:
        self.now += after
        return self.intake.look(now=self.now)

    def left(self) -> list[Path]:
        return [path for path in self.inbox.rglob("*") if not path.is_dir()]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "appliance.db")
    yield store
    store.close()


@pytest.fixture
def place(tmp_path: Path, store: Store) -> Place:
    return Place(tmp_path, store)


@pytest.mark.parametrize("ledger", ["the store", "the one for tests"])
def test_a_settled_file_becomes_a_job_and_leaves_the_inbox(
    tmp_path: Path, store: Store, ledger: str
) -> None:
    place = Place(tmp_path, store if ledger == "the store" else Ledger())
    place.drop("receipt/2026/till 3.pdf")
    first = place.look()
    assert not first.taken
    assert first.again_at == place.now + 5
    (taken,) = place.look(after=5).taken
    assert (taken.doctype, taken.source, taken.new) == ("receipt", "2026/till 3.pdf", True)
    assert place.archive.path(taken.docid).read_bytes() == b"content"
    assert not place.left()
    assert place.look().again_at is None


def test_a_look_at_many_files_says_of_each_that_it_goes_on(place: Place) -> None:
    beats: list[int] = []
    place.start(settle=0.0, beat=lambda: beats.append(len(place.left())))
    for number in range(3):
        place.drop(f"receipt/{number}.pdf", bytes([number]))
    assert len(place.look().taken) == 3
    assert beats == [3, 2, 1]


def test_the_row_says_what_was_taken(place: Place, store: Store) -> None:
    place.drop("supplier_invoice/a.pdf")
    place.look()
    place.look(after=5)
    (job,) = store.jobs(JobState.ARRIVED)
    assert (job.doctype, job.source) == ("supplier_invoice", "a.pdf")
    assert job.arrived_at == pytest.approx(place.now)


@pytest.mark.parametrize("default", [None, "receipt"])
def test_a_file_in_the_inbox_itself_has_the_default_type_or_none(
    place: Place, default: str | None
) -> None:
    place.start(settle=0.0, default_type=default)
    place.drop("a.pdf")
    place.drop("somewhere/b.pdf", b"b")
    assert {taken.doctype for taken in place.look().taken} == {default or ""}


def test_the_same_bytes_again_are_taken_but_told_apart(place: Place, store: Store) -> None:
    place.start(settle=0.0)
    place.drop("receipt/a.pdf")
    assert [taken.new for taken in place.look().taken] == [True]
    place.drop("receipt/copy of a.pdf")
    (again,) = place.look().taken
    assert not again.new
    assert len(list(store.jobs())) == 1
    assert store.arrivals(again.docid) == ["a.pdf", "copy of a.pdf"]
    assert not place.left()


def test_a_file_that_cannot_be_removed_is_taken_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(*arguments: object) -> bool:
        raise DocumentError("it cannot be moved out of the inbox")

    place.start(settle=0)
    place.drop("receipt/a.pdf")
    with monkeypatch.context() as patch:
        patch.setattr(Claims, "release", stuck)
        looks = [place.look(after) for after in (0, 1, 61, 61)]
    assert [len(look.taken) for look in looks] == [1, 0, 0, 0]
    assert not place.look(61).taken and not place.left()


def test_the_same_bytes_as_another_kind_are_another_job(place: Place, store: Store) -> None:
    place.start(settle=0.0)
    place.drop("receipt/a.pdf")
    place.drop("supplier_invoice/a.pdf")
    assert [taken.new for taken in place.look().taken] == [True, True]


def test_the_same_name_again_is_another_document(place: Place, store: Store) -> None:
    place.start(settle=0.0)
    for content in (b"first", b"second"):
        place.drop("a.pdf", content)
        place.look()
    assert [job.source for job in store.jobs()] == ["a.pdf", "a.pdf"]


def test_an_empty_file_becomes_a_job_after_a_longer_wait(place: Place) -> None:
    place.drop("a.pdf", b"")
    place.look()
    assert not place.look(after=59).taken
    assert place.look(after=1).taken


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes a file")
def test_a_file_that_somebody_holds_open_for_writing_waits(place: Place) -> None:
    place.start(settle=0.0)
    with place.drop("a.pdf").open("ab") as file:
        look = place.look()
        assert not look.taken
        assert [trouble.path for trouble in look.troubles] == [Path("a.pdf")]
        file.write(b" and the rest")
    (taken,) = place.look().taken
    assert place.archive.path(taken.docid).read_bytes() == b"content and the rest"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere an open file is not renamed")
def test_a_writer_that_goes_on_after_the_claim_loses_nothing(
    place: Place, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.start(settle=0.0)
    path = place.drop("a.pdf", b"half")
    record = store.record

    def writes_on(docid: str, doctype: str, source: str, *, now: float) -> bool:
        if "half" in place.archive.path(docid).read_text():
            next(place.inbox.rglob(path.name)).write_bytes(b"the whole")
        return record(docid, doctype, source, now=now)

    monkeypatch.setattr(store, "record", writes_on)
    place.look()
    assert place.left()
    place.look()
    whole = [place.archive.path(job.docid).read_bytes() for job in store.jobs()]
    assert sorted(whole) == [b"half", b"the whole"]
    assert not place.left()


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_links_are_not_followed_but_reported(place: Place, tmp_path: Path) -> None:
    place.start(settle=0.0)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (place.inbox / "link.pdf").symlink_to(secret)
    (place.inbox / "loop").symlink_to(place.inbox)
    look = place.look()
    assert not look.taken
    assert sorted(str(trouble.path) for trouble in look.troubles) == ["link.pdf", "loop"]
    assert {path.name for path in place.inbox.iterdir()} >= {"link.pdf", "loop"}


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_b1_a_folder_that_becomes_a_link_takes_nothing_from_elsewhere(tmp_path: Path) -> None:
    class Swapping(Ledger):
        """While one file is taken, the folder of the next becomes a link to where we live."""

        def record(self, docid: str, doctype: str, source: str, *, now: float) -> bool:
            if not (place.inbox / "x").is_symlink():
                (place.inbox / "x").rename(place.inbox / ".old")
                (place.inbox / "x").symlink_to(tmp_path / "home")
            return super().record(docid, doctype, source, now=now)

    place = Place(tmp_path, Swapping())
    place.start(settle=0.0)
    settings = tmp_path / "home" / "appliance.toml"
    settings.parent.mkdir()
    settings.write_text("ours")
    os.utime(place.drop("a.pdf"), (1, 1))
    place.drop("x/appliance.toml")
    looks = [place.look(), place.look(after=100)]
    assert [taken.source for look in looks for taken in look.taken] == ["a.pdf"]
    assert settings.read_text() == "ours"
    assert Path("x") in [trouble.path for look in looks for trouble in look.troubles]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such file")
@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
def test_b1_what_becomes_something_else_as_it_is_taken_is_refused(
    place: Place, tmp_path: Path, what: str
) -> None:
    place.start(settle=0.0)
    path, secret = place.drop("a.pdf"), tmp_path / "secret"
    secret.write_text("secret")

    def becomes(done: int, act: str, argument: object) -> None:
        if act == "rename" and path.is_file():
            path.unlink()
            if what == "link":
                path.symlink_to(secret)
            elif what == "pipe":
                os.mkfifo(path)
            else:
                path.mkdir()

    with watched(becomes):
        look = place.look()
    (trouble,) = look.troubles
    assert trouble.path == Path("a.pdf")
    assert not place.look(after=100).taken
    assert not list(place.archive.files())
    assert secret.read_text() == "secret"


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no paths that long")
def test_c1_folders_too_deep_are_told_once_and_stop_nothing(place: Place) -> None:
    place.start(settle=0.0)
    place.drop("/".join(["few"] * DEEPEST + ["b.pdf"]), b"b")
    place.drop("a.pdf")
    with deep(place.inbox, 2000):
        look = place.look()
        (trouble,) = look.troubles
        assert len(look.taken) == 2
        assert trouble.hint and str(DEEPEST) in trouble.message
        assert len(trouble.path.parts) == DEEPEST + 1
        assert not place.look(after=100).troubles


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no paths that long")
@pytest.mark.parametrize("name", ["00000000000000001", "00000000000000001.copying"])
def test_c1_folders_too_deep_among_the_claims_stop_nothing(place: Place, name: str) -> None:
    place.start(settle=0.0)
    place.drop("a.pdf")
    (place.inbox / ".taken" / name).mkdir(parents=True)
    with deep(place.inbox / ".taken" / name, 2000):
        assert len(place.look().taken) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such file")
def test_a_pipe_in_the_inbox_stops_nothing(place: Place) -> None:
    place.start(settle=0.0)
    os.mkfifo(place.inbox / "pipe.pdf")
    place.drop("a.pdf")
    look = place.look()
    assert len(look.taken) == len(look.troubles) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows names are text")
def test_a_name_that_is_no_text_is_taken_like_any_other(place: Place) -> None:
    place.start(settle=0.0)
    place.drop(os.fsdecode(b"Rechnung f\xfcr M\xe4rz\n.pdf"))
    (taken,) = place.look().taken
    assert taken.source == "Rechnung f\ufffdr M\ufffdrz\ufffd.pdf"


def test_an_unreadable_file_stays_is_reported_and_tried_again_after_a_while(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right to read is played: the tests may run as root, who may read everything."""
    place.start(settle=0.0)
    tries = []

    def refuses(file: File) -> bool:
        tries.append(file)
        raise PermissionError(13, "Permission denied")

    place.drop("a.pdf")
    with monkeypatch.context() as patch:
        patch.setattr("appliance.intake.intake.being_written", refuses)
        (trouble,) = place.look(after=1).troubles
        for _ in range(10):
            assert not place.look(after=1).troubles
        assert trouble.path == Path("a.pdf") and trouble.hint
        assert "Permission denied" in trouble.message
        assert len(tries) == 1
        place.drop("a.pdf", b"somebody writes it again")
        place.look(after=1)
        assert len(tries) == 2
    assert place.look(after=60).taken


def test_files_and_folders_without_the_right_to_read_stay_and_are_reported(place: Place) -> None:
    place.start(settle=0.0)
    place.drop("a.pdf").chmod(0)
    if os.access(place.inbox / "a.pdf", os.R_OK):
        pytest.skip("root and Windows may read everything")
    place.drop("locked/b.pdf").parent.chmod(0)
    place.drop("read-only/c.pdf").parent.chmod(0o555)
    place.drop("d.pdf")
    look = place.look()
    assert [taken.source for taken in look.taken] == ["d.pdf"]
    assert sorted(str(trouble.path) for trouble in look.troubles) == [
        "a.pdf", "locked", "read-only/c.pdf",
    ]  # fmt: skip
    (place.inbox / "a.pdf").chmod(0o600)
    for name in ("locked", "read-only"):
        (place.inbox / name).chmod(0o755)
    assert len(place.look(after=60).taken) == 3
    assert not place.left()


def test_a_file_that_vanishes_between_look_and_claim_is_no_trouble(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.start(settle=0.0)
    path = place.drop("a.pdf")

    def fetched_back(file: File) -> bool:
        path.unlink(missing_ok=True)
        return False

    monkeypatch.setattr("appliance.intake.intake.being_written", fetched_back)
    assert place.look() == ScanResult((), (), None)
    assert not list((place.inbox / ".taken").iterdir())


def test_a_missing_inbox_is_said_and_a_returned_one_taken_from(place: Place) -> None:
    place.start(settle=0.0)
    place.inbox.rmdir()
    with pytest.raises(HomeError):
        place.look()
    place.inbox.mkdir()
    place.drop("a.pdf")
    assert place.look().taken


def test_what_was_taken_before_the_database_failed_is_told_by_the_next_look(
    tmp_path: Path,
) -> None:
    class Failing(Ledger):
        def record(self, docid: str, doctype: str, source: str, *, now: float) -> bool:
            if len(self.jobs) == 1 and not failed:
                failed.append(docid)
                raise StoreError("the disk is full")
            return super().record(docid, doctype, source, now=now)

    failed: list[str] = []
    place = Place(tmp_path, Failing())
    place.start(settle=0.0)
    for name in "abc":
        place.drop(name, name.encode())
    with pytest.raises(StoreError):
        place.look()
    assert [taken.source for taken in place.look().taken] == ["a", "b", "c"]
    assert not place.left()


def test_what_was_claimed_before_a_restart_needs_no_settling(place: Place) -> None:
    place.start(settle=0.0)
    place.drop("receipt/a.pdf")
    claim = place.intake._claims.claim(Path("receipt/a.pdf"), now=place.now)
    assert claim
    place.start(settle=5.0)
    (taken,) = place.look().taken
    assert (taken.doctype, taken.source) == ("receipt", "a.pdf")
    assert not list((place.inbox / ".taken").iterdir())


def test_folders_that_scanners_write_into_stay(place: Place) -> None:
    place.start(settle=0.0)
    place.drop("receipt/a.pdf")
    place.look()
    assert (place.inbox / "receipt").is_dir()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes a file")
def test_e_a_file_that_is_written_with_pauses_is_told_once(place: Place) -> None:
    """In each pause it settles, and is no trouble again when it changes."""
    with place.drop("a.pdf").open("ab") as file:
        told = []
        for _ in range(5):
            file.write(b" and more")
            file.flush()
            told += [*place.look(after=1).troubles, *place.look(after=5).troubles]
    assert [trouble.path for trouble in told] == [Path("a.pdf")]
    assert place.look(after=5).taken
    with place.drop("a.pdf", b"another").open("ab"):
        place.look()
        assert place.look(after=5).troubles


def test_e_what_is_named_as_hidden_or_half_done_is_told_once_it_is_forgotten(place: Place) -> None:
    place.start(settle=0.0)
    for name in (".x.pdf", "a.pdf.part", "~$b.docx", "receipt/.hidden/c.pdf"):
        path = place.drop(name)
        os.utime(path, (place.now, place.now))
        os.utime(path.parent, (place.now, place.now))
    for name in ("Thumbs.db", ".DS_Store", "._a.pdf", "@eaDir/a.pdf"):
        os.utime(place.drop(name), (1, 1))
    assert not place.look(after=ABANDONED).troubles
    told = place.look(after=1).troubles
    assert [str(trouble.path) for trouble in told] == [
        ".x.pdf", "a.pdf.part", "receipt/.hidden", "~$b.docx",
    ]  # fmt: skip
    assert not place.look(after=1).troubles


def test_d4_a_file_over_the_limit_stays_where_it_is_unread(place: Place) -> None:
    place.start(settle=0.0, largest=100_000_000)
    with place.drop("a.pdf").open("ab") as file:
        file.truncate(2_000_000_000)
    with place.drop("b.pdf").open("ab") as file:
        file.truncate(1_000_000)
    look = place.look()
    assert [taken.source for taken in look.taken] == ["b.pdf"]
    (trouble,) = look.troubles
    assert trouble.path == Path("a.pdf") and "100 MB" in trouble.message
    assert "max_megabytes" in trouble.hint
    assert place.left() == [place.inbox / "a.pdf"]
    with (place.inbox / "a.pdf").open("ab") as file:
        file.truncate(2_000_000_001)
    assert not place.look(after=100).troubles

"""Whatever is dropped, rewritten or killed: nothing is lost, and nothing is recorded twice."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from crash import Killed, Ledger, dies_at, watched
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from appliance.intake.archive import Archive
from appliance.intake.intake import Intake
from appliance.records.store import Store


def docid_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def intake(folder: Path, ledger: Any, settle: float = 0.0) -> Intake:
    (folder / "inbox").mkdir(exist_ok=True)
    archive = Archive(folder / "archive")
    return Intake(folder / "inbox", archive, ledger, doctypes=lambda: ["receipt"], settle=settle)


def refuse_renames(real: Any) -> Any:
    """As a share does while a program holds the file: a copy of it is ours and moves."""

    def rename(source: Any, target: Any, **folders: Any) -> None:
        if not str(source).endswith(".copying"):
            raise PermissionError(13, "Permission denied")
        real(source, target, **folders)

    return rename


@pytest.mark.parametrize("refused", [False, True], ids=["renamed", "copied"])
def test_a_death_at_any_act_loses_nothing(
    tmp_path: Path, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if refused:
        monkeypatch.setattr(os, "rename", refuse_renames(os.rename))
    for number in range(200):
        folder, ledger = tmp_path / str(number), Ledger()
        folder.mkdir()
        first = intake(folder, ledger)
        (folder / "inbox" / "receipt").mkdir()
        for name, content in (("a.pdf", b"aa"), ("receipt/b.pdf", b"bb"), ("c.pdf", b"aa")):
            (folder / "inbox" / name).write_bytes(content)
        try:
            with watched(dies_at(number)) as acts:
                ledger.acts = acts
                first.look(now=1000)
        except Killed:
            died = True
        else:
            died = False
        ledger.acts = None
        intake(folder, ledger).look(now=2000)
        assert set(ledger.jobs) == {
            (docid_of(b"aa"), ""),
            (docid_of(b"bb"), "receipt"),
        }
        assert refused or len(ledger.arrivals) == 3
        assert [path for path in (folder / "inbox").rglob("*") if path.is_file()] == []
        assert not any((folder / "inbox" / ".taken").iterdir())
        if not died:
            assert number > 30
            return
    raise AssertionError("it never ended")


@pytest.mark.parametrize("whole", [False, True], ids=["in place", "by a rename"])
@pytest.mark.parametrize("refused", [False, True], ids=["renamed", "copied"])
def test_a_scanner_that_writes_the_name_again_at_any_act_loses_nothing(
    tmp_path: Path, refused: bool, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if refused:
        monkeypatch.setattr(os, "rename", refuse_renames(os.rename))
    number, ended = 0, False
    while not ended:
        folder, ledger = tmp_path / str(number), Ledger()
        folder.mkdir()
        ended, first_overwritten = disturbed_look(folder, ledger, number, whole=whole)
        jobs = {docid for docid, _ in ledger.jobs}
        if not ended:
            assert docid_of(b"another") in jobs
        # The scanner itself may have overwritten the first before we had it.
        assert first_overwritten or docid_of(b"first") in jobs
        assert jobs <= {docid_of(b"first"), docid_of(b"another")}
        number += 1
    assert number > 20


def disturbed_look(folder: Path, ledger: Ledger, number: int, *, whole: bool) -> tuple[bool, bool]:
    """A look with a scanner at work before act ``number``, then looks in peace.

    Gives whether there was no such act, and whether the first scan was overwritten there.
    """
    watching, path = intake(folder, ledger), folder / "inbox" / "a.pdf"
    path.write_bytes(b"first")
    overwritten = []

    def before_act(done: int, act: str, argument: Any) -> None:
        # Between the last comparison and the removal of a copied file nothing can be done: the
        # scanner comes right after instead.
        unguarded = act == "unlink" and path.exists() and Path(argument).name == path.name
        if not overwritten and done >= number and not unguarded:
            overwritten.append(path.exists())
            write(path, b"another", whole=whole)

    with watched(before_act):
        watching.look(now=1000)
    for later in range(5):
        watching.look(now=2000 + later * 100)
    return not overwritten, any(overwritten)


def write(path: Path, content: bytes, *, whole: bool) -> None:
    """As a scanner does: in place, or beside it and renamed."""
    if whole:
        scan = path.with_name(".scan")
        scan.write_bytes(content)
        scan.replace(path)
    else:
        path.write_bytes(content)


NAMES = st.sampled_from(["a.pdf", "b.pdf", "receipt/a.pdf"])
CONTENTS = st.sampled_from([b"one", b"three", b"fifteen", b""])


class Inbox(RuleBasedStateMachine):
    """What people and scanners do to an inbox while the appliance is killed again and again."""

    refused = False

    def __init__(self) -> None:
        super().__init__()
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)
        self.now = 1_000_000.0
        self.ledger = Ledger()
        self.intake = intake(self.folder, self.ledger, settle=5.0)
        self.archive = Archive(self.folder / "archive")
        self.owed: Counter[bytes] = Counter()
        self.ever: set[bytes] = set()

    def teardown(self) -> None:
        with self.scratch:
            for _ in range(3):
                self._look(100)
            arrived = Counter(docid for docid, *_ in self.ledger.arrivals)
            owed = Counter({docid_of(content): n for content, n in self.owed.items() if n})
            assert set(arrived) >= set(owed)
            assert self.refused or arrived == owed
            assert self._lying() == Counter()

    @rule(name=NAMES, content=CONTENTS, whole=st.booleans())
    def drop(self, name: str, content: bytes, whole: bool) -> None:
        """Perhaps over a file that still lies there: that one is the writer's own loss."""
        path = self.folder / "inbox" / name
        path.parent.mkdir(exist_ok=True)
        if path.exists():
            self.owed[path.read_bytes()] -= 1
        self.owed[content] += 1
        self.ever.add(content)
        write(path, content, whole=whole)

    @rule(seconds=st.sampled_from([0, 1, 5, 60]))
    def look(self, seconds: int) -> None:
        self._look(seconds)

    @rule(seconds=st.sampled_from([0, 5]), acts=st.integers(0, 80))
    def look_and_die(self, seconds: int, acts: int) -> None:
        try:
            with watched(dies_at(acts)) as counted:
                self.ledger.acts = counted
                self._look(seconds)
        except Killed:
            self.intake = intake(self.folder, self.ledger, settle=5.0)
        finally:
            self.ledger.acts = None

    @rule(at=st.integers(0, 80), name=NAMES, content=CONTENTS, whole=st.booleans())
    def look_while_a_scanner_writes(self, at: int, name: str, content: bytes, whole: bool) -> None:
        busy = []

        def before_act(done: int, act: str, argument: Any) -> None:
            # Between the last comparison and the removal of a copied file nothing can be done.
            unguarded = self.refused and act == "unlink"
            if done >= at and not busy and not unguarded:
                busy.append(act)
                self.drop(name, content, whole)

        with watched(before_act):
            self._look(5)

    @rule()
    def restart(self) -> None:
        self.intake = intake(self.folder, self.ledger, settle=5.0)

    @precondition(lambda self: self.now > 1_000_100)
    @rule(seconds=st.integers(1, 50))
    def set_the_clock_back(self, seconds: int) -> None:
        self.now -= seconds

    @invariant()
    def nothing_is_lost(self) -> None:
        lying, recorded = self._lying(), {docid for docid, _ in self.ledger.jobs}
        for content in +self.owed:
            docid = docid_of(content)
            assert lying[content] or (docid in recorded and self.archive.intact(docid))

    @invariant()
    def nothing_is_invented(self) -> None:
        dropped = {docid_of(content) for content in self.ever}
        assert {docid for docid, _ in self.ledger.jobs} <= dropped
        assert {path.name for path in self.archive.files()} <= dropped

    def _look(self, seconds: float) -> None:
        self.now += seconds
        self.intake.look(now=self.now)

    def _lying(self) -> Counter[bytes]:
        files = (path for path in (self.folder / "inbox").rglob("*") if path.is_file())
        return Counter(path.read_bytes() for path in files if path.name != ".scan")


class RefusingInbox(Inbox):
    """A share on which no file can be renamed."""

    refused = True

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(os, "rename", refuse_renames(os.rename))

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self.patch.undo()


TestInbox = Inbox.TestCase
TestInbox.settings = settings(max_examples=60, stateful_step_count=25)
TestRefusingInbox = RefusingInbox.TestCase
TestRefusingInbox.settings = settings(max_examples=40, stateful_step_count=25)

LOOKS = """
import sys, time
from pathlib import Path
from appliance.intake.archive import Archive
from appliance.intake.intake import Intake
from appliance.records.store import Store
home = Path(sys.argv[1])
store = Store(home / "appliance.db")
intake = Intake(home / "inbox", Archive(home / "archive"), store, doctypes=lambda: [], settle=0.0)
while True:
    for taken in intake.look(now=time.time()).taken:
        print(taken.source, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL")
def test_a_real_process_killed_again_and_again_records_every_file(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(60):
        (inbox / f"{number}.txt").write_text(f"document {number}")
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", LOOKS, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert process.stdout
        process.stdout.readline()  # in the middle of its work
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for name in ("again.txt", "again and again.txt"):
            (inbox / name).write_text("the same")
    store = Store(tmp_path / "appliance.db")
    intake(tmp_path, store).look(now=2e9)
    archive = Archive(tmp_path / "archive")
    assert len(list(store.jobs())) == 61
    assert all(archive.intact(job.docid) for job in store.jobs())
    assert not any(path.is_file() for path in inbox.rglob("*"))
    store.close()

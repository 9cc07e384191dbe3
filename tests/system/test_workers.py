from __future__ import annotations

import gc
import os
import pickle
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from ctypes import c_bool
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Timer
from typing import Any

import pytest

from appliance.domain.errors import (
    DocumentError,
    Leaving,
    ModelError,
    TimeoutExceeded,
    WorkerError,
)
from appliance.system import workers
from appliance.system.watchdog import WITHIN, Watchdog
from appliance.system.workers import Form, Serve, Worker


def start(greeting: str) -> Serve:
    def serve(request: Any) -> Any:
        match request:
            case "pid":
                return os.getpid()
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "crash in real time":
                os.kill(os.getpid(), signal.SIGRTMIN + 6)
            case "half a character":
                raise DocumentError("\ud800")
            case "hang":
                signal.pause()
            case "bad document":
                raise DocumentError("it is broken", hint="drop another copy")
            case "bug":
                raise KeyError("surprise")
        return f"{greeting} {request}"

    return serve


def look(busy: c_bool) -> Serve:
    return lambda request: busy.value


def refuse() -> Serve:
    raise DocumentError("nothing starts today")


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker("helper", start, "hello") as worker:
        yield worker


def test_it_answers_and_stays(worker: Worker) -> None:
    assert worker.ask("you", timeout=30) == "hello you"
    assert worker.ask("pid", timeout=30) == worker.pid != os.getpid()


def test_an_error_of_the_work_crosses_with_its_hint(worker: Worker) -> None:
    with pytest.raises(DocumentError, match="it is broken") as caught:
        worker.ask("bad document", timeout=30)
    assert caught.value.hint == "drop another copy"


@pytest.mark.parametrize(
    "request_, words",
    [
        ("die", "memory"),
        ("crash", "SIGSEGV"),
        ("crash in real time", "signal 40"),
        ("bug", "KeyError"),
    ],
)
def test_a_death_or_a_bug_costs_one_request(worker: Worker, request_: str, words: str) -> None:
    with pytest.raises(WorkerError, match=words):
        worker.ask(request_, timeout=30)
    assert worker.ask("again", timeout=30) == "hello again"


def test_half_a_character_in_an_error_is_an_unknown_one(worker: Worker) -> None:
    with pytest.raises(DocumentError, match=r"^\?$"):
        worker.ask("half a character", timeout=30)


def break_at_start(how: str) -> Serve:
    if how == "import":
        raise ImportError("no such library")
    if how == "hang":
        signal.pause()
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


@pytest.mark.parametrize(
    ("how", "words"), [("import", "library"), ("hang", "over"), ("die", "kill")]
)
def test_a_child_that_cannot_start_is_the_fault_of_no_request(how: str, words: str) -> None:
    with Worker("helper", break_at_start, how, unready=ModelError) as worker:
        for _ in range(2):
            with pytest.raises(ModelError, match=words) as caught:
                worker.ask("you", timeout=0.5 if how == "hang" else 30)
            assert "appliance doctor" in caught.value.hint


def test_whoever_takes_too_long_is_stopped(worker: Worker) -> None:
    worker.ask("warm up", timeout=30)
    with pytest.raises(TimeoutExceeded):
        worker.ask("hang", timeout=0.2)
    assert worker.ask("again", timeout=30) == "hello again"


def test_a_watchdog_hears_how_long_an_answer_may_take_also_of_a_child_that_dies() -> None:
    notes: list[float] = []
    watchdog = Watchdog(note=notes.append)
    with Worker("helper", start, "hello", watchdog=watchdog) as worker:
        worker.ask("world", timeout=900)
        with pytest.raises(WorkerError):
            worker.ask("die", timeout=800)
    assert any(WITHIN + 890 < seconds <= WITHIN + 900 for seconds in notes)
    assert any(WITHIN + 790 < seconds <= WITHIN + 800 for seconds in notes)
    assert notes[-1] == WITHIN


def test_a_child_that_does_not_even_listen_is_stopped(worker: Worker) -> None:
    pid = worker.ask("pid", timeout=30)
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(WorkerError) as caught:
        worker.ask("x" * 2_000_000, timeout=0.1)
    assert not isinstance(caught.value, TimeoutExceeded)  # the document may be tried again
    assert worker.ask("again", timeout=30) == "hello again"


@pytest.mark.parametrize("long", [1, 2_000_000])
def test_c7_whoever_is_asked_to_leave_leaves_whatever_a_child_does(
    long: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "GRACE", 0.3)
    leave = Event()
    with Worker("helper", start, "hello", leave=leave) as worker:
        os.kill(worker.ask("pid", timeout=30), signal.SIGSTOP)
        asked = Timer(0.2, leave.set)
        asked.start()
        begun = time.monotonic()
        with pytest.raises(Leaving):
            worker.ask("x" * long, timeout=900)
        assert time.monotonic() - begun < 2.5


def test_a_bug_in_a_child_is_logged_where_it_is_without_what_it_says(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(WorkerError, match="KeyError"):
        worker.ask("bug", timeout=30)
    assert "in serve" in caplog.text and "KeyError" in caplog.text
    assert caplog.text.count("surprise") == 1  # the line of code


def test_the_time_of_a_request_counts_from_when_the_child_came_to_it(worker: Worker) -> None:
    worker.ask("warm up", timeout=30)
    worker.begin("hang", timeout=30)
    time.sleep(0.3)
    begun = time.monotonic()
    with pytest.raises(TimeoutExceeded):
        worker.finish(timeout=0.3)
    assert time.monotonic() - begun < 0.3


def test_what_is_begun_is_answered_in_that_order(worker: Worker) -> None:
    for name in ("one", "bad document", "two"):
        worker.begin(name, timeout=30)
    assert worker.begun == 3
    assert worker.finish(timeout=30) == "hello one"
    with pytest.raises(DocumentError, match="it is broken"):
        worker.finish(timeout=30)
    assert worker.finish(timeout=30) == "hello two"
    assert (worker.begun, worker.ready) == (0, False)


def test_another_child_sees_whether_it_is_busy(worker: Worker) -> None:
    with Worker("other", look, worker.busy) as other:
        worker.ask("you", timeout=30)
        assert other.ask("busy?", timeout=30) is False
        worker.begin("hang", timeout=30)
        while not worker.busy.value:
            time.sleep(0.001)
        assert other.ask("busy?", timeout=30) is True
        worker.kill()  # with what it had in hand
        with pytest.raises(WorkerError):
            worker.finish(timeout=30)
        assert other.ask("busy?", timeout=30) is False


def test_a_death_takes_along_what_was_begun_behind_it(worker: Worker) -> None:
    for name in ("die", "one"):
        worker.begin(name, timeout=30)
    with pytest.raises(WorkerError, match="memory"):
        worker.finish(timeout=30)
    assert worker.begun == 0
    with pytest.raises(WorkerError, match="helper"):
        worker.finish(timeout=30)
    assert worker.ask("again", timeout=30) == "hello again"


def test_a_death_between_two_requests_costs_none_though_another_thread_is_told_of_it(
    worker: Worker,
) -> None:
    pid = worker.ask("pid", timeout=30)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)  # as whichever thread starts a child does for all that ended
    assert worker.ask("you", timeout=30) == "hello you"


def test_when_we_leave_quick_work_is_finished_and_slow_work_given_up() -> None:
    leave = Event()
    with Worker("helper", start, "hello", leave=leave) as worker:
        worker.ask("warm up", timeout=30)
        leave.set()
        assert worker.ask("you", timeout=30) == "hello you"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(workers, "GRACE", 0.1)
            with pytest.raises(Leaving):
                worker.ask("hang", timeout=30)


def test_a_program_that_forgets_to_stop_its_child_ends_all_the_same() -> None:
    code = """
from appliance.system.workers import Worker
from negation import begin
print(Worker("helper", begin).ask(1, timeout=30))
"""
    with TemporaryDirectory() as folder:
        program = Path(folder) / "program.py"
        program.write_text(code)
        (program.parent / "negation.py").write_text(
            "from operator import neg\ndef begin(): return neg"
        )
        done = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "-1\n"), done.stderr


def test_signals_meant_for_the_daemon_do_not_end_its_children(worker: Worker) -> None:
    pid = worker.ask("pid", timeout=30)
    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGINT)
    assert worker.ask("pid", timeout=30) == pid


class Exploit:
    """What it is unpickled to is up to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def start_lying() -> Serve:
    pipe = next(one for one in gc.get_objects() if isinstance(one, Connection))

    def serve(told: list[bytes]) -> None:
        for one in told:
            os.write(pipe.fileno(), one)
        signal.pause()

    return serve


def said(*told: bytes) -> list[bytes]:
    """As they cross."""
    return [struct.pack("!i", len(one)) + one for one in told]


PLAIN = Form(str.encode, bytes.decode)
NO_ERROR = b'["", "", "", ""]'


@pytest.mark.parametrize("plain", [True, False])
def test_an_answer_that_is_data_runs_nothing(plain: bool, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    told = said(NO_ERROR, pickle.dumps(Exploit(taken)))
    forms = {"answers": PLAIN} if plain else {}
    with Worker("liar", start_lying, **forms) as liar:  # type: ignore[arg-type]
        if plain:
            with pytest.raises(WorkerError, match="sense"):
                liar.ask(told, timeout=30)
        else:
            liar.ask(told, timeout=30)
    assert taken.exists() is not plain


@pytest.mark.parametrize(
    "told",
    [
        said(b"", b""),
        said(b"[]", b"hello"),
        said(b"[" * 100_000, b""),
        said(b'["Leaving", "we leave", "", ""]', b""),
        said(b'["KeyError", "a", "", ""]', b""),
        said(b'["DocumentError", {}, "", ""]', b""),
        said(NO_ERROR, b"\xff"),
        [struct.pack("!iQ", -1, 1 << 40)],  # a terabyte follows
    ],
)
def test_nonsense_costs_a_child_one_request(told: list[bytes]) -> None:
    with Worker("liar", start_lying, answers=PLAIN) as liar:
        with pytest.raises(WorkerError):
            liar.ask(told, timeout=30)
        assert liar.ask(said(NO_ERROR, b"hello"), timeout=30) == "hello"


def test_work_that_does_not_start_says_why() -> None:
    with Worker("helper", refuse) as worker, pytest.raises(DocumentError, match="nothing starts"):
        worker.ask("you", timeout=30)


def start_listing() -> Serve:
    return lambda name: name in sys.modules


PROGRAM = """
import colorsys  # which nothing else imports
from test_workers import start_listing
from appliance.system.workers import Worker

if __name__ == "__main__":
    with Worker("lister", start_listing) as lister:
        print(lister.ask("colorsys", timeout=60))
    assert __file__ == __import__("sys").argv[0]
"""


def test_a_child_imports_nothing_that_its_program_does(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])
    }
    command = [sys.executable, str(program)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr

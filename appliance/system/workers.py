"""A child process that does one kind of work and may die of it.

pdfium can crash on a hostile file and a model can be killed for memory; here that costs one
request, and the next one starts a new child. What crosses is pickled, but for the answers of a
child that is not to be believed, and for errors, which are told by name.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from ctypes import c_bool
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Event, Lock, Thread
from typing import Any
from weakref import finalize

from appliance.domain.errors import (
    KINDS,
    ApplianceError,
    Leaving,
    TimeoutExceeded,
    ToolError,
    WorkerError,
    discreet,
)
from appliance.system.fault_points import reached
from appliance.system.lending import borrowed, lend
from appliance.system.lifeline import die_with_parent
from appliance.system.watchdog import Watchdog

log = logging.getLogger(__name__)

KILLED = -9
"""Exit code of a child that was ended by the system; Windows has no signal of that name."""
FULL = 3
"""Exit code of a child that ends itself because it has no memory left."""

GRACE = 3.0
"""Seconds for the work in hand when we leave: most documents take two."""
DOCTOR = "`appliance doctor` looks at what is installed"
LISTENS = 60.0
"""Seconds for a child to take a request in, which costs it next to nothing."""
SLICE = 0.25
"""Seconds between two looks whether we leave, at most."""

MOST = 1 << 30
"""Bytes of an answer."""
_MOST_SAID = 1 << 20
"""Bytes of an error."""

Serve = Callable[..., Any]
"""Answers one request, and is told the path of what was lent with it."""


@dataclass(frozen=True, slots=True)
class Form:
    """How the child's answers cross; both are importable by their names."""

    write: Callable[[Any], bytes]
    read: Callable[[bytes], Any]
    """Raises ValueError."""


_SIGNALS = {one.value: one.name for one in signal.Signals}
"""Not those between the first and the last of real time."""
_PICKLED = Form(pickle.dumps, pickle.loads)
_SPAWN = multiprocessing.get_context("spawn")


class Worker:
    """``start(*arguments)`` runs once in the child and returns what answers its requests.

    ``start`` has to be importable by its name, and not from the program's own module. The child
    starts with the first request, and ends with the thread that made it. Once ``leave`` is set, a
    request has ``GRACE`` seconds left. ``watchdog`` hears how long we may wait for an answer.
    A child that cannot start is the fault of no request: that is an error of the kind ``unready``.
    Whoever takes the child over can make us run what it likes, unless ``answers`` are plain data.
    """

    def __init__(
        self,
        name: str,
        start: Callable[..., Serve],
        *arguments: object,
        leave: Event | None = None,
        watchdog: Watchdog | None = None,
        unready: type[ToolError] = ToolError,
        answers: Form = _PICKLED,
    ) -> None:
        self.name = name
        self._answers = answers
        self._start = start
        self._arguments = arguments
        self._leave = leave or Event()
        self._watchdog = watchdog or Watchdog()
        self._unready = unready
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._begun = 0
        self._since = 0.0
        """When the child came to the oldest of them, on the monotonic clock."""
        self._left_at = 0.0
        """When we were seen to leave; one time of grace is for all requests."""
        # Without a lock, which a child that is killed would take along.
        self.busy: c_bool = _SPAWN.RawValue(c_bool, False)
        """Whether the child works on a request; another child may be given it to look at."""
        self._started: c_bool = _SPAWN.RawValue(c_bool, False)

    @property
    def pid(self) -> int | None:
        """Of the living child; None when there is none."""
        process = self._process
        # `is_alive` says yes of a child whose death another thread is just being told of.
        return process.pid if process and not wait([process.sentinel], 0) else None

    @property
    def begun(self) -> int:
        """Requests whose answers nobody has taken; a child that ended has none."""
        return self._begun

    @property
    def ready(self) -> bool:
        """Whether ``finish`` would have no need to wait."""
        return self._pipe is not None and self._pipe.poll(0)

    def ask(self, request: object, *, timeout: float, lent: int | None = None) -> Any:
        """The child's answer, within ``timeout`` seconds; nothing else may be begun.

        Raises whatever ApplianceError the work raised; WorkerError when the child died, failed in a
        way that nobody foresaw, or, as TimeoutExceeded, ran out of time; the kind for a child that
        cannot start; and Leaving when we leave before it is done.
        """
        self.begin(request, timeout=timeout, lent=lent)
        return self.finish(timeout=timeout)

    def begin(self, request: object, *, timeout: float, lent: int | None = None) -> None:
        """The child works on it, after what was begun before, while we do something else. ``lent``
        is the handle of a file that it may read meanwhile.

        Raises WorkerError when it does not take the request within ``timeout`` seconds, and a
        minute at most, and Leaving.
        """
        pipe, process = self._connect()
        with self._guarded(process, min(timeout, LISTENS), late=WorkerError):
            pipe.send((request, lent is not None))
            if lent is not None:
                lend(lent, pipe)
        if not self._begun:
            self._since = time.monotonic()
        self._begun += 1

    def finish(self, *, timeout: float) -> Any:
        """The answer to the oldest request that was begun; raises as ``ask`` does. Its seconds
        count from when the child came to it."""
        pipe, process = self._pipe, self._process
        if pipe is None or process is None or not self._begun:
            raise WorkerError(f"the {self.name} ended before it came to this")
        took = 0.0 if self.ready else time.monotonic() - self._since
        with self._guarded(process, timeout, took=took):
            head, answer = pipe.recv_bytes(_MOST_SAID), pipe.recv_bytes(MOST)
        self._begun -= 1
        self._since = time.monotonic()
        try:
            error, bug = _error_in(head)
            found = None if error else self._answers.read(answer)
        except (ValueError, RecursionError) as senseless:
            self.stop()
            raise WorkerError(f"the {self.name} answered what makes no sense") from senseless
        if bug:
            log.error("a bug in the %s: please report what follows\n%s", self.name, bug)
        if error:
            raise error
        return found

    @contextmanager
    def _guarded(
        self,
        process: BaseProcess,
        timeout: float,
        *,
        took: float = 0.0,
        late: type[WorkerError] = TimeoutExceeded,
    ) -> Iterator[None]:
        """Ends the child when its time is over, or the seconds of grace once we leave: sending and
        receiving block for as long as a child that is stuck does neither."""
        over, ended_for = Event(), list[type[ApplianceError]]()

        def guard() -> None:
            why: type[ApplianceError] = late
            deadline = time.monotonic() + timeout - took
            while not over.wait(min(SLICE, max(0.0, deadline - time.monotonic()))):
                if self._leave.is_set() and why is not Leaving:
                    self._left_at = self._left_at or time.monotonic()
                    deadline, why = min(deadline, self._left_at + GRACE), Leaving
                if time.monotonic() >= deadline:
                    ended_for.append(why)
                    process.kill()
                    return

        thread = Thread(target=guard, name=f"guard of the {self.name}", daemon=True)
        thread.start()
        try:
            with self._watchdog.granted(timeout - took):
                yield
        except (EOFError, OSError) as error:  # the latter also of an answer that broke off
            cause = self._cause()
            if Leaving in ended_for:
                raise Leaving(f"the {self.name} was stopped before it was done") from error
            if ended_for:
                raise self._fault(f"took over {timeout:.0f} s and was stopped", late) from error
            raise self._fault(f"ended {cause}", WorkerError) from error
        finally:
            over.set()
            thread.join()
        if ended_for:  # in the moment in which it was done
            self.stop()

    def _fault(self, what: str, kind: type[WorkerError]) -> ToolError:
        if self._started.value:
            return kind(f"the {self.name} {what}")
        return self._unready(f"the {self.name} did not start: it {what}", hint=DOCTOR)

    def stop(self) -> None:
        """Ends the child at once; it holds nothing that could be lost."""
        if self._pipe:
            self._pipe.close()
        if self._process:
            self._process.kill()
            self._process.join()
        self._pipe = self._process = None
        self._begun = 0
        self.busy.value = False

    def kill(self) -> None:
        """Ends the child from any thread: whoever waits for its answer gets a WorkerError, or the
        error of one that cannot start."""
        if process := self._process:
            process.kill()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _connect(self) -> tuple[Connection, BaseProcess]:
        if self._pipe is None or self._process is None or self.pid is None:
            self.stop()
            self._pipe, far = _SPAWN.Pipe()
            self._started.value = False
            shared = far, self.busy, self._started
            work = self._unready, self._answers.write, self._start, self._arguments
            process = _SPAWN.Process(
                target=_work, args=(*shared, *work), name=self.name, daemon=True
            )
            with _alone():
                process.start()
            # A program that ends without `stop` would wait for a child that outlives signals.
            finalize(self, process.kill)
            self._process = process
            far.close()
        return self._pipe, self._process

    def _cause(self) -> str:
        process = self._process
        if process:
            process.join(5)
        code = process.exitcode if process else None
        self.stop()
        if code == KILLED:
            return "by a kill, perhaps for want of memory"
        if code == FULL:
            return "for want of memory"
        if code is not None and code < 0:
            return f"by a crash ({_SIGNALS.get(-code, f'signal {-code}')})"
        return f"unexpectedly (exit code {code})"


_NAMES: tuple[str, ...] = ("__spec__", "__file__")
"""By which multiprocessing finds the program's own module."""
_STARTING = Lock()


@contextmanager
def _alone() -> Iterator[None]:
    """multiprocessing would import the program's own module in the child first, and with it all of
    the appliance: half a second, memory, and threads that no cage reaches."""
    with _STARTING:
        main: dict[str, Any] = vars(sys.modules["__main__"])
        hidden = {name: main[name] for name in _NAMES if name in main}
        main.update(dict.fromkeys(hidden))
        try:
            yield
        finally:
            main.update(hidden)


def _work(
    pipe: Connection,
    busy: c_bool,
    started: c_bool,
    unready: type[ToolError],
    write: Callable[[Any], bytes],
    start: Callable[..., Serve],
    arguments: tuple[object, ...],
) -> None:
    _outlive_signals()
    serve: Serve | None = None
    while True:
        try:
            request, lent = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        busy.value = True
        reached(f"{multiprocessing.current_process().name}.asked")
        head, answer = _head(None), b""
        try:
            with borrowed(pipe) if lent else nullcontext() as path:
                # Inside the loop, so that a model that does not load is an answer and no death.
                serve = serve or _started(start, arguments, unready)
                started.value = True
                answer = write(serve(request) if path is None else serve(request, path))
        except ApplianceError as error:
            head = _head(error)
        except Exception as error:
            told = WorkerError(f"an unexpected error ({type(error).__name__})")
            head = _head(told, bug=discreet(error))
        busy.value = False
        reached(f"{multiprocessing.current_process().name}.answers")
        try:
            pipe.send_bytes(head)
            pipe.send_bytes(answer)
        except (BrokenPipeError, ConnectionResetError):
            return


def _head(error: ApplianceError | None, *, bug: str = "") -> bytes:
    """Of an answer: which error it is instead."""
    if error is None:
        return json.dumps(["", "", "", bug]).encode()
    kind = next(one.__name__ for one in type(error).__mro__ if one.__name__ in KINDS)
    return json.dumps([kind, str(error), error.hint, bug]).encode()


def _error_in(head: bytes) -> tuple[ApplianceError | None, str]:
    """And what a bug says of itself. Raises ValueError."""
    match json.loads(head):
        case [str() as kind, str() as message, str() as hint, str() as bug]:
            # Half a character could neither be kept nor written to the log.
            told = (one.encode(errors="replace").decode() for one in (message, hint, bug))
            message, hint, bug = told
            if not kind:
                return None, bug
            if kind in KINDS and kind != Leaving.__name__:  # which we alone know
                return KINDS[kind](message, hint=hint), bug
    raise ValueError(f"no head of an answer: {head[:80]!r}")


def _started(
    start: Callable[..., Serve], arguments: tuple[object, ...], unready: type[ToolError]
) -> Serve:
    try:
        return start(*arguments)
    except ApplianceError:
        raise
    except Exception as error:
        name = multiprocessing.current_process().name
        why = f"{type(error).__name__}: {error}"
        raise unready(f"the {name} did not start: {why}", hint=DOCTOR) from error


def _outlive_signals() -> None:
    """Ctrl-C and systemd's SIGTERM reach every process; the daemon alone decides when we end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    die_with_parent()  # a child that is busy must not outlive a daemon that was killed

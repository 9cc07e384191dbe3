"""A hostile child tries each door: it stands open without the cage, and is shut with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from errno import EACCES, ENOSYS, EPERM
from pathlib import Path
from typing import Any

import pytest

from appliance.system import cage, landlock, lending, seccomp, system_calls
from appliance.system.kernel import call, prctl
from appliance.system.workers import Serve, Worker

if sys.platform != "linux" or landlock.version() < landlock.NEWEST or not seccomp.available():
    pytest.skip("the system has no whole cage", allow_module_level=True)

import fcntl
import resource

SHUT = {EPERM, EACCES, ENOSYS}
WALLS = {"none": (), "both": (landlock, seccomp), "files": (landlock,), "calls": (seccomp,)}

Door = Callable[[Path, Path], object]
"""Tries it on a folder with ``a.txt`` and a folder ``sub``, and on what was lent."""


def _number(name: str) -> int:
    groups = (group for key, group in vars(system_calls).items() if key.isupper())
    both = next(group[name] for group in groups if isinstance(group, dict) and name in group)
    number = both[seccomp.MACHINES[os.uname().machine][1]]
    assert number is not None
    return number


def raw(name: str, *arguments: int | bytes | None) -> Door:
    return lambda folder, lent: call(_number(name), *arguments)


def opened(family: int, kind: int = socket.SOCK_STREAM) -> Door:
    return lambda folder, lent: socket.socket(family, kind).close()


def written(place: Callable[[Path], Path], flags: int) -> Door:
    def door(folder: Path, lent: Path) -> None:
        path = place(folder)
        os.close(os.open(path, flags))
        if flags & os.O_CREAT:
            path.unlink()

    return door


def _forked() -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)


def _spawned() -> None:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


def _set_priority() -> None:
    mine = os.getpriority(os.PRIO_PROCESS, os.getppid())
    os.setpriority(os.PRIO_PROCESS, os.getppid(), mine)


def _lent_socket(lent: Path) -> socket.socket:
    return socket.socket(fileno=os.dup(int(lent.name)))


NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
NETWORK: dict[str, Door] = {
    "a socket of IPv4": opened(socket.AF_INET),
    "a socket of IPv6": opened(socket.AF_INET6),
    "a socket for datagrams": opened(socket.AF_INET, socket.SOCK_DGRAM),
    "a socket of this machine": opened(socket.AF_UNIX),
    "a socket of the kernel": opened(socket.AF_NETLINK, socket.SOCK_RAW),
    "a pair of sockets": lambda folder, lent: socket.socketpair(),
}
WRITING: dict[str, Door] = {
    "a new file at home": written(lambda folder: folder / "new", NEW),
    "a new file among the passing ones": written(lambda _: Path(f"/tmp/new.{os.getpid()}"), NEW),
    "a new file in shared memory": written(lambda _: Path(f"/dev/shm/new.{os.getpid()}"), NEW),
    "a new file where it stands": written(lambda _: Path(f"new.{os.getpid()}"), NEW),
    "a file without a name": written(lambda folder: folder, os.O_TMPFILE | os.O_WRONLY),
    "writing": written(lambda folder: folder / "a.txt", os.O_WRONLY),
    "writing at the end": written(lambda folder: folder / "a.txt", os.O_RDWR | os.O_APPEND),
    "emptying by opening": written(lambda folder: folder / "a.txt", os.O_RDONLY | os.O_TRUNC),
    "emptying": lambda folder, lent: os.truncate(folder / "a.txt", 0),
    "renaming": lambda folder, lent: (folder / "a.txt").rename(folder / "b.txt"),
    "removing": lambda folder, lent: (folder / "a.txt").unlink(),
    "removing a folder": lambda folder, lent: (folder / "sub").rmdir(),
    "a new folder": lambda folder, lent: (folder / "new").mkdir(),
    "a link": lambda folder, lent: (folder / "link").symlink_to("/etc"),
    "a second name": lambda folder, lent: os.link(folder / "a.txt", folder / "sub" / "b.txt"),
    "a named pipe": lambda folder, lent: os.mkfifo(folder / "pipe"),
}
ATTRIBUTES: dict[str, Door] = {
    "writing to what was lent": lambda folder, lent: lent.write_bytes(b"other"),
    "emptying what was lent": lambda folder, lent: os.ftruncate(int(lent.name), 0),
    "making room in what was lent": lambda folder, lent: os.posix_fallocate(
        int(lent.name), 0, 1 << 16
    ),
    "rights": lambda folder, lent: (folder / "a.txt").chmod(0),
    "an owner": lambda folder, lent: os.chown(folder / "a.txt", os.getuid(), os.getgid()),
    "times": lambda folder, lent: os.utime(folder / "a.txt", (0, 0)),
}
READING: dict[str, Door] = {
    "a file of the home": lambda folder, lent: (folder / "a.txt").read_bytes(),
    "a list of files": lambda folder, lent: list(folder.iterdir()),
    "the list of users": lambda folder, lent: Path("/etc/passwd").read_bytes(),
    "the same by another way": lambda *_: Path("/proc/self/root/etc/passwd").read_bytes(),
    "the top of all": lambda folder, lent: list(Path("/").iterdir()),
    "its user's home": lambda folder, lent: list(Path.home().iterdir()),
    "its parent's environment": lambda *_: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "its own environment": lambda folder, lent: Path("/proc/self/environ").read_bytes(),
}
PROGRAMS: dict[str, Door] = {
    "a command": lambda folder, lent: subprocess.run(["true"], check=True),
    "a shell": lambda folder, lent: subprocess.run("true", shell=True, check=True),
    "a process by its file": lambda folder, lent: _spawned(),
}
PROCESSES: dict[str, Door] = {
    "a process of its own kind": lambda folder, lent: _forked(),
    "another program in its place": raw("execve", b"/nobody", None, None),
    "another program from memory": lambda folder, lent: os.execve(int(lent.name), ["a"], {}),
    "its parent's memory": raw("process_vm_readv", os.getppid(), None, 0, None, 0, 0),
    "its parent under a debugger": raw("ptrace", 2, os.getppid(), 0, 0),
    "another's limits": lambda folder, lent: resource.prlimit(os.getppid(), resource.RLIMIT_CORE),
    "another's turn": lambda folder, lent: os.sched_setscheduler(
        os.getppid(), os.SCHED_OTHER, os.sched_param(0)
    ),
    "another's priority": lambda folder, lent: _set_priority(),
    "a handle of its parent": lambda folder, lent: os.close(os.pidfd_open(os.getppid())),
    "living longer than its parent": lambda folder, lent: prctl(1, 0),
    "signals by a pipe": lambda folder, lent: fcntl.fcntl(0, fcntl.F_SETOWN, 0),
    "typing for the clerk": raw("ioctl", 0, 0x5412, b" "),
    "a queue of messages": raw("msgget", 4711, 0),
    "another world": raw("unshare", 0),
    "calls without calling": raw("io_uring_setup", 0, None),
    "a call of tomorrow": raw("openat2", 0, None, None, 0),
    "a process by the newer call": raw("clone3", None, 0),
}
SIGNALS: dict[str, Door] = {
    "a signal to its parent": lambda folder, lent: os.kill(os.getppid(), signal.SIGCONT),
    "a signal to all": lambda folder, lent: os.kill(0, 0),
}
WITH_A_SOCKET: dict[str, Door] = {
    "a connection": lambda place, lent: _lent_socket(lent).connect(place),
    "a datagram": lambda place, lent: _lent_socket(lent).sendto(b"119.00", place),
    "a service": lambda place, lent: _lent_socket(lent).bind(("127.0.0.1", 0)),
    "a listener": lambda place, lent: _lent_socket(lent).listen(),
}
SHUT_BY = {
    "both": NETWORK | WRITING | ATTRIBUTES | READING | PROGRAMS | PROCESSES | SIGNALS,
    "files": WRITING | READING | PROGRAMS,
    "calls": NETWORK | WRITING | ATTRIBUTES | PROGRAMS | PROCESSES | SIGNALS,
}
DOORS = SHUT_BY["both"]


def start(walls: str) -> Serve:
    """Behind those that are named, or none."""
    kept = WALLS[walls]
    if landlock not in kept:
        landlock.version = lambda: 0
    if seccomp not in kept:
        seccomp.available = lambda: False
    gaps = cage.enter() if kept else ()

    def serve(request: Any, lent: Path | None = None) -> Any:
        match request:
            case "gaps":
                return gaps
            case "its own":
                return _its_own(lent)
            case door, place:
                try:
                    (DOORS | WITH_A_SOCKET)[door](place, lent)
                except OSError as error:
                    return error.errno
        return None

    return serve


def _its_own(lent: Path | None) -> list[object]:
    """What a library may do."""
    import wave  # which nobody did before

    assert lent
    found: list[object] = [lent.read_bytes(), lent.read_bytes(), wave.__name__]
    thread = threading.Thread(target=found.append, args=("a thread",))
    thread.start()
    thread.join()
    os.kill(os.getpid(), 0)
    resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE))
    found.append(len(os.sched_getaffinity(0)) > 0)
    return found


@pytest.fixture(scope="module")
def workers() -> Iterator[dict[str, Worker]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(Worker(name, start, name)) for name in WALLS}


def tried(worker: Worker, door: str, folder: Path) -> int | None:
    """The error that it met, None when it stood open."""
    (folder / "a.txt").write_text("119.00")
    (folder / "sub").mkdir()
    with lending.copied([b"hello"]) as lent:
        answer: int | None = worker.ask((door, folder), timeout=30, lent=lent)
    return answer


@pytest.mark.parametrize("door", DOORS)
def test_without_the_cage_each_door_stands_open(
    workers: dict[str, Worker], door: str, tmp_path: Path
) -> None:
    assert tried(workers["none"], door, tmp_path) not in SHUT


@pytest.mark.parametrize(
    ("walls", "door"), [(walls, door) for walls, doors in SHUT_BY.items() for door in doors]
)
def test_each_door_is_shut(
    workers: dict[str, Worker], walls: str, door: str, tmp_path: Path
) -> None:
    assert tried(workers[walls], door, tmp_path) in SHUT
    assert (tmp_path / "a.txt").read_text() == "119.00"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.txt", "sub"]


@pytest.mark.parametrize("walls", ["none", "both"])
@pytest.mark.parametrize("door", WITH_A_SOCKET)
def test_a_socket_from_elsewhere_leads_nowhere(
    workers: dict[str, Worker], walls: str, door: str
) -> None:
    kind = socket.SOCK_DGRAM if door == "a datagram" else socket.SOCK_STREAM
    with socket.socket(type=kind) as server, socket.socket(type=kind) as client:
        server.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            server.listen()
        request = door, server.getsockname()
        met = workers[walls].ask(request, timeout=30, lent=client.fileno())
    assert met == (EPERM if walls == "both" else None)


def test_what_a_library_needs_goes_on_working(workers: dict[str, Worker]) -> None:
    for worker in workers.values():
        with lending.copied([b"hel", b"lo"]) as lent:
            found = worker.ask("its own", timeout=30, lent=lent)
        assert found == [b"hello", b"hello", "wave", "a thread", True]


def test_what_the_system_lacks_is_told_and_no_error(workers: dict[str, Worker]) -> None:
    gaps = {name: worker.ask("gaps", timeout=30) for name, worker in workers.items()}
    assert gaps["both"] == ()
    assert "seccomp" in gaps["files"][0] and "talk" in gaps["files"][0]
    assert "Landlock" in gaps["calls"][0] and "read" in gaps["calls"][0]


def start_here() -> Serve:
    """As a program that was started in a folder with papers."""
    sys.path[:0] = [".", str(Path.cwd()), "/"]
    cage.enter()
    paper = Path.cwd() / "paper.txt"

    def serve(request: Any) -> Any:
        try:
            return paper.read_text()
        except OSError as error:
            return error.errno

    return serve


def test_where_python_was_started_is_no_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "paper.txt").write_text("119.00")
    monkeypatch.chdir(tmp_path)
    with Worker("here", start_here) as worker:
        assert worker.ask(None, timeout=30) == EACCES


def start_late() -> Serve:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    gaps = cage.enter()
    stop.set()
    thread.join()
    return lambda request: gaps


def test_threads_that_ran_before_are_told_of() -> None:
    with Worker("late", start_late) as worker:
        (gap,) = worker.ask(None, timeout=30)
    assert "threads" in gap


def start_with_a_program() -> Serve:
    gaps = cage.enter(programs=[SHELL])

    def serve(request: Any) -> Any:
        if request == "gaps":
            return gaps
        try:
            done = subprocess.run(request, capture_output=True, input=b"119.00", timeout=0.5)
        except OSError as error:
            return error.errno
        except subprocess.TimeoutExpired:
            return "stopped"
        return done.returncode, done.stdout

    return serve


SHELL = Path("/bin/sh")


def test_a_program_that_it_needs_starts_in_the_same_cage_and_no_other(tmp_path: Path) -> None:
    kept = tmp_path / "a.txt"
    kept.write_text("119.00")
    shell = [str(SHELL), "-c"]
    with Worker("with a program", start_with_a_program) as worker:

        def run(*command: str) -> Any:
            return worker.ask(command, timeout=30)

        assert worker.ask("gaps", timeout=30) == ()
        assert run(*shell, "read -r a; echo $a") == (0, b"119.00\n")
        assert run(*shell, "while :; do :; done") == "stopped"
        assert run("true") == EACCES
        for hostile in (
            f"echo 1 > {kept}",
            f"read -r a < {kept}",
            f"kill -CONT {os.getpid()}",
            "/bin/true",
        ):
            code, _ = run(*shell, hostile)
            assert code, hostile
    assert kept.read_text() == "119.00"


PARENT = """
import time
from test_cage import start
from appliance.system.workers import Worker
if __name__ == "__main__":
    worker = Worker("caged", start, "both")
    worker.ask("gaps", timeout=30)
    print(worker.pid, flush=True)
    time.sleep(600)
"""


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PARENT)
    where = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    with subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": where}
    ) as parent:
        assert parent.stdout
        child = Path("/proc", parent.stdout.readline().decode().strip())
        assert child.exists()
        parent.kill()
    deadline = time.monotonic() + 30
    while child.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)

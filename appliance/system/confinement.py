"""What a child that opens strangers' files may take of the machine, where the system has limits.

On Windows there are none. It keeps a bomb from taking all memory and all disk; what the child may
open and whom it may call is the matter of ``cage``.
"""

from __future__ import annotations

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

FILES = 256
"""Open at once; libraries take some twenty, and each file in hand a few."""
THREADS = 16_384
"""Of all processes of this user, since the system counts them together; root has no limit."""


def confine(memory: int) -> None:
    """For the rest of this process: at most ``memory`` bytes of data, not a byte into a file, no
    core file, and so many files and threads."""
    if resource is None:
        return
    # Not the address space: onnxruntime and numpy reserve far more of it than they ever touch.
    _limit(resource.RLIMIT_DATA, memory)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, FILES)
    _limit(resource.RLIMIT_NPROC, THREADS)


def grant(seconds: float) -> None:
    """So many more seconds of processor time; then the system ends this process."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (_within(hard, soft), hard))


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = _within(hard, most)
    resource.setrlimit(what, (most, most))


def _within(hard: int, most: int) -> int:
    """Whoever started us may have set a limit of its own."""
    return most if hard == resource.RLIM_INFINITY else min(most, hard)

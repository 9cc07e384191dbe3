"""Everything that can go wrong, and the next step for whoever reads it.

ApplianceError
├── ConfigError          appliance.toml, a document type or a command line is wrong
│   └── DoctypeError     ... in a document type: names file, key and line
├── DocumentError        this document is at fault: it goes to failed/, the loop goes on
├── HomeError            the home folder is missing, in use, or not writable
├── ToolError            a library, a model or a program that we need does not do its duty
│   ├── ModelError       ... the language model or its file
│   │   ├── SealError    ... or a file of it is not as the appliance sealed it
│   │   └── UnwritableText  ... or its vocabulary cannot write a text
│   └── WorkerError      ... a child died or failed on this document: one attempt
│       └── TimeoutExceeded  ... or took too long, as it would again: no second attempt
├── FleetError           hub and site do not come together, or a home is neither
├── CallError            the owner's program or server did not take what was delivered
├── RefusedError         what a program asked cannot be done to a document
├── StoreError           the database is damaged, busy, or of a later version
│   └── TakenError       ... another hand has the document now: a clerk's words
├── Leaving              no error: we were asked to leave, and the work in hand was not done
└── Unfinished           no error: it takes long, others go first, and it goes on at its next turn
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping


class ApplianceError(Exception):
    """Base of all; ``hint`` tells the reader the next step."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def in_words(self) -> str:
        """With the next step in brackets, for one line."""
        return f"{self} ({self.hint})" if self.hint else str(self)


class ConfigError(ApplianceError):
    exit_code = 2


class DoctypeError(ConfigError):
    pass


class DocumentError(ApplianceError):
    """The message is read by a clerk: plain words, no library names."""

    exit_code = 3


class HomeError(ApplianceError):
    exit_code = 4


class ToolError(ApplianceError):
    exit_code = 5


class ModelError(ToolError):
    pass


class SealError(ModelError):
    pass


class UnwritableText(ModelError):
    pass


class WorkerError(ToolError):
    pass


class TimeoutExceeded(WorkerError):
    pass


class StoreError(ApplianceError):
    exit_code = 6


class TakenError(StoreError):
    pass


class CallError(ApplianceError):
    """``said`` is what program or server answered, which may hold values of the document."""

    exit_code = 7

    def __init__(self, message: str, *, hint: str = "", said: str = "") -> None:
        super().__init__(message, hint=hint)
        self.said = said

    @property
    def in_full(self) -> str:
        return f"{self.in_words}: {self.said}" if self.said else self.in_words


class FleetError(ApplianceError):
    exit_code = 9


class RefusedError(ApplianceError):
    exit_code = 8


class Leaving(ApplianceError):
    exit_code = 0


class Unfinished(ApplianceError):
    exit_code = 0
    again_after = 0.0
    """Seconds."""


KINDS: Mapping[str, type[ApplianceError]] = {
    kind.__name__: kind
    for kind in list(vars().values())
    if isinstance(kind, type) and issubclass(kind, ApplianceError)
}
"""By name, as they are told from one process to another."""


def discreet(error: BaseException) -> str:
    """Where it was met and of what kind it is, not what it says, which may be a value; but for what
    files and the appliance say."""
    return "".join(_discreet(error))


def _discreet(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _discreet(before)
        yield "\n\nand then\n\n"
    yield from traceback.format_tb(error.__traceback__)
    said = f": {error}" if isinstance(error, OSError | ApplianceError) else " (words left out)"
    yield type(error).__name__ + said

"""Which faults are of one document, which is left out of a night, and how its owner hears of it.

A full disk, a lack of memory, a model that is gone and a library that is missing are no fault of a
document, and end the night. What a mistake in our own code raises over a document is contained.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.domain.errors import DocumentError, ToolError, UnwritableText
from appliance.domain.labels import Labelled
from appliance.domain.nights import LeftOutDocument
from appliance.domain.plurals import counted

# Named one by one: MemoryError, OSError, ImportError and all other errors of the appliance are
# of the machine.
DOCUMENT_FAULTS = (
    *(DocumentError, UnwritableText),
    *(ArithmeticError, AssertionError, AttributeError, LookupError),
    *(RuntimeError, TypeError, ValueError),
)
MAX_LEFT_OUT_SHARE = 0.1
"""Of the documents that a night chose. A single one never ends it, however few there are."""
_PACKAGE = Path(__file__).parents[2]


class TooManyLeftOut(ToolError):
    """So many documents cannot be learned from that something else must be wrong."""

    def __init__(self, left_out: tuple[LeftOutDocument, ...], chosen: int) -> None:
        super().__init__(
            f"{len(left_out)} of {counted(chosen, 'document')} could not be made into training"
            f" rows, and a tenth may be left out; the first: {left_out[0].reason}",
            hint="`appliance report` names them, and `night.log` says where each failed;"
            " what serves has not changed",
        )
        self.left_out = left_out


class DocumentFault(Exception):
    """The document in hand cannot be made into training rows."""

    def __init__(self, left_out: LeftOutDocument) -> None:
        super().__init__(left_out.reason)
        self.left_out = left_out


@contextmanager
def blaming(labelled: Labelled) -> Iterator[None]:
    """Raise DocumentFault for whatever fault is met that is of this document."""
    try:
        yield
    except DOCUMENT_FAULTS as error:
        found = LeftOutDocument(labelled.docid, labelled.doctype, describe_fault(error))
        raise DocumentFault(found) from error


def check_share(left_out: tuple[LeftOutDocument, ...], chosen: int) -> None:
    """Raise TooManyLeftOut when that many may not be left out."""
    if len(left_out) > max(1, int(chosen * MAX_LEFT_OUT_SHARE)):
        raise TooManyLeftOut(left_out, chosen)


def describe_fault(error: BaseException) -> str:
    """Return the reason in words. What a mistake of the appliance says may be a value."""
    if isinstance(error, DocumentError):
        return str(error)
    if isinstance(error, UnwritableText):
        return "the model's vocabulary cannot write a text of it"
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    where = (ours or frames)[-1:]
    place = f" in {Path(where[0].filename).name}, line {where[0].lineno}" if where else ""
    return f"a mistake of the appliance: {type(error).__name__}{place}"

"""Where on a document a clerk can stand, and what she sees there. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.doctype import FieldSpec
from appliance.domain.document import Span


@dataclass(frozen=True, slots=True)
class FieldRef:
    fieldtype: str
    """The name of the table where it is meant as a whole."""
    row: int | None = None
    """``line_item_id``; None in the header."""


DOCUMENT = FieldRef("")
"""The stop for what is said of the document as a whole."""


class Phase(StrEnum):
    REVIEW = "review"
    BLIND = "blind"
    """She types what she reads; nothing of the machine's values is shown."""
    COMPARE = "compare"
    """All is typed: where the appliance read otherwise, she decides."""


class ActionRefused(ValueError):
    """What she asked cannot be done; the message tells her what can, keys by their command's id in
    braces."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field, one cell, the table or the document, as it stands now."""

    place: FieldRef
    spec: FieldSpec
    text: str | None = None
    """None when it is not on the document, or nothing is keyed yet."""
    as_typed: str = ""
    """Its text as she would type it: a number of an e-invoice as the page would write it."""
    value: str | None = None
    """Normal form."""
    spans: tuple[Span, ...] = ()
    wraps: tuple[Span, ...] = ()
    """Further lines of a value that goes on below its first, which ``spans`` is then."""
    mark: Span | None = None
    """The line of the row that she keys, where it was drawn by lot."""
    score: float | None = None
    """The model's, 0-1; None when the value is hers."""
    proven: bool = False
    """A cell of which arithmetic says that it is right: she need not look at it."""
    by_clerk: bool = False
    """She confirmed or wrote it."""
    illegible: bool = False
    seen: bool = False
    needs: bool = False
    """Before the document may be approved."""
    problems: tuple[str, ...] = ()
    """In plain words, without the field's name in front."""
    choices: tuple[str, ...] = ()
    """At most 3."""
    unclear: bool = False
    """The choices are what its text may mean."""
    fits: int | None = None
    """Number of the only choice, from 1, with which the sums are right."""
    remembered: str = ""
    """On how many earlier documents of the sender it stood, in words, where it stands in place of
    what the model wrote."""
    stated: str = ""
    """That the e-invoice says it, in words; empty where it does not."""
    reading: str = ""
    """The day that is meant, where the text could be another day as well."""

    @property
    def lines(self) -> tuple[Span, ...]:
        """Where it stands, in the first of its places."""
        return (*self.spans[:1], *self.wraps)

    @property
    def marked(self) -> tuple[Span, ...]:
        """What of the page is marked while she stands there."""
        return self.lines or ((self.mark,) if self.mark else ())


def sentence(said: str) -> str:
    """With a capital letter and a full stop."""
    end = "" if said.endswith((".", "?", "!")) else "."
    return f"{said[:1].upper()}{said[1:]}{end}"

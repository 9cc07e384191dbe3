"""What one model version said of the evidence: a line a document, kept as it is asked.

It lies beside the version's file, so that a version that answers a document is asked about it once
in its life, unless it would be asked otherwise by now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from appliance.domain.json_form import JsonForm
from appliance.domain.prediction import Prediction
from appliance.system.files import append, write

ANSWERS = "answers.jsonl"


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    prediction: Prediction | None
    """None when it failed on the document."""
    docid: str
    doctype: str
    question: str
    """What was asked: another one when the document was read otherwise or its type changed."""
    seconds: float
    """Of the extraction."""
    failed: str = ""
    """In words."""
    peak: int = 0
    """Bytes of memory that it had held at most; 0 where the system does not say."""
    extraction: str = ""
    """What the answer depends on beside model and question."""


_answered = JsonForm(CachedAnswer)


def answered_in(path: Path) -> int:
    """Documents with an answer, under whatever settings."""
    return len({(one.docid, one.doctype) for one in _lines(path) if one.prediction})


def _lines(path: Path) -> Iterator[CachedAnswer]:
    for line in path.read_bytes().splitlines() if path.exists() else ():
        with suppress(ValidationError):  # the last line of a power cut
            yield _answered.validate_json(line)


def forget(path: Path, docids: Collection[str]) -> None:
    """Leaves out what was said of these, and lines that nobody can read. Raises OSError."""
    if path.exists():
        kept = [one for one in _lines(path) if one.docid not in docids]
        write(path, b"".join(_answered.dump_json(one) + b"\n" for one in kept))


class AnswerCache:
    def __init__(self, path: Path, *, extraction: str) -> None:
        """Answers of that version of the ``extraction`` alone."""
        self._path = path
        self._extraction = extraction
        self._known: dict[tuple[str, str, str], CachedAnswer] = {}
        for one in _lines(path):
            if one.extraction == self._extraction:
                self._known[one.docid, one.doctype, one.question] = one

    def get(self, docid: str, doctype: str, question: str) -> CachedAnswer | None:
        return self._known.get((docid, doctype, question))

    def keep(self, answered: CachedAnswer) -> None:
        answered = replace(answered, extraction=self._extraction)
        append(self._path, _answered.dump_json(answered) + b"\n")
        self._known[answered.docid, answered.doctype, answered.question] = answered

"""What one model version said of the evidence: a line a document, kept as it is asked.

It lies beside the version's file, so that a version is asked about a document once in its life.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from appliance.domain.fields import Prediction
from appliance.extraction import EXTRACTION
from appliance.files import append

ANSWERS = "answers.jsonl"


@dataclass(frozen=True, slots=True)
class Answered:
    prediction: Prediction | None
    """None when it failed on the document."""
    docid: str
    doctype: str
    question: str
    """What was asked: another one when the document was read anew or its type changed."""
    seconds: float
    failed: str = ""
    """In words."""
    peak: int = 0
    """Bytes of memory that it had held at most; 0 where the system does not say."""
    extraction: str = EXTRACTION


_answered = TypeAdapter(Answered)


class Answers:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[tuple[str, str, str], Answered] = {}
        lines = path.read_bytes().splitlines() if path.exists() else []
        for line in lines:
            try:
                one = _answered.validate_json(line)
            except ValidationError:
                continue  # the last line of a power cut
            if one.extraction == EXTRACTION:
                self._known[one.docid, one.doctype, one.question] = one

    def get(self, docid: str, doctype: str, question: str) -> Answered | None:
        return self._known.get((docid, doctype, question))

    def keep(self, answered: Answered) -> None:
        append(self._path, _answered.dump_json(answered) + b"\n")
        self._known[answered.docid, answered.doctype, answered.question] = answered

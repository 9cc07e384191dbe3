"""What becomes of a document, and which model did it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands; the order is the day's."""

    ARRIVED = "arrived"
    READ = "read"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    HELD = "held"
    FAILED = "failed"
    OPENED = "opened"
    """A mail whose attachments are documents of their own."""
    JOINED = "joined"
    """A file that is one document with another, which goes on for both."""
    IMPORTED = "imported"
    """Known with its values from before the appliance came; processed only when it is dropped."""


ENDS = frozenset(JobState) - {JobState.ARRIVED, JobState.READ, JobState.ACCEPTED}
"""Where a job stays until a person does something."""

LONGEST = 7200.0
"""Seconds that a job is lent, or waits, at most. What ends later was given while the clock was
ahead, and is over."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document under one document type."""

    docid: str
    doctype: str
    """Empty while nobody knows which kind of document it is."""
    state: JobState
    source: str
    """File name under which it was dropped."""
    arrived_at: float
    """Seconds since 1970, UTC."""
    attempts: int = 0
    """Times that a step failed by no fault of the document."""
    reason: str = ""
    """Why it failed or was held, or what was opened, in words; empty otherwise."""


class GateOutcome(StrEnum):
    PROMOTED = "promoted"
    NOT_PROVEN = "not proven"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate said of a candidate."""

    outcome: GateOutcome
    documents: int
    """Of the evidence, answered by both models."""
    fixed: int
    """Documents on which the candidate has more values right."""
    broken: int
    """Documents on which the candidate has fewer values right."""
    reason: str
    """For the owner."""


@dataclass(frozen=True, slots=True)
class Training:
    """What a version was taught, how, and what it cost."""

    method: str
    """``bf16 lora`` or ``4-bit qlora``."""
    data: str
    """SHA-256 of the rows, in order."""
    seed: int
    documents: int
    """Learned from."""
    values: int
    """Taught ones."""
    masked: Mapping[str, int]
    """Values that were not taught, by reason."""
    rows: int
    """Questions with their answers."""
    tokens: int
    """Of all rows, once."""
    window: int
    """Most tokens of a row."""
    epochs: float
    """Times that every row was learned."""
    rank: int
    """Of the LoRA adapter."""
    rate: float
    """Learning rate at its highest."""
    seconds: float
    """Of training, all sittings together."""
    peak_bytes: int
    """Most memory that the training held."""
    loss_before: float
    """Nats a token on the held-back tenth, untuned."""
    loss_after: float
    """Nats a token on the held-back tenth, tuned."""
    labelled_at: float = 0.0
    """When the newest of the documents was labelled, seconds since 1970, UTC."""
    docids: tuple[str, ...] = ()
    """Of the documents; empty in a version of before that was noted."""


@dataclass(frozen=True, slots=True)
class ModelVersion:
    name: str
    path: str
    """Of the GGUF; relative to the models folder where it is stored."""
    sha256: str
    parties: tuple[str, ...] = ()
    """Whom it was trained on, in normal form; empty for a model that was not tuned."""
    base: str | None = None
    """Name of the version here that it was tuned from; None for a model that was not tuned."""
    quantisation: str = ""
    """As llama.cpp names it, ``Q8_0``; empty when nobody said."""
    adapter: str | None = None
    """Of the LoRA GGUF, as ``path``; what ``base`` lacks to be this version."""
    adapter_sha256: str = ""
    """Empty in a home of before versions were sealed."""
    training: Training | None = None
    verdict: Verdict | None = None
    made_at: float = 0.0
    """Seconds since 1970, UTC; 0 when nobody wrote it down."""
    names_columns: bool = False
    """It was taught to say what the columns of a table are; only then it is asked."""
    extraction: str = ""
    """The version of the extraction whose questions it was taught; empty where nobody noted it."""
    origin: str = ""
    """The home where it was tuned, as it calls itself; empty for this one."""

    @property
    def taught(self) -> tuple[str, ...]:
        """Docids of what it learned from, as far as they were noted."""
        return self.training.docids if self.training else ()


@dataclass(frozen=True, slots=True)
class ServingStatus:
    """Which version answers, and which one was to and could not."""

    name: str
    since: float
    """Seconds since 1970, UTC."""
    refused: str | None = None
    reason: str = ""
    """In plain words; empty when none was refused."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with a 95 % interval."""

    right: int
    n: int
    low: float
    high: float
    """0-1; 0 and 1 when there is nothing to count."""

    @property
    def share(self) -> float | None:
        """0-1; None when there is nothing to count."""
        return self.right / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class FieldResult:
    fieldtype: str
    exact: Share
    normalised: Share


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """What the production path made of a folder of labelled documents."""

    doctype: str
    model: str
    documents: int
    """Of the folder, also those that failed."""
    fields: tuple[FieldResult, ...]
    overall: FieldResult
    """Over all values; its intervals take whole documents as the unit."""
    known: FieldResult | None
    """Documents of parties that the model was trained on; None when its training is not known."""
    unknown: FieldResult | None
    rows_matched: int
    rows_predicted: int
    rows_true: int
    """Line items: on which both agree, in the answers, in the labels."""
    rows_f1: float | None
    """0-1; None when there is no row at all."""
    grounded: Share
    """Answers of a verbatim type that stand in the document's text."""
    accepted: Share
    """Documents that would have been delivered."""
    crashed: int
    """Documents that ended in an error which is not theirs."""
    refused: int
    """Documents at fault, such as a broken file."""

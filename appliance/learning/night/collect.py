"""Labelled documents -> the rows of a tuning, with an account of what is taught and what is not.

When there are more documents than the night has time for, types take turns, and of a type each
party has places by the square root of how many documents it sent, for its newest. So neither a
party with thousands crowds out the others, nor do those that write once a year crowd out the one
that writes every day: where each had one place, nights learned that a field is there which half of
all documents lack, for the one sender without it had one of 26 places and ten of 32 documents.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import sqrt
from random import Random
from typing import TypeVar

from appliance.domain.doctype import DocType
from appliance.domain.errors import DoctypeError
from appliance.domain.labels import Labelled, LabelledKey
from appliance.domain.nights import LeftOutDocument
from appliance.extraction.column_question import SAMPLES
from appliance.extraction.decode import Decoder
from appliance.learning.dataset.augmentation import LocatedLabels, locate_labels, variant
from appliance.learning.dataset.column_examples import ColumnExamples, column_examples
from appliance.learning.dataset.examples import Examples, examples
from appliance.learning.dataset.left_out import DocumentFault, blaming, check_share
from appliance.learning.dataset.training_row import TrainingRow
from appliance.learning.trainer.tuning import TokenRow
from appliance.records.evidence import hash_bucket
from appliance.records.labels import Labels

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DocumentCaps:
    """Documents at most."""

    party: int = 60
    doctype: int = 1000
    whole: int = 1500
    """Of one party, of one type, in all."""


def chosen(
    labels: Labels,
    caps: DocumentCaps,
    learnable: Callable[[LabelledKey], bool] = lambda key: True,
) -> list[Labelled]:
    """Of what is ``learnable``. Only what is chosen is loaded; what cannot be any more is left
    out."""
    keys = choose(filter(learnable, labels.training_keys()), caps)
    # What was accepted is rehearsed: clerks look at what is wrong or missing, and a night that saw
    # a field there alone would learn that it is mostly missing.
    loaded = labels.training(only=keys, accepted=True)
    return sorted(loaded, key=lambda one: (one.docid, one.doctype))


K = TypeVar("K", LabelledKey, Labelled)


def choose(labelled: Iterable[K], caps: DocumentCaps) -> list[K]:
    """In the order of their docids, so that the same choice is the same night."""
    types: defaultdict[str, list[K]] = defaultdict(list)
    for one in labelled:
        types[one.doctype].append(one)
    queues = [_in_turns(ones, caps) for _, ones in sorted(types.items())]
    chosen = list(_turns(queues))[: caps.whole]
    return sorted(chosen, key=lambda one: (one.docid, one.doctype))


def _in_turns(labelled: Sequence[K], caps: DocumentCaps) -> list[K]:
    """Of one type, in the order in which places are given (Webster's method). A document of nobody
    is of a party of its own."""
    parties: defaultdict[str, list[K]] = defaultdict(list)
    for one in sorted(labelled, key=_newest_first):
        parties[one.party or one.docid].append(one)
    places = [
        ((place + 0.5) / sqrt(len(those)), _newest_first(one), one)
        for those in parties.values()
        for place, one in enumerate(those[: caps.party])
    ]
    return [one for *_, one in sorted(places, key=lambda place: place[:2])][: caps.doctype]


def _newest_first(one: LabelledKey | Labelled) -> tuple[float, str]:
    return -one.labelled_at, one.docid


def _turns(queues: Sequence[Sequence[K]]) -> Iterator[K]:
    for turn in range(max(map(len, queues), default=0)):
        for queue in queues:
            if turn < len(queue):
                yield queue[turn]


HELD = 10
"""One in so many documents is held back, to see the loss by, as a hash of its docid says."""
_KEY = b"held back for early stopping"
FEW = 200
"""Rows that variants make of fewer, at most."""
VARIANTS = 3
"""Of a document, at most. A starter that learned 25 receipts with three of each had 78.5 % of other
receipts' values right, without, in as many steps or more, 74.8 %."""


@dataclass(frozen=True, slots=True)
class DatasetSummary:
    """What a night teaches."""

    docids: tuple[str, ...]
    parties: tuple[str, ...]
    values: int
    """Taught ones."""
    masked: dict[str, int]
    """What is not taught, by reason."""
    rows: int
    """With those of variants."""
    tokens: int
    """Of all rows, once."""
    longest: int
    """Tokens of a row."""
    data: str
    """SHA-256 of the rows."""
    labelled_at: float
    """When the newest of the documents was labelled, seconds since 1970."""
    columns: int = 0
    """Rows that ask what the columns of a table are, without those of variants."""
    variants: int = 0
    """Rows of documents that say the values of others, and of tables that show other rows."""
    left_out: tuple[LeftOutDocument, ...] = ()
    """Documents that were chosen and could not be made into rows."""


def collect(
    engine: Decoder,
    labelled: Sequence[Labelled],
    doctype: Callable[[str], DocType],
    *,
    told: Callable[[int], None] = lambda done: None,
) -> tuple[DatasetSummary, list[TokenRow]]:
    """Make the rows of all documents that can be made into some; the others are left out.

    ``told`` hears how many documents are done. Raises TooManyLeftOut.
    """
    left_out: list[LeftOutDocument] = []
    made: list[tuple[Labelled, _Made | None]] = []
    for number, one in enumerate(labelled, start=1):
        try:
            with blaming(one):
                made.append((one, _examples(engine, one, doctype)))
        except DocumentFault as fault:
            left_out.append(_log_fault(fault))
        told(number)
    rows = _plain_rows(made)
    while True:
        held = _held([one for one, _ in made])
        learned = [one for one, _ in made if one.docid not in held]
        times = min(VARIANTS, FEW // max(len(rows), 1) - 1)
        varied, faults = _varied(engine, learned, doctype, times=times)
        if not faults:
            break
        # Nothing of a document that is left out may stay, and others may have borrowed its values.
        left_out += faults
        gone = {(one.docid, one.doctype) for one in faults}
        made = [(one, found) for one, found in made if (one.docid, one.doctype) not in gone]
        rows = _plain_rows(made)
    check_share(tuple(left_out), len(labelled))
    rows += varied
    return _lesson(labelled, made, rows, tuple(left_out), variants=len(varied)), rows


def _plain_rows(made: Sequence[tuple[Labelled, _Made | None]]) -> list[TokenRow]:
    """Return the rows of the documents as they are, without those of variants."""
    held = _held([one for one, _ in made])
    return [
        row for one, found in made if found for row in _rows(found.rows, apart=one.docid in held)
    ]


def _log_fault(fault: DocumentFault) -> LeftOutDocument:
    one = fault.left_out
    log.warning("%s (%s) is left out: %s", one.docid, one.doctype, one.reason, exc_info=fault)
    return one


def _held(labelled: Sequence[Labelled]) -> set[str]:
    order = sorted(labelled, key=lambda one: hash_bucket(one.document.docid, _KEY))
    return {one.document.docid for one in order[: max(1, len(order) // HELD)]}


def _varied(
    engine: Decoder, labelled: Sequence[Labelled], doctype: Callable[[str], DocType], *, times: int
) -> tuple[list[TokenRow], list[LeftOutDocument]]:
    """Return the rows of so many variants of each, and the documents that cannot be varied."""
    if times < 1:
        return [], []
    kinds: dict[str, list[LocatedLabels]] = {}
    found: list[TokenRow] = []
    faults: list[LeftOutDocument] = []
    for one in labelled:
        try:
            with suppress(DoctypeError), blaming(one):
                located = locate_labels(one, doctype(one.doctype))
                kinds.setdefault(one.doctype, []).append(located)
        except DocumentFault as fault:
            faults.append(_log_fault(fault))
    for every in kinds.values():
        for here in every:
            others = [other for other in every if other is not here]
            try:
                with suppress(DoctypeError), blaming(here.labelled):
                    kind = doctype(here.labelled.doctype)
                    found += _variants(engine, here, others, kind, times=times)
            except DocumentFault as fault:
                faults.append(_log_fault(fault))
    return found, faults


def _variants(
    engine: Decoder,
    here: LocatedLabels,
    others: Sequence[LocatedLabels],
    doctype: DocType,
    *,
    times: int,
) -> list[TokenRow]:
    """What a column is stays the same whatever its rows say: of a table other rows are shown."""
    chance = Random(here.labelled.document.docid)
    found: list[TokenRow] = []
    for number in range(1, times + 1):
        other = variant(here, others, chance)
        if other != here.labelled:
            found += _rows(examples(engine, other, doctype).rows, apart=False)
        shown = column_examples(engine, here.labelled, doctype, first=number * SAMPLES)
        found += _rows(shown.rows, apart=False)
    return found


def _rows(made: Iterable[TrainingRow], *, apart: bool) -> list[TokenRow]:
    return [TokenRow(row.tokens, _positions(row.taught), apart) for row in made]


def fingerprint(rows: Iterable[TokenRow]) -> str:
    """SHA-256 of the rows, in order."""
    sha256 = hashlib.sha256()
    for row in rows:
        sha256.update(repr((row.tokens, row.taught, row.held)).encode())
    return sha256.hexdigest()


@dataclass(frozen=True, slots=True)
class _Made:
    """Of one document: about its header, and about its tables."""

    header: Examples
    columns: ColumnExamples

    @property
    def rows(self) -> tuple[TrainingRow, ...]:
        return self.header.rows + self.columns.rows

    @property
    def taught(self) -> int:
        return self.header.taught + self.columns.taught

    @property
    def masked(self) -> Counter[str]:
        header, columns = self.header, self.columns
        unread = {f"{name} does not stand in what was read": n for name, n in header.unread.items()}
        disputed = {
            f"{name} is disputed: the rows do not settle its column": n
            for name, n in columns.disputed.items()
        }
        parts = {
            "row that stands in no table": columns.lost,
            "part of a document too long": header.cut,
            "answer that cannot be given": header.refused + columns.refused,
        }
        return +Counter(unread | disputed | parts)


def _examples(
    engine: Decoder, labelled: Labelled, doctype: Callable[[str], DocType]
) -> _Made | None:
    try:
        kind = doctype(labelled.doctype)
        return _Made(examples(engine, labelled, kind), column_examples(engine, labelled, kind))
    except DoctypeError:
        return None


def _positions(taught: Sequence[bool]) -> tuple[int, ...]:
    return tuple(at for at, one in enumerate(taught) if one)


def _lesson(
    labelled: Sequence[Labelled],
    made: Sequence[tuple[Labelled, _Made | None]],
    rows: Sequence[TokenRow],
    left_out: tuple[LeftOutDocument, ...],
    *,
    variants: int,
) -> DatasetSummary:
    lengths = [len(row.tokens) for row in rows]
    masked: Counter[str] = Counter()
    for one, found in made:
        if found is None:
            masked[f"{one.doctype}: the type is gone, or too big for the model"] += 1
        else:
            masked += found.masked
    taught = [found for _, found in made if found]
    return DatasetSummary(
        docids=tuple(one.docid for one, _ in made),
        parties=tuple(sorted({one.party for one, _ in made if one.party})),
        values=sum(found.taught for found in taught),
        masked=dict(masked),
        rows=len(rows),
        tokens=sum(lengths),
        longest=max(lengths, default=0),
        data=fingerprint(rows),
        # Also of what was left out: it is no new document any more.
        labelled_at=max((one.labelled_at for one in labelled), default=0.0),
        columns=sum(len(found.columns.rows) for found in taught),
        variants=variants,
        left_out=left_out,
    )

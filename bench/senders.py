"""What memory gains on the documents of known senders: ``python -m bench.senders [FOLDER ...]``.

Documents come in a fixed order. Each is looked up and answered before its labels are approved, and
no night is held. The model's answer is the same with memory and without; known is a document of
which an earlier one has the same sender by its labels. Near-duplicates of earlier ones count apart.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from appliance.domain.doctype import DocType, FieldType
from appliance.domain.prediction import AnswerVersions, Judgement, Prediction
from appliance.domain.results import Job, JobState, ModelVersion
from appliance.evaluation.near_duplicates import NearDuplicates
from appliance.fields.comparison import normalised
from appliance.fields.folding import collapse_spaces
from appliance.fields.style import style_of
from appliance.learning.importing.labels_to_review import labels_to_review
from appliance.learning.models.registry import Registry
from appliance.records.proof import Proof
from appliance.records.reviews import Reviews
from appliance.records.senders import SenderRecords
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import sender_history
from appliance.senders.identity import SentPage
from appliance.senders.recall import recalled
from appliance.service import model_files
from bench import common
from bench.asked import Amount, Asked, sources
from bench.predictors import WORKERS, Predictors

FOLDERS = ("sroie", "invoices_de_fr", "invoices_es", "quality_certificates", "ad_orders")
AMOUNT = Amount(dict.fromkeys(FOLDERS, 20) if common.SMALL else {}, copies=0, invented=0)
STEPS = (0, 1, 2, 3, 5, 10)
"""Numbers of earlier documents of a sender from which on documents are counted together."""


@dataclass
class Rights:
    """Header values of some documents."""

    values: int = 0
    without: int = 0
    """Right as the model wrote them."""
    with_memory: int = 0

    def add(self, without: bool, with_memory: bool) -> None:
        self.values += 1
        self.without += without
        self.with_memory += with_memory

    @property
    def gain(self) -> float:
        """Points."""
        return 100 * (self.with_memory - self.without) / max(self.values, 1)


@dataclass
class Replay:
    """Of one folder."""

    by_step: defaultdict[int, Rights] = field(default_factory=lambda: defaultdict(Rights))
    by_field: defaultdict[str, Rights] = field(default_factory=lambda: defaultdict(Rights))
    """Of known senders."""
    twins: Rights = field(default_factory=Rights)
    seen: Counter[str] = field(default_factory=Counter)
    """Documents of known senders, by what the directory said."""
    first: Counter[str] = field(default_factory=Counter)
    """First documents of a sender, likewise."""
    senders: int = 0
    unknown_changed: int = 0
    """Documents that the directory did not know and whose answer is another all the same."""
    milliseconds: list[float] = field(default_factory=list)
    """Of the look-up."""

    @property
    def known(self) -> Rights:
        found = Rights()
        for step, one in self.by_step.items():
            if step > 0:
                found.values += one.values
                found.without += one.without
                found.with_memory += one.with_memory
        return found


def main() -> None:
    names = sys.argv[1:] or FOLDERS
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder))
        model_files.add_default(registry)
        found = {
            name: replayed(list(sources(AMOUNT)[name]()), registry.champion()) for name in names
        }
    print(report(found))


def replayed(asked: Sequence[Asked], model: ModelVersion) -> Replay:
    predictors = Predictors(model)
    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            answers = list(
                pool.map(lambda one: predictors.extract(one.case.document, one.doctype), asked)
            )
    finally:
        predictors.stop()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "appliance.db")
        try:
            office = _Office(store)
            for one, answer in zip(asked, answers, strict=True):
                office.take(one, answer)
        finally:
            store.close()
    return office.told


class _Office:
    def __init__(self, store: Store) -> None:
        self.told = Replay()
        self._store = store
        self._directory, self._proof = SenderDirectory(store), Proof(store)
        self._reviews = Reviews(store)
        self._earlier: Counter[str] = Counter()
        self._senders: dict[str, str] = {}
        """What the labels call a sender, by its id."""
        self._seen: list[Asked] = []

    def take(self, one: Asked, answer: Prediction) -> None:
        """Answers it, and then learns its labels."""
        document, party = one.case.document, one.case.truth.party
        begun = time.perf_counter()
        lookup = self._directory.who_sent(SentPage(document))
        self.told.milliseconds.append(1000 * (time.perf_counter() - begun))
        history = sender_history(self._proof, document.docid, one.doctype.name, lookup)
        with_memory = recalled(answer, document, one.doctype, history)
        if party:
            self._count(one, answer, with_memory, lookup.party)
        if lookup.party is None and with_memory != answer:
            self.told.unknown_changed += 1
        self._approve(one, answer)

    def _count(
        self, one: Asked, answer: Prediction, with_memory: Prediction, said: str | None
    ) -> None:
        party, told = one.case.truth.party or "", self.told
        earlier = self._earlier[party]
        right = self._senders.get(said or "") == party
        outcome = "nobody" if said is None else "right" if right else "another"
        (told.seen if earlier else told.first)[outcome] += 1
        is_twin = NearDuplicates(at.case.document for at in self._seen).has(one.case.document)
        step = max(at for at in STEPS if at <= earlier)
        for name, without, now in _rights(one, answer, with_memory):
            (told.twins if is_twin else told.by_step[step]).add(without, now)
            if earlier and not is_twin:
                told.by_field[name].add(without, now)

    def _approve(self, one: Asked, answer: Prediction) -> None:
        document, kind, truth = one.case.document, one.doctype, one.case.truth
        now = float(len(self._seen) + 1)
        self._store.record(document.docid, kind.name, one.case.file, now=now)
        self._store.keep_reading(document, reading="1", seconds=0.0)
        self._store.keep_answer(
            Job(document.docid, kind.name, JobState.ARRIVED, one.case.file, now),
            answer,
            Judgement((), ()),
            versions=AnswerVersions("1", "1"),
            twin=None,
            seconds=0.0,
            now=now,
        )
        job = Job(document.docid, kind.name, JobState.HELD, one.case.file, now)
        said = {name: collapse_spaces(text) for name, text in truth.values.items()}
        review = labels_to_review(document, kind, said).review
        self._reviews.note(job, "1", "bench", review, now=now)
        self._seen.append(one)
        self._directory.learn()
        known = SenderRecords(self._store).of_document(document.docid, kind.name)
        if truth.party:
            self._earlier[truth.party] += 1
            self._senders.setdefault(known or "", truth.party)
        self.told.senders = len(self._earlier)


def _rights(
    one: Asked, answer: Prediction, with_memory: Prediction
) -> list[tuple[str, bool, bool]]:
    """Of each labelled value whether the model has it right, and memory."""
    said, now = ({x.fieldtype: x.text for x in p.header} for p in (answer, with_memory))
    style = style_of(one.case.document)

    def is_right(texts: Mapping[str, str | None], name: str, wanted: str) -> bool:
        return normalised(texts.get(name), wanted, _type(one.doctype, name), style)

    return [
        (name, is_right(said, name, wanted), is_right(now, name, wanted))
        for name, wanted in one.case.truth.values.items()
    ]


def _type(doctype: DocType, name: str) -> FieldType:
    return doctype.spec(name).type


def report(found: Mapping[str, Replay]) -> str:
    lines = [
        "| folder | senders | known | recognised | as another | new | taken for another | ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        seen, first = one.seen, one.first
        cells = [
            *(name, one.senders, seen.total(), seen["right"], seen["another"]),
            *(first.total(), first.total() - first["nobody"], f"{slow(one.milliseconds):.1f}"),
        ]
        lines.append(_row(cells))
    lines += [
        "",
        "| folder | values of known senders | without | with memory | points |",
        "|---|---|---|---|---|",
    ]
    for name, one in found.items():
        known = one.known
        lines.append(
            _row(
                [
                    name,
                    known.values,
                    _share(known.without, known),
                    _share(known.with_memory, known),
                    f"{known.gain:+.1f}",
                ]
            )
        )
    lines += [
        "",
        "| folder | earlier documents | values | without | with memory |",
        "|---|---|---|---|---|",
    ]
    for name, one in found.items():
        for step, at in sorted(one.by_step.items()):
            lines.append(
                _row([name, step, at.values, _share(at.without, at), _share(at.with_memory, at)])
            )
        if one.twins.values:
            at = one.twins
            lines.append(
                _row(
                    [
                        name,
                        "near-duplicates",
                        at.values,
                        _share(at.without, at),
                        _share(at.with_memory, at),
                    ]
                )
            )
    lines += [
        "",
        "| folder | field, of known senders | values | without | with memory |",
        "|---|---|---|---|---|",
    ]
    for name, one in found.items():
        for spec, at in one.by_field.items():
            lines.append(
                _row([name, spec, at.values, _share(at.without, at), _share(at.with_memory, at)])
            )
    return "\n".join(lines)


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _share(right: int, of: Rights) -> str:
    return f"{100 * right / max(of.values, 1):.1f} %"


def slow(milliseconds: Sequence[float]) -> float:
    """95th percentile."""
    return quantiles(milliseconds, n=20)[-1] if len(milliseconds) > 1 else sum(milliseconds)


if __name__ == "__main__":
    common.data()
    main()

"""What a home knows of its senders: ``python -m bench.senders [FOLDER ...]``.

Documents come in a fixed order. Each is looked up in the directory and in memory before its labels
are approved. No model is asked: what is measured is who is recognised, and what memory alone would
fill in. The appliance itself asks neither yet.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from appliance.domain.corrections import Review
from appliance.domain.doctype import DocType
from appliance.domain.prediction import Judgement
from appliance.domain.results import Job, JobState
from appliance.fields.comparison import normalised
from appliance.fields.style import style_of
from appliance.records.reviews import Reviews
from appliance.records.senders import SenderRecords
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.senders.memory import RememberedValues, SenderMemory
from bench import common
from bench.asked import Amount, Asked, sources

FOLDERS = ("sroie", "invoices_de_fr", "invoices_es", "quality_certificates")
AMOUNT = Amount(dict.fromkeys(FOLDERS, 20) if common.SMALL else {}, copies=0, invented=0)


@dataclass
class Counts:
    """Of one folder."""

    senders: int = 0
    seen_before: Counter[str] = field(default_factory=Counter)
    """Documents of senders that were approved before, by what the directory said."""
    first: Counter[str] = field(default_factory=Counter)
    """First documents of a sender, likewise."""
    values: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By field, of documents of senders that were approved before."""
    milliseconds: list[float] = field(default_factory=list)


def main() -> None:
    names = sys.argv[1:] or FOLDERS
    found = {name: measured(list(sources(AMOUNT)[name]())) for name in names}
    print(report(found))


def measured(asked: list[Asked]) -> Counts:
    counts = Counts()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "appliance.db")
        try:
            _replay(asked, store, counts)
        finally:
            store.close()
    return counts


def _replay(asked: list[Asked], store: Store, counts: Counts) -> None:
    directory, reviews = SenderDirectory(store), Reviews(store)
    earlier: defaultdict[str, list[Mapping[str, str | None]]] = defaultdict(list)
    known: set[str] = set()
    for at, one in enumerate(asked):
        document, truth = one.case.document, one.case.truth
        name = _name(one.doctype, truth.values)
        if not (truth.party and name):
            continue
        begun = time.perf_counter()
        said = directory.who_sent(document)
        counts.milliseconds.append(1000 * (time.perf_counter() - begun))
        is_known = truth.party in known
        outcome = "nobody" if said is None else "right" if said == truth.party else "another"
        (counts.seen_before if is_known else counts.first)[outcome] += 1
        if is_known:
            for spec_name, what in _recalled(one, earlier[said] if said else []):
                counts.values[spec_name][what] += 1
        _approve(store, reviews, one, truth.party, name, now=float(at + 1))
        known.add(truth.party)
        learned_as = _sender(store, directory, one)
        earlier[learned_as].insert(0, truth.values)
    counts.senders = len(known)


def _recalled(one: Asked, earlier: list[Mapping[str, str | None]]) -> Iterator[tuple[str, str]]:
    """Of every labelled field whether memory alone has it right."""
    document, style = one.case.document, style_of(one.case.document)
    memory, look = SenderMemory(one.doctype, earlier), RememberedValues(document, style)
    for spec in one.doctype.fields:
        wanted = one.case.truth.values.get(spec.name)
        found = look.found(spec, memory.values(spec.name))
        if wanted is None:
            continue
        if found is None:
            yield spec.name, "none"
        else:
            right = normalised(found.value.text, wanted, spec.type, style)
            yield spec.name, "right" if right else "wrong"


def _approve(
    store: Store, reviews: Reviews, one: Asked, party: str, name: str, *, now: float
) -> None:
    document, kind = one.case.document, one.doctype.name
    store.record(document.docid, kind, one.case.file, now=now)
    store.keep_reading(document, reading="1", seconds=0.0)
    job = Job(document.docid, kind, JobState.HELD, one.case.file, now)
    review = Review("", (), Judgement((), (), party=party, sender=name), 1.0)
    reviews.note(job, "1", "bench", review, now=now)


def _sender(store: Store, directory: SenderDirectory, one: Asked) -> str:
    directory.learn()
    return SenderRecords(store).of_document(one.case.document.docid, one.doctype.name) or ""


def _name(doctype: DocType, values: Mapping[str, str | None]) -> str | None:
    """The party's name rather than its number."""
    return next((said for name in reversed(doctype.party) if (said := values.get(name))), None)


def report(found: Mapping[str, Counts]) -> str:
    lines = [
        "| folder | senders | known | recognised | as another | new | taken for another | ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        seen, first = one.seen_before, one.first
        slow = sorted(one.milliseconds or [0.0])[int(0.95 * len(one.milliseconds))]
        cells = [
            *(name, one.senders, seen.total(), seen["right"], seen["another"]),
            *(first.total(), first.total() - first["nobody"], f"{slow:.1f}"),
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += ["", "| folder | field | known | memory right | wrong |", "|---|---|---|---|---|"]
    for name, one in found.items():
        for spec, said in one.values.items():
            if said["right"] or said["wrong"]:
                lines.append(
                    f"| {name} | {spec} | {said.total()} | {said['right']} | {said['wrong']} |"
                )
    return "\n".join(lines)


if __name__ == "__main__":
    common.data()
    main()

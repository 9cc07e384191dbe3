"""What memory gains on the documents of known senders, and whether it can be deceived.

``python -m bench.senders`` does the parts that were not done yet with this reading, extraction,
starter and memory; ``python -m bench.senders PART...`` does those anew: real folders by their
names, ``made``, the invoices that are made for it, ``sroie_tuned`` and ``look_ups``. Answers and
readings are kept, so a part that was cut goes on.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

import appliance.senders
from appliance.domain.prediction import Prediction
from appliance.extraction import EXTRACTION
from appliance.learning.models.packages import shipped
from appliance.learning.models.registry import Registry
from appliance.reading import READING
from appliance.records.store import Store
from appliance.service import model_files
from bench import common, learning
from bench.asked import Amount, Asked, sources
from bench.parts import KeptParts
from bench.predictors import WORKERS
from bench.senders import effect, poison, report
from bench.senders.background import background
from bench.senders.lookup import LookUps, look_ups
from bench.senders.made import MadeInvoice, held_as_copies, held_for_accounts, printed
from bench.senders.office import Decided, Office
from bench.senders.papers import FEW, WHOLE, Plan, papers
from bench.senders.promised import memory
from bench.senders.replay import replay
from bench.senders.report import FOLDERS, LOOK_UPS, MADE, TUNED, Folder, Made
from bench.starter import answers
from bench.studies import counted, doctype, sides, studies

AMOUNT = Amount(dict.fromkeys(FOLDERS, 20) if common.SMALL else {}, copies=0, invented=0)
PLAN = FEW if common.SMALL else WHOLE
TUNED_BY = "sroie.200"
"""The study of ``bench.learning`` whose model ``sroie_tuned`` asks."""

Part = Callable[[], Folder | Made | LookUps]


def main() -> None:
    every = parts()
    made_of = [READING, EXTRACTION, shipped().name, _memory_sources()]
    kept = KeptParts("senders", dict.fromkeys(every, made_of))
    shown: dict[str, Any] = {}
    for name in kept.asked(sys.argv[1:]):
        print(f"{name} ...", flush=True)
        shown[name] = form(name).dump_python(every[name](), mode="json")
        kept.keep(name, shown[name])
    if common.SMALL:
        print("\n".join(report.section(found_in(shown))))
    else:
        report.record(found_in(kept.known()), kept.commits())


def parts() -> Mapping[str, Part]:
    """By name, in the order in which they are done."""
    folders = {name: partial(real, name) for name in FOLDERS}
    return {**folders, MADE: partial(made, PLAN), LOOK_UPS: look_ups, TUNED: tuned}


def real(name: str) -> Folder:
    asked = list(sources(AMOUNT)[name]())
    folder, _ = replayed(asked, _starter_answers(asked), whole=False)
    return folder


def tuned() -> Folder:
    """The receipts that a model was taught on came first."""
    study = next(one for one in studies() if one.name == TUNED_BY)
    teach, test = sides(study.folder, by_party=study.by_party, lines=study.lines)
    taught = teach[: study.size]
    version, _ = learning.tuned(study, taught)
    kind, counts = doctype(study.folder), counted(study.folder)
    earlier, later = ([Asked(one, kind, counts) for one in cases] for cases in (taught, test))
    said = [*_starter_answers(earlier), *answers(later, version)]
    folder, _ = replayed([*earlier, *later], said, whole=False, taught=len(earlier))
    return folder


def found_in(kept: Mapping[str, Any]) -> report.Found:
    """What parts found, as it is kept."""
    found = report.Found()
    for name, one in kept.items():
        told = form(name).validate_python(one)
        if isinstance(told, LookUps):
            found.look_ups = told
        elif isinstance(told, Made):
            found.made, found.folders[name] = told, told.folder
        else:
            found.folders[name] = told
    return found


def form(name: str) -> TypeAdapter[Any]:
    """How what a part found is kept."""
    return TypeAdapter({MADE: Made, LOOK_UPS: LookUps}.get(name, Folder))


def _memory_sources() -> str:
    """Memory has no version of its own: it is replayed."""
    whole = hashlib.sha256()
    for path in sorted(Path(appliance.senders.__path__[0]).glob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


def replayed(
    asked: Sequence[Asked], answers: Sequence[Prediction], *, whole: bool, taught: int = 0
) -> tuple[Folder, list[Decided]]:
    """What came of it, and the documents in their order."""
    with tempfile.TemporaryDirectory() as name, closing(Store(Path(name) / "a.db")) as store:
        office = Office(store, whole=whole)
        told, decided = replay(office, asked, answers, taught=taught)
        return Folder(told, memory(office, decided)), decided


def made(plan: Plan) -> Made:
    invoices = printed(papers(plan), common.Reader(threads=WORKERS))
    return measured(plan, invoices, _starter_answers([one.asked for one in invoices]))


def measured(plan: Plan, invoices: Sequence[MadeInvoice], answers: Sequence[Prediction]) -> Made:
    folder, decided = replayed([one.asked for one in invoices], answers, whole=True)
    apart, others = split(plan, invoices, answers)
    with background([one.asked for one, _ in others], [said for _, said in others]) as before:
        return Made(
            folder,
            held_for_accounts(invoices, decided),
            held_as_copies(invoices, decided),
            {one.name: poison.harm(one, before, apart) for one in poison.POISONS},
            tuple(before.policy.bounds),
            effect.effect(before, apart),
        )


Answered = tuple[MadeInvoice, Prediction]


def split(
    plan: Plan, invoices: Sequence[MadeInvoice], answers: Sequence[Prediction]
) -> tuple[list[list[Answered]], list[Answered]]:
    """The first papers of each who stands apart, without copies; and all of the others."""
    every = list(zip(invoices, answers, strict=True))
    apart = [
        [one for one in every if one[0].rank == rank and not one[0].is_copy][: plan.each]
        for rank in plan.apart
    ]
    return apart, [one for one in every if one[0].rank not in plan.apart]


def _starter_answers(asked: Sequence[Asked]) -> list[Prediction]:
    return answers(asked, model_files.add_default(Registry(common.CACHE / "models")))


if __name__ == "__main__":
    common.data()
    main()

"""What memory gains on the documents of known senders, and whether it can be deceived.

``python -m bench.senders [FOLDER ...]``: real folders by their names, and ``made``, the invoices
that are made for it. Only a run of all is recorded. Answers and readings are kept, so a run that
was cut goes on.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from appliance.domain.prediction import Prediction
from appliance.learning.models.registry import Registry
from appliance.records.store import Store
from appliance.service import model_files
from bench import common
from bench.asked import Amount, Asked, sources
from bench.predictors import WORKERS, Predictors
from bench.senders import effect, poison, report
from bench.senders.background import background
from bench.senders.lookup import look_ups
from bench.senders.made import MadeInvoice, held_as_copies, held_for_accounts, printed
from bench.senders.office import Office
from bench.senders.papers import FEW, WHOLE, Plan, papers
from bench.senders.promised import memory
from bench.senders.replay import replay
from bench.senders.report import FOLDERS, MADE, Folder, Found, Made

AMOUNT = Amount(dict.fromkeys(FOLDERS, 20) if common.SMALL else {}, copies=0, invented=0)
PLAN = FEW if common.SMALL else WHOLE


def main() -> None:
    names = sys.argv[1:] or (*FOLDERS, MADE)
    found = Found()
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder))
        model_files.add_default(registry)
        predictors = Predictors(registry.champion())
        try:
            for name in names:
                print(f"{name} ...", flush=True)
                if name == MADE:
                    found.made = made(PLAN, predictors)
                    found.folders[MADE] = found.made.folder
                else:
                    asked = list(sources(AMOUNT)[name]())
                    answers = _answers(asked, predictors)
                    found.folders[name] = replayed(asked, answers, whole=False)
        finally:
            predictors.stop()
    if sys.argv[1:]:
        print("\n".join(report.section(found)))
        return
    found.look_ups = look_ups()
    told = "\n".join(report.section(found))
    if not common.SMALL:
        path = common.ROOT / "bench" / "results" / "senders.png"
        path.write_bytes(report.picture(found))
    common.record("senders", n=found.documents, figures=report.figures(found), report=told)


def replayed(asked: Sequence[Asked], answers: Sequence[Prediction], *, whole: bool) -> Folder:
    with tempfile.TemporaryDirectory() as name, closing(Store(Path(name) / "a.db")) as store:
        office = Office(store, whole=whole)
        told = replay(office, asked, answers)
        return Folder(told, memory(office, told.decided))


def made(plan: Plan, predictors: Predictors) -> Made:
    invoices = printed(papers(plan), common.Reader(threads=WORKERS))
    answers = _answers([one.asked for one in invoices], predictors)
    return measured(plan, invoices, answers)


def measured(plan: Plan, invoices: Sequence[MadeInvoice], answers: Sequence[Prediction]) -> Made:
    folder = replayed([one.asked for one in invoices], answers, whole=True)
    decided = folder.replay.decided
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


def _answers(asked: Sequence[Asked], predictors: Predictors) -> list[Prediction]:
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(lambda one: predictors.extract(one.case.document, one.doctype), asked))


if __name__ == "__main__":
    common.data()
    main()

"""Made invoices as they are read, and which are held for a changed account or as a copy."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.doctypes import catalogue
from appliance.domain.blockers import BlockerCode
from appliance.domain.document import Document
from appliance.evaluation.scoring import CountedLabels, ExpectedValues
from appliance.fields.folding import fold_alnum
from bench.asked import Asked
from bench.office.invoices import write
from bench.senders.office import Decided
from bench.senders.papers import MadePaper
from bench.studies import Case

DOCTYPE = "supplier_invoice"


@dataclass(frozen=True, slots=True)
class MadeInvoice:
    made: MadePaper
    asked: Asked

    @property
    def rank(self) -> int:
        return self.made.paper.sender.rank

    @property
    def is_copy(self) -> bool:
        return self.made.paper.duplicate_of is not None

    @property
    def account(self) -> str:
        """As printed."""
        return self.asked.case.truth.values["iban"]


def printed(papers: Sequence[MadePaper], reads: Callable[[Path], Document]) -> list[MadeInvoice]:
    """In their order."""
    kind = catalogue.find(DOCTYPE, folder=None)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for made in papers:
            written = write(Path(folder), made.paper)
            labels = written.draft.truth.labels()
            values = {spec.name: text for spec in kind.fields if (text := labels[spec.name])}
            truth = ExpectedValues(values, (), fold_alnum(made.paper.sender.party.name))
            case = Case(written.path.name, reads(written.path), truth)
            found.append(MadeInvoice(made, Asked(case, kind, CountedLabels())))
            written.path.unlink()
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """Papers that something is true of, and which are held for it."""

    papers: int
    found: int
    others: int
    false: int
    """Of the others."""
    missed: tuple[str, ...]
    """Files."""
    mistaken: tuple[str, ...]


def held_for_accounts(invoices: Sequence[MadeInvoice], decided: Sequence[Decided]) -> Held:
    return _held(invoices, decided, BlockerCode.ACCOUNT_CHANGED, lambda one: one.made.changed)


def held_as_copies(invoices: Sequence[MadeInvoice], decided: Sequence[Decided]) -> Held:
    return _held(invoices, decided, BlockerCode.SEEN_BEFORE, lambda one: one.is_copy)


def _held(
    invoices: Sequence[MadeInvoice],
    decided: Sequence[Decided],
    code: BlockerCode,
    of_them: Callable[[MadeInvoice], bool],
) -> Held:
    told = [
        (of_them(one), said.is_held_by(code), one.asked.case.file)
        for one, said in zip(invoices, decided, strict=True)
    ]
    return Held(
        papers=sum(wanted for wanted, _, _ in told),
        found=sum(wanted and held for wanted, held, _ in told),
        others=sum(not wanted for wanted, _, _ in told),
        false=sum(held and not wanted for wanted, held, _ in told),
        missed=tuple(file for wanted, held, file in told if wanted and not held),
        mistaken=tuple(file for wanted, held, file in told if held and not wanted),
    )

"""E-invoices that somebody changed, on the page or in the XML, or that fail by a cent.

The page is printed from one invoice and the XML from another that differs in one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from appliance.samples import codes, einvoice
from appliance.samples.invoice import Invoice
from bench import common
from bench.arrivals.decided import Decided, decided
from bench.office.invoices import Paper, papers

NUMBER = 6 if common.SMALL else 60
_CENT = Decimal("0.01")
_SUMS = ("LineTotalAmount", "TaxBasisTotalAmount", "GrandTotalAmount", "CalculatedAmount")
"""Elements of the header, of which one is a cent too much."""


@dataclass(frozen=True, slots=True)
class Altered:
    how: str
    decided: Decided


def hybrids() -> list[Paper]:
    """Invoices of the office in the PDF of their senders; a credit note prints what its XML says
    below zero."""
    return [one for one in papers() if one.duplicate_of is None and not one.invoice.credit]


def written(folder: Path, paper: Paper, *, xml: bytes) -> Path:
    """The paper, with ``xml`` inside."""
    path = folder / f"invoice-{paper.place + 1:03}.pdf"
    path.write_bytes(einvoice.hybrid(paper.draft().pdf, xml))
    return path


def xml(paper: Paper) -> bytes:
    return einvoice.xml(paper.invoice, paper.sender.language)


def honest(folder: Path) -> Iterator[Decided]:
    """As they are before anybody alters them."""
    for paper in hybrids()[:NUMBER]:
        yield decided(written(folder, paper, xml=xml(paper)), "supplier_invoice")


def altered(folder: Path) -> Iterator[Altered]:
    for how, printed, said in changed():
        yield Altered(how, decided(written(folder, printed, xml=said), "supplier_invoice"))


def changed() -> Iterator[tuple[str, Paper, bytes]]:
    """How, and what is printed and said then; each way as often as any other."""
    ways = [
        *(
            (f"{where}: {name}", _apart(where, change))
            for where in ("page", "XML")
            for name, change in _CHANGES.items()
        )
    ]
    ways += [(f"a cent: {name}", _by_a_cent(name)) for name in _SUMS]
    for at, paper in enumerate(hybrids()[:NUMBER]):
        how, make = ways[at % len(ways)]
        yield how, *make(paper)


def _amount(invoice: Invoice, rng: Random) -> Invoice:
    """One row has one more, and all sums go with it."""
    first, *others = invoice.lines
    return replace(invoice, lines=(replace(first, quantity=first.quantity + 1), *others))


def _account(invoice: Invoice, rng: Random) -> Invoice:
    return replace(invoice, iban=codes.iban(rng, invoice.iban[:2]))


def _number(invoice: Invoice, rng: Random) -> Invoice:
    """One digit."""
    at = rng.choice([at for at, sign in enumerate(invoice.number) if sign.isdigit()])
    digit = str((int(invoice.number[at]) + rng.randint(1, 9)) % 10)
    return replace(invoice, number=f"{invoice.number[:at]}{digit}{invoice.number[at + 1 :]}")


def _day(invoice: Invoice, rng: Random) -> Invoice:
    return replace(invoice, day=invoice.day + timedelta(days=rng.randint(1, 9)))


_CHANGES: Mapping[str, Callable[[Invoice, Random], Invoice]] = {
    "amount": _amount,
    "account": _account,
    "number": _number,
    "date": _day,
}


def _apart(
    where: str, change: Callable[[Invoice, Random], Invoice]
) -> Callable[[Paper], tuple[Paper, bytes]]:
    def make(paper: Paper) -> tuple[Paper, bytes]:
        other = replace(paper, invoice=change(paper.invoice, Random(f"altered/{paper.place}")))
        return (other, xml(paper)) if where == "page" else (paper, xml(other))

    return make


def _by_a_cent(element: str) -> Callable[[Paper], tuple[Paper, bytes]]:
    """The last such element, which is the header's."""

    def make(paper: Paper) -> tuple[Paper, bytes]:
        said = xml(paper).decode()
        before, opened, behind = said.rpartition(f"<ram:{element}>")
        number, closed, rest = behind.partition("<")
        more = f"{Decimal(number) + _CENT:.2f}"
        return paper, f"{before}{opened}{more}{closed}{rest}".encode()

    return make

"""Hybrids whose page and XML agree or do not: is each accepted unseen, or held, as it should be?

Ten values are each left out of the XML, left out of the page, changed on the page, and written in
another way there; other cases are of one kind each. Every case is a real PDF with a real XML, which
is read, answered and judged as the service does it, the look at the drawn page included. Nothing is
promised, so whatever is accepted the e-invoice says.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path

from pypdf import PdfWriter

from appliance.domain.limits import Limits
from appliance.reading.eye import part_texts
from appliance.reading.read import read
from appliance.samples import einvoice
from appliance.samples.invoice import Invoice, InvoiceLine, Party
from appliance.samples.languages import LANGUAGES
from appliance.samples.sheet import Sheet
from appliance.service.decide import decide_on
from bench import common
from bench.arrivals.decided import NOTHING, Silent, kind, ocr
from bench.campaign.hostile_pdf import FIRST, Paper, text, to_unicode

ACCEPTED, HELD = "accepted", "held"
WAYS = ("absent in XML", "absent on the page", "other on the page", "other way of writing")

TABLE: Mapping[str, tuple[str, str, str, str]] = {
    "document number": (HELD, HELD, HELD, ACCEPTED),
    "issue date": (HELD, HELD, HELD, ACCEPTED),
    "due date": (ACCEPTED, ACCEPTED, HELD, ACCEPTED),
    "kind": (HELD, ACCEPTED, HELD, ACCEPTED),
    "currency": (HELD, ACCEPTED, HELD, ACCEPTED),
    "seller": (ACCEPTED, ACCEPTED, HELD, ACCEPTED),
    "account": (ACCEPTED, ACCEPTED, HELD, ACCEPTED),
    "net total": (HELD, ACCEPTED, HELD, ACCEPTED),
    "tax": (HELD, ACCEPTED, HELD, ACCEPTED),
    "gross total": (HELD, HELD, HELD, ACCEPTED),
}
"""By value what becomes of the document, in the order of ``WAYS``. A page that shows days, amounts
or codes and not the e-invoice's is held; a value that an XML may leave out is absent."""

_GERMAN = LANGUAGES["de"]
_ACCOUNT, _OTHER_ACCOUNT = "DE02120300000000202051", "DE75512108001245126199"
_INVOICE = Invoice(
    credit=False,
    number="RE-2026-117",
    original="",
    day=date(2026, 1, 31),
    due=date(2026, 2, 28),
    delivered=date(2026, 1, 30),
    order="B-4711",
    customer="K-12",
    supplier=Party("Muster GmbH", "Hof 1", "20095 Hamburg", "Deutschland", "DE123456788"),
    buyer=Party("Kunde AG", "Weg 2", "50667 Köln", "Deutschland", "DE811569869"),
    contact="",
    phone="",
    register="",
    bank="Bank",
    iban=_ACCOUNT,
    lines=(InvoiceLine("A-1", "Bohrer", Decimal(1), "Stk", Decimal("100.00"), Decimal(19)),),
)
Printed = Mapping[str, tuple[str, ...]]
"""By value its lines on the page; between caption and amount a bar."""
_PAGE: Printed = {
    "kind": ("RECHNUNG",),
    "name": ("Muster GmbH, Hof 1, 20095 Hamburg",),
    "seller": ("USt-IdNr. DE 123 456 788",),
    "document number": ("Rechnungsnummer | RE-2026-117",),
    "issue date": ("Rechnungsdatum | 31.01.2026",),
    "due date": ("Fällig am | 28.02.2026",),
    "row": ("Bohrer | 1 Stk",),
    "net total": ("Nettobetrag | 100,00 EUR",),
    "tax": ("Umsatzsteuer | 19,00 EUR",),
    "gross total": ("Rechnungsbetrag | 119,00 EUR",),
    "account": ("IBAN DE02 1203 0000 0000 2020 51",),
}
_OTHER: Printed = {
    "kind": ("GUTSCHRIFT",),
    "seller": ("USt-IdNr. DE 136 695 976",),
    "document number": ("Rechnungsnummer | RE-2026-118",),
    "issue date": ("Rechnungsdatum | 30.01.2026",),
    "due date": ("Fällig am | 14.02.2026",),
    "net total": ("Nettobetrag | 110,00 EUR",),
    "tax": ("Umsatzsteuer | 29,00 EUR",),
    "gross total": ("Rechnungsbetrag | 141,61 EUR",),
    "account": ("IBAN DE75 5121 0800 1245 1261 99",),
}
_WRITTEN: Printed = {
    "kind": ("Invoice",),
    "seller": ("USt-IdNr. 123456788",),
    "document number": ("Rechnungsnummer | re-2026-117",),
    "issue date": ("Rechnungsdatum | 31. Januar 2026",),
    "due date": ("Zahlbar bis | 28. Februar 2026",),
    "net total": ("Summe netto | EUR 100,00",),
    "tax": ("MwSt. 19 % | EUR 19,00",),
    "gross total": ("Zu zahlen | EUR 119,00",),
    "account": ("IBAN de02.1203.0000.0000.2020.51",),
}
_XML_WITHOUT = {
    "document number": r"(?<=<rsm:ExchangedDocument>)<ram:ID>[^<]*</ram:ID>",
    "issue date": r"<ram:IssueDateTime>.*?</ram:IssueDateTime>",
    "due date": r"<ram:SpecifiedTradePaymentTerms>.*?</ram:SpecifiedTradePaymentTerms>",
    "kind": r"(?<=</ram:ID>)<ram:TypeCode>380</ram:TypeCode>",
    "currency": r"<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>",
    "seller": r"(?s)<ram:SpecifiedTaxRegistration>.*?</ram:SpecifiedTaxRegistration>",
    "account": r"<(ram:PayeePartyCreditorFinancialAccount)>.*?</\1>",
    "net total": r"<ram:TaxBasisTotalAmount>[^<]*</ram:TaxBasisTotalAmount>",
    "tax": r"<ram:TaxTotalAmount[^>]*>[^<]*</ram:TaxTotalAmount>",
    "gross total": r"<ram:GrandTotalAmount>[^<]*</ram:GrandTotalAmount>",
}


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    expected: str
    pdf: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    case: Case
    found: str
    because: str

    @property
    def is_right(self) -> bool:
        return self.found == self.case.expected


def list_cases() -> Iterator[Case]:
    """Make every case of the table, then those of one kind each."""
    yield Case("nothing is changed", ACCEPTED, _hybrid())
    for value, expected in TABLE.items():
        makers: tuple[Callable[[str], bytes], ...] = (
            _without_in_xml,
            _without_on_page,
            _other_on_page,
            _written_otherwise,
        )
        for way, outcome, make in zip(WAYS, expected, makers, strict=True):
            yield Case(f"{value}: {way}", outcome, make(value))
    yield from _other_cases()


def decide(case: Case, folder: Path) -> Outcome:
    """Read, answer and judge the case as the service does."""
    path = folder / "case.pdf"
    path.write_bytes(case.pdf)
    limits = Limits()
    document = read(path, docid=common.sha256(path), limits=limits, ocr=ocr(), einvoice=True)
    look = partial(part_texts, path, limits=limits, ocr=ocr())
    _, judgement, _ = decide_on(
        document, kind("supplier_invoice"), Silent(), policy=lambda model: NOTHING, look=look
    )
    because = "; ".join(f"{one.code}: {one.message}" for one in judgement.blockers)
    return Outcome(case, ACCEPTED if judgement.accepted else HELD, because)


def measure() -> dict[str, object]:
    """Count the cases, and name those whose outcome is not the expected one."""
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [decide(case, Path(folder)) for case in list_cases()]
    wrong = [one for one in outcomes if not one.is_right]
    return {
        "einvoice_cases": len(outcomes),
        "einvoice_wrong": len(wrong),
        "einvoice_wrong_cases": [f"{one.case.name}: {one.found} ({one.because})" for one in wrong],
    }


def _without_in_xml(value: str) -> bytes:
    return _hybrid(xml=re.sub(_XML_WITHOUT[value], "", _xml(), count=1))


def _without_on_page(value: str) -> bytes:
    if value == "currency":
        return _hybrid(_with_currency(""))
    return _hybrid({**_PAGE, value: ()})


def _other_on_page(value: str) -> bytes:
    if value == "currency":
        return _hybrid(_with_currency("CHF"))
    return _hybrid({**_PAGE, value: _OTHER[value]})


def _written_otherwise(value: str) -> bytes:
    if value == "currency":
        return _hybrid(_with_currency("€"))
    return _hybrid({**_PAGE, value: _WRITTEN[value]})


def _with_currency(mark: str) -> Printed:
    return {
        value: tuple(line.replace("EUR", mark).strip() for line in lines)
        for value, lines in _PAGE.items()
    }


def _other_cases() -> Iterator[Case]:
    yield Case("the page counts in US$", HELD, _hybrid(_with_currency("US$")))
    higher = {**_PAGE, "net total": ("Nettobetrag | 119,00 EUR",), "tax": ("USt | 22,61 EUR",)}
    elsewhere = {**higher, "gross total": ("Gesamtbetrag | 141,61 EUR",)}
    yield Case("the gross total of the XML is the net total of the page", HELD, _hybrid(elsewhere))
    for account, outcome in ((_OTHER_ACCOUNT, HELD), (_ACCOUNT, ACCEPTED)):
        for how, lines in _account_ways(account).items():
            page = {**_PAGE, "account": lines}
            yield Case(f"account {account[:4]}, {how}", outcome, _hybrid(page))
    titles = [
        ("381", "GUTSCHRIFT", ACCEPTED),
        ("381", "Credit note", ACCEPTED),
        ("381", "Avoir RE-2026-117", ACCEPTED),
        ("381", "RECHNUNG", HELD),
        ("389", "GUTSCHRIFT", ACCEPTED),
        ("389", "Credit note", HELD),
        ("384", "Rechnungskorrektur", ACCEPTED),
        ("380", "Rechnungskorrektur", HELD),
        ("999", "RECHNUNG", HELD),
    ]
    credit = "Credit note|Avoir|Nota de crédito|Nota di credito|Creditnota|Faktura korygująca"
    titles += [
        ("380", title, HELD)
        for title in (*credit.split("|"), "Opravný daňový doklad", "İade faturası", "Nota kredit")
    ]
    for code, title, outcome in titles:
        xml = _xml().replace("TypeCode>380<", f"TypeCode>{code}<")
        yield Case(f"{code}, titled {title}", outcome, _hybrid({**_PAGE, "kind": (title,)}, xml))
    for currency, outcome in (("EUR", ACCEPTED), ("USD", HELD)):
        mark = f'<ram:GrandTotalAmount currencyID="{currency}">'
        xml = _xml().replace("<ram:GrandTotalAmount>", mark)
        yield Case(f"the total of the XML is in {currency}", outcome, _hybrid(xml=xml))
    yield Case("the page draws another total and account than its text says", HELD, _lying())


def _account_ways(account: str) -> dict[str, tuple[str, ...]]:
    fours = [account[at : at + 4] for at in range(0, len(account), 4)]
    threes = [account[at : at + 3] for at in range(0, len(account), 3)]
    return {
        "with dots": (f"IBAN {'.'.join(fours)}",),
        "with hyphens": (f"IBAN {'-'.join(fours)}",),
        "in other groups": (f"IBAN {' '.join(threes)}",),
        "in small letters": (f"IBAN: {' '.join(fours).lower()}",),
        "over two lines": (f"IBAN: {' '.join(fours[:3])}", " ".join(fours[3:])),
        "without its name": (" ".join(threes),),
    }


def _xml() -> str:
    return einvoice.xml(_INVOICE, _GERMAN).decode()


def _hybrid(printed: Printed = _PAGE, xml: str = "") -> bytes:
    sheet = Sheet("SansCondensed")
    y = 25.0
    for value, lines in printed.items():
        for line in lines:
            caption, _, amount = line.partition(" | ")
            sheet.text(20, y, caption, size=16 if value == "kind" else 9)
            if amount:
                sheet.text(120, y, amount, size=9)
            y += 9 if value == "kind" else 6
        y += 3
    return _inside(sheet.pdf(), xml or _xml())


def _lying() -> bytes:
    """The font of total and account draws other digits than it names."""
    turned = str.maketrans("0123456789", "9876543210")
    content, y = b"", 780
    for value, lines in _PAGE.items():
        lies = value in ("gross total", "account")
        for line in lines:
            caption, _, amount = line.partition(" | ")
            x = 60
            for part in filter(None, (caption, amount)):
                drawn = part.translate(turned) if lies else part
                ascii_only = drawn.encode("latin-1", "replace").decode("latin-1").replace("ä", "ae")
                content += text(ascii_only, x, y, font="F2") if lies else text(ascii_only, x, y)
                x = 300
            y -= 18
    names = {ord(digit.translate(turned)): digit for digit in "0123456789"}
    letters = {ord(one): one for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ,."}
    font = f"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /ToUnicode {FIRST + 1} 0 R >>"
    paper = Paper(
        content=content,
        fonts=f"/F2 {FIRST} 0 R",
        objects=(font.encode(), to_unicode(names | letters)),
    )
    return _inside(paper.pdf(), _xml())


def _inside(pdf: bytes, xml: str) -> bytes:
    """As Factur-X has it, also of an XML that its package would refuse."""
    writer = PdfWriter(clone_from=BytesIO(pdf))
    writer.add_attachment("factur-x.xml", xml.encode())
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


if __name__ == "__main__":
    print(json.dumps(measure(), ensure_ascii=False, indent=2))

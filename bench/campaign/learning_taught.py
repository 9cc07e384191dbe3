"""What a night would be taught of lies: no training, only what it takes and masks.

A value that does not stand in what was read is never taught, hidden text is not read, evidence is
not learned from, and one sender has its share of a night and no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from fpdf import FPDF
from PIL.Image import Image

from appliance.domain.labels import Labelled
from appliance.domain.limits import Limits
from appliance.extraction.windows import PageRange
from appliance.learning.dataset.targets import Targets
from appliance.learning.night.collect import DocumentCaps, choose
from appliance.reading.read import read
from appliance.reading.words import TextRun
from appliance.records.labels import Labels
from appliance.samples import codes
from bench.campaign.learning_lies import honest_town
from bench.campaign.learning_town import KIND, VERSIONS, Invoice, Sender, Town
from bench.campaign.trial import Breach, Found, Outcome

CAPS = DocumentCaps(party=8, doctype=60, whole=60)
"""A night of little time."""


def night(seed: int, folder: Path) -> Outcome:
    """One sender floods the office, its clerk keys what stands nowhere, and others come too."""
    with honest_town(folder, f"night {seed}") as (here, _):
        flood, many = here.sender(), here.rng.randrange(CAPS.party, 3 * CAPS.party)
        lies: dict[str, str] = {}
        """By docid of a lie that its document does not say."""
        for _ in range(many):
            _keyed_wrongly(here, here.invoice(flood), lies)
        every = list(Labels(here.store).training())
        chosen = choose(every, CAPS)
        found = [*_crowded(flood, every, chosen), *_taught(chosen, lies)]
        evidence = {one.document.docid for one in Labels(here.store).evidence(reading="1")}
        if evidence & {one.document.docid for one in chosen}:
            found.append("evidence is learned from")
        counts = Counter({"documents for a night": len(chosen), "lies masked": len(lies)})
        told = tuple(Found(Breach.BELIEVED, one) for one in found)
        return Outcome(faults=many, found=told, counts=counts)


def _keyed_wrongly(here: Town, invoice: Invoice, lies: dict[str, str]) -> None:
    """By a clerk or an import, in one field that is not how the sender is known."""
    name = here.rng.choice(("customer", "number", "total", "iban"))
    made_up: Mapping[str, Callable[[], str]] = {
        "customer": lambda: here.sender().name,
        "number": lambda: codes.fill(here.rng, "@@-######"),
        "total": lambda: f"{here.rng.randrange(10**6, 10**7)}.17",
        "iban": lambda: codes.iban(here.rng, "FR"),
    }
    lie = made_up[name]()
    if here.rng.random() < 0.5:
        here.keys(here.decides(invoice), **{name: lie})
    else:
        here.imports(invoice, **{name: lie})
    lies[invoice.document.docid] = lie


def _crowded(flood: Sender, every: list[Labelled], chosen: list[Labelled]) -> list[str]:
    """Whether it took more than its share, or the place of others."""
    of_all, of_chosen = (Counter(one.party for one in those) for those in (every, chosen))
    found = [
        f"{number} documents of {party} for one night"
        for party, number in of_chosen.items()
        if number > CAPS.party
    ]
    if of_chosen[flood.vat_id] and len(of_chosen) < min(len(of_all), CAPS.whole):
        found.append("senders are left out for one that came often")
    return found


def _taught(chosen: list[Labelled], lies: Mapping[str, str]) -> list[str]:
    found = []
    for one in chosen:
        lie = lies.get(one.document.docid)
        if lie and lie in taught(one):
            found.append(f"{lie!r} is taught, which its document does not say")
    return found


def taught(labelled: Labelled) -> set[str]:
    """Texts of what a night learns of a document as a whole."""
    pages = enumerate(labelled.document.pages)
    window = tuple(PageRange(number, 0, len(page.words)) for number, page in pages)
    target = Targets(labelled, KIND).of(window)
    return {
        field.text
        for field in target.fields
        if field.text is not None and field.fieldtype not in target.masked
    }


class _NoOcr:
    """Nothing is scanned here."""

    def recognise(self, image: Image) -> list[TextRun]:
        return []


def hidden(seed: int, folder: Path) -> Outcome:
    """A sender hides an account or an amount on its invoices, and labels name what is hidden."""
    with honest_town(folder, f"hidden {seed}") as (here, senders):
        sender = here.rng.choice(senders)
        name = here.rng.choice(("iban", "total", "supplier"))
        lie = {
            "iban": codes.iban(here.rng, "PL"),
            "total": f"{here.rng.randrange(10**6, 10**7)}.99",
            "supplier": f"{codes.fill(here.rng, '@@@@@@')} Ltd",
        }[name]
        way = here.rng.choice(sorted(_HIDDEN))
        found: list[str] = []

        def with_hidden() -> Invoice:
            return _printed(here.invoice(sender), lie, _HIDDEN[way], folder)

        for keyed in here.rng.sample((True, False), 2):
            invoice = with_hidden()
            if lie.split()[0] in {word.text for word in invoice.document.pages[0].words}:
                found.append(f"{way} text is read")
            if keyed:
                here.keys(here.decides(invoice), **{name: lie})
            else:
                here.imports(invoice, **{name: lie})
            if any(lie in taught(one) for one in _labels(here, invoice)):
                found.append(f"{way} text is taught")
        for after in (here.invoice(sender), with_hidden()):
            one = here.decides(after)
            if one.believes(name, lie) or one.recalls(name, lie):
                found.append(f"{way} text is remembered")
            here.keys(one)
        told = tuple(Found(Breach.BELIEVED, f"{name}: {one}") for one in found)
        return Outcome(faults=2, hostile_files=3, found=told)


def _labels(here: Town, invoice: Invoice) -> list[Labelled]:
    every = Labels(here.store)
    both = [*every.training(), *every.evidence(reading=VERSIONS.reading)]
    found = [one for one in both if one.document.docid == invoice.document.docid]
    assert found, "it was labelled"
    return found


def _printed(
    invoice: Invoice, lie: str, hide: Callable[[FPDF, str], None], folder: Path
) -> Invoice:
    """As a PDF that also says what nobody sees, read by the appliance."""
    sheet = FPDF(unit="pt", format="A4")
    sheet.add_page()
    sheet.set_font("Helvetica", size=11)
    lines: dict[int, list[str]] = {}
    for word in invoice.document.pages[0].words:
        lines.setdefault(word.line or 0, []).append(word.text)
    for row, line in lines.items():
        sheet.text(60, 80 + 22 * row, " ".join(line))
    hide(sheet, lie)
    path = folder / "hidden.pdf"
    path.write_bytes(bytes(sheet.output()))
    docid = sha256(path.read_bytes()).hexdigest()
    document = read(path, docid=docid, limits=Limits(), ocr=_NoOcr())
    return replace(invoice, document=document)


def _white(sheet: FPDF, lie: str) -> None:
    sheet.set_text_color(255, 255, 255)
    sheet.text(60, 600, lie)


def _invisible(sheet: FPDF, lie: str) -> None:
    with sheet.local_context(text_mode="INVISIBLE"):
        sheet.text(60, 600, lie)


def _tiny(sheet: FPDF, lie: str) -> None:
    sheet.set_font_size(1)
    sheet.text(60, 600, lie)


def _off_the_page(sheet: FPDF, lie: str) -> None:
    sheet.text(60, 2000, lie)


def _covered(sheet: FPDF, lie: str) -> None:
    sheet.text(60, 600, lie)
    sheet.set_fill_color(200, 220, 255)
    sheet.rect(50, 570, 450, 60, style="F")


_HIDDEN: Mapping[str, Callable[[FPDF, str], None]] = {
    "white": _white,
    "invisible": _invisible,
    "tiny": _tiny,
    "off the page": _off_the_page,
    "covered": _covered,
}

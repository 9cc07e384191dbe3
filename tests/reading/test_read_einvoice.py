"""A file that speaks to programs too: alone, or inside the pages that people read."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from einvoice_xml import PEPPOL, cii, ubl
from fpdf import FPDF
from papers import Reciting

from appliance.domain.blockers import BlockerCode
from appliance.domain.document import Document, page_text
from appliance.domain.einvoice import Level, Syntax
from appliance.domain.errors import DocumentError
from appliance.domain.limits import Limits
from appliance.einvoice.tree import MAX_BYTES
from appliance.reading.picture import page_picture
from appliance.reading.read import read


def reading(path: Path, *, einvoice: bool = True) -> Document:
    return read(path, docid="d", ocr=Reciting(), einvoice=einvoice)


def file(folder: Path, content: str | bytes, name: str = "file.xml") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def hybrid(sheet: FPDF, folder: Path, **attached: str) -> Path:
    document = pdfium.PdfDocument(bytes(sheet.output()))
    for name, text in attached.items():
        document.new_attachment(f"{name.replace('_', '-')}.xml").set_data(text.encode())
    path = folder / "file.pdf"
    document.save(path)
    return path


def test_an_xml_alone_is_a_page_that_a_person_reads(tmp_path: Path) -> None:
    path = file(tmp_path, ubl())
    document = reading(path)
    assert document.einvoice is not None
    assert not document.einvoice.embedded
    assert (document.einvoice.profile, document.einvoice.faults) == (PEPPOL, ())
    (page,) = document.pages
    assert page_text(page).startswith("Seller\nName:  Muster GmbH\nIdentifier:  4711")
    assert "<" not in page_text(page)
    # The station shows the words themselves where a file has no picture.
    assert page_picture(path, 0, 0.0, longest=100, limits=Limits()) is None


def test_where_nobody_asks_for_it_it_is_the_text_that_it_is(tmp_path: Path) -> None:
    document = reading(file(tmp_path, ubl()), einvoice=False)
    assert document.einvoice is None
    assert page_text(document.pages[0]).startswith("<?xml version=")


@pytest.mark.parametrize("text", ["<order><number>7</number></order>", "Invoice 7\nTotal 1.00\n"])
def test_other_text_is_read_as_before(tmp_path: Path, text: str) -> None:
    path = file(tmp_path, text)
    assert reading(path) == reading(path, einvoice=False)


def test_a_pdf_keeps_its_pages_and_says_what_is_inside(sheet: FPDF, tmp_path: Path) -> None:
    path = hybrid(sheet, tmp_path, factur_x=cii("urn:factur-x.eu:1p0:minimum"))
    document = reading(path)
    assert document.einvoice is not None and document.einvoice.embedded
    assert (document.einvoice.syntax, document.einvoice.level) == (Syntax.CII, Level.MINIMUM)
    assert document.blockers == ()
    assert document.pages == reading(path, einvoice=False).pages
    assert reading(path, einvoice=False).einvoice is None


def test_of_two_inside_the_newer_kind_is_read_and_another_attachment_is_none(
    sheet: FPDF, tmp_path: Path
) -> None:
    newer = cii("urn:cen.eu:en16931:2017")
    document = reading(hybrid(sheet, tmp_path, notes="<a/>", ZUGFeRD_invoice=ubl(), factur_x=newer))
    assert document.einvoice is not None and document.einvoice.syntax is Syntax.CII
    assert reading(hybrid(sheet, tmp_path, notes=newer)).einvoice is None


@pytest.mark.parametrize(
    "inside, words",
    [
        (ubl()[:900], "damaged or cut off"),
        (f"<!DOCTYPE a>{ubl().partition('?>')[2]}", "DOCTYPE"),
        ("<order/>", "of no known kind"),
    ],
)
def test_a_broken_one_inside_holds_the_document_and_the_page_stays(
    sheet: FPDF, tmp_path: Path, inside: str, words: str
) -> None:
    document = reading(hybrid(sheet, tmp_path, xrechnung=inside))
    assert document.einvoice is None
    (blocker,) = document.blockers
    assert blocker.code == BlockerCode.EINVOICE_UNREADABLE
    assert words in blocker.message
    assert "Invoice 4711" in page_text(document.pages[0])


def test_a_hostile_one_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="damaged"):
        reading(file(tmp_path, ubl()[:900]))
    too_large = file(tmp_path, ubl())
    with too_large.open("r+b") as opened:
        opened.truncate(MAX_BYTES + 1)
    with pytest.raises(DocumentError, match="too large"):
        reading(too_large)


HYBRIDS = {
    "Avoir_FR_type381_BASIC.pdf": (Syntax.CII, Level.LINES, 2),
    "ZUGFeRD_1p0_BASIC_Einfach.pdf": (Syntax.ZUGFERD_1, Level.LINES, 1),
    "ZUGFeRD_1p0_COMFORT_Einfach.pdf": (Syntax.ZUGFERD_1, Level.LINES, 2),
    "invoice_EN16931.pdf": (Syntax.CII, Level.LINES, 3),
    "pdf_fx_extended_1.pdf": (Syntax.CII, Level.LINES, 3),
    "pdf_fx_minimum_1.pdf": (Syntax.CII, Level.MINIMUM, 0),
    "zugferd_invoice.pdf": (Syntax.ZUGFERD_1, Level.LINES, 7),
}


@pytest.mark.data
@pytest.mark.parametrize("name", HYBRIDS)
def test_real_hybrids_are_read(data: Path, name: str) -> None:
    invoice = reading(data / "invoices_de_fr" / name).einvoice
    assert invoice is not None and invoice.faults == ()
    assert (invoice.syntax, invoice.level, len(invoice.lines)) == HYBRIDS[name]
    assert {"BT-1", "BT-2", "BT-27", "BT-112"} <= {value.term for value in invoice.values}


@pytest.mark.data
def test_what_the_makers_of_an_example_miscounted_is_told(data: Path) -> None:
    name = "MustangGnuaccountingBeispielRE-20140703_502.pdf"
    invoice = reading(data / "invoices_de_fr" / name).einvoice
    assert invoice is not None
    assert invoice.faults[0] == "The rows add up to 571.04, the invoice says 496.00 (BR-CO-10)."

"""A PDF file opened with pdfium, page by page, and a page as a picture.

pdfium is not thread-safe and can crash on hostile files: call it from one thread of a child
process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as c
from PIL import Image

from appliance.domain.errors import DocumentError

_DRAWN_ANNOTATIONS = {c.FPDF_ANNOT_WIDGET, c.FPDF_ANNOT_FREETEXT, c.FPDF_ANNOT_STAMP}
_EINVOICES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")
"""Names that e-invoices have inside a PDF, in lower case; the newest kind first."""
_PASSWORD = {c.FPDF_ERR_PASSWORD, c.FPDF_ERR_SECURITY}


@contextmanager
def opened(path: Path) -> Iterator[pdfium.PdfDocument]:
    """Raises DocumentError when the file is locked by a password, broken or without a page."""
    try:
        # Not by its path, which pypdfium2 resolves: what is lent to a child has no other.
        document = pdfium.PdfDocument(path.read_bytes())
    except pdfium.PdfiumError as error:
        raise _refusal(error) from error
    try:
        document.init_forms()
        yield document
    finally:
        document.close()


def _refusal(error: pdfium.PdfiumError) -> DocumentError:
    if error.err_code in _PASSWORD:
        return DocumentError(
            "The PDF is locked with a password.",
            hint="Save a copy without the password and drop that.",
        )
    # pdfium does not tell these two apart.
    return DocumentError(
        "The PDF is damaged or has no pages.", hint="Scan, export or download it again."
    )


def attached_einvoice(path: Path) -> bytes | None:
    """The XML of the e-invoice inside, None where there is none. Raises DocumentError when it, or
    the file, is broken."""
    with opened(path) as document:
        try:
            found = [document.get_attachment(at) for at in range(document.count_attachments())]
            named = {file.get_name().lower(): file for file in reversed(found)}
            einvoice = next((named[name] for name in _EINVOICES if name in named), None)
            return None if einvoice is None else bytes(einvoice.get_data())
        except (pdfium.PdfiumError, UnicodeDecodeError) as error:
            raise DocumentError(
                "What is attached to the PDF is damaged.", hint="Ask the sender for it again."
            ) from error


def page_at(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """One page, what is filled into its form or stamped on it made part of it.

    Raises DocumentError when the page cannot be loaded.
    """
    try:
        page = document[index]
        if _has_drawn_annotations(page):
            # Not the page's own ``flatten``, which refuses notes where there is no form.
            if c.FPDFPage_Flatten(page, c.FLAT_NORMALDISPLAY) == c.FLATTEN_FAIL:
                raise pdfium.PdfiumError("what is stamped on the page cannot be flattened")
            page.close()
            page = document[index]
    except pdfium.PdfiumError as error:
        raise DocumentError(
            f"Page {index + 1} of the PDF is damaged.", hint="Scan or export it again."
        ) from error
    return page


def _has_drawn_annotations(page: pdfium.PdfPage) -> bool:
    for index in range(c.FPDFPage_GetAnnotCount(page)):
        annotation = c.FPDFPage_GetAnnot(page, index)
        if annotation:
            subtype = c.FPDFAnnot_GetSubtype(annotation)
            c.FPDFPage_CloseAnnot(annotation)
            if subtype in _DRAWN_ANNOTATIONS:
                return True
    return False


def rendered(page: pdfium.PdfPage, *, longest: int) -> Image.Image:
    """The page in RGB, its longer side ``longest`` pixels."""
    bitmap = page.render(scale=longest / max(*page.get_size(), 1.0), rev_byteorder=True)
    try:
        image: Image.Image = bitmap.to_pil()
        return image.convert("RGB")
    finally:
        bitmap.close()

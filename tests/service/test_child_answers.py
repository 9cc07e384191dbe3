from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image
from typed_pages import document

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.document import Document
from appliance.domain.einvoice import EInvoice, Level, Syntax, TermValue
from appliance.domain.mail import Attachment, Mail, MailOrigin
from appliance.service.child_answers import PICTURE, READ, PartTexts

PAGE = document("Rechnung 4711\nGesamt  1.190,00 €")
EINVOICE = EInvoice(
    Syntax.UBL,
    "",
    Level.LINES,
    (TermValue("BT-1", "4711", "/a"),),
    ((TermValue("BT-2", "", "/b"),),),
)
ORIGIN = MailOrigin("a@b.example", "A", "March", "<1@b>", 1_700_000_000.25)


@pytest.mark.parametrize(
    "found",
    [
        PAGE,
        replace(PAGE, einvoice=EINVOICE),
        replace(PAGE, blockers=(Blocker(BlockerCode.SEVERAL_DOCUMENTS, "two"),)),
        Mail(ORIGIN, (Attachment("a.pdf", bytes(range(256))),), ("b.zip (locked)",)),
        Mail(ORIGIN, text=PAGE),
        ("190.00", "", None),
    ],
)
def test_what_is_read_crosses_as_it_is(found: Document | Mail | PartTexts) -> None:
    assert READ.read(READ.write(found)) == found


@pytest.mark.parametrize(
    "told", [b"", b"{}", b"[]", b'{"docid": 1, "pages": []}', b'{"docid": "", "pages": [1]}']
)
def test_what_is_no_document_is_refused(told: bytes) -> None:
    with pytest.raises(ValueError, match="validation"):
        READ.read(told)


def test_a_picture_crosses_as_it_is() -> None:
    image = Image.effect_noise((30, 20), 90).convert("RGB")
    told = PICTURE.write(image)
    assert PICTURE.read(told) == image
    assert PICTURE.read(PICTURE.write(None)) is None
    for broken in (told[:-1], told[:5], b"\xff" * 8):
        with pytest.raises(ValueError, match="size"):
            PICTURE.read(broken)

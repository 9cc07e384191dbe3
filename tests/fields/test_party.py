"""Who sent a document, as a clerk reads it."""

from __future__ import annotations

import pytest

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.prediction import Field, FieldJudgement
from appliance.fields.party import sender_of

NUMBER = FieldSpec("vat_id", FieldType.VAT_ID)
NAME = FieldSpec("name")


@pytest.mark.parametrize(
    ("party", "name", "sender"),
    [
        (("vat_id", "name"), "ACME Ltd", "ACME Ltd"),
        (("vat_id", "name"), None, None),
        (("vat_id",), None, "GB1"),
    ],
)
def test_a_number_is_no_sender_where_the_type_asks_for_a_name(
    party: tuple[str, ...], name: str | None, sender: str | None
) -> None:
    """D2."""
    doctype = DocType("invoice", "Invoice", (NUMBER, NAME), party=party)
    fields = [Field("vat_id", "GB1"), Field("name", name)]
    assert sender_of(doctype, [FieldJudgement(one, one.text, 1.0, "x") for one in fields]) == sender

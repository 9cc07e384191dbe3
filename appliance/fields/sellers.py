"""Whether two invoices name the same seller, by any of its ids, else by its name. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import stdnum.eu.vat

from appliance.domain.einvoice import EInvoice
from appliance.fields.folding import alike, fold_alnum, upper_alnum

_VAT = "BT-31"
_IDS = ("BT-29", "BT-30", _VAT, "BT-32")
_NAME = "BT-27"
_COUNTRIES = {alike(one.upper()) for one in (*stdnum.eu.vat.MEMBER_STATES, "EL", "GB", "XI", "NO")}
_PREFIX = re.compile(rf"(?:CHE|{'|'.join(sorted(_COUNTRIES))})(?=\w{{6,}}$)")
_SUFFIX = re.compile(rf"(?<=\d)(?:{'|'.join(map(alike, ('MWST', 'TVA', 'IVA', 'VAT', 'MVA')))})$")


@dataclass(frozen=True, slots=True)
class SellerMarks:
    """By what an invoice names its seller, reduced so that two spellings meet."""

    vat_ids: frozenset[str]
    ids: frozenset[str]
    """Of every kind, VAT ids among them."""
    names: frozenset[str]

    def is_same(self, other: SellerMarks) -> bool:
        """Return whether they share an id, or else a name and no VAT id tells them apart."""
        if self.ids & other.ids:
            return True
        return not (self.vat_ids and other.vat_ids) and bool(self.names & other.names)


def bare_id(text: str) -> str:
    """Return an id without country, punctuation and the word of a tax behind it. Letters that look
    alike are one."""
    code = _SUFFIX.sub("", alike(upper_alnum(text)))
    return _PREFIX.sub("", code) if any(map(str.isdigit, code)) else code


def seller_marks(party: str, name: str | None, invoice: EInvoice | None) -> SellerMarks:
    """``party`` and ``name`` are what is known of the sender of a paper, with or without an
    e-invoice."""
    is_id = party.isupper() or party.isdecimal()
    vat_ids = {party} if is_id else set()
    names = {one for one in (None if is_id else party, name) if one}
    ids: set[str] = set()
    if invoice:
        vat_ids.update(invoice.says(_VAT))
        names.update(invoice.says(_NAME))
        ids.update(text for term in _IDS for text in invoice.says(term))
    return SellerMarks(
        frozenset(filter(None, map(bare_id, vat_ids))),
        frozenset(filter(None, map(bare_id, ids | vat_ids))),
        frozenset(alike(fold_alnum(one)) for one in names),
    )

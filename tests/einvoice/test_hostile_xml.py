"""XML of a stranger: refused in words, quickly, and nothing but its bytes is opened."""

from __future__ import annotations

import os
import socket
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from einvoice_xml import UBL_ROOT, ubl
from lxml import etree

from appliance.domain.errors import DocumentError
from appliance.einvoice.parse import parsed
from appliance.einvoice.tree import MAX_BYTES, tree

PATIENCE = 10.0
"""Seconds within which whatever is refused."""
BEGIN = f"<Invoice {UBL_ROOT}>"
LAUGHS = "".join(f"<!ENTITY l{n + 1} '{f'&l{n};' * 10}'>" for n in range(12))


def with_entities(declared: str, used: str) -> str:
    return f"<!DOCTYPE Invoice [{declared}]>{BEGIN}<cbc:ID>{used}</cbc:ID></Invoice>"


HOSTILE = {
    "a billion laughs": (with_entities(f"<!ENTITY l0 'ha'>{LAUGHS}", "&l12;"), "DOCTYPE"),
    "one great entity": (with_entities(f"<!ENTITY a '{'a' * 99_999}'>", "&a;" * 999), "DOCTYPE"),
    "a DTD alone": (f"<!DOCTYPE Invoice>{BEGIN}</Invoice>", "DOCTYPE"),
    "an entity that nobody declared": (f"{BEGIN}&a;</Invoice>", "damaged"),
    "50 MB": (f"{BEGIN}{'<a>1</a>' * 6_250_000}</Invoice>", "too large: 50.1 MB"),
    "nested": (f"{BEGIN}{'<a>' * 100_000}{'</a>' * 100_000}</Invoice>", "nested too deep"),
    "nested and open": (f"{BEGIN}{'<a>' * 100_000}", "nested too deep"),
    "many small parts": (f"{BEGIN}{'<a/>' * 400_000}</Invoice>", "more than 150000 parts"),
    "many rows": (f"{BEGIN}{'<cac:InvoiceLine/>' * 140_000}</Invoice>", "more rows than"),
    "a long text": (f"{BEGIN}<cbc:ID>{'1' * 15_000_000}</cbc:ID></Invoice>", "a part that is"),
    "many attributes": (
        "<a " + " ".join(f"a{n}=''" for n in range(1_200_000)) + "/>",
        "a part that is too large",
    ),
    "cut off": (ubl()[:2000], "damaged or cut off"),
    "nothing": ("", "damaged"),
    "without a value": (f"{BEGIN}</Invoice>", "says nothing"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_words_with_a_next_step(name: str) -> None:
    xml, words = HOSTILE[name]
    began = time.monotonic()
    with pytest.raises(DocumentError, match=words) as refused:
        parsed(xml.encode())
    assert refused.value.hint
    assert time.monotonic() - began < PATIENCE


def test_it_is_refused_in_every_encoding() -> None:
    xml = HOSTILE["a billion laughs"][0]
    with pytest.raises(DocumentError, match="DOCTYPE"):
        parsed(xml.encode("utf-16"))


def test_bytes_of_another_encoding_than_they_claim_are_damage_and_utf_16_is_read() -> None:
    with pytest.raises(DocumentError, match="damaged"):
        parsed(ubl().encode("latin-1"))
    with pytest.raises(DocumentError, match="damaged"):
        parsed(ubl().replace("UTF-8", "klingon").encode())
    wide = parsed(ubl().replace("UTF-8", "UTF-16").encode("utf-16"))
    narrow = parsed(ubl().replace("UTF-8", "ISO-8859-1").encode("latin-1"))
    assert wide == narrow == parsed(ubl().encode())


@pytest.fixture
def called() -> Iterator[tuple[str, list[object]]]:
    """An address, and who connected to it."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                calls.append(address)
                connection.close()

        Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", calls
        server.shutdown(socket.SHUT_RDWR)


def test_nothing_is_fetched(called: tuple[str, list[object]]) -> None:
    url, calls = called
    for xml in (
        with_entities(f"<!ENTITY a SYSTEM '{url}/a'>", "&a;"),
        with_entities(f"<!ENTITY % a SYSTEM '{url}/b'> %a;", ""),
        f"<!DOCTYPE Invoice SYSTEM '{url}/c'>{BEGIN}</Invoice>",
    ):
        with pytest.raises(DocumentError):
            parsed(xml.encode())
    hinting = ubl().replace("<Invoice ", f"<Invoice {schema_at(f'{url}/d')} ")
    found = parsed(hinting.encode())
    assert found is not None and found.faults == ()
    assert calls == []


def schema_at(place: str) -> str:
    space = "http://www.w3.org/2001/XMLSchema-instance"
    return f'xmlns:xsi="{space}" xsi:schemaLocation="urn:other {place}"'


def test_no_file_is_opened_that_it_names(tmp_path: Path) -> None:
    """A pipe would keep whoever opens it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for xml in (
        with_entities(f"<!ENTITY a SYSTEM 'file://{pipe}'>", "&a;"),
        f"<!DOCTYPE Invoice SYSTEM 'file://{pipe}'>{BEGIN}</Invoice>",
    ):
        with pytest.raises(DocumentError):
            parsed(xml.encode())
    included = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{pipe}"/>'
    for xml in (
        ubl().replace("<Invoice ", f"<Invoice {schema_at(str(pipe))} "),
        ubl().replace("</Invoice>", f"{included}</Invoice>"),
    ):
        found = parsed(xml.encode())
        assert found is not None and found.values


def test_the_time_of_what_is_allowed_does_not_grow_with_its_square() -> None:
    subtotal = (
        "<cac:TaxSubtotal><cbc:TaxableAmount>7</cbc:TaxableAmount><cbc:TaxAmount>1</cbc:TaxAmount>"
        "</cac:TaxSubtotal>"
    )
    taxes = f'<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">1</cbc:TaxAmount>{subtotal * 40_000}'
    currency = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
    party = "<cac:AccountingSupplierParty><cac:Party><cac:PartyTaxScheme>{}</cac:PartyTaxScheme>"
    party += "</cac:Party></cac:AccountingSupplierParty>"
    schemes = "<cbc:CompanyID>1</cbc:CompanyID>" * 60_000 + "<cac:TaxScheme/>" * 60_000
    for inside in (f"{currency}{taxes}</cac:TaxTotal>", party.format(schemes)):
        began = time.monotonic()
        found = parsed(f"{BEGIN}{inside}</Invoice>".encode())
        assert found is not None and 0 < len(found.faults) <= 20
        assert time.monotonic() - began < PATIENCE


def test_what_a_bound_allows_is_parsed() -> None:
    note = f"<cbc:Note>{'a' * 9_000_000}</cbc:Note>" * 2
    padded = f"{BEGIN}{note}</Invoice>"
    assert len(padded) < MAX_BYTES
    assert etree.QName(tree(padded.encode())).localname == "Invoice"


def test_a_long_name_does_not_stand_once_for_each_element_in_it() -> None:
    name = "cbc:" + "a" * 40_000
    xml = ubl().replace("</Invoice>", f"<{name}>{'<cbc:a/>' * 9_000}</{name}></Invoice>")
    tracemalloc.start()
    try:
        parsed(xml.encode())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 100_000_000

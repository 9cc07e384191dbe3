"""A page is known by what always stands on its sender's pages, and never by what others share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest
from typed_pages import document

from appliance.domain.senders import KnownSender
from appliance.senders.identity import SentPage, who_sent
from appliance.senders.marks import MOST, marks_of

HOME = "To Buyer AG, VAT DE136695976, phone 030 123 45 67"


def acme(number: int) -> str:
    return f"ACME Tools GmbH\nTel. 0711 98 76 54-{number % 2}\nwww.acme-tools.de\nInvoice {number}"


@dataclass
class Approved:
    """What a directory would hold."""

    marks: dict[str, Counter[str]] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)
    documents: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)

    def add(self, party: str, name: str, *pages: str) -> None:
        for text in pages:
            page = SentPage(document(text))
            self.documents[party] += 1
            self.named[party] += page.says(name)
            self.names.setdefault(party, set()).add(name)
            self.marks.setdefault(party, Counter()).update(page.marks)

    def who(self, text: str) -> str | None:
        return who_sent(SentPage(document(text)), map(self._known, self.documents))

    def _known(self, party: str) -> KnownSender:
        others = [marks for name, marks in self.marks.items() if name != party]
        shown = self.marks[party]
        own = {mark: on for mark, on in shown.items() if not any(mark in one for one in others)}
        shared = {mark: on for mark, on in shown.items() if mark not in own}
        names = frozenset(self.names[party])
        return KnownSender(party, self.documents[party], self.named[party], names, own, shared)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Tel. 0711 98 76 54", {"0711987654", "07119876"}),
        ("IBAN DE89 3704 0044 0532 0130 00", {"DE89370400440532013000"}),
        ("IBAN:DE89370400440532013000", {"DE89370400440532013000"}),
        ("GST: O00306020352", {"000306020352"}),
        ("WWW.Acme-Tools.DE", {"acme-tools.de"}),
        ("https://acme.example.com/pay", {"acme.example.com"}),
        ("mail Sales@ACME.de", {"sales@acme.de"}),
        ("12.03.2026 14:05 1.234.567,89 EUR", set()),
        ("10 rolls @6.00", set()),
    ],
)
def test_long_numbers_and_addresses_are_marks(text: str, marks: set[str]) -> None:
    assert marks <= marks_of(document(text))
    assert bool(marks) == bool(marks_of(document(text)))


def test_a_catalogue_has_no_more_marks_than_others() -> None:
    articles = "\n".join(f"article {10_000_000 + at}" for at in range(3 * MOST))
    assert len(marks_of(document(articles))) == MOST


def test_a_sender_is_known_from_its_first_document_on() -> None:
    known = Approved()
    assert known.who(acme(2)) is None
    known.add("acmetools", "ACME Tools GmbH", acme(1))
    assert known.who(acme(2)) == "acmetools"
    assert known.who("Other & Sons\nTel. 0711 11 22 33\nInvoice 5") is None


def test_what_ocr_misread_is_known_all_the_same() -> None:
    known = Approved()
    known.add("acmetools", "ACME Tools GmbH", acme(1))
    assert known.who("ACME To0ls GmbH\nTel. O711 98 76 54-0\nInvoice 7") == "acmetools"


def test_a_name_inside_of_another_is_not_that_name() -> None:
    known = Approved()
    known.add("lieferant", "Lieferant GmbH", "Lieferant GmbH\nInvoice")
    assert known.who("Musterlieferant GmbH\nInvoice") is None


def test_where_the_name_is_a_picture_what_always_stands_there_tells() -> None:
    known = Approved()
    sheets = [f"Phone 030 555 66 77\nbank 1234567890\ninvoice {8_000_000 + at}" for at in range(4)]
    known.add("logo", "Logo Ltd", *sheets[:3])
    assert known.who(sheets[3]) == "logo"
    assert known.who("Phone 030 555 66 77\ninvoice 9999999") is None, "half of it is no proof"


def test_what_stands_on_pages_of_others_tells_nothing() -> None:
    """The buyer's own numbers stand on every page."""
    known = Approved()
    known.add("acmetools", "ACME Tools GmbH", *(f"{acme(at)}\n{HOME}" for at in range(3)))
    known.add("logo", "Logo Ltd", *(f"Phone 030 555 66 77\nAccount 7654321\n{HOME}",) * 2)
    assert known.who(f"Somebody Else\n{HOME}") is None
    assert known.who(f"Account 7654321 Phone 030 555 66 77\n{HOME}") == "logo"


def test_the_buyers_name_keyed_as_the_suppliers_does_not_make_all_pages_one_senders() -> None:
    known = Approved()
    known.add("acmetools", "ACME Tools GmbH", *(f"{acme(at)}\n{HOME}" for at in range(3)))
    known.add("buyerag", "Buyer AG", f"New & Co\nTel. 040 98 98 98 1\n{HOME}")
    assert known.who(f"{acme(9)}\n{HOME}") == "acmetools"
    assert known.who(f"Somebody Else\nTel. 0221 44 55 66 7\n{HOME}") is None


def test_two_that_fit_give_none() -> None:
    """A group with one letterhead: the name of both stands on its pages, and nothing else does."""
    known = Approved()
    known.add("north", "Group North", "Group North\nGroup South")
    known.add("south", "Group South", "Group North\nGroup South")
    assert known.who("Group North\nGroup South") is None
    assert known.who("Group South") == "south"


def test_a_name_with_a_letter_missing_makes_no_second_sender_of_the_same_pages() -> None:
    known = Approved()
    known.add("acmetools", "ACME Tools GmbH", *(acme(at) for at in range(3)))
    known.add("acmetols", "ACME Tols GmbH", acme(3))
    assert known.who(acme(4)) == "acmetools"
    misread = acme(5).replace("ACME Tools", "ACME Toois")
    assert known.who(misread) is None, "which of them it is, nobody knows"


def test_a_misread_name_is_not_left_out_for_the_buyers_that_stands_there_too() -> None:
    known = Approved()
    known.add("acmetools", "ACME Tools GmbH", *(f"{acme(at)}\n{HOME}" for at in range(3)))
    known.add("buyerag", "Buyer AG", f"New & Co\n{HOME}")
    assert known.who(f"{acme(9)}\n{HOME}".replace("ACME Tools", "ACME Toois")) == "acmetools"


def test_a_sender_that_is_known_by_its_account_alone_may_change_it() -> None:
    """Else a page that names a new account would be one of nobody, and nobody would be warned."""
    known = KnownSender("acme", 1, 1, frozenset({"ACME Tools GmbH"}), {"DE89370400440532013000": 1})
    page = SentPage(document("ACME Tools GmbH\nIBAN DE02 1203 0000 0000 2020 51"))
    assert who_sent(page, [known]) == "acme"
    assert who_sent(SentPage(document("IBAN DE02 1203 0000 0000 2020 51")), [known]) is None

"""Where a paper seems to begin in a file of several pages, and where it goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from einvoice_papers import hybrid

from appliance.domain.blockers import BlockerCode
from appliance.domain.document import UNNAMED, Document
from appliance.judgement.several_papers import paper_starts, several_papers
from appliance.reading.text import text_page

ROWS = "Pos  Article                 Quantity\n" + "\n".join(
    f"{row}    Steel plate {row} mm             {row * 3}" for row in range(1, 9)
)


def note(number: str, day: str = "17.01.2025", count: str = "", *, rows: str = ROWS) -> str:
    return (
        f"ACME Metal Works GmbH              {count}\n"
        "Musterweg 5, 20095 Hamburg  www.acme.example\n"
        f"\nDELIVERY NOTE\nDelivery note no   {number}\nDelivery date      {day}\n"
        f"Customer no        44120\n\n{rows}\n"
    )


OTHER = (
    "Papierhandel Kranich KG\nAm Speicher 8, 28195 Bremen  www.kranich.example\n\nRECHNUNG\n"
    "Rechnung Nr.   K-99120\nDatum    03.02.2025\n\nKopierpapier weiss  40  3,20  128,00\n"
    "Briefumschlag lang  100  0,12  12,00\nGesamt   140,00\nZahlbar sofort ohne Abzug\n"
)
TERMS = "STANDARD TERMS AND CONDITIONS OF INVOICE AND CONTRACT\n" + "\n".join(
    "neither party shall be liable to anybody for whatever arises out of these conditions"
    for _ in range(20)
)


def document(*pages: str) -> Document:
    return Document(UNNAMED, tuple(text_page(page.splitlines()) for page in pages))


def starts(*pages: str) -> list[int]:
    return [one.page + 1 for one in paper_starts(document(*pages))]


def test_pages_that_each_begin_a_paper_are_named_with_what_to_do() -> None:
    blockers = several_papers(document(note("L-4711"), TERMS, note("L-4712", "18.01.2025"), OTHER))
    (blocker,) = blockers
    assert blocker.code == BlockerCode.SEVERAL_DOCUMENTS and blocker.fieldtype is None
    assert blocker.message.startswith("Pages 1, 3 and 4 each seem to begin a paper: ")
    assert "page 3 has another number: L4712" in blocker.message
    assert "refuse this file" in blocker.message and "approve it" in blocker.message


@pytest.mark.parametrize(
    "form",
    [
        "Seite {} von {}",
        "Page {}/{}",
        "Page {} of {}",
        "Page {} sur {}",
        "Strona {} z {}",
        "Pagina {} di {}",
        "Página {} de {}",
        "Sayfa {}/{}",
        "Blad {} van {}",
        "Pagina {} van {}",
        "Strana {} z {}",
        "{}/{}",
    ],
)
def test_a_count_that_starts_again_begins_a_paper_in_ten_languages(form: str) -> None:
    pages = [note("L-4711", count=form.format(at, 3)) for at in (1, 2, 3)]
    assert starts(*pages) == [1]
    again = [note("L-4711", count=form.format(at, 2)) for at in (1, 2)]
    assert starts(*pages, *again) == [1, 4]


def test_an_empty_page_between_two_papers_parts_them() -> None:
    bare = "Stock list of the east hall\n" + ROWS + "\nchecked and found complete by the keeper"
    assert starts(bare, bare) == [1]
    assert starts(bare, "", bare) == [1, 3]
    assert starts(bare, "") == [1]


def test_the_back_of_one_paper_that_is_empty_parts_nothing() -> None:
    assert starts(note("L-4711"), "", note("L-4711"), "") == [1]


def test_a_paper_of_another_sender_begins() -> None:
    assert starts(note("L-4711"), OTHER) == [1, 2]


def test_a_total_under_the_same_words_again_begins_a_paper() -> None:
    one = f"{note('L-4711')}\nGrand total   140,00"
    two = one.replace("L-4711", "Hall").replace("140,00", "99,00").replace("17.01", "18.01")
    assert starts(one, two.replace("44120", "50233")) == [1, 2]


@pytest.mark.parametrize(
    "pages",
    [
        (note("L-4711"),),
        (note("L-4711"), note("L-4711")),
        (note("L-4711"), ROWS + "\nTotal 300"),
        (note("L-4711"), TERMS),
        (note("L-4711", count="Page 1 of 2"), note("L-4711", count="Page 2 of 2")),
        (note("L-4711", count="Page 1 of 1"), "CONFIRMATION\nAccepted by   Date\nPage 1 of 1"),
        (note("L-4711"), "Signature of the driver"),
    ],
    ids=["one page", "same number", "table runs on", "terms", "counts on", "signatures", "short"],
)
def test_one_paper_is_not_taken_for_several(pages: tuple[str, ...]) -> None:
    assert several_papers(document(*pages)) == ()


def test_the_drawn_pages_of_an_e_invoice_are_one_paper() -> None:
    stack = document(note("L-4711"), note("L-4712"))
    assert len(paper_starts(stack)) == 2
    assert paper_starts(replace(stack, einvoice=hybrid().einvoice)) == ()


def test_sheets_of_a_text_that_are_as_wide_as_their_lines_are_one_paper() -> None:
    prose = "All that was found in the east hall is listed here and was counted by the keeper."
    assert starts(f"{prose}\n" * 9, "\n".join([f"{prose} " * 3] * 9)) == [1]

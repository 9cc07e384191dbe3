"""What the bench of known senders makes of made invoices; only the model is made up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from appliance.domain.document import Document, Span
from appliance.domain.limits import Limits
from appliance.domain.prediction import Field, Prediction, TokenScore
from appliance.learning.importing.labels_to_review import labels_to_review
from appliance.reading.read import read
from bench.asked import Asked
from bench.senders.__main__ import form, found_in, measured, replayed
from bench.senders.made import MadeInvoice, held_for_accounts, printed
from bench.senders.papers import FEW, WHOLE, MadePaper, papers
from bench.senders.report import Made, figures, picture, section

ERRORS = {"supplier_name": 0.5, "buyer_name": 0.8, "invoice_date": 0.3, "iban": 0.2}
"""Shares of its answers that are another word of the page."""
SURE = (TokenScore(-0.1, -0.1),)


class NoOcr:
    """Nothing is scanned here."""

    def recognise(self, image: object) -> list[object]:
        return []


def typed(made: MadePaper) -> MadePaper:
    return replace(made, paper=replace(made.paper, rendering="clean"))


def reads(path: Path) -> Document:
    docid = sha256(path.read_bytes()).hexdigest()
    return read(path, docid=docid, limits=Limits(), ocr=NoOcr())


def answer(one: Asked) -> Prediction:
    """Right, but for some fields."""
    document, rng = one.case.document, Random(one.case.document.docid)
    keyed = labels_to_review(document, one.doctype, one.case.truth.values).review
    fields = [replace(decided.field, tokens=SURE) for decided in keyed.judgement.fields]
    said = [
        _another(field, document, rng) if rng.random() < ERRORS.get(field.fieldtype, 0) else field
        for field in fields
    ]
    return Prediction(document.docid, one.doctype.name, "made up", tuple(said))


def _another(field: Field, document: Document, rng: Random) -> Field:
    at = rng.randrange(len(document.pages[0].words))
    word = document.pages[0].words[at].text
    return Field(field.fieldtype, word, (Span(0, at, at + 1),), tokens=SURE)


@pytest.fixture(scope="module")
def invoices() -> list[MadeInvoice]:
    """Copies that are printed anew; scans of what is typed here would have the same bytes."""
    few = [
        typed(one)
        for one in papers(FEW)
        if one.paper.duplicate_of is None or one.paper.rendering == "clean"
    ]
    return printed(few, reads)


@pytest.fixture(scope="module")
def made(invoices: Sequence[MadeInvoice]) -> Made:
    return measured(FEW, invoices, [answer(one.asked) for one in invoices])


def test_six_hundred_invoices_of_sixty_senders_come_with_what_can_go_wrong() -> None:
    every = papers(WHOLE)
    copies = [one for one in every if one.paper.duplicate_of is not None]
    assert (len(every), len(copies)) == (640, 40)
    assert len({one.paper.sender.party.vat_id for one in every}) == 60
    assert len({one.paper.sender.party.name for one in every}) == 60
    assert {one.paper.sender.rank for one in every if one.bought_by} == set(WHOLE.sold)
    changed = [one for one in every if one.changed]
    assert len(changed) == 60
    for one in changed:
        before = [
            other.paper.invoice.iban
            for other in every[: one.paper.place]
            if other.paper.sender.rank == one.paper.sender.rank
        ]
        assert before and one.paper.invoice.iban not in before


def test_every_sender_apart_has_its_papers_on_one_account() -> None:
    every = papers(WHOLE)
    for rank in WHOLE.apart:
        own = [one.paper for one in every if one.paper.sender.rank == rank]
        first = [one for one in own if one.duplicate_of is None][: WHOLE.each]
        assert len(first) == WHOLE.each
        assert {one.invoice.iban for one in first} == {first[0].sender.iban}


def test_what_is_added_to_a_paper_stands_on_it(invoices: Sequence[MadeInvoice]) -> None:
    sold = next(one for one in invoices if one.made.bought_by)
    letters = "".join(word.text for word in sold.asked.case.document.pages[-1].words)
    assert sold.made.bought_by in letters and "NordfaktorBankAG" in letters
    assert sold.made.paper.invoice.iban in letters
    copy = next(one for one in invoices if one.is_copy)
    (original,) = (one for one in invoices if one.made.paper.place == copy.made.paper.duplicate_of)
    assert copy.asked.case.truth == original.asked.case.truth
    assert copy.asked.case.document.docid != original.asked.case.document.docid


@pytest.mark.slow
def test_changed_accounts_and_copies_are_held_and_nothing_else_is(
    made: Made, invoices: Sequence[MadeInvoice]
) -> None:
    copies = sum(one.is_copy for one in invoices)
    assert (made.accounts.papers, made.accounts.found, made.accounts.false) == (FEW.changed, 3, 0)
    assert (made.copies.papers, made.copies.found, made.copies.false) == (copies, copies, 0)
    asked = [one.asked for one in invoices]
    _, decided = replayed(asked, list(map(answer, asked)), whole=True)
    nothing = [replace(one, made=replace(one.made, changed=False)) for one in invoices]
    assert held_for_accounts(nothing, decided).false == FEW.changed


def test_memory_brings_what_the_model_had_wrong(made: Made) -> None:
    told = made.folder.replay
    assert told.unknown_changed == 0
    assert told.known.gain > 5
    assert told.by_field["buyer_name"].share > told.by_field["buyer_name"].share_without


@pytest.mark.slow
def test_a_wrong_value_is_shown_once_at_most_and_never_to_other_senders(made: Made) -> None:
    buyer = made.poison["the buyer's name as the supplier's"]
    assert (buyer.keyed, buyer.next) == (4, 4)
    assert buyer.shown > 0, "it can do harm, and that is seen"
    for one in made.poison.values():
        assert one.after > 0 and one.others > 0
        assert one.wrong == one.lost == 0


def test_the_queue_opens_with_what_is_known_by_then(made: Made) -> None:
    assert made.effect.waiting == len(FEW.apart) * FEW.each
    assert made.effect.known == len(made.effect.seconds) == len(FEW.apart) * (FEW.each - 1)
    assert 0 < made.effect.slow <= max(made.effect.seconds)


def test_all_figures_of_made_invoices_are_told_and_drawn(made: Made) -> None:
    found = found_in({"made": json.loads(json.dumps(form("made").dump_python(made, mode="json")))})
    assert found.made == made
    told = figures(found)
    assert {"iban_found", "duplicates_found", "poison_wrong", "effect_s"} <= {*told}
    assert told["made.gain_points"] == round(made.folder.replay.known.gain, 2)
    assert "| account changed | 3 | 3 |" in "\n".join(section(found))
    assert picture(found).startswith(b"\x89PNG")

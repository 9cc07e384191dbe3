"""The bench of known senders, on made-up receipts: it counts what the directory and memory say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from small_bench import small_bench
from tabled_papers import sheet
from typed_pages import RECEIPT, document

from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import Span
from appliance.domain.prediction import TRUSTED, Field, Prediction
from appliance.evaluation.scoring import CountedLabels, ExpectedValues
from appliance.judgement.policy import uniform_policy
from appliance.records.store import Store
from bench.asked import Asked
from bench.senders.__main__ import form, found_in
from bench.senders.office import Office
from bench.senders.promised import Memory, Taken, memory, taken
from bench.senders.replay import Rights, replay
from bench.senders.report import Folder, Found, figures, section
from bench.studies import Case

KIND = DocType("receipt", "Receipt", RECEIPT.fields, party=("company",))
AMOUNT, QUANTITY = FieldType.AMOUNT, FieldType.QUANTITY
SHOP = "ACME Tools\nTel 0711 98 76 54"


def asked(number: int, company: str, text: str, *, file: int = 0) -> Asked:
    """No two numbers are near-duplicates."""
    items = "\n".join(f"Item {number}{at}.50" for at in range(9))
    paper = document(f"{text}\nTotal {number}.00\n{items}", docid=f"{file or number:064x}")
    said = {"company": company, "total": f"{number}.00"}
    party = "".join(filter(str.isalnum, company.casefold()))
    return Asked(
        Case(f"{number}.pdf", paper, ExpectedValues(said, (), party)), KIND, CountedLabels()
    )


def misread(one: Asked) -> Prediction:
    """The first word of the page is taken for the company; the total is right."""
    words = [word.text for word in one.case.document.pages[0].words]
    total = words.index("Total") + 1
    fields = (
        Field("company", words[0], (Span(0, 0, 1),)),
        Field("total", words[total], (Span(0, total, total + 1),)),
    )
    return Prediction(one.case.document.docid, KIND.name, "made up", fields)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = Store(tmp_path / "appliance.db")
    yield Office(store)
    store.close()


def test_a_sender_is_recognised_and_its_name_remembered_from_the_second_document_on(
    office: Office,
) -> None:
    papers = [
        asked(1, "ACME Tools", SHOP),
        asked(2, "Bolt & Nut", "Bolt & Nut\nTel 040 11 22 33 4"),
        asked(3, "ACME Tools", SHOP),
        asked(4, "ACME Tools", "a page that says nothing of it"),
    ]
    told, _ = replay(office, papers, list(map(misread, papers)))
    assert told.senders == 2 and told.unknown_changed == 0
    assert dict(told.first) == {"nobody": 2}
    assert dict(told.seen) == {"right": 1, "nobody": 1}
    assert dict(told.by_step) == {0: Rights(4, 2, 2), 1: Rights(2, 1, 2), 2: Rights(2, 1, 1)}
    assert told.by_field["company"] == Rights(2, 0, 1)
    assert told.by_field["total"] == Rights(2, 2, 2), "what changes is not remembered"

    found = Found({"receipts": Folder(told, Memory(0, ()))})
    assert figures(found)["receipts.gain_points"] == 25.0
    assert "| receipts | 4 | 50.0% | 75.0% | +25.0 |" in list(section(found))


def test_documents_that_the_model_was_taught_are_remembered_and_not_counted(
    office: Office,
) -> None:
    papers = [asked(number, "ACME Tools", SHOP) for number in (1, 2, 3)]
    told, decided = replay(office, papers, list(map(misread, papers)), taught=2)
    assert dict(told.by_step) == {2: Rights(2, 1, 2)}
    assert told.documents == 1
    assert [one.asked for one in decided] == papers[2:]


def test_what_comes_again_counts_apart(office: Office) -> None:
    papers = [asked(1, "ACME Tools", SHOP), asked(1, "ACME Tools", f"{SHOP}\nscanned", file=2)]
    told, _ = replay(office, papers, list(map(misread, papers)))
    assert told.known == Rights() and told.twins == Rights(2, 1, 2)


@pytest.mark.parametrize(("keyed", "right"), [("ACME Tools", True), ("Tel 0711 98 76 54", False)])
def test_what_is_accepted_from_memory_is_told_from_what_the_model_has_right(
    office: Office, keyed: str, right: bool
) -> None:
    everything = uniform_policy(KIND, 0.5, lambda answer, found: 1.0)
    for number in (1, 2, 3):
        one = asked(number, "ACME Tools", SHOP)
        before = office.decide(one, misread(one))
        assert "company" not in taken(office, before, everything) or number == 1
        office.approve(before, {"company": keyed})
    fourth = asked(4, "ACME Tools", SHOP)
    said = taken(office, office.decide(fourth, misread(fourth)), everything)
    assert said["company"] == Taken("receipt acmetools", right, from_memory=True)
    assert said["total"] == Taken("receipt acmetools", right=True, from_memory=False)


@pytest.mark.slow
def test_memory_is_accepted_once_it_is_proven(office: Office) -> None:
    """Six shops whose names the model never has; of each fifth receipt it makes the total up."""
    shops = [(f"Shop Number{at}", f"Shop Number{at}\nTel 0711 98{at}") for at in range(6)]
    papers = [asked(number, *shops[number % 6]) for number in range(1, 271)]
    answers = [
        _made_up(misread(one)) if at % 5 == 0 else misread(one) for at, one in enumerate(papers)
    ]
    _, decided = replay(office, papers, answers)
    found = memory(office, decided)
    assert found.documents == len(papers)
    known = len(papers) - TRUSTED * len(shops)
    assert len(found.recalled) == known and found.wrong == 0
    assert {one.right for one in found.taken if not one.from_memory} == {True}
    assert memory(office, decided[:20]).taken == (), "too few to fit a score"


def _made_up(said: Prediction) -> Prediction:
    company, _ = said.fields
    return replace(said, fields=(company, Field("total", "77777.77")))


def test_values_of_one_sender_are_one_proof() -> None:
    """Of 300 values by as many senders none is wrong: one in a hundred may be."""
    many = Memory(300, tuple(Taken(f"{at}", True, True) for at in range(300)))
    few = Memory(300, tuple(Taken(f"{at % 3}", True, True) for at in range(300)))
    assert many.bound == pytest.approx(0.00994, abs=1e-5)
    assert few.bound > 1.5 * many.bound
    assert Memory(1, (Taken("a", True, False),)).bound == 1.0, "none is from memory"


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.data
@pytest.mark.timeout(1800)
def test_the_bench_runs_the_real_model_over_real_and_made_documents() -> None:
    printed = small_bench("senders", "invoices_es", "made")
    assert "| account changed | 3 | 3 |" in printed


BILL = replace(
    KIND,
    items=TableSpec(
        "items", (FieldSpec("what"), FieldSpec("pieces", QUANTITY), FieldSpec("price", AMOUNT))
    ),
)


def billed(number: int, goods: Sequence[tuple[str, str, str]]) -> Asked:
    """A receipt with a table whose headings nobody knows."""
    lines = "\n".join(map("  ".join, [("Zorl", "Numb", "Vash"), *goods]))
    items = "\n".join(f"Note {number}{at}.50 of it" for at in range(9))
    paper = sheet(f"{SHOP}\n{items}\n\n{lines}\n", docid=f"{number:064x}")
    rows = [{"what": what, "pieces": pieces, "price": price} for what, price, pieces in goods]
    truth = ExpectedValues({"company": "ACME Tools"}, rows, "acmetools")
    return Asked(Case(f"{number}.pdf", paper, truth), BILL, CountedLabels())


def test_rows_are_counted_with_what_is_remembered_of_their_table(office: Office) -> None:
    papers = [
        billed(1, [("oak board", "5.50", "4.00"), ("iron nail", "1.20", "7.00")]),
        billed(2, [("gold ring", "99.00", "1.00"), ("tin can", "0.80", "6.00")]),
    ]
    nothing = [Prediction(one.case.document.docid, BILL.name, "made up", ()) for one in papers]
    told, _ = replay(office, papers, nothing)
    served = told.tables.served
    assert (served.without.documents, served.without.rows.matched) == (1, 0)
    assert (served.with_memory.rows.matched, served.with_memory.whole) == (2, 1)
    assert served.gain == 100.0
    assert not told.twin_tables.served.without.documents

    kept = form("bills").dump_python(Folder(told, Memory(0, ())), mode="json")
    found = found_in(json.loads(json.dumps({"bills": kept})))
    assert figures(found)["bills.rows.served.with"] == 1.0
    assert "| bills | as served | 1 | 2 | 0.0% | 100.0% | +100.0 | 0 | 1 |" in list(section(found))

"""The bench of known senders, on made-up receipts: it counts what the directory and memory say."""

from __future__ import annotations

from typed_pages import RECEIPT, document

from appliance.domain.doctype import DocType
from appliance.evaluation.scoring import CountedLabels, ExpectedValues
from bench.asked import Asked
from bench.senders import measured, report
from bench.studies import Case

KIND = DocType("receipt", "Receipt", RECEIPT.fields, party=("company",))


def asked(number: int, company: str, text: str) -> Asked:
    paper = document(f"{text}\nTotal {number}.00", docid=f"{number:064x}")
    said = {"company": company, "total": f"{number}.00"}
    party = "".join(filter(str.isalnum, company.casefold()))
    return Asked(
        Case(f"{number}.pdf", paper, ExpectedValues(said, (), party)), KIND, CountedLabels()
    )


def test_a_sender_is_recognised_and_its_name_remembered_from_the_second_document_on() -> None:
    shop = "ACME Tools\nTel 0711 98 76 54"
    counts = measured(
        [
            asked(1, "ACME Tools", shop),
            asked(2, "Bolt & Nut", "Bolt & Nut\nTel 040 11 22 33 4"),
            asked(3, "ACME Tools", shop),
            asked(4, "ACME Tools", "a page that says nothing of it"),
        ]
    )
    assert counts.senders == 2
    assert dict(counts.first) == {"nobody": 2}
    assert dict(counts.seen_before) == {"right": 1, "nobody": 1}
    assert dict(counts.values["company"]) == {"right": 1, "none": 1}
    assert dict(counts.values["total"]) == {"none": 2}, "what changes is not remembered"
    assert "| receipts | company | 2 | 1 | 0 |" in report({"receipts": counts})

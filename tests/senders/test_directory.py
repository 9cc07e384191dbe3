"""The directory follows what clerks say: it learns, takes back, and tells groups apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from letter_room import KIND, LetterRoom

from appliance.domain.prediction import AnswerVersions, Judgement, Prediction
from appliance.domain.senders import NOBODY, SenderLookup
from appliance.records.labels import Labels
from appliance.records.sender_rows import begin_anew
from appliance.records.senders import SenderRecords
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.senders.identity import SentPage


@pytest.fixture
def office(tmp_path: Path) -> Iterator[LetterRoom]:
    store = Store(tmp_path / "appliance.db")
    yield LetterRoom(store)
    store.close()


def test_a_sender_is_known_at_once_and_only_once_it_was_approved(office: LetterRoom) -> None:
    first = office.read("ACME Tools GmbH\nTel 0711 98 76 54\nInvoice 1")
    second = office.read("ACME Tools GmbH\nTel 0711 98 76 54\nInvoice 2")
    assert office.who_sent(second) is None
    office.approve(first, "ACME Tools GmbH")
    assert office.who_sent(second) == "acmetoolsgmbh"
    assert office.of(first) == "acmetoolsgmbh"


def test_what_she_says_anew_stands_in_place_of_what_she_said(office: LetterRoom) -> None:
    first = office.read("ACME Tools GmbH\nto Buyer AG\nInvoice 1")
    second = office.read("Another Ltd\nto Buyer AG\nInvoice 2")
    office.approve(first, "Buyer AG")
    assert office.who_sent(second) == "buyerag"
    office.approve(first, "ACME Tools GmbH")
    assert office.who_sent(second) is None
    assert office.who_sent(first) == "acmetoolsgmbh"


def test_a_code_makes_two_names_one_sender(office: LetterRoom) -> None:
    papers = [
        office.read(f"{name}\nInvoice {at}") for at, name in enumerate(["Old Ltd", "New Ltd"])
    ]
    for paper, name in zip(papers, ["Old Ltd", "New Ltd"], strict=True):
        office.approve(paper, name, "DE136695976")
    assert [office.of(paper) for paper in papers] == ["DE136695976"] * 2
    assert office.who_sent(office.read("Old Ltd\nInvoice 7")) == "DE136695976"


def test_a_document_without_the_code_is_of_the_sender_with_that_name(office: LetterRoom) -> None:
    papers = [office.read(f"Old Ltd\nInvoice {at}") for at in range(3)]
    office.approve(papers[0], "Old Ltd")
    office.approve(papers[1], "Old Ltd", "DE136695976")
    office.approve(papers[2], "Old Ltd")
    assert [office.of(paper) for paper in papers] == ["oldltd"] * 3


def test_one_name_with_two_codes_is_two_senders(office: LetterRoom) -> None:
    papers = [office.read(f"Group\nVAT DE13669597{at}\nInvoice") for at in (6, 7)]
    for paper, code in zip(papers, ["DE136695976", "DE136695977"], strict=True):
        office.approve(paper, "Group", code)
    assert [office.of(paper) for paper in papers] == ["DE136695976", "DE136695977"]
    assert office.who_sent(office.read("Group\nVAT DE136695977")) == "DE136695977"
    assert office.who_sent(office.read("Group\nInvoice 9")) is None


def test_without_a_code_it_is_the_one_of_that_name_whose_page_it_is(office: LetterRoom) -> None:
    papers = [office.read(f"Group\nVAT DE13669597{at}\nInvoice") for at in (6, 7, 7)]
    for paper, code in zip(papers, ["DE136695976", "DE136695977", None], strict=True):
        office.approve(paper, "Group", code)
    assert [office.of(paper) for paper in papers] == ["DE136695976", *["DE136695977"] * 2]


def test_a_name_of_marks_alone_makes_no_two_senders_one(office: LetterRoom) -> None:
    papers = [office.read(f"***\nVAT DE13669597{at}\nInvoice") for at in (6, 7)]
    for paper, code in zip(papers, ["DE136695976", "DE136695977"], strict=True):
        office.approve(paper, "***", code)
    assert [office.of(paper) for paper in papers] == ["DE136695976", "DE136695977"]


def test_an_id_that_is_in_use_is_not_given_again(office: LetterRoom) -> None:
    """Of a name that two have, pages that fit neither are new senders, told apart by numbers."""
    papers = [office.read(f"Group\nVAT DE13669597{at}") for at in (6, 7)]
    for paper, code in zip(papers, ["DE136695976", "DE136695977"], strict=True):
        office.approve(paper, "Group", code)
    others = [office.read(f"sheet {at}") for at in range(4)]
    for paper in others[:3]:
        office.approve(paper, "Group")
    assert [office.of(paper) for paper in others[:3]] == ["group", "group 2", "group 3"]
    office.approve(others[1], "Else Ltd")
    office.approve(others[3], "Group")
    assert office.of(others[3]) == "group 2"


def test_two_directories_on_one_database_learn_a_review_once(office: LetterRoom) -> None:
    first = office.read("ACME Tools GmbH\nTel 0711 98 76 54")
    office.approve(first, "ACME Tools GmbH")
    other = SenderDirectory(office.store)
    office.directory.learn()
    other.learn()
    (known,) = SenderRecords(office.store).known({"0711987654"}, ())
    assert (known.documents, known.named) == (1, 1)
    assert known.names == {"ACME Tools GmbH"}


def test_a_directory_that_is_begun_anew_while_it_learns_loses_nobody(
    office: LetterRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [office.read(f"Maker number {number}") for number in range(60)]
    for number, paper in enumerate(papers):
        office.approve(paper, f"Maker {number:02}")
    not_seen, looks = SenderRecords.not_seen, count()

    def between(records: SenderRecords, *, most: int) -> object:
        if next(looks) == 2:
            begin_anew(office.store.database)  # as another process does it
        return not_seen(records, most=most)

    monkeypatch.setattr(SenderRecords, "not_seen", between)
    assert {office.of(paper) for paper in papers} == {f"maker{n:02}" for n in range(60)}


def test_what_was_known_when_a_page_was_looked_up_is_told(office: LetterRoom) -> None:
    first, second = (office.read(f"ACME Tools GmbH\nInvoice {at}") for at in range(2))
    assert office.directory.who_sent(SentPage(second)) == SenderLookup(None, 0)
    office.approve(first, "ACME Tools GmbH")
    assert office.directory.who_sent(SentPage(second)) == SenderLookup("acmetoolsgmbh", 1)


def test_an_answer_that_was_recalled_goes_by_the_id_of_its_sender(office: LetterRoom) -> None:
    papers = [office.read(f"Group\nVAT DE13669597{at}") for at in (6, 7)]
    for paper, code in zip(papers, ["DE136695976", "DE136695977"], strict=True):
        office.approve(paper, "Group", code)
    office.approve(office.read("sheet"), "Group")
    first, second = (office.read("Tel 0711 98 76 54\nFax 0711 98 76 55") for _ in range(2))
    office.approve(first, "Group")
    known = office.who_sent(second)
    office.approve(second, "Group", known)
    assert (known, office.of(second)) == ("group 2", "group 2")


def test_of_what_had_no_type_nothing_was_known_whenever_that_is_learned(
    office: LetterRoom,
) -> None:
    text = "ACME Tools GmbH\nTel 0711 98 76 54\nInvoice 1"
    office.approve(office.read(text), "ACME Tools GmbH")
    paper = office.read(text)  # after it got its type, which the directory learns of later
    job = replace(office.jobs[paper.docid], doctype="")
    office.reviews.withdraw(job, "1", "Ann", "retyped", now=9.0)
    office.directory.learn()
    rows = office.store.database.rows(
        "select sender from review_lookups where docid = ? and doctype = ''", [paper.docid]
    )
    assert [row["sender"] for row in rows] == [None]


def test_a_document_of_before_there_was_a_directory_stands_on_what_its_review_found(
    office: LetterRoom,
) -> None:
    """Else a home that had proven its promise would have proven nothing of known senders."""
    papers = [office.read(f"ACME Tools GmbH\nInvoice {at}") for at in range(4)]
    lookups = (NOBODY, NOBODY, SenderLookup(None, 0), None)  # the last one was imported
    for paper, lookup in zip(papers, lookups, strict=True):
        job, said = office.jobs[paper.docid], Prediction(paper.docid, KIND, "m", ())
        if lookup:
            about = {"versions": AnswerVersions(), "twin": None, "seconds": 1.0, "now": 0.0}
            office.store.keep_answer(job, said, Judgement((), ()), lookup=lookup, **about)
        office.approve(paper, "ACME Tools GmbH")
    office.directory.learn()
    found = {one.document.docid: one.lookup for one in Labels(office.store).training()}
    assert [found[paper.docid] for paper in papers] == [
        SenderLookup(None, 0),
        SenderLookup("acmetoolsgmbh", 1),
        SenderLookup(None, 0),
        SenderLookup("acmetoolsgmbh", 3),
    ]


def test_a_buyer_that_was_keyed_as_the_sender_of_two_takes_no_known_sender(
    office: LetterRoom,
) -> None:
    """It has no mark that lasts, and its name stands on every page."""
    phones = {"Alpha": "0711 98 76 54", "Beta": "040 12 34 56", "Gamma": "030 55 66 77"}
    pages = {name: f"{name} Works Ltd\nTel {phone}\nto Buyer AG" for name, phone in phones.items()}
    office.approve(office.read(pages["Gamma"]), "Gamma Works Ltd")
    for name in ("Alpha", "Beta"):
        office.approve(office.read(pages[name]), "Buyer AG")
    assert office.who_sent(office.read(pages["Gamma"])) == "gammaworksltd"


@pytest.mark.parametrize("corrections", [1, 2, 3])
def test_a_code_that_was_keyed_wrongly_and_then_rightly_leads_to_neither(
    office: LetterRoom, corrections: int
) -> None:
    """The pages of both are alike: what was keyed wrongly often would be recalled for ever."""
    pages = (
        f"ACME Ltd\nVAT DE136695976\nInvoice 2026{at}77\nto VAT DE811128135" for at in range(9)
    )
    for _ in range(4):
        office.approve(office.read(next(pages)), "ACME Ltd", "DE811128135")
    assert office.who_sent(office.read(next(pages))) == "DE811128135"
    for _ in range(corrections):
        office.approve(office.read(next(pages)), "ACME Ltd", "DE136695976")
    assert office.who_sent(office.read(next(pages))) is None


def test_an_address_of_mail_leads_to_the_one_sender_that_prints_it(office: LetterRoom) -> None:
    tells = office.directory.with_address
    pages = [f"{name} Ltd\nbills@{name}.example\nhelp@group.example" for name in ("acme", "bolt")]
    for page, name in zip(pages, ("Acme Ltd", "Bolt Ltd"), strict=True):
        assert tells("bills@bolt.example") is None
        office.approve(office.read(page), name)
    assert tells("Bills@bolt.example") == "Bolt Ltd"
    assert tells("help@group.example") is None
    assert tells("") is None

"""``appliance senders``: what an owner sees of the directory, and what she puts right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from letter_room import LetterRoom
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.domain.errors import ConfigError
from appliance.domain.sender_rulings import SenderTold
from appliance.domain.senders import KnownSender, SenderCard, ToldSender, ToldValue
from appliance.records.store import Store
from appliance.settings.home import Home

KIND = """
title = "Invoice"
party = ["supplier"]

[fields.supplier]
[fields.city]
"""
ACME, TOOLS, VAT_ID = "acmegmbh", "toolsltd", "DE136695976"
IBAN = "DE89370400440532013000"


def phone(name: str) -> str:
    return f"0711{sum(name.encode()):06}"


class Owner:
    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.home.make()
        self.home.doctypes.joinpath("invoice.toml").write_text(KIND)
        self.store = Store(self.home.database)
        self.letters = LetterRoom(self.store)

    def approve(self, name: str, code: str | None = None, *, city: str = "Ulm") -> None:
        text = f"{name}\n{city}\nTel {phone(name)}\n{code or ''}"
        self.letters.approve(self.letters.read(text), name, code, supplier=name, city=city)

    def says(self, *words: str, answer: str = "") -> str:
        command = ["--home", str(self.home.folder), "senders", *words]
        done = CliRunner().invoke(app, command, input=answer)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    def listed(self) -> dict[str, dict[str, object]]:
        found = map(json.loads, self.says("list", "--json").splitlines())
        return {one["party"]: one for one in found}


def owner_of(folder: Path) -> Iterator[Owner]:
    owner = Owner(folder)
    yield owner
    owner.store.close()


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    yield from owner_of(tmp_path / "home")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Owner]:
    """Of another home."""
    yield from owner_of(tmp_path / "other")


def test_senders_with_the_newest_documents_come_first(owner: Owner) -> None:
    assert "no sender is known yet" in owner.says("list")
    for name in ("ACME GmbH", "Tools Ltd", "ACME GmbH"):
        owner.approve(name)
    _, *rows = [line.split() for line in owner.says("list").splitlines()]
    assert [row[:5] for row in rows] == [
        [ACME, "ACME", "GmbH", "2", "invoice"],
        [TOOLS, "Tools", "Ltd", "1", "invoice"],
    ]
    assert list(owner.listed()) == [ACME, TOOLS]


def test_one_sender_is_shown_with_what_is_remembered_of_it(owner: Owner) -> None:
    for city in ("Ulm", "Ulm", "Bonn"):
        owner.approve("ACME GmbH", VAT_ID, city=city)
    said = " ".join(owner.says("show", VAT_ID).split())
    assert f"{VAT_ID} names ACME GmbH codes {VAT_ID} marks {phone('ACME GmbH')}, 136695976" in said
    assert "supplier invoice ACME GmbH 3 documents" in said
    assert "city invoice Bonn 1 document " in said
    assert "00000000 2.pdf invoice" in said


def test_of_many_documents_the_newest_are_listed(owner: Owner) -> None:
    for _ in range(22):
        owner.approve("ACME GmbH")
    said = owner.says("show", ACME)
    assert "21.pdf" in said and " 1.pdf" not in said and "and 2 earlier ones" in said


@pytest.mark.parametrize("words", [VAT_ID, "de1366", "acme gmbh", "The hammers"])
def test_a_sender_is_called_by_id_first_letters_or_name(owner: Owner, words: str) -> None:
    owner.approve("ACME GmbH", VAT_ID)
    owner.says("rename", VAT_ID, "The hammers")
    assert owner.says("show", words).startswith(VAT_ID)


@pytest.mark.parametrize("words", ["nobody", "", "***"])
def test_nobody_is_found_by_what_no_sender_is_called(owner: Owner, words: str) -> None:
    owner.approve("ACME GmbH")
    with pytest.raises(ConfigError, match="no sender") as caught:
        owner.says("show", words)
    assert "appliance senders list" in caught.value.hint


def test_what_fits_two_senders_is_none_of_them(owner: Owner) -> None:
    owner.approve("ACME GmbH")
    owner.approve("ACME Ltd")
    with pytest.raises(ConfigError, match="several") as caught:
        owner.says("forget", "acme", "--yes")
    assert ACME in caught.value.hint and "acmeltd" in caught.value.hint
    assert len(owner.listed()) == 2


def test_two_senders_are_made_one_and_none_of_itself(owner: Owner) -> None:
    owner.approve("ACME GmbH")
    owner.approve("Tools Ltd")
    assert "toolsltd is acmegmbh from now on" in owner.says("merge", "tools", "acme")
    assert owner.listed()[ACME]["names"] == ["ACME GmbH", "Tools Ltd"]
    with pytest.raises(ConfigError, match="already"):
        owner.says("merge", "Tools Ltd", "ACME GmbH")


def test_a_sender_is_called_otherwise_and_keeps_its_id(owner: Owner) -> None:
    owner.approve("ACME GmbH")
    owner.says("rename", ACME, " The hammers ")
    assert "acmegmbh  The hammers, ACME GmbH" in owner.says("list")
    with pytest.raises(ConfigError, match="neither letters nor digits"):
        owner.says("rename", ACME, " ")


def test_a_sender_is_forgotten_only_if_that_is_meant(owner: Owner) -> None:
    owner.approve("ACME GmbH")
    owner.says("forget", ACME, answer="n\n")
    assert list(owner.listed()) == [ACME]
    assert "is forgotten" in owner.says("forget", ACME, answer="y\n")
    assert owner.listed() == {}


def test_a_new_home_knows_the_senders_of_another(owner: Owner, other: Owner) -> None:
    for city in ("Ulm", "Bonn"):
        owner.approve("ACME GmbH", VAT_ID, city=city)
    owner.approve("Tools Ltd")
    owner.says("rename", VAT_ID, "The hammers")
    file = owner.home.folder / "senders.jsonl"
    assert "2 senders written" in owner.says("export", str(file))
    other.approve("Tools Ltd")
    said = other.says("import", str(file))
    assert "1 sender imported" in said and "1 sender known here already" in said
    assert other.listed()[VAT_ID] == {
        "party": VAT_ID,
        "called": "The hammers",
        "names": ["ACME GmbH"],
        "documents": 0,
        "doctypes": [],
        "approved_at": None,
        "told_by": None,
    }
    page = other.letters.read(f"ACME GmbH\nTel {phone('ACME GmbH')}")
    assert other.letters.who_sent(page) == VAT_ID
    assert "nothing is remembered of it" in other.says("show", VAT_ID)
    assert "0 senders imported" in other.says("import", str(file))


def test_a_file_that_cannot_be_written_or_read_is_a_clear_error(owner: Owner) -> None:
    inside = owner.home.doctypes / "invoice.toml"
    with pytest.raises(ConfigError, match="cannot be written") as caught:
        owner.says("export", str(inside / "senders.jsonl"))
    assert caught.value.hint
    with pytest.raises(ConfigError, match="line 2") as caught:
        owner.says("import", str(inside))
    assert "appliance senders export" in caught.value.hint


def tell(owner: Owner) -> None:
    known = KnownSender(VAT_ID, 9, 9, frozenset({"Far Ltd"}), {"05551234567": 9})
    values = {"invoice": {"city": (ToldValue("Ulm", 7, 0.0), ToldValue("Bonn", 1, 0.0))}}
    told = ToldSender("north", SenderCard(known, (VAT_ID.lower(),)), values, (IBAN,))
    owner.letters.directory.rule(SenderTold(told), who="fleet", station="north", now=1.0)


def test_what_other_sites_know_is_listed_behind_what_is_known_here(owner: Owner) -> None:
    tell(owner)
    owner.approve("ACME GmbH")
    _, known, told = [line.split() for line in owner.says("list").splitlines()]
    assert known[:3] == [ACME, "ACME", "GmbH"]
    assert told == [VAT_ID, "Far", "Ltd", "0", "invoice", "told", "by", "north"]
    listed = owner.listed()
    assert (listed[ACME]["told_by"], listed[VAT_ID]["told_by"]) == (None, "north")
    shown = " ".join(owner.says("show", "Far Ltd").split())
    assert f"codes {VAT_ID} marks 05551234567 paid elsewhere {IBAN}" in shown
    assert "city invoice Ulm 7 documents city invoice Bonn 1 document" in shown


def test_what_other_sites_know_is_forgotten_and_nothing_else_done_with_it(owner: Owner) -> None:
    tell(owner)
    owner.approve("ACME GmbH")
    for words in (("merge", VAT_ID, ACME), ("merge", ACME, VAT_ID), ("rename", "Far Ltd", "it")):
        with pytest.raises(ConfigError, match="is known at other sites alone"):
            owner.says(*words)
    said = owner.says("forget", "far ltd", answer="y\n")
    assert "until they tell it again" in said and f"{VAT_ID} is forgotten" in said
    assert list(owner.listed()) == [ACME]
    audit = CliRunner().invoke(app, ["--home", str(owner.home.folder), "audit"]).output
    assert f"said of a sender: {VAT_ID} is known at other" in " ".join(audit.split())

"""The promise as its owner meets it: commands, real files, a real database, made-up receipts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from figures import figures
from made_up_shop import DOUBTFUL, Shop, shop
from made_up_shop import RECEIPT as SHOP_RECEIPT
from pydantic import TypeAdapter
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.domain.document import Document
from appliance.domain.errors import ConfigError
from appliance.domain.prediction import AnswerVersions
from appliance.learning.importing.labels_to_review import labels_to_review
from appliance.learning.models.registry import CHAMPION, Pointer
from appliance.promise.evidence_answers import BackfillProgress, EvidenceAnswers, note
from appliance.promise.policies import PolicyStore
from appliance.records.evidence import SamplingPlan
from appliance.records.imports import Imports
from appliance.service import wiring
from appliance.service.versions import answer_versions
from appliance.settings.config import Settings
from appliance.settings.home import Home

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "lists.md"
"""With a table of what programs are told."""
VERSIONS = answer_versions(Settings())
RECEIPT = """\
title = "Receipt"
party = ["shop"]

[fields.shop]
required = true

[fields.total]
type = "amount"
required = true
{own}
"""


class Office:
    def __init__(self, home: Home) -> None:
        self.home = home
        home.make()
        (home.models / "m1").mkdir()
        pointer = TypeAdapter(Pointer).dump_json(Pointer("m1"))
        (home.models / CHAMPION).write_bytes(pointer)
        self.promise()

    def promise(self, own: str = "", **terms: float) -> None:
        """What the owner writes of receipts."""
        said = [f"{name} = {value}" for name, value in terms.items()]
        text = RECEIPT.format(own=own) + "\n".join(["[promise]", *said])
        (self.home.doctypes / "receipt.toml").write_text(text)

    def __call__(self, *words: str) -> str:
        done = CliRunner(env={"COLUMNS": "200"}).invoke(
            app, ["--home", str(self.home.folder), *words]
        )
        if done.exception:
            raise done.exception
        return done.output

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self("promise", "--json", *words).splitlines()]


def standing(office: Office) -> list[str]:
    """What `status` says of the receipts of which not everything is promised."""
    return [line for line in office("status").splitlines() if line.startswith("receipt: holds")]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(Home(tmp_path / "home"))


@pytest.fixture
def town(office: Office) -> Iterator[Shop]:
    with shop(office.home.database, VERSIONS) as found:
        yield found


def evidence(town: Shop, number: int, *, wrong: int = 0, **more: Any) -> None:
    for _ in range(number):
        town.receipt(evidence=True, **more)
    for _ in range(wrong):
        town.receipt(evidence=True, right=False, sure=DOUBTFUL, **more)


def test_it_begins_with_nothing_and_says_how_much_is_missing(office: Office, town: Shop) -> None:
    assert figures(office("promise")) == [] and office.rows() == []
    town.receipt(reviewed=False)
    (row,) = office.rows()
    assert (row["model"], row["values"], row["missing"]) == ("m1", 0, 59)
    assert row["pooled"] and row["fields"] == ["shop", "total"]
    assert f"| {', '.join(f'`{key}`' for key in row)} |" in PAGE.read_text("utf-8")
    assert {"2", "59", "30"} <= set(figures(office("promise")))  # fields, values, documents


def test_types_of_which_no_document_came_are_shown_on_demand(office: Office, town: Shop) -> None:
    town.receipt()
    (office.home.doctypes / "broken.toml").write_text("title =")
    assert {row["doctype"] for row in office.rows()} == {"receipt"}
    every = {row["doctype"] for row in office.rows("--all")}
    assert {"receipt", "supplier_invoice", "customs_declaration"} <= every
    assert "broken" not in every


def test_evidence_makes_a_promise_and_it_is_shown_as_kept(office: Office, town: Shop) -> None:
    office.promise("accuracy = 0.95")  # so that it is looked at by itself
    evidence(town, 150, wrong=20)
    total, rest = office.rows()
    assert [total["fields"], rest["fields"]] == [["total"], ["shop"]]
    assert (total["documents"], total["values"], total["accepted"]) == (170, 170, 150)
    assert total["errors"] == 0 and total["wrong_at_most"] < 0.05
    assert (total["straight_documents"], total["all_documents"]) == (150, 170)
    assert total["straight_wrong"] == 0
    kept = PolicyStore(office.home.models)("m1", "receipt", VERSIONS)
    policy = kept.toward(known=total["known_senders"])
    assert policy.bounds["total"] == total["score"]
    assert {"170", "150"} <= set(figures(office("promise")))
    assert not standing(office)


def test_the_owner_says_how_much_is_promised(office: Office, town: Shop) -> None:
    evidence(town, 40)
    assert office.rows()[0]["accuracy"] == 0.95
    office.promise("accuracy = 0.999", accuracy=0.9, assurance=0.9)
    total, rest = office.rows()
    assert (total["fields"], total["accuracy"], total["assurance"]) == (["total"], 0.999, 0.9)
    assert total["accepted"] == 0 and total["today"] == 0.9
    assert (rest["fields"], rest["accuracy"], rest["accepted"]) == (["shop"], 0.9, 40)
    (line,) = standing(office)
    assert "total" in line and figures(line) == ["40", "2302"]


def test_what_went_wrong_among_what_was_accepted_is_in_doubt(office: Office, town: Shop) -> None:
    evidence(town, 100)
    office("promise")
    policy = PolicyStore(office.home.models)("m1", "receipt", VERSIONS)
    evidence(town, 20, policy=policy)
    since = town.now
    for _ in range(25):
        town.receipt(evidence=True, right=False, policy=policy)
    total = next(row for row in office.rows() if "total" in row["fields"])
    assert total["in_doubt"] and total["accepted"] == 0
    assert since < total["in_doubt_since"] < town.now
    assert "in doubt" in office("promise")
    assert any("in doubt" in line for line in standing(office))


def test_status_says_what_the_book_says_and_computes_nothing(office: Office, town: Shop) -> None:
    evidence(town, 10)
    (line,) = standing(office)
    assert figures(line) == []
    office("promise")
    (row,) = office.rows()
    (line,) = standing(office)
    assert row["missing"] >= 39 and figures(line) == ["20", str(20 + row["missing"])]
    evidence(town, 10)
    assert standing(office) == [line]


def test_what_was_proven_on_other_versions_is_proven_no_more(office: Office, town: Shop) -> None:
    evidence(town, 60)
    assert office.rows()[0]["accepted"] and not standing(office)
    (office.home.folder / "appliance.toml").write_text("[extraction]\nanswer_tokens = 1000\n")
    (line,) = standing(office)
    assert figures(line) == []
    (row,) = office.rows()
    assert (row["documents"], row["accepted"], row["share_accepted"]) == (0, 0, 0)


def test_how_far_evidence_is_asked_anew_is_shown_while_it_goes_on(
    office: Office, town: Shop
) -> None:
    evidence(town, 3)
    folder = office.home.models / "m1"

    def shown(**about: Any) -> list[list[str]]:
        note(BackfillProgress(**{"versions": VERSIONS, "documents": 40} | about), folder)
        said = office("status") + office("promise")
        return [figures(line) for line in said.splitlines() if "asked about evidence" in line]

    assert shown(answered=12) == [["12", "40"]] * 2
    assert shown(answered=12, skipped=1) == [["12", "40", "1"]] * 2
    assert shown(answered=39, skipped=1) == []
    assert shown(answered=12, versions=AnswerVersions("1", "1")) == []


def test_pictures_are_drawn_of_evidence(office: Office, town: Shop, tmp_path: Path) -> None:
    town.receipt()
    assert "receipt: " in office("promise", "--plots", str(tmp_path / "none"))
    assert not (tmp_path / "none").exists() or not list((tmp_path / "none").iterdir())
    evidence(town, 30, wrong=5)
    office("promise", "--plots", str(tmp_path / "plots"))
    made = sorted((tmp_path / "plots").iterdir())
    assert [path.name for path in made] == ["receipt-reliability.png", "receipt-risk.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in made)


def test_a_folder_that_cannot_be_written_is_said(
    office: Office, town: Shop, tmp_path: Path
) -> None:
    evidence(town, 5)
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"receipt-risk\.png"):
        office("promise", "--plots", str(tmp_path / "file" / "below"))


@pytest.fixture
def shown(office: Office) -> Callable[[str], str]:
    return lambda docid: " ".join(office("show", docid).replace("│", " ").split())


def test_show_explains_a_doubt_by_the_least_certain_token_while_nothing_is_fitted(
    office: Office, town: Shop, shown: Callable[[str], str]
) -> None:
    job = town.receipt(sure=0.71, reviewed=False)
    said = shown(job.docid)
    assert re.search(r"total 1\.00: [^•]*\b71 %[^•]* 95 %", said)
    assert re.search(r"shop shop1: [^•]*\b99 %", said)
    assert "before" not in said


def test_show_explains_a_doubt_by_what_speaks_for_and_against_the_value(
    office: Office, town: Shop, shown: Callable[[str], str]
) -> None:
    evidence(town, 150, wrong=20)
    for _ in range(20):
        town.receipt(sender="corner")
        town.receipt(right=False, sure=0.7, sender="corner")
    office("promise")
    policy = PolicyStore(office.home.models)("m1", "receipt", VERSIONS)
    job = town.receipt(right=False, sure=DOUBTFUL, policy=policy, sender="corner", reviewed=False)
    said = shown(job.docid)
    total = said[said.index("• total") :]
    found = re.search(r"total \d+\.50: (\d+) % [^•]*?(\d+) % .*; against it: ", total)
    assert found and int(found[1]) < int(found[2])


def test_what_a_clerk_decided_does_not_hide_what_was_doubted(
    office: Office, town: Shop, shown: Callable[[str], str]
) -> None:
    job = town.receipt(sure=0.71)
    said = shown(job.docid)
    assert "before" in said and re.search(r"\b71 %[^•]* 95 %", said)


def test_other_commands_do_without_what_fits_and_draws() -> None:
    heavy = {"scipy", "matplotlib"}
    code = (
        "import sys, appliance.cli.main as main\n"
        "from importlib import import_module\n"
        "for name in main.MODULES: import_module(f'appliance.cli.{name}')\n"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def bring(town: Shop, number: int) -> list[Document]:
    """Receipts come with their values from before the appliance; all of them are evidence."""
    imports = Imports(town.store, SamplingPlan(first=1, then=1))
    documents = []
    for _ in range(number):
        town.now += 60
        document = town.document()
        said = {"shop": document.pages[0].words[0].text, "total": document.pages[0].words[3].text}
        town.store.keep_reading(document, reading=VERSIONS.reading, seconds=1)
        review = labels_to_review(document, SHOP_RECEIPT, said).review
        assert imports.keep(document, "receipt", review, source="old.pdf", twin=None, now=town.now)
        documents.append(document)
    return documents


def test_imported_evidence_is_told_as_set_apart_until_the_model_has_answered_it(
    office: Office, town: Shop
) -> None:
    documents = bring(town, 40)
    line = "receipt: 40 documents are set apart as evidence, 0 of them answered"
    for _ in range(2):  # before and after the first calibration
        assert line in office("status")
        assert line in " ".join(office("promise").split())
    assert "nothing keyed blind" not in office("promise")
    assert {(row["set_apart"], row["answered"], row["documents"]) for row in office.rows()} == {
        (40, 0, 0)
    }
    office("report")
    assert line in (office.home.folder / "report.html").read_text("utf-8")

    kind = wiring.doctype(office.home, "receipt")
    answers = EvidenceAnswers("m1", office.home.models, town.store, VERSIONS)
    for done, document in enumerate(documents, start=1):
        answers.keep(document, kind, town.answer(document), seconds=1)
        if done in (25, 40):
            ended = {"answered": done, "ended_at": town.now + done}
            note(BackfillProgress(VERSIONS, documents=40, **ended), office.home.models / "m1")
        if done == 25:
            office("promise")
            assert "40 documents are set apart as evidence, 25 of them" in office("status")
    (row,) = office.rows()
    assert (row["set_apart"], row["answered"], row["documents"]) == (40, 40, 40)
    assert row["accepted"] > 0, "imported evidence proves as much as what was keyed here"
    for command in ("promise", "status"):
        assert "set apart" not in office(command)


def test_evidence_that_never_counts_is_not_said_to_wait(office: Office, town: Shop) -> None:
    bring(town, 3)
    note(BackfillProgress(VERSIONS, documents=3, skipped=3, ended_at=1), office.home.models / "m1")
    assert "3 documents are set apart as evidence, 0 of them count" in office("status")

"""The bench of years of use: what it counts, and that each of its steps does what it says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random

import pytest
from small_bench import small_bench

from appliance.domain.corrections import CorrectionKind
from appliance.fields.party import twin_key
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from bench.living.erasure import holds
from bench.living.papers import DOCTYPE, MadeInvoice, Template, template, varied
from bench.living.webhook import Account, account
from bench.told_server import Told

DELIVERED = [("a", 1), ("a", 2), ("b", 1)]


def told(docid: str, revision: int, *, key: str = "", body: str = "", status: int = 200) -> Told:
    said = f"{docid}{revision}"
    return Told(docid, revision, key or said, (body or said).encode(), status)


def counted(*calls: Told) -> Account:
    return account(DELIVERED, calls, kills=0)


def flaws(found: Account) -> tuple[int, int, int, int]:
    return found.lost, found.twice, found.disordered, found.repeats


def test_a_call_that_failed_and_was_made_again_is_no_flaw() -> None:
    calls = [told("a", 1, status=500), told("b", 1), told("a", 1), told("a", 2)]
    assert flaws(counted(*calls)) == (0, 0, 0, 0)


def test_a_delivery_that_the_server_never_took_is_lost() -> None:
    assert flaws(counted(told("a", 1), told("a", 2), told("b", 1, status=0)))[0] == 1


@pytest.mark.parametrize(
    "again", [told("b", 1, key="other"), told("b", 1, body="other"), told("b", 1, key="a1")]
)
def test_a_repeat_has_to_be_the_same_call(again: Told) -> None:
    found = counted(told("a", 1), told("a", 2), told("b", 1), again)
    assert found.twice >= 1 and found.repeats == 1
    assert flaws(counted(told("a", 1), told("a", 2), told("b", 1), told("b", 1)))[1] == 0


def test_a_revision_before_the_earlier_one_was_taken_is_out_of_order() -> None:
    calls = [told("a", 1, status=500), told("a", 2), told("a", 1), told("b", 1)]
    assert flaws(counted(*calls))[2] == 1


def test_a_word_is_found_in_files_and_in_their_names(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "Zyx.pdf").write_bytes(b"nothing")
    (tmp_path / "rows.db").write_bytes(b"\x00ZyX\x01")
    assert holds(tmp_path, [b"zyx", b"abc"]) == {"inner/Zyx.pdf": [b"zyx"], "rows.db": [b"zyx"]}


@pytest.fixture(scope="module")
def first() -> Template:
    return template(0)


def made(first: Template, numbers: Iterable[int]) -> list[MadeInvoice]:
    return [varied(first, one, date(2025, 3, 1), Random(str(one))) for one in numbers]


def test_a_made_invoice_says_other_values_that_its_page_says_and_whose_sums_are_right(
    first: Template,
) -> None:
    one, other = made(first, (1, 2))
    assert one.docid != other.docid and one.twin != other.twin
    for paper in (one, other):
        assert all(field.lies_in(paper.document) for field in paper.prediction("m").fields)
        anew = judge(paper.document, DOCTYPE, paper.prediction("m"), policy=AcceptancePolicy())
        right = twin_key(DOCTYPE, paper.right)
        assert paper.wrong or twin_key(DOCTYPE, anew) == right
        assert paper.wrong or not [one for one in anew.blockers if one.code == "check-failed"]


def test_what_the_model_got_wrong_its_clerk_changed(first: Template) -> None:
    wrong = next(one for one in made(first, range(200)) if one.wrong)
    review = wrong.review("m", blind=True, seconds=9.0)
    changed = {
        (one.fieldtype, one.line_item_id)
        for one in review.corrections
        if one.kind is CorrectionKind.CHANGED
    }
    assert changed == set(wrong.wrong) and wrong.held


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_years_of_use_in_small() -> None:
    said = small_bench("living")
    assert "A made history of 300 documents" in said
    assert " 0 lost, 0 told under another key" in said
    assert "files hold one, 0 rows and files of others are changed" in said
    assert "0 failed, 0 disagree with themselves, 0 deliveries of before are missing" in said

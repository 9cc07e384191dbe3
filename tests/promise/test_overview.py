"""What an owner is told of the promise on a type: in numbers for programs, in rows and lines."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from figures import figures
from golden import looks_as_it_did
from rich.console import Console, RenderableType

from appliance.cli import promise_views
from appliance.domain.doctype import AccuracyTarget
from appliance.domain.sections import Section
from appliance.judgement.policy import AcceptancePolicy
from appliance.promise.guarantees import Guarantee, guarantees
from appliance.promise.overview import Overview, StraightThrough, needed, rows, straight
from appliance.promise.policies import CalibrationFile, DoctypeCalibration
from appliance.promise.threshold import EvidenceValue, ProvenThreshold

SINCE = 1_700_000_000.0
PROVEN = ProvenThreshold(0.93, 150, 3, 1.2, 0.0413)
TOTAL = Guarantee(("total",), 0.95, 0.95, 90, 180, PROVEN, 0.95, 0)
REST = Guarantee(("shop", "date", "number"), 0.99, 0.95, 90, 270, None, 0.975, 173)
NOTHING = Guarantee(("shop", "date", "total", "number"), 0.95, 0.95, 0, 0, None, None, 59)
MANY = Guarantee(tuple(f"f{at}" for at in range(9)), 0.95, 0.95, 0, 0, None, None, 59)
HOPELESS = Guarantee(("total",), 0.99, 0.95, 50, 50, None, None, None)
FAR = Guarantee(("total",), 0.999, 0.95, 40, 40, None, 0.9, None)
AGAIN = Guarantee(("total",), 0.95, 0.95, 4, 4, None, None, 55)
DOUBTED = replace(AGAIN, withdrawn=True)
NEW = replace(REST, known=False)
TOGETHER = replace(TOTAL, together=True)
SHARED = replace(REST, proven=TOTAL.proven, types=("invoice", "receipt"), missing=0)
THROUGH = StraightThrough(90, 62, 1)
SCREENS = Path(__file__).parent / "screens"


def view(*found: Guarantee, **more: object) -> Overview:
    kept = DoctypeCalibration(AccuracyTarget(), None, found)
    return Overview("receipt", "night-1", kept, **more)  # type: ignore[arg-type]


def shown(renderable: RenderableType, *, width: int = 300) -> str:
    output = StringIO()
    Console(file=output, width=width).print(renderable)
    return output.getvalue()


def table(*found: Overview) -> str:
    return shown(promise_views.overview(found, model="night-1"))


def status(book: CalibrationFile, *names: str) -> list[str]:
    return [line.plain for line in promise_views.standing(book.types, names)]


TABLES = {
    "proven": [view(TOTAL, straight=THROUGH)],
    "others": [view(TOTAL, REST)],
    "new-senders": [view(TOTAL, REST, NEW)],
    "together": [view(TOGETHER, replace(TOGETHER, known=False))],
    "types": [view(TOTAL, SHARED)],
    "many-fields": [view(MANY)],
    "nothing-yet": [view(NOTHING)],
    "hopeless": [view(HOPELESS)],
    "far": [view(FAR)],
    "in-doubt": [view(DOUBTED)],
    "no-document": [],
}


@pytest.mark.parametrize("name", TABLES)
def test_the_table_looks_as_it_did(name: str) -> None:
    said = shown(promise_views.overview(TABLES[name], model="night-1"), width=160)
    lines = [line.rstrip() for line in said.splitlines()]
    looks_as_it_did("\n".join([*lines, ""]), SCREENS / f"{name}.txt")


def test_the_lines_of_status_look_as_they_did() -> None:
    books = (
        book(NOTHING),
        book(TOTAL, REST),
        book(replace(REST, withdrawn=True)),
        book(TOTAL, NEW),
        CalibrationFile(),
        book(wrong(50)),
    )
    lines = [line for found in books for line in status(found, "receipt")]
    looks_as_it_did("\n".join([*lines, ""]), SCREENS / "status.txt")


def value(score: float, document: str, *, right: bool = True, known: bool = True) -> EvidenceValue:
    return EvidenceValue(score, right, document, "p", known=known)


def test_straight_through_goes_what_has_nothing_in_it_that_would_be_held() -> None:
    values = {"shop": [value(0.9, "a"), value(0.9, "b")], "total": [value(0.7, "a")]}
    for bounds, through in (
        ({"shop": 0.9, "total": 0.7}, 2),
        ({"shop": 0.9, "total": 0.71}, 1),
        ({"shop": 0.9}, 0),  # of the total nothing is promised
    ):
        found = straight(values, AcceptancePolicy(bounds=bounds))
        assert found == StraightThrough(2, through)
    assert straight({"shop": []}, AcceptancePolicy()) == StraightThrough()
    of_new = {"shop": [value(0.9, "a"), value(0.8, "b", known=False)]}
    for unknown, through in (({"shop": 0.7}, 2), ({"shop": 0.9}, 1), ({}, 1)):
        found = straight(of_new, AcceptancePolicy(bounds={"shop": 0.9}, of_unknown=unknown))
        assert found == StraightThrough(2, through)


def test_a_document_that_goes_straight_through_is_wrong_once_whatever_is_wrong_in_it() -> None:
    wrong = value(0.9, "a", right=False)
    held = value(0.1, "b", right=False)
    values = {"shop": [wrong, value(0.9, "b")], "total": [wrong, held, value(0.9, "c")]}
    bounds = {"shop": 0.9, "total": 0.9}
    found = straight(values, AcceptancePolicy(bounds=bounds))
    assert found == StraightThrough(3, 2, 1)


def test_a_row_says_what_is_promised_and_on_what_it_was_proven() -> None:
    said = table(view(TOTAL, straight=THROUGH))
    wanted = {"95", "19", "20", "90", "180", "150", "3", "83", "69", "62", "1"}
    assert "night-1" in said and wanted <= set(figures(said))
    assert "4.2" in figures(said), "never less than the bound"


def test_fields_that_are_looked_at_together_are_said_to_be() -> None:
    assert "4 fields" in table(view(NOTHING))
    said = table(view(TOTAL, REST))
    assert "3 other fields" in said and all(name in said for name in REST.fields)
    said = table(view(MANY))
    assert "f5" in said and "3 more" in said and "f6" not in said


def test_where_nothing_is_proven_it_says_what_could_be_and_what_is_missing() -> None:
    said = table(view(REST))
    assert {"97.5", "173", "99", "58", "270", "443"} <= set(figures(said))
    assert needed(REST) == 443 and "━━━━━━━━━┄┄┄┄┄┄┄" in said


def test_a_cold_start_says_how_many_documents_it_takes() -> None:
    said = table(view(NOTHING))
    assert {"59", "15", "0"} <= set(figures(said))
    assert needed(NOTHING) == 59 and "┄┄┄" in said and "━" not in said


def test_what_more_of_the_same_would_not_prove_has_no_bar() -> None:
    assert needed(HOPELESS) is None
    assert "┄" not in table(view(HOPELESS))


def test_what_is_far_off_names_the_fewest_values_that_prove_it() -> None:
    assert needed(FAR) == 2995
    assert {"90", "99.9", "2995", "40"} <= set(figures(table(view(FAR))))


def test_what_is_in_doubt_says_so_and_since_when() -> None:
    said = table(view(DOUBTED, since={DOUBTED: SINCE}))
    assert "in doubt" in said and "Nov 2023" in said and needed(AGAIN) == 59
    assert "in doubt" not in table(view(AGAIN))


def test_where_fewer_are_keyed_blind_it_says_why() -> None:
    found = view(TOTAL, replace(REST, known=False))
    of_both = frozenset((known, Section.HEADER) for known in (True, False))
    said = table(replace(found, kept=replace(found.kept, enough=of_both)))
    assert "of what known senders send, less of it is keyed blind: all is proven" in said
    assert "of what new senders send, less of it is keyed blind: more documents" in said
    assert "keyed blind:" not in table(found)


def test_without_documents_there_is_nothing_to_promise() -> None:
    assert figures(table()) == []


def test_it_can_be_read_on_a_narrow_terminal() -> None:
    found = view(TOTAL, REST, straight=THROUGH)
    said = shown(promise_views.overview([found], model="m"), width=80)
    assert max(map(len, said.splitlines())) <= 80
    assert {"4.2", "270", "443", "83", "62", "90"} <= set(figures(said))


@pytest.mark.parametrize(
    ("assurance", "said"),
    [
        (0.95, ["19", "20"]),
        (0.9, ["9", "10"]),
        (0.5, ["1", "2"]),
        (0.99, ["99", "100"]),
        (0.9999, ["9999", "10000"]),
    ],
)
def test_an_assurance_is_said_in_whole_numbers(assurance: float, said: list[str]) -> None:
    assert figures(promise_views.times(assurance)) == said


def test_no_accuracy_short_of_all_is_said_to_be_all() -> None:
    assert [promise_views.percent(one) for one in (0.95, 0.995, 0.99999, 1.0)] == [
        "95 %",
        "99.5 %",
        "99.999 %",
        "100 %",
    ]


def test_programs_get_an_object_a_grant_always_with_the_same_keys() -> None:
    doubted = replace(REST, withdrawn=True)
    one, other = rows(view(TOTAL, doubted, since={doubted: SINCE}))
    assert one.keys() == other.keys()
    assert json.loads(json.dumps(one)) == {
        "doctype": "receipt",
        "model": "night-1",
        "together": False,
        "types_together": [],
        "known_senders": True,
        "fields": ["total"],
        "pooled": False,
        "accuracy": 0.95,
        "assurance": 0.95,
        "documents": 90,
        "values": 180,
        "score": 0.93,
        "accepted": 150,
        "errors": 3,
        "wrong_at_most": 0.0413,
        "share_accepted": 150 / 180,
        "today": 0.95,
        "missing": 0,
        "enough_evidence": False,
        "in_doubt": False,
        "in_doubt_since": None,
        "straight_documents": 0,
        "straight_wrong": 0,
        "all_documents": 0,
        "set_apart": 0,
        "answered": None,
    }
    assert other["pooled"] and other["accepted"] == 0 and other["score"] is None
    assert other["in_doubt"] and other["in_doubt_since"] == SINCE


def test_status_tells_of_a_type_of_which_not_everything_is_promised() -> None:
    assert status(book(TOTAL), "receipt") == []
    for found, said in (
        (book(NOTHING), ["0", "59"]),
        (book(TOTAL, REST), ["3", "270", "443"]),
        (book(replace(REST, withdrawn=True)), []),  # in doubt
        (CalibrationFile(), []),
        (book(wrong(50)), ["95"]),
    ):
        (line,) = status(found, "receipt")
        assert line.startswith("receipt: ") and figures(line) == said


def test_after_the_first_few_documents_it_is_too_early_to_say_that_too_much_is_wrong() -> None:
    assert needed(wrong(1)) == 59
    assert {"95", "59"} <= set(figures(table(view(wrong(10)))))
    assert needed(wrong(11)) is None


def book(*found: Guarantee) -> CalibrationFile:
    return CalibrationFile(types={"receipt": DoctypeCalibration(AccuracyTarget(), None, found)})


def wrong(documents: int) -> Guarantee:
    (grant,) = guarantees(
        {"total": [EvidenceValue(0.5, False, f"d{at}", "p") for at in range(documents)]},
        AccuracyTarget(),
    )
    return grant

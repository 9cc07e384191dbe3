"""What an owner is told of the promise on a type: in numbers for programs, in rows and lines."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from rich.console import Console, RenderableType

from appliance.cli import promise_views
from appliance.domain.doctype import AccuracyTarget
from appliance.promise.guarantees import Guarantee, guarantees
from appliance.promise.overview import Overview, needed, rows, straight
from appliance.promise.policies import CalibrationFile, DoctypeCalibration
from appliance.promise.threshold import EvidenceValue, ProvenThreshold

SINCE = 1_700_000_000.0
PROVEN = ProvenThreshold(0.93, 150, 3, 1.2, 0.0413)
TOTAL = Guarantee(("total",), 0.95, 0.95, 90, 180, PROVEN, 0.95, 0)
REST = Guarantee(("shop", "date", "number"), 0.99, 0.95, 90, 270, None, 0.975, 173)
NOTHING = Guarantee(("shop", "date", "total", "number"), 0.95, 0.95, 0, 0, None, None, 59)


def view(*found: Guarantee, withdrawn: tuple[str, ...] = (), **more: object) -> Overview:
    kept = DoctypeCalibration(AccuracyTarget(), None, found, withdrawn)
    return Overview("receipt", "night-1", kept, **more)  # type: ignore[arg-type]


def shown(renderable: RenderableType, *, width: int = 300) -> str:
    output = StringIO()
    Console(file=output, width=width).print(renderable)
    return output.getvalue()


def table(*found: Overview) -> str:
    return shown(promise_views.overview(found, model="night-1"))


def status(book: CalibrationFile, *names: str) -> list[str]:
    return [line.plain for line in promise_views.standing(book, names)]


def value(score: float, document: str) -> EvidenceValue:
    return EvidenceValue(score, True, document, "p")


def test_straight_through_goes_what_has_nothing_in_it_that_would_be_held() -> None:
    values = {"shop": [value(0.9, "a"), value(0.9, "b")], "total": [value(0.7, "a")]}
    assert straight(values, {"shop": 0.9, "total": 0.7}) == (2, 2)
    assert straight(values, {"shop": 0.9, "total": 0.71}) == (1, 2)
    assert straight(values, {"shop": 0.9}) == (0, 2)  # of the total nothing is promised
    assert straight({"shop": []}, {}) == (0, 0)


def test_a_row_says_what_is_promised_and_on_what_it_was_proven() -> None:
    said = table(view(TOTAL, documents=90, straight=62))
    for words in (
        "model night-1",
        "95 %",
        "19 times in 20",
        "at most 4.2 % wrong",  # never less than the bound
        "90 documents, 180 values, 150 of them accepted, 3 of these wrong",
        "83 %",
        "69 %",
        "62 of 90",
        "each promise holds by itself with its assurance, not all of them at once",
    ):
        assert words in said


def test_fields_that_are_looked_at_together_are_said_to_be() -> None:
    assert "its 4 fields together" in table(view(NOTHING))
    said = table(view(TOTAL, REST))
    assert "its 3 other fields together" in said and "shop, date, number" in said
    many = Guarantee(tuple(f"f{at}" for at in range(9)), 0.95, 0.95, 0, 0, None, None, 59)
    assert "f4, f5 and 3 more" in table(view(many))


def test_where_nothing_is_proven_it_says_what_could_be_and_what_is_missing() -> None:
    said = table(view(REST))
    assert "holds everything: 97.5 % could be promised now;" in said
    assert "about 173 more evidence values for 99 %, some 58 documents" in said
    assert "━━━━━━━━━┄┄┄┄┄┄┄ 270 of 443" in said


def test_a_cold_start_says_how_many_documents_it_takes() -> None:
    said = table(view(NOTHING))
    words = "nothing keyed blind yet: 59 values are needed, about 15 documents"
    assert words in said and "┄┄┄ 0 of 59" in said


def test_what_more_of_the_same_would_not_prove_has_no_bar() -> None:
    hopeless = Guarantee(("total",), 0.99, 0.95, 50, 50, None, None, None)
    said = table(view(hopeless))
    assert "holds everything: more of the same would not prove 99 %" in said
    assert "┄" not in said and "could be promised" not in said


def test_what_is_far_off_names_the_fewest_values_that_prove_it() -> None:
    far = Guarantee(("total",), 0.999, 0.95, 40, 40, None, 0.9, None)
    said = table(view(far))
    assert "90 % could be promised now; 99.9 % takes 2995 values" in said
    assert "40 of 2995" in said


def test_what_is_in_doubt_says_so_and_since_when() -> None:
    again = Guarantee(("total",), 0.95, 0.95, 4, 4, None, None, 55)
    said = table(view(again, withdrawn=("total",), since={"total": SINCE}))
    assert "in doubt since" in said and "Nov 2023" in said
    assert "too much of what was accepted was wrong" in said and "4 of 59" in said
    assert "in doubt" not in table(view(again))


def test_without_documents_there_is_nothing_to_promise() -> None:
    assert "no document has arrived yet" in table()


def test_it_can_be_read_on_a_narrow_terminal() -> None:
    found = view(TOTAL, REST, documents=90, straight=62)
    said = shown(promise_views.overview([found], model="m"), width=80)
    assert max(map(len, said.splitlines())) <= 80
    for words in ("at most 4.2 %", "270 of 443", "83 %", "62 of 90", "nothing"):
        assert words in said


@pytest.mark.parametrize(
    ("assurance", "words"),
    [
        (0.95, "19 times in 20"),
        (0.9, "9 times in 10"),
        (0.5, "1 time in 2"),
        (0.99, "99 times in 100"),
    ],
)
def test_an_assurance_is_said_in_whole_numbers(assurance: float, words: str) -> None:
    assert promise_views.times(assurance) == words


def test_programs_get_an_object_a_grant_always_with_the_same_keys() -> None:
    one, other = rows(view(TOTAL, REST, withdrawn=REST.fields, since={"shop": SINCE}))
    assert one.keys() == other.keys()
    assert json.loads(json.dumps(one)) == {
        "doctype": "receipt",
        "model": "night-1",
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
        "in_doubt": False,
        "in_doubt_since": None,
        "straight_documents": 0,
        "all_documents": 0,
    }
    assert other["pooled"] and other["accepted"] == 0 and other["score"] is None
    assert other["in_doubt"] and other["in_doubt_since"] == SINCE


def test_status_tells_of_a_type_of_which_not_everything_is_promised() -> None:
    def book(*found: Guarantee, withdrawn: tuple[str, ...] = ()) -> CalibrationFile:
        return CalibrationFile(
            types={"receipt": DoctypeCalibration(AccuracyTarget(), None, found, withdrawn)}
        )

    assert status(book(TOTAL), "receipt") == []
    assert status(book(NOTHING), "receipt") == [
        "receipt: holds everything, 0 of 59 evidence values"
    ]
    assert status(book(TOTAL, REST), "receipt") == [
        "receipt: holds everything, its 3 other fields together: 270 of 443 evidence values"
    ]
    assert status(book(REST, withdrawn=("shop",)), "receipt") == [
        "receipt: holds everything, in doubt, too much that was accepted was wrong"
    ]
    assert status(CalibrationFile(), "receipt") == [
        "receipt: holds everything, nothing is proven yet"
    ]
    assert status(book(wrong(50)), "receipt") == [
        "receipt: holds everything, too much is wrong to promise 95 %"
    ]


def test_after_the_first_few_documents_it_is_too_early_to_say_that_too_much_is_wrong() -> None:
    assert needed(wrong(1)) == 59
    assert "95 % takes 59 values" in table(view(wrong(10)))
    assert needed(wrong(11)) is None


def wrong(documents: int) -> Guarantee:
    (grant,) = guarantees(
        {"total": [EvidenceValue(0.5, False, f"d{at}", "p") for at in range(documents)]},
        AccuracyTarget(),
    )
    return grant

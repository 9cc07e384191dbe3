"""Two models before the same documents: what is asked again, timed, counted as failed."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from keyed_papers import document

from appliance.domain.doctype import DocType, FieldSpec, TableSpec
from appliance.domain.document import Document, Span
from appliance.domain.errors import DoctypeError, ModelError, TimeoutExceeded, WorkerError
from appliance.domain.labels import Label, Labelled
from appliance.domain.prediction import Field, Prediction
from appliance.evaluation import examine as module
from appliance.evaluation.answers import AnswerCache, answered_in
from appliance.evaluation.examine import (
    TIMES,
    CachedModel,
    Examined,
    Remembers,
    examine,
    nothing_remembered,
)
from appliance.evaluation.gate import decide

NOTE = DocType("note", "Note", (FieldSpec("number"),))


def paper(number: int) -> Labelled:
    text = f"Note {number}"
    page = replace(document(text), docid=f"{number:064}")
    label = Label("number", str(number), None, (Span(0, 1, 2),))
    return Labelled(page, "note", (label,), False, None, None, float(number), float(number))


class Model:
    """Answers rightly, or as told, and counts."""

    def __init__(
        self, *faults: Exception, wrong: bool = False, slow: float = 0.0, rows: int = 0
    ) -> None:
        self.faults = list(faults)
        self.wrong, self.slow, self.rows = wrong, slow, rows
        self.asked: list[str] = []

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        self.asked.append(document.docid)
        time.sleep(self.slow)
        if self.faults:
            raise self.faults.pop(0)
        at = 0 if self.wrong else 1
        text = document.pages[0].words[at].text
        field = Field("number", text, (Span(0, at, at + 1),))
        cells = (Field("amount", "4.00", line_item_id=row) for row in range(self.rows))
        return Prediction(document.docid, "note", "m", (field, *cells))

    def peak(self) -> int:
        return 0


def examined(
    folder: Path,
    champion: Model,
    candidate: Model,
    *,
    history: int = 2,
    extraction: str = "1",
    remembers: Remembers = nothing_remembered,
) -> Examined:
    return examine(
        CachedModel(champion, AnswerCache(folder / "champion.jsonl", extraction=extraction)),
        CachedModel(candidate, AnswerCache(folder / "candidate.jsonl", extraction=extraction)),
        [paper(number) for number in range(history)],
        lambda name: NOTE,
        rest=lambda done: None,
        remembers=remembers,
    )


def right(found: Examined) -> list[tuple[bool, bool]]:
    return [(one.champion["number"], one.candidate["number"]) for one in found.cases]


def test_a_death_that_does_not_come_again_is_no_failure(tmp_path: Path) -> None:
    champion = Model(*[WorkerError("a kill, perhaps for want of memory")] * (TIMES - 1))
    found = examined(tmp_path, champion, Model())
    assert right(found) == [(True, True)] * 2 and found.failed == 0


def test_what_failed_once_is_asked_again_another_night(tmp_path: Path) -> None:
    faults = [WorkerError("a kill, perhaps for want of memory")] * TIMES
    found = examined(tmp_path, Model(*faults), Model(wrong=True), history=1)
    assert right(found) == [(False, False)]
    assert right(examined(tmp_path, Model(), Model(wrong=True), history=1)) == [(True, False)]


@pytest.mark.parametrize("fault", [TimeoutExceeded("took over 900 s"), DoctypeError("too long")])
def test_what_would_be_so_again_is_asked_once(tmp_path: Path, fault: Exception) -> None:
    candidate = Model(fault)
    found = examined(tmp_path, Model(), candidate, history=1)
    assert len(candidate.asked) == 1
    assert (right(found), found.failed) == ([(True, False)], 1)


def test_a_model_that_cannot_answer_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        examined(tmp_path, Model(), Model(ModelError("it does not load")))


def test_an_answer_is_asked_for_once_but_to_see_how_long_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIMED", 1)
    examined(tmp_path, Model(slow=0.05), Model(), history=3)  # another day, on a slow machine
    (tmp_path / "candidate.jsonl").unlink()
    champion, candidate = Model(), Model(slow=0.02)
    found = examined(tmp_path, champion, candidate, history=3)
    assert len(champion.asked) == 1 and len(candidate.asked) == 3
    assert found.slower > 3


def test_what_is_asked_again_does_not_look_like_progress(tmp_path: Path) -> None:
    for _ in range(2):
        examined(tmp_path, Model(), Model(), history=3)
        assert answered_in(tmp_path / "candidate.jsonl") == 3
    examined(tmp_path, Model(), Model(*[TimeoutExceeded("took over")] * 4), history=4)
    assert answered_in(tmp_path / "candidate.jsonl") == 3


def test_an_answer_under_other_settings_is_none(tmp_path: Path) -> None:
    examined(tmp_path, Model(wrong=True), Model(wrong=True), extraction="1 1000+1500")
    found = examined(tmp_path, Model(), Model(), extraction="1 6000+1500")
    assert right(found) == [(True, True)] * 2


def test_what_is_remembered_counts_beside_the_models_and_not_for_them(tmp_path: Path) -> None:
    def knows(labelled: Labelled, kind: DocType, answer: Prediction) -> Prediction:
        (field,) = answer.fields
        text = labelled.document.pages[0].words[1].text
        return replace(answer, fields=(replace(field, text=text),))

    found = examined(tmp_path, Model(wrong=True), Model(), remembers=knows)
    assert [one.gain for one in found.cases] == [1, 1]
    assert [one.gain for one in found.served] == [0, 0]


@pytest.mark.parametrize("rows", [(0, 3), (3, 0)])
def test_a_number_of_rows_that_one_alone_read_right_is_right_of_it(
    tmp_path: Path, rows: tuple[int, int]
) -> None:
    """None was keyed, for the model of that day had read none that could be drawn."""
    kind = replace(NOTE, items=TableSpec("items", (FieldSpec("amount"),)))
    one, other = (
        CachedModel(Model(rows=many), AnswerCache(tmp_path / f"{many}.jsonl", extraction="1"))
        for many in rows
    )
    counted = replace(paper(1), counted=3)
    found = examine(one, other, [counted], lambda name: kind, rest=lambda done: None)
    (case,) = found.cases
    assert (case.champion["items"], case.candidate["items"]) == tuple(many == 3 for many in rows)
    assert decide(found.cases).fixed == (rows[1] == 3)

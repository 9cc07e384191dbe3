"""What ``evaluate`` says first, and what it says of documents that are held."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from figures import figures
from rich.console import Console

from appliance.cli import evaluation_views
from appliance.domain.results import EvaluationResult, FieldResult, Share

VALUES = Share(99, 123, 0.72, 0.87)
FOUND = EvaluationResult(
    doctype="supplier_invoice",
    model="starter",
    documents=15,
    fields=(FieldResult("total", VALUES, VALUES),),
    overall=FieldResult("overall", VALUES, VALUES),
    known=None,
    unknown=None,
    rows_matched=0,
    rows_predicted=0,
    rows_true=0,
    rows_f1=None,
    grounded=Share(10, 10, 0.7, 1.0),
    accepted=Share(2, 15, 0.02, 0.4),
    crashed=0,
    refused=0,
)


def lines(found: EvaluationResult = FOUND, *, promised: bool | None) -> list[str]:
    output = StringIO()
    Console(file=output, width=200).print(evaluation_views.evaluation(found, promised=promised))
    return output.getvalue().splitlines()


def test_what_is_right_of_the_values_stands_first_and_what_is_held_comes_later() -> None:
    said = lines(promised=False)
    assert figures(said[0])[:2] == ["99", "123"] and "right" in said[0]
    (held,) = [line for line in said if line.startswith("held for a clerk")]
    assert figures(held) == ["13"] and "nothing is promised" in held
    assert said.index(held) > len(said) / 2


@pytest.mark.parametrize(("promised", "word"), [(True, "in doubt"), (False, "nothing is promised")])
def test_why_documents_are_held_follows_from_the_promise(promised: bool, word: str) -> None:
    assert any(word in line for line in lines(promised=promised))


def test_nothing_is_said_of_held_documents_where_none_is_or_no_home_is_asked() -> None:
    every = replace(FOUND, accepted=Share(15, 15, 0.8, 1.0))
    for said in (lines(every, promised=False), lines(promised=None)):
        assert not any("held" in line for line in said)

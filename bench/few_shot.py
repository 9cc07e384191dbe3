"""The untuned model with worked examples in its prompt: what a prompt alone can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.progress import track

from appliance.domain.doctype import DocType
from appliance.domain.fields import Field, Prediction
from appliance.domain.results import ModelVersion
from appliance.extraction.asking import put, tokenize
from appliance.extraction.batches import split
from appliance.extraction.cells import parse
from appliance.extraction.decode import decode
from appliance.extraction.engine import Engine
from appliance.extraction.prompt import Piece, answer, choose_format
from appliance.extraction.windows import Window, windows
from appliance.learning.teaching.targets import Targets
from bench.studies import Case

SHORT = 400
"""Tokens that an example may have at most, so that three of them leave room."""
ANSWER = 600


def few_shot(
    model: ModelVersion,
    doctype: DocType,
    test: Sequence[Case],
    teach: Sequence[Case],
    *,
    shots: int,
) -> list[Prediction]:
    with Engine(Path(model.path)) as engine:
        shown = _examples(engine, doctype, teach)[:shots]
        return [_ask(engine, model.name, doctype, case, shown) for case in track(test, "few-shot")]


def _examples(engine: Engine, doctype: DocType, teach: Sequence[Case]) -> list[tuple[Piece, ...]]:
    """Short documents whose labels can all be answered, as question and answer."""
    form = choose_format(engine.knows)
    found = []
    for case in teach:
        (window, *more) = _windows(engine, case)
        target = Targets(case.labelled(doctype.name), doctype).of(window)
        asked = put(doctype, case.document, window, form=form).question
        pieces = (*asked.shared, *asked.own, Piece(answer(doctype, target.fields)))
        if not more and not target.masked and len(tokenize(engine, pieces)) <= SHORT:
            found.append((*pieces, Piece("<|im_end|>\n", special=True)))
    return found


def _ask(
    engine: Engine, model: str, doctype: DocType, case: Case, shown: Sequence[tuple[Piece, ...]]
) -> Prediction:
    asked = put(doctype, case.document, _windows(engine, case)[0], form=choose_format(engine.knows))
    before = [piece for example in shown for piece in example]
    tokens = tokenize(engine, (*before, *asked.question.shared, *asked.question.own))
    trace = decode(engine, asked.grammar, split(tokens, engine.batch), budget=ANSWER)
    cells = parse(engine.detokenize(trace.tokens).decode("utf-8", "ignore"), doctype)
    fields = [Field(spec.name, None) for spec in doctype.fields]
    for at, cell in enumerate(cells.header):
        fields[at] = replace(fields[at], text=cell.text)
    return Prediction(case.document.docid, doctype.name, model, tuple(fields))


def _windows(engine: Engine, case: Case) -> tuple[Window, ...]:
    return windows(case.document, limit=6000, count=lambda text: len(engine.tokenize(text)))

"""The untuned model with worked examples in its prompt: what a prompt alone can do."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue

from rich.progress import track

from appliance.domain.doctype import DocType
from appliance.domain.prediction import Field, Prediction
from appliance.domain.results import ModelVersion
from appliance.extraction.asking import build_request, cut_windows, token_budget, tokenize
from appliance.extraction.batches import split
from appliance.extraction.decode import decode
from appliance.extraction.drafting import PromptLookup
from appliance.extraction.engine import Engine
from appliance.extraction.header_answer import parse
from appliance.extraction.prompt import PromptPart, answer, choose_format
from appliance.extraction.windows import pages
from appliance.learning.dataset.targets import Targets
from bench.predictors import WORKERS
from bench.studies import Case

ANSWER = 600


def few_shot(
    model: ModelVersion,
    doctype: DocType,
    test: Sequence[Case],
    teach: Sequence[Case],
    *,
    shots: int,
) -> list[Prediction]:
    """Headers, without rows: three examples with theirs would leave no room for the question."""
    header = replace(doctype, items=None)
    with ExitStack() as opened, ThreadPoolExecutor(WORKERS) as pool:
        path = Path(model.path)
        engines = [opened.enter_context(Engine(path, threads=1)) for _ in range(WORKERS)]
        shown = _examples(engines[0], header, teach, shots)
        free: SimpleQueue[Engine] = SimpleQueue()
        for engine in engines:
            free.put(engine)

        def ask(case: Case) -> Prediction:
            engine = free.get()
            try:
                return _ask(engine, model.name, header, case, shown)
            finally:
                free.put(engine)

        return list(track(pool.map(ask, test), f"{shots} shown", total=len(test)))


def _examples(
    engine: Engine, doctype: DocType, teach: Sequence[Case], most: int
) -> tuple[PromptPart, ...]:
    """Documents of one window as question and answer, as many as half of the context holds: first
    those of which the most labels can be answered, then the shortest."""
    form = choose_format(engine.knows)
    found = []
    for case in teach:
        (window, *more) = cut_windows(
            engine,
            case.document,
            limit=token_budget(
                engine, doctype, form=form, answer=ANSWER, context=engine.context // 2
            ),
        )
        if more:
            continue
        target = Targets(case.labelled(doctype.name), doctype).of(window)
        asked = build_request(doctype, case.document, window, form=form).question
        pieces = (*asked.shared, *asked.own, PromptPart(answer(doctype, target.fields)))
        pieces = (*pieces, PromptPart("<|im_end|>\n", special=True))
        found.append((len(target.masked), len(tokenize(engine, pieces)), pieces))
    best = sorted(found, key=lambda one: one[:2])[:most]
    taken = accumulate(length for _, length, _ in best)
    return tuple(
        piece
        for (_, _, pieces), length in zip(best, taken, strict=True)
        if length <= engine.context // 2
        for piece in pieces
    )


def _ask(
    engine: Engine, model: str, doctype: DocType, case: Case, shown: Sequence[PromptPart]
) -> Prediction:
    """What the first window of a document says."""
    form, before = choose_format(engine.knows), tokenize(engine, shown)
    window, *_ = cut_windows(
        engine,
        case.document,
        limit=token_budget(
            engine, doctype, form=form, answer=ANSWER, context=engine.context - len(before)
        ),
    )
    asked = build_request(doctype, case.document, window, form=form)
    tokens = [*before, *tokenize(engine, (*asked.question.shared, *asked.question.own))]
    guess = PromptLookup(doctype, pages(case.document, window), asked.runs)
    prompt = split(tokens, engine.batch)
    trace = decode(engine, asked.grammar, prompt, budget=ANSWER, guess=guess)
    said = parse(engine.detokenize(trace.tokens).decode("utf-8", "ignore"), doctype)
    fields = [Field(spec.name, None) for spec in doctype.fields]
    for at, value in enumerate(said.values):
        fields[at] = replace(fields[at], text=value.text)
    return Prediction(case.document.docid, doctype.name, model, tuple(fields))

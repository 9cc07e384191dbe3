"""Whether drafting changes an answer: each document asked with drafts and without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.progress import track

from appliance.extraction import asking
from appliance.extraction.batches import split
from appliance.extraction.decode import Trace, decode
from appliance.extraction.drafting import PromptLookup
from appliance.extraction.engine import Engine
from appliance.extraction.extract import ANSWER, WINDOW
from appliance.extraction.prompt import choose_format
from appliance.extraction.windows import pages
from bench import common, peers
from bench.studies import Case, doctype, sides

DOCUMENTS = {"sroie": 100, "ad_orders": 20}


def look(model: Path, folder: str) -> dict[str, Any]:
    _, test = sides(folder, by_party=folder != "sroie", lines=False)
    cases = test[: 3 if common.SMALL else DOCUMENTS[folder]]
    with Engine(model, context=WINDOW + ANSWER + 1024, threads=peers.THREADS) as engine:
        differ = [
            f"{case.file}: {told}"
            for case in track(cases, f"{folder}, with drafts and without")
            if (told := difference(engine, case, folder))
        ]
    return {"asked": len(cases), "differ": differ}


def difference(engine: Engine, case: Case, folder: str) -> str:
    """The first token that differs and how near the two best were there; empty when none does."""
    kind = doctype(folder)
    form = choose_format(engine.knows)
    window = asking.cut_windows(engine, case.document, limit=WINDOW)[0]
    asked = asking.build_request(kind, case.document, window, form=form)
    question = asked.question
    prompt = (
        *split([*engine.start, *asking.tokenize(engine, question.shared)], engine.batch),
        *split(asking.tokenize(engine, question.own), engine.batch),
    )
    guess = PromptLookup(kind, pages(case.document, window), asked.runs)
    plain, drafted = (
        decode(engine, asked.grammar, prompt, budget=ANSWER, guess=one) for one in (None, guess)
    )
    return _told(engine, plain, drafted)


def _told(engine: Engine, plain: Trace, drafted: Trace) -> str:
    for one, other in zip(plain.steps, drafted.steps, strict=False):
        if one.tokens != other.tokens:
            ours, theirs = (engine.detokenize(step.tokens).decode() for step in (other, one))
            return f"{theirs!r} became {ours!r}, {one.score.margin:.3f} nats apart"
    return ""

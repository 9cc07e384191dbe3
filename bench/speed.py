"""How fast a document is extracted, beside what others need for the same answer.

The same tuned model, threads, documents and fields: the appliance's own extractor in its child, a
chat of llama-cpp-python with a JSON schema, and llama-server with the schema and its prompt cache,
one after another for each document; medians of the pairs' ratios. The limit is what llama-bench
needs for the tokens of the question that no other document shares and those of the answer, as if
all of them were known beforehand. ``python -m bench.speed FOLDER...`` times those folders alone;
what was timed is kept in ``results/speed``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.progress import track

from appliance.children import Predictor
from appliance.config import Settings
from appliance.domain.doctype import DocType
from appliance.extraction import asking
from appliance.extraction.batches import whole
from appliance.extraction.engine import Engine
from appliance.extraction.extract import ANSWER, WINDOW
from appliance.extraction.prompt import Question, answer, choose_format
from appliance.extraction.windows import windows
from bench import backlog, common, peers, same_answers
from bench.overhead import overhead
from bench.studies import Case, doctype, sides
from bench.unseen import model

RESULTS = common.ROOT / "bench" / "results" / "speed"
DOCUMENTS = 3 if common.SMALL else 60
MODELS = {"sroie": "sroie.400", "ad_orders": "ad_orders.50"}
CONTEXT = WINDOW + ANSWER + 1024
LENGTHS = (512, 1024, 2048, 4096, 8192)
ALIKE = 0.2
"""Share by which answers may differ in length, else the pair is counted apart."""


@dataclass(frozen=True)
class Asked:
    case: Case
    question: Question
    shared: int
    """Tokens of the question that all documents share."""
    own: int


def main() -> None:
    peers.ready()
    for folder in sys.argv[1:] or MODELS:
        found = timed(folder)
        RESULTS.mkdir(parents=True, exist_ok=True)
        (RESULTS / f"{folder}.json").write_text(json.dumps(found, indent=2) + "\n")
    record()


def timed(folder: str) -> dict[str, Any]:
    kind, served = doctype(folder), model(MODELS[folder])
    path = Path(served.path)
    with Engine(path, context=512) as engine:
        every = list(asked(engine, folder))[:DOCUMENTS]
        with (
            closing(peers.Chat(path, context=CONTEXT)) as chat,
            closing(peers.Server(path, context=CONTEXT)) as server,
        ):
            predictor = Predictor(served, Settings().extraction, threads=peers.THREADS)
            try:
                pairs = [
                    pair(one, kind, predictor, chat, server, engine)
                    for one in track([every[-1], *every], folder)  # the first warms all up
                ][1:]
            finally:
                predictor.stop()
    longest = max(one["prompt"] + one["tokens"] for one in pairs)
    reached = next((length for length in LENGTHS if length >= longest), LENGTHS[-1])
    rates = peers.rates(path, [length for length in LENGTHS if length <= reached])
    bare = _bare(path)
    # The slower one is what the hardware gives.
    scale = max(1.0, rates.prompt[512] / bare)
    for one, document in zip(pairs, every, strict=True):
        whole = document.shared + document.own + one["tokens"]
        one["limit"] = scale * (rates.seconds(whole) - rates.seconds(document.shared))
    return {
        "commit": common.commit(),
        "machine": common.machine(),
        "model": served.name,
        "pp": {str(length): round(rate, 1) for length, rate in rates.prompt.items()},
        "tg64": round(rates.decode, 1),
        "bare_512": round(bare, 1),
        "pairs": pairs,
        "answers": same_answers.look(path, folder),
        "overhead": overhead(path, folder),
    }


def asked(engine: Engine, folder: str) -> Iterator[Asked]:
    """Documents that are asked about at once, in one window."""
    kind, form = doctype(folder), choose_format(engine.knows)
    _, test = sides(folder, by_party=folder != "sroie", lines=False)
    for case in test:
        cut = windows(case.document, limit=WINDOW, count=lambda text: len(engine.tokenize(text)))
        if len(cut) == 1:
            question = asking.put(kind, case.document, cut[0], form=form).question
            shared, own = (
                len(asking.tokenize(engine, part)) for part in (question.shared, question.own)
            )
            yield Asked(case, question, shared, own)


def pair(
    one: Asked,
    kind: DocType,
    predictor: Predictor,
    chat: peers.Chat,
    server: peers.Server,
    engine: Engine,
) -> dict[str, Any]:
    pieces = (*one.question.shared, *one.question.own)
    whole = "".join(piece.text for piece in pieces)
    plain = "".join(piece.text for piece in pieces if not piece.special)
    start = time.perf_counter()
    prediction = predictor.extract(one.case.document, kind)
    seconds = time.perf_counter() - start
    said = [
        peer.ask(text, schema(kind), most=ANSWER) for peer, text in ((chat, plain), (server, whole))
    ]
    return {
        "file": one.case.file,
        "prompt": one.shared + one.own,
        "ours": seconds,
        "tokens": len(engine.tokenize(answer(kind, prediction.fields))),
        "python": said[0].seconds,
        "python_tokens": said[0].tokens,
        "server": said[1].seconds,
        "server_tokens": said[1].tokens,
    }


def schema(kind: DocType) -> dict[str, Any]:
    """The same fields, each a string or null."""
    fields = {spec.name: {"type": ["string", "null"]} for spec in kind.fields}
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _bare(path: Path) -> float:
    """Tokens a second of one prompt of 512 through our own engine."""
    times = []
    with Engine(path, context=1024, threads=peers.THREADS) as engine:
        for at in range(5):
            prompt = [whole(range(1000 + at, 1512 + at))]
            start = time.perf_counter()
            engine.logits(prompt)
            times.append(time.perf_counter() - start)
    return 512 / median(times[1:])


def ratios(pairs: Sequence[Mapping[str, Any]], peer: str) -> tuple[float, int]:
    """Median of those that write as much as we do, and how many do not."""
    alike = [one for one in pairs if abs(one[f"{peer}_tokens"] / one["tokens"] - 1) <= ALIKE]
    return median(one[peer] / one["ours"] for one in alike or pairs), len(pairs) - len(alike)


def record() -> None:
    found = {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}
    figures: dict[str, float] = {}
    lines = [
        "## Speed",
        "",
        "The same tuned model, two threads, one document after another; medians. (a) llama-cpp-",
        "python's `create_chat_completion` with a JSON schema, (b) `llama-server` with the schema",
        f"and its prompt cache, of llama.cpp b{peers.RELEASE.partition('.')[0]}; ours and (a) run",
        "what llama-cpp-python carries. The limit is llama-bench's time for all tokens that no",
        "other document shares, question and answer, as one prompt.",
        "",
        "| folder | n | prompt | answer | ours | (a) | (b) | limit | (a) / ours | (b) / ours "
        "| limit / ours | apart (a), (b) |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for folder, one in found.items():
        pairs = one["pairs"]
        of_limit = median(pair["limit"] / pair["ours"] for pair in pairs)
        (python, odd), (server, other) = (ratios(pairs, peer) for peer in ("python", "server"))
        figures |= {
            f"{folder}.vs_python": round(python, 3),
            f"{folder}.vs_server": round(server, 3),
            f"{folder}.of_limit": round(of_limit, 3),
        }
        middle = {
            name: median(pair[name] for pair in pairs)
            for name in ("prompt", "tokens", "ours", "python", "server", "limit")
        }
        lines.append(
            f"| {folder} | {len(pairs)} | {middle['prompt']:.0f} | {middle['tokens']:.0f} "
            f"| {middle['ours']:.2f} s | {middle['python']:.2f} s | {middle['server']:.2f} s "
            f"| {middle['limit']:.2f} s | **{python:.2f}** | **{server:.2f}** | {of_limit:.0%} "
            f"| {odd}, {other} |"
        )
    answers = [one["answers"] for one in found.values()]
    differ = [line for one in answers for line in one["differ"]]
    asked_ = sum(one["asked"] for one in answers)
    figures["answers_changed"] = round(len(differ) / asked_, 4)
    first = found.get("sroie") or next(iter(found.values()))
    figures["overhead_share"] = first["overhead"]["share"]
    if backlog.RESULTS.exists():
        figures["backlog_gain"] = json.loads(backlog.RESULTS.read_text())["gain"]
    lines += [
        "",
        *(
            f"{folder}: llama-bench pp512 {one['pp']['512']}, tg64 {one['tg64']} tokens/s; our own"
            f" 512 tokens {one['bare_512']}."
            for folder, one in found.items()
        ),
        "",
        f"Answers that drafting changed: {len(differ)} of {asked_}.",
        *(f"* {line}" for line in differ),
        "",
        f"Outside llama.cpp and OCR: {figures['overhead_share']:.1%} of reading and extracting"
        f" {first['overhead']['n']} scans ({first['overhead']['told']}).",
        "",
        "Not measured yet: `vs_python_free`, the cost curve.",
    ]
    n = sum(len(one["pairs"]) for one in found.values())
    common.record("speed", n=n, figures=figures, report="\n".join(lines))


if __name__ == "__main__":
    main()

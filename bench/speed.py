"""How fast a document is extracted, beside what others need for the same answer.

The same tuned model, threads, documents and fields: the appliance's own extractor in its child, a
chat of llama-cpp-python with a JSON schema, and llama-server with the schema and its prompt cache,
one after another for each document; medians of the pairs' ratios. The limit is what llama-bench, or
our own llama.cpp where that is slower, needs for the tokens of the question that no other document
shares and those of the answer, as if all of them were known beforehand. ``python -m bench.speed
FOLDER...`` times those folders alone; what was timed is kept in ``results/speed``, and each pair in
``.cache`` till then.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from rich.progress import track

from appliance.domain.doctype import DocType
from appliance.extraction.batches import split
from appliance.extraction.engine import Engine
from appliance.extraction.extract import ANSWER
from appliance.extraction.prompt import answer
from appliance.service.child_processes import Predictor
from appliance.settings.config import Settings
from bench import backlog, common, free, peers, same_answers
from bench.overhead import overhead
from bench.questions import CONTEXT, MODELS, Asked, asked, plain, schema
from bench.studies import doctype
from bench.unseen import model

RESULTS = common.ROOT / "bench" / "results" / "speed"
DOCUMENTS = 3 if common.SMALL else 60
LENGTHS = (512, 1024, 2048, 4096, 8192)
THEIRS = {"ad_orders": 3}
"""Of so many documents one is put to the peers too; of others each. A long one takes a minute."""
SCANS = "sroie"
"""Of these it is told what takes time beside llama.cpp and OCR."""
APART = 0.05
"""Share by which llama-bench and our own prompt may differ, else it is said what the share of the
limit would be by llama-bench alone."""
ALIKE = 0.2
"""Share by which answers may differ in length, else the pair is counted apart."""


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
    # A run that is cut goes on from there.
    kept = common.CACHE / "speed" / f"{served.name}-{common.commit()}"
    with Engine(path, context=512) as engine:
        every = list(asked(engine, folder))[:DOCUMENTS]
        with (
            closing(peers.Chat(path, context=CONTEXT)) as chat,
            closing(peers.Server(path, context=CONTEXT)) as server,
        ):
            predictor = Predictor(served, Settings().extraction, threads=peers.THREADS)
            try:

                def pair(one: Asked, *, with_peers: bool) -> dict[str, Any]:
                    found = ours(one, kind, predictor, engine)
                    return found | theirs(one, kind, chat, server) if with_peers else found

                pair(every[-1], with_peers=True)  # warms all up
                each = THEIRS.get(folder, 1)
                pairs = [
                    common.kept(
                        kept / one.case.file, partial(pair, one, with_peers=number % each == 0)
                    )
                    for number, one in enumerate(track(every, folder))
                ]
            finally:
                predictor.stop()
    longest = max(one["prompt"] + one["tokens"] for one in pairs)
    reached = next((length for length in LENGTHS if length >= longest), LENGTHS[-1])
    rates = peers.rates(path, [length for length in LENGTHS if length <= reached])
    bare = _bare(path)
    scale = _scale(rates.prompt[512], bare)
    for one, document in zip(pairs, every, strict=True):
        whole = document.shared + document.own + one["tokens"]
        one["limit"] = scale * (rates.seconds(whole) - rates.seconds(document.shared))
    return {
        "commit": common.commit(),
        "machine": common.machine(),
        "model": served.name,
        "ours_runs": peers.carried(),
        "peers_run": f"llama.cpp {peers.BUILD}",
        "pp": {str(length): round(rate, 1) for length, rate in rates.prompt.items()},
        "tg64": round(rates.decode, 1),
        "bare_512": round(bare, 1),
        "pairs": pairs,
        "answers": same_answers.look(path, folder),
        "overhead": overhead(path, folder) if folder == SCANS else None,
    }


def ours(one: Asked, kind: DocType, predictor: Predictor, engine: Engine) -> dict[str, Any]:
    start = time.perf_counter()
    prediction = predictor.extract(one.case.document, kind)
    seconds = time.perf_counter() - start
    return {
        "file": one.case.file,
        "prompt": one.shared + one.own,
        "ours": seconds,
        "tokens": len(engine.tokenize(answer(kind, prediction.fields))),
    }


def theirs(one: Asked, kind: DocType, chat: peers.Chat, server: peers.Server) -> dict[str, Any]:
    whole = "".join(piece.text for piece in (*one.question.shared, *one.question.own))
    said = [
        peer.ask(text, schema(kind), most=ANSWER)
        for peer, text in ((chat, plain(one.question)), (server, whole))
    ]
    return {
        "python": said[0].seconds,
        "python_tokens": said[0].tokens,
        "server": said[1].seconds,
        "server_tokens": said[1].tokens,
    }


def _bare(path: Path) -> float:
    """Tokens a second of one prompt of 512 through our own engine."""
    times = []
    with Engine(path, context=1024, threads=peers.THREADS) as engine:
        for at in range(5):
            prompt = split(range(1000 + at, 1512 + at), engine.batch)
            start = time.perf_counter()
            engine.logits(prompt)
            times.append(time.perf_counter() - start)
    return 512 / median(times[1:])


def ratios(pairs: Sequence[Mapping[str, Any]], peer: str) -> tuple[float, int]:
    """Median of those that write as much as we do, and how many do not."""
    pairs = [one for one in pairs if peer in one]
    alike = [one for one in pairs if abs(one[f"{peer}_tokens"] / one["tokens"] - 1) <= ALIKE]
    return median(one[peer] / one["ours"] for one in alike or pairs), len(pairs) - len(alike)


def record() -> None:
    found = {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}
    figures: dict[str, float] = {}
    lines = [
        "## Speed",
        "",
        "All run the same tuned model with two threads, one document after another. Times are",
        "medians. (a) is llama-cpp-python's `create_chat_completion` with a JSON schema. (b) is",
        "`llama-server` with the schema and its prompt cache. The limit is the time to process the",
        "question and the answer as one prompt, without tokens that other documents share. It is",
        "measured by llama-bench, or by our own llama.cpp if that is slower.",
        "",
        "| folder | n | put to (a), (b) | prompt | answer | ours | (a) | (b) | limit "
        "| (a) / ours | (b) / ours | limit / ours | apart (a), (b) |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
        *(_row(folder, one["pairs"], figures) for folder, one in found.items()),
        "",
        *(line for folder, one in found.items() for line in _hardware(folder, one)),
        "",
        *_changed([one["answers"] for one in found.values()], figures),
        "",
        *(_beside(found[SCANS]["overhead"], figures) if SCANS in found else ()),
        *_backlog(figures),
        *_free(figures),
    ]
    n = sum(len(one["pairs"]) for one in found.values())
    common.record("speed", n=n, figures=figures, report="\n".join(lines))


def _row(folder: str, pairs: Sequence[Mapping[str, Any]], figures: dict[str, float]) -> str:
    of_limit = _of_limit(pairs)
    (python, odd), (server, other) = (ratios(pairs, peer) for peer in ("python", "server"))
    figures |= {
        f"{folder}.vs_python": round(python, 3),
        f"{folder}.vs_server": round(server, 3),
        f"{folder}.of_limit": round(of_limit, 3),
    }
    middle = {
        name: median(pair[name] for pair in pairs if name in pair)
        for name in ("prompt", "tokens", "ours", "python", "server", "limit")
    }
    put = sum("python" in pair for pair in pairs)
    return (
        f"| {folder} | {len(pairs)} | {put} | {middle['prompt']:.0f} | {middle['tokens']:.0f} "
        f"| {middle['ours']:.2f} s | {middle['python']:.2f} s | {middle['server']:.2f} s "
        f"| {middle['limit']:.2f} s | **{python:.2f}** | **{server:.2f}** | {of_limit:.0%} "
        f"| {odd}, {other} |"
    )


def _hardware(folder: str, one: Mapping[str, Any]) -> Iterator[str]:
    theirs, ours = one["pp"]["512"], one["bare_512"]
    differ = abs(ours / theirs - 1)
    yield f"* {folder}, timed at {one['commit']} on {one['machine']}: ours and (a) run"
    yield f"  {one['ours_runs']}, (b) and the limit {one['peers_run']}:"
    yield f"  llama-bench pp512 {theirs}, tg64 {one['tg64']} tokens/s, our own 512 tokens {ours},"
    if differ <= APART:
        yield f"  {differ:.0%} apart."
    else:
        alone = _of_limit(one["pairs"]) / _scale(theirs, ours)
        yield f"  {differ:.0%} apart: by llama-bench alone {alone:.0%} of the limit."


def _scale(theirs: float, ours: float) -> float:
    """By which llama-bench's times become the limit: the slower of two builds of llama.cpp is what
    the hardware gives."""
    return max(1.0, theirs / ours)


def _of_limit(pairs: Sequence[Mapping[str, float]]) -> float:
    return median(pair["limit"] / pair["ours"] for pair in pairs)


def _changed(answers: Sequence[Mapping[str, Any]], figures: dict[str, float]) -> Iterator[str]:
    differ = [line for one in answers for line in one["differ"]]
    every = sum(one["asked"] for one in answers)
    figures["answers_changed"] = round(len(differ) / every, 4)
    yield f"Answers that drafting changed: {len(differ)} of {every}."
    yield from (f"* {line}" for line in differ)


def _beside(overhead: Mapping[str, Any], figures: dict[str, float]) -> Iterator[str]:
    figures["overhead_share"] = overhead["share"]
    yield f"Outside llama.cpp and OCR: {overhead['share']:.1%} of the time to read and extract"
    yield f"{overhead['n']} scans ({overhead['told']}). The profile saw {overhead['profile_ms']} ms"
    yield "a scan there. By function, with what it calls outside our code:"
    yield ""
    yield from (f"* `{name}` {ms} ms" for name, ms in overhead["profile"].items())


def _found(path: Path) -> Any:
    """What another bench left; None before it ran."""
    return json.loads(path.read_text()) if path.exists() else None


def _backlog(figures: dict[str, float]) -> Iterator[str]:
    if not (found := _found(backlog.RESULTS)):
        return
    figures["backlog_gain"] = found["gain"]
    yield ""
    yield f"A full inbox of {found['documents']} scans: {found['per_minute']} documents a minute,"
    yield f"{found['per_minute_one_by_one']} one after another: {found['gain']:.2f} times"
    yield f"(with {found['model']}, at {found['commit']} on {found['machine']})."


def _free(figures: dict[str, float]) -> Iterator[str]:
    if not (found := _found(free.RESULTS)):
        return
    figures["sroie.vs_python_free"] = found["vs_python"]
    yield ""
    yield f"Other quantisations, on {found['documents']} receipts. The fastest with at least as"
    yield f"many values right as {free.SERVED} is {found['kind']} (at {found['commit']}):"
    yield ""
    for name, one in found["kinds"].items():
        yield f"* {name} {one['vs_python']:.2f} times as fast as (a), {one['right']} values right"


if __name__ == "__main__":
    main()

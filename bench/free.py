"""How fast at most without losing accuracy: the same tuned model in each kind of quantising.

Each receipt is answered by each kind and by llama-cpp-python's chat with the Q8_0 file, one after
another. A kind counts when it has no fewer values right than Q8_0.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from rich.progress import track

from appliance.domain.results import ModelVersion
from appliance.extraction.engine import Engine
from appliance.extraction.extract import ANSWER
from appliance.learning.gguf.export import KINDS, export
from appliance.learning.trainer import tuning
from appliance.service.child_processes import Predictor
from appliance.settings.config import Settings
from bench import common, learning, peers
from bench.aside import right
from bench.questions import CONTEXT, MODELS, Asked, asked, plain, schema
from bench.studies import counted, doctype
from bench.unseen import model, study

FOLDER = "sroie"
DOCUMENTS = 3 if common.SMALL else 100
SERVED = "Q8_0"
RESULTS = common.ROOT / "bench" / "results" / "free.json"


def main() -> None:
    kind, every = doctype(FOLDER), _documents()
    seconds: dict[str, list[float]] = {name: [] for name in (*KINDS, "python")}
    rights = dict.fromkeys(KINDS, 0)
    with ExitStack() as stack:
        predictors = {name: stack.enter_context(_predictor(name)) for name in KINDS}
        chat = stack.enter_context(closing(peers.Chat(_served(SERVED), context=CONTEXT)))
        for number, one in enumerate(track([every[-1], *every], FOLDER)):
            for name, predictor in predictors.items():
                start = time.perf_counter()
                prediction = predictor.extract(one.case.document, kind)
                if number:  # the first warms all up
                    seconds[name].append(time.perf_counter() - start)
                    rights[name] += sum(right(one.case, prediction, kind, counted(FOLDER)))
            said = chat.ask(plain(one.question), schema(kind), most=ANSWER)
            if number:
                seconds["python"].append(said.seconds)
    found = told(seconds, rights)
    print(json.dumps(found, indent=2))
    if not common.SMALL:
        RESULTS.write_text(json.dumps(found, indent=2) + "\n")


def _documents() -> list[Asked]:
    with Engine(_served(SERVED), context=512) as engine:
        return list(asked(engine, FOLDER))[:DOCUMENTS]


@contextmanager
def _predictor(name: str) -> Iterator[Predictor]:
    path = _served(name)
    version = ModelVersion(name, str(path), common.sha256(path))
    child = Predictor(version, Settings().extraction, threads=peers.THREADS)
    try:
        yield child
    finally:
        child.stop()


def _served(name: str) -> Path:
    """The tuned model in the kind of that name."""
    tuned = Path(model(MODELS[FOLDER]).path)
    if name == SERVED:
        return tuned
    path = tuned.with_name(f"{name}.gguf")
    if not path.exists():
        base = Path(learning.base(study(MODELS[FOLDER])).path)
        export(base, tuned.with_name(tuning.ADAPTER), path, kind=name, threads=peers.THREADS)
    return path


def told(seconds: Mapping[str, Sequence[float]], rights: Mapping[str, int]) -> dict[str, Any]:
    times = {
        name: median(
            python / ours for python, ours in zip(seconds["python"], seconds[name], strict=True)
        )
        for name in rights
    }
    fit = [name for name in rights if rights[name] >= rights[SERVED]]
    return {
        "commit": common.commit(),
        "machine": common.machine(),
        "documents": len(seconds["python"]),
        "kind": (best := max(fit, key=times.__getitem__)),
        "vs_python": round(times[best], 3),
        "kinds": {
            name: {"vs_python": round(times[name], 3), "right": rights[name]} for name in rights
        },
    }


if __name__ == "__main__":
    main()

"""How often the production path is right, untuned, on each folder of real documents.

Readings and predictions are kept by content and version, so a run that was cut goes on where it
was. ``DOCUMENTS=ad_orders=50,sroie=100`` takes the first so many of a folder. Two extractors work
side by side, one thread each: the answers are those of one.
"""

from __future__ import annotations

import os
import sys
import tempfile
import tomllib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from appliance.cli import evaluation_views
from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.domain.errors import ApplianceError
from appliance.domain.prediction import Prediction
from appliance.domain.results import EvaluationResult, FieldResult, Share
from appliance.evaluation.evaluate import evaluate, labels
from appliance.evaluation.scoring import CountedLabels, ScoredDocument, summarise
from appliance.judgement.policy import UNPROVEN, uniform_policy
from appliance.learning.models.packages import SMOLLM2
from appliance.learning.models.registry import Registry
from bench import common
from bench.predictors import WORKERS, Predictors

DOCUMENTS = dict(part.split("=") for part in os.environ.get("DOCUMENTS", "").split(",") if part)
"""By folder; a folder that is not named is taken whole."""


@dataclass(frozen=True)
class Folder:
    """As fixed in ``fields.toml``."""

    name: str
    counted: CountedLabels
    exact: bool
    """False where labels come from XML: only the normalised match means anything."""

    @property
    def path(self) -> Path:
        return common.data() / self.name

    @property
    def doctype(self) -> DocType:
        return catalogue.load(catalogue.EXAMPLES / f"{self.name}.toml")

    @property
    def limit(self) -> int | None:
        """How many documents are taken; None for all."""
        return 2 if common.SMALL else int(DOCUMENTS.get(self.name, 0)) or None

    @property
    def documents(self) -> int:
        return len(labels(self.path)[: self.limit])


def folders() -> Iterator[Folder]:
    text = (Path(__file__).parent / "fields.toml").read_text(encoding="utf-8")
    for name, entry in tomllib.loads(text).items():
        columns = frozenset(entry["columns"])
        counted = CountedLabels(frozenset(entry["fields"]), columns, entry["fold_case"])
        yield Folder(name, counted, entry["exact"])


def main() -> None:
    chosen = [folder for folder in folders() if folder.name in sys.argv[1:] or not sys.argv[1:]]
    with tempfile.TemporaryDirectory() as models:
        predictors = Predictors(Registry(Path(models)).add_packaged(SMOLLM2))
        try:
            results = {folder.name: measure(folder, predictors) for folder in chosen}
        finally:
            predictors.stop()
    if not sys.argv[1:]:
        record(results)


def measure(folder: Folder, predictors: Predictors) -> EvaluationResult:
    reads = common.Reader(threads=WORKERS)
    for _ in track(_answered(folder, predictors, reads), folder.name, total=folder.documents):
        pass
    scores = list(
        evaluate(
            folder.path,
            folder.doctype,
            read=reads,
            extract=predictors.extract,
            policy=uniform_policy(folder.doctype, UNPROVEN),
            counted=folder.counted,
            limit=folder.limit,
        )
    )
    _complain(folder, scores)
    found = summarise(scores, folder.doctype, model=predictors.model.name, parties=frozenset())
    Console().print(evaluation_views.evaluation(found))
    return found


def _answered(folder: Folder, predictors: Predictors, reads: common.Reader) -> Iterator[str]:
    """Lets all extractors work. Reading stays in this thread: pdfium knows no other."""
    doctype = folder.doctype
    with ThreadPoolExecutor(WORKERS) as pool:
        asked: deque[Future[Prediction]] = deque()
        for line in labels(folder.path)[: folder.limit]:
            try:
                document = reads(folder.path / line["file"])
            except ApplianceError:
                continue  # it is scored, and said, later
            asked.append(pool.submit(predictors.extract, document, doctype))
            if len(asked) > 2 * WORKERS:
                asked.popleft().exception()
            yield line["file"]
        for future in asked:
            future.exception()


def _complain(folder: Folder, scores: Sequence[ScoredDocument]) -> None:
    for scored in scores:
        if scored.error:
            print(f"{folder.name}/{scored.name}: {scored.error}")
        if scored.grounded < scored.verbatim:
            print(f"{folder.name}/{scored.name}: a value does not stand in the text")


def record(results: dict[str, EvaluationResult]) -> None:
    figures: dict[str, float | int | None] = {}
    exact = {folder.name: folder.exact for folder in folders()}
    for name, found in results.items():
        overall = found.overall
        figures[f"{name}.exact"] = overall.exact.share if exact[name] else None
        figures[f"{name}.normalised"] = overall.normalised.share
        figures[f"{name}.items_f1"] = found.rows_f1
        figures[f"{name}.grounded"] = found.grounded.share
        figures[f"{name}.crashed"] = found.crashed
    rounded = {key: value if value is None else round(value, 4) for key, value in figures.items()}
    documents = sum(found.documents for found in results.values())
    common.record("accuracy", n=documents, figures=rounded, report=_report(results, exact))


def _report(results: dict[str, EvaluationResult], exact: dict[str, bool]) -> str:
    model = next(iter(results.values())).model
    whole = {folder.name: len(labels(folder.path)) for folder in folders()}
    lines = [
        "## Accuracy, untuned",
        "",
        f"The embedded model as it comes ({model}) answers through the production path, which also",
        "reads the documents. The shares are of header values, with 95 % intervals in brackets and",
        "documents as the unit. Rows are scored on the columns of `fields.toml`. n is small",
        "everywhere but in sroie and ad_orders, which are English. The small folders hold many",
        "documents of one layout.",
        "",
        "| folder | documents | values | exact | normalised | rows F1 | true rows | grounded "
        "| accepted | refused | crashed |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, found in results.items():
        cells = [
            name,
            found.documents
            if found.documents == whole[name]
            else f"{found.documents} of {whole[name]}",
            found.overall.normalised.n,
            _share(found.overall.exact) if exact[name] else "–",
            _share(found.overall.normalised),
            "–" if found.rows_f1 is None else f"{found.rows_f1:.1%}",
            found.rows_true,
            f"{found.grounded.right}/{found.grounded.n}",
            f"{found.accepted.right}/{found.accepted.n}",
            found.refused,
            found.crashed,
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += ["", "By field, normalised:", ""]
    lines += [f"* {name}: {_fields(found.fields)}" for name, found in results.items()]
    return "\n".join(lines)


def _fields(fields: Sequence[FieldResult]) -> str:
    return ", ".join(
        f"{field.fieldtype} {field.normalised.right}/{field.normalised.n}" for field in fields
    )


def _share(share: Share) -> str:
    return "–" if share.share is None else f"{share.share:.1%} ({share.low:.0%}–{share.high:.0%})"


if __name__ == "__main__":
    main()

"""What a starter that is not shipped lets expect: ``python -m bench.pilot .cache/starter/NAME``.

Some of the documents of ``bench.asked``, and papers whose tables look as in no paper for training:
also asked which column is which, with nothing but the model to choose. ``python -m bench.pilot
FOLDER papers`` asks about these alone, and records nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import ModelError
from appliance.domain.labels import Label, Labelled
from appliance.domain.results import ModelVersion
from appliance.domain.rows import rows
from appliance.evaluation.scoring import CountedLabels, ExpectedValues
from appliance.extraction.asking import tokenize
from appliance.extraction.batches import split
from appliance.extraction.column_question import column_request
from appliance.extraction.decode import decode
from appliance.extraction.engine import Engine
from appliance.extraction.prompt import choose_format
from appliance.extraction.taught_tables import TaughtTable, taught_tables
from appliance.learning.models.packages import shipped
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import MANIFEST
from appliance.service import model_files
from appliance.tables.table import Naming
from bench import common
from bench.asked import FEW, GOALS, Amount, Asked, sources
from bench.starter import answers, scored, told
from bench.studies import Case
from starter.reading import documents

SOME = Amount(
    {
        "sroie": 40,
        "ad_orders": 20,
        "invoices_es": 14,
        "fiscal_pt": 14,
        "quality_certificates": 12,
    },
    copies=5,
    invented=3,
)


SEED, PAPERS = "pilot", 40
"""Of papers in looks that are never trained on."""
_ANSWER = 400
"""Tokens."""


def main() -> None:
    folder = Path(sys.argv[1])
    try:
        served = model_files.add_starter(Registry(common.CACHE / "models"), shipped(folder))
    except ModelError as error:
        raise SystemExit(f"{error.in_words}: python -m starter --papers 300") from error
    named = asked_papers(3 if common.SMALL else PAPERS)
    columns = columns_named(served, [one.labelled for one in named], [o.doctype for o in named])
    print("columns", json.dumps(columns.told), flush=True)
    every = {} if "papers" in sys.argv[2:] else sources(FEW if common.SMALL else SOME)
    found: dict[str, dict[str, Any]] = {}
    for name, source in {"papers_unseen": lambda: [one.asked for one in named], **every}.items():
        asked = list(source())
        found[name] = scored(asked, answers(asked, served)) | {"documents": len(asked)}
        print(name, json.dumps(found[name]), flush=True)
    if not every:
        return
    made = json.loads((folder / MANIFEST).read_text())
    figures = {f"{name}.normalised": one["normalised"][0] for name, one in found.items()}
    figures |= {f"{name}.rows_f1": one["items_f1"] for name, one in found.items()}
    figures |= {"papers_unseen.columns_named": columns.share}
    number = sum(one["documents"] for one in found.values())
    common.record("pilot", n=number, figures=figures, report=report(made, found, columns))


@dataclass(frozen=True)
class AskedPaper:
    labelled: Labelled
    doctype: DocType

    @property
    def asked(self) -> Asked:
        said = [label for label in self.labelled.labels if label.text is not None]
        header = [label for label in said if label.line_item_id is None]
        cells = [_texts(row) for _, row in sorted(rows(said).items())]
        truth = ExpectedValues(_texts(header), cells, None)
        case = Case(f"{self.doctype.name}.pdf", self.labelled.document, truth)
        return Asked(case, self.doctype, CountedLabels())


def _texts(labels: Sequence[Label]) -> dict[str, str]:
    return {label.fieldtype: label.text or "" for label in labels}


def asked_papers(number: int) -> list[AskedPaper]:
    """With rows, of sheets."""
    found: list[AskedPaper] = []
    for made, document in documents(SEED, 3 * number, unseen=True):
        if made.story.rows and not made.story.kind.slip:
            found.append(AskedPaper(made.labelled(document), made.doctype))
    return found[:number]


@dataclass(frozen=True)
class NamedColumns:
    """What a model alone says of the tables that labelled rows stand in."""

    right: int
    fields: int
    """Whose column, or that there is none, is known."""
    tables: int
    whole: int
    """Tables of which it says all right."""
    lost: int
    """Papers whose rows no table holds."""

    @property
    def share(self) -> float | None:
        return round(self.right / self.fields, 4) if self.fields else None

    @property
    def told(self) -> dict[str, float | None]:
        return {
            "share": self.share,
            "fields": self.fields,
            "tables": self.tables,
            "whole": self.whole,
            "lost": self.lost,
        }


def columns_named(
    served: ModelVersion, labelled: Sequence[Labelled], doctypes: Sequence[DocType]
) -> NamedColumns:
    right = fields = tables = whole = lost = 0
    with Engine(Path(served.path), context=4096) as engine:
        for one, doctype in zip(labelled, doctypes, strict=True):
            assert doctype.items
            document, labels, items = one.document, one.labels, doctype.items
            taught = taught_tables(document, labels, items, whole=one.table).taught
            lost += not taught
            for table in taught:
                said = named(engine, doctype, one.document, table)
                known = [
                    spec.name for spec in doctype.items.fields if spec.name not in table.masked
                ]
                hits = sum(said.get(name) == table.naming.get(name) for name in known)
                right, fields = right + hits, fields + len(known)
                tables, whole = tables + 1, whole + (hits == len(known))
    return NamedColumns(right, fields, tables, whole, lost)


def named(engine: Engine, doctype: DocType, document: Document, taught: TaughtTable) -> Naming:
    """The model's own answer."""
    form = choose_format(engine.knows)
    asked = column_request(doctype, document, taught.table, form=form)
    tokens = [
        *engine.start,
        *tokenize(engine, (*asked.question.shared, *asked.question.own)),
    ]
    trace = decode(engine, asked.grammar, split(tokens, engine.batch), budget=_ANSWER)
    return asked.naming(engine.detokenize(trace.tokens).decode("utf-8", "ignore"))


def report(
    made: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]], columns: NamedColumns
) -> str:
    before, after = made["loss"]
    lines = [
        "## A pilot of the starter",
        "",
        f"Learned from {made['lesson']['documents']} made-up papers in {60 * made['hours']:.0f}"
        f" minutes (loss on held-back rows {before} before, {after} after);",
        "some of the documents that the shipped one is asked about. Unseen: papers whose tables",
        f"look as in none that it learned from; of {columns.fields} fields of {columns.tables}",
        f"such tables it named the column of {columns.right}, of {columns.whole} tables all.",
        "",
        "| documents of | n | values | normalised | goal | rows F1 |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        rows, goal = one["items_f1"], GOALS.get(name)
        cells = [
            name,
            one["documents"],
            one["values"],
            told(one),
            "–" if goal is None else f"{goal:.0f}%",
            "–" if rows is None else f"{rows:.1%}",
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()

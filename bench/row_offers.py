"""How often the row that the station offers from the page is the next one.

Of a table of three labelled rows or more the first so many are given, as completed from the page,
and the next is asked for; after the last one nothing may be offered. Papers are the starter's. Read
are text layers alone, without OCR; cells that do not stand by their row are not counted.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from random import Random

from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.domain.document import Document, Span
from appliance.domain.labels import Label
from appliance.domain.prediction import Field, Judgement, Prediction
from appliance.domain.sections import WHOLE
from appliance.evaluation.labels_file import line_items
from appliance.fields.comparison import normalised
from appliance.fields.style import style_of
from appliance.judgement.policy import uniform_policy
from appliance.review.draft.choices import parse_input
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.draft import Draft, begin
from appliance.review.draft.laid_rows import places_of
from appliance.review.draft.places import FieldRef, Phase
from appliance.review.draft.state import ReviewState
from appliance.review.editor.row_offer import missing_row
from bench.common import SMALL, Reader, data, record, samples
from starter.page.paper import draw
from starter.papers import paper

FOLDERS = ("invoices_de_fr", "invoices_es", "fiscal_pt", "quality_certificates", "customs_transit")
SEED, PAPERS = "row offers", 20 if SMALL else 1500
LEAST = 3
RESULTS = ("whole", "all but one", "worse", "none")

Row = dict[str, tuple[str, Span]]
"""By field its text and where that stands."""
Case = tuple[str, Document, DocType, list[Label]]


def cases(folder: str) -> Iterator[Case]:
    """Of a folder of real documents."""
    reader = Reader()
    doctype = catalogue.load(catalogue.EXAMPLES / f"{folder}.toml")
    for sample in samples(data() / folder):
        found = enumerate(line_items(sample.row, doctype))
        cells = [Label(name, text, at) for at, row in found for name, text in row.items()]
        if len({cell.line_item_id for cell in cells}) >= LEAST:
            yield folder, reader(sample.path), doctype, cells


def papers() -> Iterator[Case]:
    reader = Reader()
    with tempfile.TemporaryDirectory() as name:
        for one in (paper(SEED, number) for number in range(PAPERS)):
            if one.doctype.items and len(one.story.rows) >= LEAST:
                path = Path(name) / "paper.pdf"
                path.write_bytes(draw(Random(SEED), one.story))
                yield "papers", reader(path), one.doctype, list(one.labels)


def counted(document: Document, doctype: DocType, cells: Sequence[Label]) -> Counter[str]:
    """Rows by what came of them; tables that ended, and those that ended in a false offer."""
    assert doctype.items
    count: Counter[str] = Counter()
    asked = Prediction(document.docid, doctype.name, "bench", ())
    policy = uniform_policy(doctype, 0.95)
    blank = begin(document, doctype, asked, Judgement((), ()), policy=policy, blind=WHOLE)
    found = _standing(blank, doctype, cells)
    if len(found) < LEAST or len(found[0]) < 2:
        return count
    for given in range(1, len(found) + 1):
        offer = missing_row(_filled(blank, found[:given]).derived, behind=given - 1)
        if given == len(found):
            count.update({"ends": 1, "false": offer is not None})
        elif offer is None:
            count["none"] += 1
        else:
            said = {cell.fieldtype: cell.text for cell in offer.cells}
            right = [
                bool(said[name]) and _same(said[name], text, name, doctype, document)
                for name, (text, _) in found[given].items()
            ]
            count[RESULTS[min(right.count(False), 2)]] += 1
    return count


def _standing(blank: Draft, doctype: DocType, cells: Sequence[Label]) -> list[Row]:
    """The labelled rows with the cells that stand on the page, each beside the others of its
    row."""
    context, style = blank.derived.context, blank.derived.style
    rows: dict[int, list[Field]] = {}
    for cell in cells:
        if cell.line_item_id is not None and cell.text is not None:
            spec = doctype.spec(cell.fieldtype, in_items=True)
            spans = context.lookup.find(cell.text, spec, style)
            field = Field(cell.fieldtype, cell.text, spans, line_item_id=cell.line_item_id)
            rows.setdefault(cell.line_item_id, []).append(field)
    places = places_of(context.document, rows)
    return [
        {
            field.fieldtype: (field.text or "", places[row][field.fieldtype][0])
            for field in fields
            if field.fieldtype in places[row]
        }
        for row, fields in sorted(rows.items())
    ]


def _same(text: str, wanted: str, name: str, doctype: DocType, document: Document) -> bool:
    spec, style = doctype.spec(name, in_items=True), style_of(document)
    if spec.type.verbatim:
        return normalised(text, wanted, spec.type, style, style)
    return wanted in (text, *spec.values[text])


def _filled(blank: Draft, found: Sequence[Row]) -> Draft:
    context = blank.derived.context
    state = ReviewState(Phase.BLIND, tuple(range(len(found))))
    derived = DerivedState(context, state)
    values = {
        FieldRef(name, at): parse_input(derived, FieldRef(name, at), text, (span,))
        for at, row in enumerate(found)
        for name, (text, span) in row.items()
    }
    return Draft(DerivedState(context, state.with_values(values)))


def main() -> None:
    groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, document, doctype, cells in chain(*map(cases, FOLDERS), papers()):
        groups[name] += counted(document, doctype, cells)
    asked = {name: sum(one[result] for result in RESULTS) for name, one in groups.items()}
    report = ["## Row offers", "", " ".join((__doc__ or "").split()), ""]
    report += [
        f"| folder | tables | rows | {' | '.join(RESULTS)} | false offers |",
        "|---" * 8 + "|",
    ]
    figures: dict[str, float | int | None] = {}
    for name, one in groups.items():
        shares = {result: one[result] / max(asked[name], 1) for result in RESULTS}
        said = " | ".join(f"{share:.1%}" for share in shares.values())
        report.append(f"| {name} | {one['ends']} | {asked[name]} | {said} | {one['false']} |")
        figures |= {f"{name}.whole": round(shares["whole"], 4), f"{name}.false": one["false"]}
    record("row_offers", n=sum(asked.values()), figures=figures, report="\n".join(report))


if __name__ == "__main__":
    main()

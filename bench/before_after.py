"""Whether another version of the code answers the same: 20 real documents before and after.

``python -m bench.before_after keep FILE`` asks the reader's and the extractor's child, with the
shipped starter, and writes FILE; ``compare FILE`` asks again and says what differs. FILE is plain
JSON that names no module and no class: for code whose modules lie elsewhere, keep it with a copy of
this bench that imports from there. Both answer on ``THREADS`` threads. Messages are written in
FILE, but a message that is worded otherwise is counted apart from a difference.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from appliance.doctypes import catalogue
from appliance.domain.blockers import Blocker
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Field, Judgement
from appliance.evaluation.evaluate import labels
from appliance.judgement.features import AnswerFeatures
from appliance.judgement.judge import judge
from appliance.judgement.policy import UNPROVEN, AcceptancePolicy, uniform_policy
from appliance.judgement.score import logistic
from appliance.learning.models.registry import Registry
from appliance.service import model_files
from appliance.service.child_processes import Predictor, Reader
from appliance.service.decide import decide_on
from appliance.settings.config import Settings
from bench import common
from bench.house import ABOUT

FOLDERS = ("sroie", "ad_orders", "invoices_de_fr", "quality_certificates")
EACH = 1 if common.SMALL else 5
"""Documents of a folder, spread over it."""
PAGES = 2
"""Of a document, at most."""
THREADS = 2
"""Of each child; the other one rests meanwhile."""
SHOWN = 20
"""Differences of a document that are printed, at most."""

Kept = dict[str, Any]
"""By folder and file: the answers of one document."""


def main() -> None:
    command, name = (*sys.argv[1:3], "", "")[:2]
    if command not in ("keep", "compare") or not name:
        raise SystemExit("python -m bench.before_after keep|compare FILE.json")
    path = Path(name)
    before = json.loads(path.read_text(encoding="utf-8")) if command == "compare" else None
    found: Kept = dict(answers())
    if before is None:
        kept = {"commit": common.commit(), "machine": common.machine(), "documents": found}
        path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    else:
        record(before, json.loads(json.dumps(found)))


def answers() -> Iterator[tuple[str, Any]]:
    settings = Settings()
    model = model_files.add_default(Registry(common.CACHE / "models"))
    reader = Reader(settings.reading, threads=THREADS)
    predictor = Predictor(model, settings.extraction, threads=THREADS)
    try:
        for folder in FOLDERS:
            doctype = catalogue.load(catalogue.EXAMPLES / f"{folder}.toml")
            for file in files(folder):
                path = common.data() / folder / file
                print(f"{folder}/{file}", flush=True)
                document = reader.read(path, docid=common.sha256(path))
                yield f"{folder}/{file}", answer(document, doctype, predictor)
    finally:
        reader.stop()
        predictor.stop()


def files(folder: str) -> list[str]:
    lines = labels(common.data() / folder)
    short = [line["file"] for line in lines if line.get("pages", 1) <= PAGES]
    return short[:: len(short) // EACH][:EACH]


def answer(document: Document, doctype: DocType, predictor: Predictor) -> dict[str, Any]:
    """What a home without a promise answers, and what other bars make of the same prediction."""
    prediction, judgement, twin = decide_on(
        document, doctype, predictor, policy=lambda _: AcceptancePolicy()
    )
    bars = {
        "level of the unproven": uniform_policy(doctype, UNPROVEN),
        "level of a half": uniform_policy(doctype, 0.5),
        "level of a half, by features": uniform_policy(doctype, 0.5, by_features),
    }
    return {
        "docid": document.docid,
        "read": read(document),
        "model": prediction.model,
        "fields": [field(one) for one in prediction.fields],
        "blockers": said(prediction.blockers),
        "twin": twin,
        "judged": {
            "nothing promised": judged(judgement),
            **{
                name: judged(judge(document, doctype, prediction, policy=policy))
                for name, policy in bars.items()
            },
        },
    }


def by_features(_: Field, found: AnswerFeatures) -> float:
    """Every feature moves it, as it moves a score that was fitted."""
    numbers = found.numbers
    return logistic(
        sum(weight * numbers[name] for weight, name in enumerate(sorted(numbers), 1)) / 50
    )


def read(document: Document) -> dict[str, Any]:
    """Each word with its place, in short."""
    words = [
        [at, word.text, word.line, word.gap, word.confidence, *box(word.bbox)]
        for at, page in enumerate(document.pages)
        for word in page.words
    ]
    return {
        "pages": [[page.width, page.height, page.source, page.rotation] for page in document.pages],
        "words": len(words),
        "sha256": hashlib.sha256(json.dumps(words).encode()).hexdigest(),
        "blockers": said(document.blockers),
    }


def box(bbox: Any) -> list[float]:
    return [bbox.left, bbox.top, bbox.right, bbox.bottom]


def field(one: Field) -> dict[str, Any]:
    """Scores are whole: JSON writes a float so that it is read as the same."""
    return {
        "name": one.fieldtype,
        "row": one.line_item_id,
        "text": one.text,
        "spans": [[span.page, span.start, span.end] for span in one.spans],
        "words": one.words,
        "runners_up": list(one.runners_up),
        "agrees": one.agrees,
        "instead_of": one.instead_of,
        "tokens": [
            [token.free, token.allowed, token.margin, token.entropy] for token in one.tokens
        ],
    }


def judged(judgement: Judgement) -> dict[str, Any]:
    return {
        "accepted": judgement.accepted,
        "party": judgement.party,
        "sender": judgement.sender,
        "blockers": said(judgement.blockers),
        "fields": [
            {
                "value": one.value,
                "score": one.score,
                "how": one.how,
                "blockers": said(one.blockers),
            }
            for one in judgement.fields
        ],
    }


def said(blockers: Sequence[Blocker]) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "field": one.fieldtype,
            "row": one.line_item_id,
            "message": one.message,
        }
        for one in blockers
    ]


def differences(before: Any, after: Any) -> list[str]:
    """The places that are not equal, ``.message`` at the end of one that only words it."""
    one, other = dict(leaves(before)), dict(leaves(after))
    return [
        f"{place}: {one.get(place)!r} became {other.get(place)!r}"
        if not place.endswith(MESSAGE)
        else place
        for place in {**one, **other}
        if place not in one or place not in other or one[place] != other[place]
    ]


MESSAGE = ".message"


def leaves(tree: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """An empty list is a leaf, so that its loss shows."""
    if isinstance(tree, dict | list) and tree:
        inner = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for key, value in inner:
            yield from leaves(value, f"{place}.{key}")
    else:
        yield place, tree


def record(before: Mapping[str, Any], after: Kept) -> None:
    differ, worded = [], []
    documents: Kept = before["documents"]
    for name in {**documents, **after}:
        places = differences(documents.get(name), after.get(name))
        real = [place for place in places if not place.endswith(MESSAGE)]
        if real:
            differ.append(name)
            print(f"{name} differs", *real[:SHOWN], sep="\n  ")
        elif places:
            worded.append(name)
    fields = [one for answer in documents.values() for one in answer["fields"]]
    tokens = sum(len(one["tokens"]) for one in fields)
    print(
        f"{len(documents)} documents of {before['commit']}: {len(fields)} values, {tokens} tokens;"
        f" {len(differ)} documents differ, {len(worded)} only in the words of a message"
    )
    figures = {
        "same_documents": len(documents),
        "same_values": len(fields),
        "same_tokens": tokens,
        "same_differ": len(differ),
    }
    common.record_in("house", n=len(documents), figures=figures, about=ABOUT)


if __name__ == "__main__":
    main()

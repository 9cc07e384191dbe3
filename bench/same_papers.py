"""Whether made papers are what they were: a hash of each one's type, labels, words and places.

The words are those of the page as drawn, before it is scanned. The number drawn next vouches for
the scan: chance has come equally far. ``python -P bench/same_papers.py 2400`` prints the hashes of
the training seed's papers, with whatever ``starter`` PYTHONPATH names.
"""

from __future__ import annotations

import hashlib
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from random import Random

import pypdfium2 as pdfium

from appliance.domain.doctype import FieldSpec
from appliance.samples.renderings import words
from starter.page.paper import draw
from starter.papers import Paper, paper

SEED = "tables"
"""Of the papers that the shipped starter learned from."""


def main(number: int) -> None:
    with ProcessPoolExecutor(2) as pool:
        print(json.dumps(list(pool.map(of_the_seed, range(number), chunksize=8))))


def of_the_seed(number: int) -> str:
    return fingerprint(paper(SEED, number))


def fingerprint(made: Paper) -> str:
    return hashlib.sha256(json.dumps(_content(made)).encode()).hexdigest()[:16]


def _content(made: Paper) -> dict[str, object]:
    rng = Random(f"{made.seed}/{made.number}/copy")
    with pdfium.PdfDocument(draw(rng, made.story)) as document:
        pages = [[list(asdict(word).values()) for word in words(page)] for page in document]
    kind = made.doctype
    return {
        "type": [kind.name, kind.title, kind.description, [_asked(one) for one in kind.fields]],
        "items": kind.items
        and [kind.items.name, kind.items.description, [_asked(one) for one in kind.items.fields]],
        "labels": [[one.fieldtype, one.text, one.line_item_id] for one in made.labels],
        "words": [[word, *(round(at, 1) for at in box)] for page in pages for word, *box in page],
        "pages": len(pages),
        "next": rng.random(),
    }


def _asked(spec: FieldSpec) -> list[object]:
    values = [[value, *words] for value, words in spec.values.items()]
    return [spec.name, spec.type.value, spec.description, spec.required, spec.pattern, values]


if __name__ == "__main__":
    main(int(sys.argv[1]))

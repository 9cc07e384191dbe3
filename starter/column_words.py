"""What made papers print above the columns of their tables, as the appliance ships it.

``python -m starter.column_words`` writes ``appliance/extraction/column_words.toml`` anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import appliance
from starter.facts import Concept
from starter.kinds import KINDS

FILE = Path(appliance.__file__).parent / "extraction" / "column_words.toml"


def column_words() -> str:
    """TOML: by kind of document and column, what owners may call it and what stands above it."""
    lines = ["# Made by `python -m starter.column_words` from starter/kinds."]
    for name, kind in KINDS.items():
        if kind.table:
            for concept in kind.table.columns:
                lines += ["", f"[{name}.{concept.names[0]}]", *_entry(concept)]
    return "\n".join(lines) + "\n"


def _entry(concept: Concept) -> Iterator[str]:
    words = (label for labels in concept.labels.values() for label in labels)
    yield f"asked = {_listed((*concept.names, *concept.descriptions))}"
    yield f"words = {_listed(words)}"


def _listed(texts: Iterable[str]) -> str:
    return json.dumps(list(filter(None, dict.fromkeys(texts))), ensure_ascii=False)


if __name__ == "__main__":
    FILE.write_text(column_words(), encoding="utf-8")

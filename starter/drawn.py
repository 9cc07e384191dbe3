"""Papers to look at, or to import: files with their ``labels.jsonl``, as docs/labels.md has it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from starter.facts import DocumentKind
from starter.papers import paper
from starter.story import Story


def draw_papers(
    folder: Path, kinds: Sequence[DocumentKind], *, seed: str, number: int
) -> list[Path]:
    """``number`` papers, kind by kind in turn, each kind in a folder of its own."""
    drawn: list[Path] = []
    lines: dict[Path, list[str]] = {}
    for at in range(number):
        made = paper(seed, at, kind=kinds[at % len(kinds)])
        own = folder / made.story.kind.name
        own.mkdir(parents=True, exist_ok=True)
        path = own / f"paper_{at}{made.copy.suffix}"
        path.write_bytes(made.copy.data)
        line = {
            "file": path.name,
            "lang": made.story.how.locale.code,
            "labels": labels(made.story),
        }
        lines.setdefault(own, []).append(json.dumps(line, ensure_ascii=False))
        drawn.append(path)
    for own, those in lines.items():
        (own / "labels.jsonl").write_text("\n".join(those) + "\n", encoding="utf-8")
    return drawn


def labels(story: Story) -> dict[str, object]:
    """All that the paper says, by the first names of its fields."""
    said: dict[str, object] = {fact.concept.names[0]: fact.value.label for fact in story.told}
    if story.kind.table and story.rows:
        rows = [{fact.concept.names[0]: fact.value.label for fact in row} for row in story.rows]
        said[story.kind.table.names[0]] = rows
    return said

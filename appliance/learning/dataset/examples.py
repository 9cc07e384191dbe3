"""A labelled document's header as training rows: each window's question and what it should get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from appliance.domain.doctype import DocType
from appliance.domain.labels import Labelled
from appliance.extraction.asking import build_request
from appliance.extraction.decode import Decoder
from appliance.extraction.header_answer import parse
from appliance.extraction.prompt import answer, choose_format
from appliance.extraction.walk import RefusedByGrammar
from appliance.extraction.windows import Window
from appliance.learning.dataset.header_windows import header_windows
from appliance.learning.dataset.targets import Target, Targets
from appliance.learning.dataset.training_row import CharacterRange, TrainingRow, training_row


@dataclass(frozen=True, slots=True)
class Examples:
    rows: tuple[TrainingRow, ...]
    taught: int
    """Labels."""
    unread: Counter[str]
    """Labels that do not stand in the document as it was read, by field."""
    cut: int
    """Windows and ends of answers that were left out."""
    refused: int
    """Windows whose answer the grammar does not allow."""


def examples(engine: Decoder, labelled: Labelled, doctype: DocType) -> Examples:
    """The windows that show a value, and the first of those that do not.

    Raises DoctypeError when the question leaves no room for a document.
    """
    document, form = labelled.document, choose_format(engine.knows)
    cut = header_windows(engine, document, doctype)
    targets = Targets(labelled, doctype)
    chosen = _chosen(cut.windows, targets)
    rows: list[TrainingRow] = []
    shortened = refused = 0
    for window, target in chosen:
        asked = build_request(doctype, document, window, form=form)
        said = answer(doctype, target.fields)
        masked = list(_masked(said, doctype, target))
        try:
            row = training_row(
                engine, asked.question, asked.grammar, said, masked=masked, docid=document.docid
            )
        except RefusedByGrammar:
            refused += 1
            continue
        shortened += not row.whole
        if row.teaches:
            rows.append(row)
    lost = len(cut.windows) - len(chosen) + shortened + (not cut.whole)
    return Examples(tuple(rows), targets.taught, targets.unread, lost, refused)


def _chosen(cut: Sequence[Window], targets: Targets) -> list[tuple[Window, Target]]:
    """As many as show each value, and one with the fewest.

    A value that stands in the head of every page would make a row of tokens a page.
    """
    every = [(window, targets.of(window)) for window in cut]
    shown = [target.shown for _, target in every]
    chosen: set[int] = set()
    missing = frozenset[str]().union(*shown)
    while missing:
        best = max(range(len(every)), key=lambda at: len(shown[at] & missing))
        chosen.add(best)
        missing -= shown[best]
    others = [at for at in range(len(every)) if at not in chosen]
    chosen.update(sorted(others, key=lambda at: len(shown[at]))[:1])
    return [every[at] for at in sorted(chosen)]


def _masked(said: str, doctype: DocType, target: Target) -> Iterator[CharacterRange]:
    """What of the answer nobody knows."""
    for value in parse(said, doctype).values:
        if value.spec.name in target.masked:
            yield value.start, value.end

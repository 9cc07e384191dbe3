"""A labelled document as rows of tokens that a model is trained on.

A row is the question that serving would put and the answer that it should get, in the tokens of
llama.cpp, walked through the grammar as an answer is decoded: what the grammar forces is never
taught, since it is never chosen. So training and serving cannot differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from appliance.domain.doctype import DocType
from appliance.domain.labels import Labelled
from appliance.extraction.asking import WindowRequest, build_request, token_budget, tokenize
from appliance.extraction.cells import parse
from appliance.extraction.decode import Decoder
from appliance.extraction.prompt import answer, choose_format
from appliance.extraction.walk import RefusedByGrammar, walk
from appliance.extraction.windows import Window, left_out, windows
from appliance.learning.dataset.targets import Target, Targets
from appliance.learning.trainer.recipe import ROW

ANSWER = 320
"""Tokens that are kept free for the answer; a table of some eight rows."""


@dataclass(frozen=True, slots=True)
class TrainingRow:
    docid: str
    tokens: tuple[int, ...]
    """Ids of the model's vocabulary: a question and its answer."""
    taught: tuple[bool, ...]
    """Of each token: whether the model chooses it and is to learn that choice."""


@dataclass(frozen=True, slots=True)
class Examples:
    rows: tuple[TrainingRow, ...]
    taught: int
    """Labels."""
    unread: Counter[str]
    """Labels that do not stand in the document as it was read, by field."""
    cut: int
    """Windows, tables and ends of tables that were left out."""
    refused: int
    """Windows whose answer the grammar does not allow."""


def examples(engine: Decoder, labelled: Labelled, doctype: DocType) -> Examples:
    """The windows that show a value, and the first of those that do not.

    Raises DoctypeError when the question leaves no room for a document.
    """
    document, form = labelled.document, choose_format(engine.knows)
    limit = token_budget(engine, doctype, form=form, answer=ANSWER, context=ROW)
    cut = windows(document, limit=limit, count=lambda text: len(engine.tokenize(text)))
    targets = Targets(labelled, doctype)
    chosen = _chosen(cut, targets)
    rows: list[TrainingRow] = []
    shortened = refused = 0
    for window, target in chosen:
        asked = build_request(doctype, document, window, form=form)
        try:
            row, whole = _row(engine, doctype, asked, target, document.docid)
        except RefusedByGrammar:
            refused += 1
            continue
        shortened += not whole
        if any(row.taught):
            rows.append(row)
    lost = len(cut) - len(chosen) + shortened + targets.untold + bool(left_out(document, cut))
    return Examples(tuple(rows), targets.taught, targets.unread, lost, refused)


def _chosen(cut: Sequence[Window], targets: Targets) -> list[tuple[Window, Target]]:
    """All with rows of a table, of the others as many as show each value, and one with the fewest.

    A value that stands in the head of every page would make a row of tokens a page.
    """
    every = [(window, targets.of(window)) for window in cut]
    shown = [target.shown for _, target in every]
    chosen = {at for at, (_, target) in enumerate(every) if target.rows}
    missing = frozenset[str]().union(*shown).difference(*(shown[at] for at in chosen))
    while missing:
        best = max(range(len(every)), key=lambda at: len(shown[at] & missing))
        chosen.add(best)
        missing -= shown[best]
    others = [at for at in range(len(every)) if at not in chosen]
    chosen.update(sorted(others, key=lambda at: len(shown[at]))[:1])
    return [every[at] for at in sorted(chosen)]


def _row(
    engine: Decoder, doctype: DocType, asked: WindowRequest, target: Target, docid: str
) -> tuple[TrainingRow, bool]:
    """And whether the whole answer found room. Raises RefusedByGrammar."""
    said = answer(doctype, target.fields)
    unknown = list(_unknown(said, doctype, target))
    pieces = (*asked.question.shared, *asked.question.own)
    tokens = [*engine.start, *tokenize(engine, pieces)]
    taught = [False] * len(tokens)
    at, end = 0, len(said.encode())
    for token, chosen in walk(engine, asked.grammar, said.encode()):
        if len(tokens) == ROW:
            break
        begun, at = at, at + len(engine.detokenize([token]))
        tokens.append(token)
        taught.append(chosen and not any(begun < last and first < at for first, last in unknown))
    # What follows the last choice that is taught teaches nothing.
    while taught and not taught[-1]:
        taught.pop()
    return TrainingRow(docid, tuple(tokens[: len(taught)]), tuple(taught)), at == end


def _unknown(said: str, doctype: DocType, target: Target) -> Iterator[tuple[int, int]]:
    """Bytes of the answer, first and last (exclusive), that say what nobody knows."""
    cells = parse(said, doctype)
    for cell in (*cells.header, *(cell for row in cells.rows for cell in row)):
        if (cell.spec.name, cell.row) in target.masked:
            yield _bytes(said, cell.start), _bytes(said, cell.end)
    if doctype.items and not target.table:
        # Whether there are rows; what ends the value before them is known.
        yield _bytes(said, said.rindex("[")) + 1, _bytes(said, len(said))


def _bytes(said: str, characters: int) -> int:
    return len(said[:characters].encode())

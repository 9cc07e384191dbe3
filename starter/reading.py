"""Papers as a home reads them, by both cores."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

from rich.progress import track

from appliance.domain.document import Document
from appliance.domain.errors import DocumentError
from starter.facts import DocumentKind
from starter.kinds import KINDS, read_kinds
from starter.papers import Paper, paper, table_paper
from starter.workshop import Reader

ReadPaper = tuple[Paper, Document]


@cache
def known(own: Path | None) -> Mapping[str, DocumentKind]:
    """The shipped kinds and those of the folder ``own``, which go before shipped ones of the same
    name. ConfigError with every fault of its files."""
    return {**KINDS, **read_kinds(own)} if own else KINDS


def documents(
    seed: str, number: int, *, own: Path | None = None, unseen: bool = False
) -> Iterator[ReadPaper]:
    """All of ``number`` papers that can be read. ``own`` is a folder of kinds; ``unseen``: in looks
    that are never trained on."""
    return _both_cores(partial(_whole, seed, own, unseen), number)


def tables(seed: str, number: int, *, own: Path | None = None) -> Iterator[ReadPaper]:
    """Papers that are asked for columns alone: of ``number``, those that have some."""
    return _both_cores(partial(_table, f"{seed}/tables", own), number)


def _whole(seed: str, own: Path | None, unseen: bool, number: int) -> Paper:
    return paper(seed, number, kinds=known(own), unseen=unseen)


def _table(seed: str, own: Path | None, number: int) -> Paper | None:
    return table_paper(seed, number, kinds=known(own))


def _both_cores(make: Callable[[int], Paper | None], number: int) -> Iterator[ReadPaper]:
    with ProcessPoolExecutor(2) as pool:
        read = pool.map(partial(_read, make), range(number), chunksize=4)
        for at, document in enumerate(track(read, "reading", total=number)):
            made = make(at) if document else None
            if made and document:
                yield made, document


def _read(make: Callable[[int], Paper | None], number: int) -> Document | None:
    made = make(number)
    if made is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"paper{made.copy.suffix}"
        path.write_bytes(made.copy.data)
        try:
            return _reader()(path)
        except DocumentError:
            return None


@cache
def _reader() -> Reader:
    """One a process: an OCR takes a second to begin."""
    return Reader(threads=1)

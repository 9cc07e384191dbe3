"""Files that are small and want everything: time, memory, depth. Each is one blow."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from bench import common
from bench.arrivals.bombs import xml_bombs
from bench.campaign import hostile_bombs_mail as mail
from bench.campaign import hostile_bombs_pdf as pdf
from bench.campaign import hostile_bombs_picture as picture

_XML = "XML"
_PORT = 9
"""To which a bomb would have the reader speak; nobody listens."""
LARGE = 1 if common.SMALL else 20
"""How much larger bombs are than it takes to see that they go off."""


def bombs(seed: int) -> Iterator[tuple[str, bytes]]:
    """That of a seed, by name, or all of XML; over all seeds each comes about as often."""
    name = NAMES[seed % len(NAMES)]
    if name == _XML:
        yield from xml_bombs(Path(tempfile.gettempdir()) / "nothing", _PORT).items()
    else:
        yield name, BOMBS[name](LARGE)


def _text(large: int, *, piece: str) -> bytes:
    return piece.encode() * (large * 100_000)


BOMBS: Mapping[str, Callable[[int], bytes]] = {
    **pdf.BOMBS,
    **picture.BOMBS,
    **mail.BOMBS,
    "text: form feeds": partial(_text, piece="\f"),
    "text: short lines": partial(_text, piece="1\n"),
    "text: without a space": partial(_text, piece="12345.67"),
    "text: what nobody sees": partial(_text, piece="a\u200b"),
    "text: like heads of mails": partial(_text, piece="a: b\n c\n"),
    "text: tabs": partial(_text, piece="\t1"),
}
NAMES = (*sorted(BOMBS), _XML)

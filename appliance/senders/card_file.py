"""Senders as lines of a file, by which another home knows them. Pure.

The first line names the version of the form. Of the marks those go along that nearly always stand
on the sender's pages; of its documents nothing but their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from appliance.domain.characters import as_json
from appliance.domain.errors import ConfigError
from appliance.domain.senders import KnownSender, SenderCard
from appliance.senders.identity import lasting

VERSION = 1

_MOST = 1000
"""Names, codes or marks of one sender."""

_Text = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
_Texts = Annotated[tuple[_Text, ...], Field(max_length=_MOST)]
_Documents = Annotated[int, Field(ge=1, le=10**9)]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Head(_Line):
    format: Literal["senders"]
    version: int


class _Sender(_Line):
    party: _Text
    called: _Text | None = None
    names: _Texts = ()
    codes: _Texts = ()
    documents: _Documents
    named: Annotated[int, Field(ge=0, le=10**9)]
    marks: Annotated[dict[_Text, _Documents], Field(max_length=_MOST)] = {}


def written(cards: Iterable[SenderCard]) -> str:
    head = _Head(format="senders", version=VERSION)
    lines = [head, *map(_line, cards)]
    return "".join(f"{as_json(line.model_dump(mode='json'))}\n" for line in lines)


def read(text: str, *, source: str) -> list[SenderCard]:
    """``source`` names the file in errors. Raises ConfigError."""
    lines = [(at, line) for at, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise ConfigError(f"{source} is empty", hint=_MADE_BY)
    with _read_at(source, lines[0][0]):
        head = _Head.model_validate_json(lines[0][1])
    if head.version != VERSION:
        raise ConfigError(
            f"{source} is of version {head.version}, and this appliance knows {VERSION}",
            hint="export it with the same version of the appliance that imports it",
        )
    cards = []
    for at, line in lines[1:]:
        with _read_at(source, at):
            cards.append(_card(_Sender.model_validate_json(line)))
    return cards


_MADE_BY = "`appliance senders export` writes such a file"


@contextmanager
def _read_at(source: str, line: int) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(map(str, fault["loc"]))
        raise ConfigError(
            f"{source}, line {line}: {f'{key}: ' if key else ''}{fault['msg']}", hint=_MADE_BY
        ) from error


def _line(card: SenderCard) -> _Sender:
    known = card.known
    return _Sender(
        party=known.party,
        called=card.called,
        names=tuple(sorted(known.names)),
        codes=card.codes,
        documents=known.documents,
        named=known.named,
        marks=dict(sorted(lasting(known).items())),
    )


def _card(line: _Sender) -> SenderCard:
    known = KnownSender(
        line.party, line.documents, line.named, frozenset(line.names), dict(line.marks)
    )
    return SenderCard(known, line.codes, line.called)

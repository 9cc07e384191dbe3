"""Documents in a fixed order, each answered before its labels are approved, and no night is held.

The model's answer is the same with memory and without; known is a document of which an earlier one
has the same sender by its labels. Near-duplicates of earlier ones count apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Annotated

import pydantic

from appliance.domain.prediction import Prediction
from appliance.evaluation.near_duplicates import NearDuplicates
from appliance.fields.comparison import normalised
from appliance.fields.style import style_of
from bench.asked import Asked
from bench.senders.office import Decided, Office
from bench.senders.rows import TableGains

STEPS = (0, 1, 2, 3, 5, 10)
"""Numbers of earlier documents of a sender from which on documents are counted together."""


@dataclass
class Rights:
    """Header values of some documents."""

    values: int = 0
    without: int = 0
    """Right as the model wrote them."""
    with_memory: int = 0

    def add(self, without: bool, with_memory: bool) -> None:
        self.values += 1
        self.without += without
        self.with_memory += with_memory

    @property
    def share_without(self) -> float:
        return self.without / max(self.values, 1)

    @property
    def share(self) -> float:
        return self.with_memory / max(self.values, 1)

    @property
    def gain(self) -> float:
        """Points."""
        return 100 * (self.share - self.share_without)


_Rights = Annotated[Rights, pydantic.Field(default_factory=Rights)]
"""Of what was not seen yet, none."""


@dataclass
class Replay:
    """Of one folder."""

    by_step: defaultdict[int, _Rights] = field(default_factory=lambda: defaultdict(Rights))
    by_field: defaultdict[str, _Rights] = field(default_factory=lambda: defaultdict(Rights))
    """Of known senders."""
    twins: Rights = field(default_factory=Rights)
    tables: TableGains = field(default_factory=TableGains)
    """Of known senders."""
    twin_tables: TableGains = field(default_factory=TableGains)
    seen: Counter[str] = field(default_factory=Counter)
    """Documents of known senders, by what the directory said."""
    first: Counter[str] = field(default_factory=Counter)
    """First documents of a sender, likewise."""
    senders: int = 0
    unknown_changed: int = 0
    """Documents that the directory did not know and whose answer is another all the same."""
    milliseconds: list[float] = field(default_factory=list)
    """Of the look-up of each document."""

    @property
    def documents(self) -> int:
        return len(self.milliseconds)

    @property
    def known(self) -> Rights:
        found = Rights()
        for step, one in self.by_step.items():
            if step > 0:
                found.values += one.values
                found.without += one.without
                found.with_memory += one.with_memory
        return found

    @property
    def slow(self) -> float:
        """Milliseconds of a look-up, 95th percentile."""
        return slow(self.milliseconds)


def replay(
    office: Office, asked: Sequence[Asked], answers: Sequence[Prediction], *, taught: int = 0
) -> tuple[Replay, list[Decided]]:
    """What came of it, and the documents in their order; the first, which the model was ``taught``,
    are remembered and not counted."""
    found = _Counting(office)
    for at, (one, answer) in enumerate(zip(asked, answers, strict=True)):
        decided = office.decide(one, answer)
        if at >= taught:
            found.count(decided)
        office.approve(decided)
        found.note(decided)
    return found.told, found.decided[taught:]


class _Counting:
    def __init__(self, office: Office) -> None:
        self.told = Replay()
        self.decided: list[Decided] = []
        self._office = office
        self._earlier: Counter[str] = Counter()
        self._senders: dict[str | None, str] = {}
        """What the labels call a sender, by its id."""

    def count(self, one: Decided) -> None:
        """Before it is approved."""
        told, lookup = self.told, one.lookup
        told.milliseconds.append(one.milliseconds)
        if lookup.party is None and one.recalled != one.answer:
            told.unknown_changed += 1
        if not one.party:
            return
        earlier = self._earlier[one.party]
        right = self._senders.get(lookup.party) == one.party
        outcome = "nobody" if lookup.party is None else "right" if right else "another"
        (told.seen if earlier else told.first)[outcome] += 1
        is_twin = NearDuplicates(before.document for before in self.decided).has(one.document)
        step = max(at for at in STEPS if at <= earlier)
        for name, without, now in _rights(one):
            (told.twins if is_twin else told.by_step[step]).add(without, now)
            if earlier and not is_twin:
                told.by_field[name].add(without, now)
        if earlier:
            (told.twin_tables if is_twin else told.tables).add(one, self._office.history(one))

    def note(self, one: Decided) -> None:
        """Once it is approved."""
        self.decided.append(one)
        known = self._office.sender_of(one)
        if one.party:
            self._earlier[one.party] += 1
            self._senders.setdefault(known, one.party)
        self.told.senders = len(self._earlier)


def _rights(one: Decided) -> Iterator[tuple[str, bool, bool]]:
    """Of each labelled value whether the model has it right, and memory."""
    for name, wanted in one.asked.case.truth.values.items():
        yield (
            name,
            is_right(one, one.answer, name, wanted),
            is_right(one, one.recalled, name, wanted),
        )


def is_right(one: Decided, said: Prediction, name: str, wanted: str) -> bool:
    texts: Mapping[str, str | None] = {field.fieldtype: field.text for field in said.header}
    kind = one.asked.doctype.spec(name).type
    return normalised(texts.get(name), wanted, kind, style_of(one.document))


def slow(values: Sequence[float]) -> float:
    """95th percentile."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else sum(values)

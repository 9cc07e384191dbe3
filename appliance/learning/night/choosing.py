"""Which labelled documents a night learns from, when there are more than it has time for. Pure.

Parties take turns, each with its newest first: so the newest and the rare are kept, and one party
with thousands does not crowd out the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from appliance.domain.labels import Labelled


@dataclass(frozen=True, slots=True)
class Caps:
    """Documents at most."""

    party: int = 60
    doctype: int = 1000
    whole: int = 1500


def choose(labelled: Iterable[Labelled], caps: Caps) -> list[Labelled]:
    """In the order of their docids, so that the same choice is the same night."""
    types: defaultdict[str, list[Labelled]] = defaultdict(list)
    for one in labelled:
        types[one.doctype].append(one)
    queues = [_in_turns(ones, caps) for _, ones in sorted(types.items())]
    chosen = list(_turns(queues))[: caps.whole]
    return sorted(chosen, key=lambda one: (one.document.docid, one.doctype))


def _in_turns(labelled: Sequence[Labelled], caps: Caps) -> list[Labelled]:
    """Of one type."""
    parties: defaultdict[str | None, list[Labelled]] = defaultdict(list)
    for one in sorted(labelled, key=_newest_first):
        if len(parties[one.party]) < caps.party or one.party is None:
            parties[one.party].append(one)
    return list(_turns(list(parties.values())))[: caps.doctype]


def _newest_first(one: Labelled) -> tuple[float, str]:
    return -one.labelled_at, one.document.docid


def _turns(queues: Sequence[Sequence[Labelled]]) -> Iterator[Labelled]:
    for turn in range(max(map(len, queues), default=0)):
        for queue in queues:
            if turn < len(queue):
                yield queue[turn]

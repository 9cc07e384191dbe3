"""How fast keys came: what is faster than a hand is text or a held key, never a command. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BURST = 0.05
"""Seconds between two keys below which no person typed them: a scanner gun sends one in 1 to 20 ms,
a paste without brackets all at once; two fingers of a fast typist are some 80 ms apart."""
REPEAT = 0.12
"""Seconds between two Enters, or what accepts in their place, below which the key is held: a held
key comes every 30 ms, on a Linux console every 92 ms; nobody means two Enters within less."""


class Hand(StrEnum):
    MEANT = "meant"
    BURST = "burst"
    """Text, whatever the keys would do."""
    HELD = "held"
    """Enter, or what accepts in its place, still down from before."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The key before: which it was, when it came in seconds, whether it typed a character, and how
    it was taken."""

    at: float = float("-inf")
    character: bool = False
    key: str = ""
    hand: Hand = Hand.MEANT

    def heard(self, key: str, at: float, *, character: bool, accepts: bool = False) -> Rhythm:
        """With the next key, as Textual names it; ``accepts``: as Enter does."""
        gap, enter = at - self.at, key == "enter"
        hand = Hand.MEANT
        if gap < BURST and (character or enter) and (self.character or self.hand is Hand.BURST):
            hand = Hand.BURST
        elif (enter or accepts) and key == self.key and gap < REPEAT:
            hand = Hand.HELD
        return Rhythm(at, character, key, hand)

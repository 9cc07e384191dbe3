"""What owner, clerks and other sites say of senders: it counts among the reviews, in the order of
both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from appliance.domain.senders import SenderCard, ToldSender


@dataclass(frozen=True, slots=True)
class SendersMerged:
    """``party`` is the same as ``into``, and goes by that id."""

    party: str
    into: str
    said: Literal["merged"] = "merged"


@dataclass(frozen=True, slots=True)
class SenderRenamed:
    party: str
    name: str
    said: Literal["renamed"] = "renamed"


@dataclass(frozen=True, slots=True)
class SenderForgotten:
    """Whatever was approved of it until then counts for no later document."""

    party: str
    said: Literal["forgotten"] = "forgotten"


@dataclass(frozen=True, slots=True)
class SenderImported:
    """It is known from another home."""

    card: SenderCard
    said: Literal["imported"] = "imported"


@dataclass(frozen=True, slots=True)
class SenderTold:
    """Other sites know it: in place of what they told of it before."""

    told: ToldSender
    said: Literal["told"] = "told"


@dataclass(frozen=True, slots=True)
class SenderUntold:
    """Other sites tell nothing of it any more; what is known here stays."""

    party: str
    said: Literal["untold"] = "untold"


SenderRuling = (
    SendersMerged | SenderRenamed | SenderForgotten | SenderImported | SenderTold | SenderUntold
)

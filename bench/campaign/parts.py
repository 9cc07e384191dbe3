"""The parts of the campaign, in the order in which they run."""

from __future__ import annotations

from bench.campaign.escapes import Escapes
from bench.campaign.injection import Injection
from bench.campaign.learning import PoisonedLearning
from bench.campaign.power import PowerCuts
from bench.campaign.resources import Resources
from bench.campaign.trial import Part

PARTS: tuple[Part, ...] = (
    PowerCuts(),
    Resources(),
    Injection(),
    Escapes(),
    PoisonedLearning(),
)

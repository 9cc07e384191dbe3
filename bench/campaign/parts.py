"""The parts of the campaign, in the order in which they run."""

from __future__ import annotations

from bench.campaign.browser import BrowserPart
from bench.campaign.escapes import Escapes
from bench.campaign.hostile import Hostile
from bench.campaign.injection import Injection
from bench.campaign.kills import Kills
from bench.campaign.learning import PoisonedLearning
from bench.campaign.power import PowerCuts
from bench.campaign.resources import Resources
from bench.campaign.trial import Part

PARTS: tuple[Part, ...] = (
    Kills(),
    PowerCuts(),
    Resources(),
    Hostile(),
    Injection(),
    Escapes(),
    PoisonedLearning(),
    BrowserPart(),
)

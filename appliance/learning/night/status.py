"""How the night stands, for whoever asks: ``models/night.json``, and what a cut one left.

It loads nothing that a night works with.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from appliance.domain.json_form import JsonForm
from appliance.domain.nights import NightEnd
from appliance.learning.trainer.tuning import TuningProgress
from appliance.system.files import write

NEWS = "night.json"

FOLDER = ".night"
"""In ``models/``; hidden, so that nobody takes it for a version."""
PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class NightStatus:
    at: float
    """Seconds since 1970, UTC."""
    progress: TuningProgress | None = None
    """None when it has ended."""
    said: str = ""
    """How it ended, and what to do about it."""
    version: str | None = None
    """The one that came of it."""
    end: NightEnd | None = None
    """None while it goes on, and for ever when it was killed."""
    received: bool = False
    """It came to its end about what another home tuned; one that learns may follow."""


_news = JsonForm(NightStatus)


def note(models: Path, news: NightStatus) -> None:
    write(models / NEWS, _news.dump_json(news, indent=2))


def noted(models: Path) -> NightStatus | None:
    """None before the first night."""
    with suppress(FileNotFoundError, ValidationError):
        return _news.validate_json((models / NEWS).read_bytes())
    return None


def is_begun(models: Path) -> bool:
    """Was one cut that can be gone on with, or is it going on?"""
    return (models / FOLDER / PLAN).exists()

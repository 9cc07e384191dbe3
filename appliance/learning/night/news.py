"""How the night stands, for whoever asks: ``models/night.json``."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from appliance.files import write
from appliance.learning.tuning import Progress

NEWS = "night.json"


@dataclass(frozen=True, slots=True)
class News:
    at: float
    """Seconds since 1970, UTC."""
    progress: Progress | None = None
    """None when it has ended."""
    said: str = ""
    """How it ended, and what to do about it."""
    version: str | None = None
    """The one that came of it."""


_news = TypeAdapter(News)


def note(models: Path, news: News) -> None:
    write(models / NEWS, _news.dump_json(news, indent=2))


def noted(models: Path) -> News | None:
    """None before the first night."""
    with suppress(FileNotFoundError, ValidationError):
        return _news.validate_json((models / NEWS).read_bytes())
    return None

"""The log as JSON lines, where the owner asks for one: an object for each thing that happens.

Every line about a document names it by its docid. What stands on a document is in a line only with
``values``, as in the other log.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from appliance.cli import model_views
from appliance.domain.errors import discreet
from appliance.promise.evidence_answers import BackfillProgress
from appliance.service.daemon import DayEvent, Reporter
from appliance.service.night_scheduler import NightBegun, NightEnded
from appliance.service.pipeline import StepResult
from appliance.service.serving import Swapped, SwapRefused
from appliance.settings.config import LogSettings

Entry = Mapping[str, Any]

log = logging.getLogger(__name__)


@contextmanager
def noting(path: Path, settings: LogSettings, report: Reporter) -> Iterator[Reporter]:
    """Gives ``report``, of which the JSON lines in ``path`` tell too, beside what is logged."""
    if not settings.json_lines:
        yield report
        return
    handler = _JsonLines(
        path,
        maxBytes=int(settings.megabytes * 1_000_000),
        backupCount=settings.keep,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(_Formatter(values=settings.values))
    root = logging.getLogger()
    root.addHandler(handler)

    def told(event: DayEvent) -> None:
        for entry in entries(event, values=settings.values):
            handler.handle(logging.makeLogRecord({"entry": entry}))
        report(event)

    try:
        yield told
    finally:
        root.removeHandler(handler)
        handler.close()


def entries(event: DayEvent, *, values: bool) -> Iterator[Entry]:
    """Without their time."""
    match event:
        case StepResult(job=job):
            yield {
                "event": "step",
                "docid": job.docid,
                "doctype": job.doctype,
                "source": job.source,
                "state": event.state,
                "before": job.state,
                "seconds": round(event.seconds, 3),
                "note": event.note,
                "blockers": [
                    {
                        "code": one.code,
                        "fieldtype": one.fieldtype,
                        "line_item_id": one.line_item_id,
                        **({"message": one.message} if values else {}),
                    }
                    for one in event.blockers
                ],
            }
        case Swapped():
            told = {"version": event.new, "before": event.old, "seconds": round(event.seconds, 3)}
            yield {"event": "model", **told}
        case SwapRefused():
            told = {"version": event.name, "refused": event.refused, "reason": event.reason}
            yield {"event": "model", **told}
        case NightBegun():
            yield {"event": "night-begun", "reason": event.why, "until": _time(event.until)}
        case NightEnded():
            yield {"event": "night-ended", "reason": model_views.told(event)}
        case BackfillProgress():
            told = {name: getattr(event, name) for name in ("documents", "answered", "skipped")}
            yield {"event": "evidence", **told}
        case _:
            for taken in event.taken:
                told = {"docid": taken.docid, "doctype": taken.doctype, "source": taken.source}
                yield {"event": "arrived", **told, "new": taken.new}
            for trouble in event.troubles:
                path = trouble.path.as_posix()
                told = {"source": path, "reason": trouble.message, "hint": trouble.hint}
                yield {"event": "stays", **told}


class _JsonLines(RotatingFileHandler):
    _failed = False

    def emit(self, record: logging.LogRecord) -> None:
        """The file is not held open: an erasure writes it anew."""
        super().emit(record)
        if self.stream:
            self.stream.close()
            self.stream = None  # as with ``delay``

    def handleError(self, record: logging.LogRecord) -> None:
        """A file that cannot be written holds nothing up: the other log says so once."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
        elif not self._failed:
            self._failed = True
            said = f"{self.baseFilename} cannot be written: {error.strerror}"
            log.warning("%s (let the appliance write there, or correct [log])", said)


class _Formatter(logging.Formatter):
    def __init__(self, *, values: bool) -> None:
        super().__init__()
        self._values = values

    def format(self, record: logging.LogRecord) -> str:
        entry = getattr(record, "entry", None) or self._entry(record)
        # In ASCII: names of files may hold what drives a terminal, or is no text at all.
        return json.dumps({"at": _time(record.created), **entry})

    def _entry(self, record: logging.LogRecord) -> Entry:
        entry = {
            "event": "log",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if docid := getattr(record, "docid", ""):
            entry["docid"] = docid
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info
            said = self.formatException(error) if self._values else discreet(record.exc_info[1])
            entry["error"] = said
        return entry


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")

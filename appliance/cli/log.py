"""Where log lines go. They say what stands on a document only when its owner wants that."""

from __future__ import annotations

import logging
from typing import Any

from rich.console import Console
from rich.logging import RichHandler

from appliance.domain.errors import discreet


def log_to(console: Console, *, values: bool) -> None:
    """From now on; errors quote what they met only with ``values``. Not so a bug met in a child: it
    leaves those words out before it tells, whatever is set here."""
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old, RichHandler):
            root.removeHandler(old)
    handler = RichHandler(console=console, show_path=False, rich_tracebacks=False, markup=False)
    handler.setFormatter(logging.Formatter("%(message)s") if values else _Discreet("%(message)s"))
    root.addHandler(handler)


class _Discreet(logging.Formatter):
    """Where an error was met and of what kind it is, not what it says: that may be a value."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have kept it in full
        return super().format(record)

    def formatException(self, ei: Any) -> str:
        return discreet(ei[1])

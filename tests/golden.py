"""What is shown in words is kept as a file: the words may change there, by ``APPLIANCE_DRAW=1``."""

from __future__ import annotations

import os
from pathlib import Path


def looks_as_it_did(shown: str, file: Path) -> None:
    if os.environ.get("APPLIANCE_DRAW"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")

"""The station in a browser bears one trial of each kind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.campaign.browser import BrowserPart

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="counts and stops processes as Linux does"),
]
PART = BrowserPart()
LONG = {"flood", "heads", "messages", "stopped", "texts", "unread"}
"""They wait for what is given up, or take every key a station knows: the campaign runs them."""


@pytest.mark.parametrize("kind", sorted({*PART.kinds} - LONG))
def test_nothing_gets_in_and_nothing_hangs(kind: str, tmp_path: Path) -> None:
    outcome = PART.run(kind, 0, tmp_path)
    assert outcome.faults and not outcome.found

from __future__ import annotations

import os
import re

import pytest
from small_bench import small_bench


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL")
def test_the_whole_appliance_killed_at_random_loses_and_doubles_nothing() -> None:
    printed = small_bench("intake")
    head, _, row = re.findall(r"^\|(.*)\|$", printed, re.MULTILINE)
    figures = dict(zip((word.strip() for word in head.split("|")), row.split("|"), strict=True))
    for name in ("lost", "in_two_places", "duplicated", "invented", "verify_exit"):
        assert int(figures[name]) == 0, printed
    assert int(figures["arrivals"]) == int(figures["dropped"]) == 20

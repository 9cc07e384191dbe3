"""Runs a bench in small, as ``SMALL=1 python -m bench.NAME`` does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def small_bench(name: str, *arguments: str, **environment: str) -> str:
    """What it prints; the test fails where the bench does."""
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *arguments],
        cwd=ROOT,
        env=os.environ | {"SMALL": "1"} | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

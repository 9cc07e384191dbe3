from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.data
def test_labelled_values_stand_as_one_run_in_what_is_read(data, tmp_path):
    command = [sys.executable, "-m", "bench.reading", "invoices_de_fr"]
    small = {**os.environ, "SMALL": "1", "APPLIANCE_DATA": str(data)}
    done = subprocess.run(command, cwd=ROOT, env=small, capture_output=True, text=True, check=True)
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("| invoices_de_fr")]
    assert float(row.split("|")[4].strip(" %")) >= 96

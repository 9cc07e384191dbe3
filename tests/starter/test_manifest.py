"""The manifest of a starter says what it was made from, back to the first that was learned."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

pytest.importorskip("fpdf", reason="the extra `samples` is not installed")

from appliance.domain.results import ModelVersion
from appliance.learning.models.packages import SMOLLM2, StarterModel
from appliance.learning.models.versions import ADAPTER, MANIFEST
from appliance.learning.trainer import tuning
from appliance.learning.trainer.tuning import TuningResult, tuned_type
from appliance.reading.read import read
from starter.__main__ import manifest, prepare
from starter.papers import CLEAN, paper
from starter.reading import ReadPaper
from starter.workshop import sha256

GIVEN = Namespace(tables=0, seed="few", kinds=None, epochs=1, rate=4e-4)


class NoOcr:
    def recognise(self, image: object) -> list[object]:
        return []


def made(folder: Path, base: ModelVersion, rows: list[ReadPaper], before: Path | None) -> Path:
    """A starter of which only the training is left out."""
    folder.mkdir()
    known = StarterModel(SMOLLM2, before / ADAPTER, sha256(before / ADAPTER)) if before else None
    prepare(folder, base, rows, epochs=1, rate=4e-4, before=known)
    (folder / ADAPTER).write_text(folder.name)
    (folder / tuning.TUNED).write_bytes(tuned_type.dump_json(TuningResult(1, 1, 1, 1, 1, 1)))
    manifest(folder, base, GIVEN, len(rows))
    return folder


@pytest.mark.model
def test_it_names_the_adapter_that_was_gone_on_with_and_those_before(gguf: Path, tmp_path: Path):
    base = ModelVersion("base", str(gguf), sha256(gguf))
    drawn = paper("few", 1, shape=CLEAN)
    file = tmp_path / f"paper{drawn.copy.suffix}"
    file.write_bytes(drawn.copy.data)
    rows = [(drawn, read(file, docid="0" * 64, ocr=NoOcr()))]
    first = made(tmp_path / "first", base, rows, None)
    second = made(tmp_path / "second", base, rows, first)
    (first / ADAPTER).unlink()
    third = made(tmp_path / "third", base, rows, second)

    told = [json.loads((folder / MANIFEST).read_text()) for folder in (first, second, third)]
    assert "began_from" not in told[0]
    assert told[1]["began_from"].keys() == {"adapter_sha256", "made_by", "commit"}
    assert told[1]["began_from"]["adapter_sha256"] == told[0]["adapter_sha256"]
    assert told[2]["began_from"]["began_from"] == told[1]["began_from"]
    assert "--from-shipped" in told[1]["made_by"] and "--from-shipped" not in told[0]["made_by"]
    begun = tuning.job(third)
    assert begun and begun.begin and Path(begun.begin).read_text() == "second"

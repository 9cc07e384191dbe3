from __future__ import annotations

from pathlib import Path

import pytest

from appliance.domain.errors import ModelError
from appliance.learning import registry
from appliance.learning.registry import Registry


def test_the_default_model_is_the_one_that_we_know(tmp_path: Path) -> None:
    models = Registry(tmp_path)
    version = models.add_default()
    assert version.sha256 == registry.DEFAULT_SHA256
    assert models.champion() == version
    assert Path(version.path).read_bytes()[:4] == b"GGUF"


def test_another_model_serves_once_it_is_promoted(tmp_path: Path) -> None:
    one, two = tmp_path / "One.gguf", tmp_path / "Two.gguf"
    one.write_bytes(b"GGUF one")
    two.write_bytes(b"GGUF two")
    models = Registry(tmp_path / "models")
    first = models.add(one)
    models.promote(first)
    second = models.add(two)
    assert models.champion() == first
    models.promote(second)
    assert models.champion() == second
    assert models.versions() == [first, second]


def test_the_same_file_again_is_the_same_version(tmp_path: Path) -> None:
    file = tmp_path / "one.gguf"
    file.write_bytes(b"GGUF one")
    models = Registry(tmp_path / "models")
    assert models.add(file) == models.add(file)
    assert len(models.versions()) == 1


def test_a_folder_without_its_manifest_is_no_version(tmp_path: Path) -> None:
    file = tmp_path / "one.gguf"
    file.write_bytes(b"GGUF one")
    models = Registry(tmp_path / "models")
    version = models.add(file)
    Path(version.path).with_name(registry.MANIFEST).unlink()
    assert models.versions() == []
    assert models.add(file) == version


def test_no_file_no_gguf_no_champion_are_clear_errors(tmp_path: Path) -> None:
    models = Registry(tmp_path / "models")
    (tmp_path / "note.gguf").write_text("hello")
    with pytest.raises(ModelError, match="not a GGUF"):
        models.add(tmp_path / "note.gguf")
    with pytest.raises(ModelError, match="cannot be read"):
        models.add(tmp_path / "missing.gguf")
    with pytest.raises(ModelError, match="no model"):
        models.champion()

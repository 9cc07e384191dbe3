"""A version whose file was left out comes back with the bytes that were measured."""

from pathlib import Path

from tiny_models import random_lora

from appliance.domain.results import ModelVersion
from appliance.learning.gguf.adapter import from_modules, write
from appliance.learning.gguf.export import export
from appliance.learning.models.registry import Registry
from appliance.service import model_files


def test_a_file_that_was_left_out_is_made_again_from_base_and_adapter(models, tmp_path):
    registry = Registry(tmp_path / "models")
    model, gguf = models["llama"]
    base = registry.add(gguf)
    registry.promote(base)
    night = registry.folder / ".night" / "one"
    night.mkdir(parents=True)
    write(from_modules(gguf, 8.0, random_lora(model)), night / "adapter.gguf")
    how = {"kind": "Q8_0", "threads": 2}
    export(Path(base.path), night / "adapter.gguf", night / "model.gguf", **how)
    made = ModelVersion("one", "", "", base=base.name, quantisation="Q8_0")
    version = registry.publish(night, made)

    before = Path(version.path).read_bytes()
    assert registry.prune(keep=0) == [version]
    assert not registry.whole(version)
    model_files.restore(registry, version, threads=1)
    assert Path(version.path).read_bytes() == before
    registry.promote(version)
    assert registry.champion() == version
    assert sorted(path.name for path in registry.folder.iterdir()) == sorted(
        [".night", "champion.json", base.name, "one"]
    )

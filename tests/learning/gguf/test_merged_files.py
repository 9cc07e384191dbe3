"""The file that a base and an adapter make: what changes, and that nothing else does."""

import gguf
import numpy as np
import pytest
from tiny_models import PROJECTIONS, random_lora

from appliance.domain.errors import ModelError
from appliance.learning.gguf import adapter as adapters
from appliance.learning.gguf.adapter import Adapter, from_modules
from appliance.learning.gguf.export import quantise
from appliance.learning.gguf.header import ARCHITECTURES, read_header
from appliance.learning.gguf.merge import merge_adapter


@pytest.fixture
def adapter(models):
    model, base = models["llama"]
    return from_modules(base, 8.0, random_lora(model))


def tensors(path):
    return {
        tensor.name: gguf.dequantize(tensor.data, tensor.tensor_type)
        for tensor in gguf.GGUFReader(path).tensors
    }


def test_every_key_is_the_bases_byte_for_byte(models, adapter, tmp_path):
    base = models["llama"][1]
    quantise(base, tmp_path / "q8.gguf", kind="Q8_0", threads=2)
    merge_adapter(tmp_path / "q8.gguf", adapter, tmp_path / "merged.gguf")
    before = read_header(tmp_path / "q8.gguf")
    after = read_header(tmp_path / "merged.gguf")
    assert list(before.entries) == list(after.entries)
    changed = {key for key, entry in before.entries.items() if after.entries[key] != entry}
    assert changed == {"general.file_type"}
    assert (before.values["general.file_type"], after.values["general.file_type"]) == (7, 0)


def test_only_what_the_adapter_names_changes_and_by_what_it_says(models, adapter, tmp_path):
    base = models["llama"][1]
    one = "blk.1.ffn_down.weight"
    merge_adapter(
        base, Adapter("llama", 8.0, {one: adapter.tensors[one]}), tmp_path / "merged.gguf"
    )
    before, after = tensors(base), tensors(tmp_path / "merged.gguf")
    assert list(before) == list(after)
    a, b = adapter.tensors[one]
    assert np.allclose(after.pop(one) - before.pop(one), 8.0 / 4 * b @ a, atol=1e-5)
    assert all(np.array_equal(after[name], before[name]) for name in before)


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_an_output_that_is_tied_to_the_embeddings_stays_so(kind, models, tmp_path):
    model, base = models[kind]
    merge_adapter(base, from_modules(base, 8.0, random_lora(model)), tmp_path / "merged.gguf")
    assert ("output.weight" in tensors(tmp_path / "merged.gguf")) == (kind == "qwen2")


def test_it_makes_no_difference_how_many_rows_are_at_hand(models, adapter, tmp_path, monkeypatch):
    base = models["llama"][1]
    quantise(base, tmp_path / "q8.gguf", kind="Q8_0", threads=2)
    base = tmp_path / "q8.gguf"
    merge_adapter(base, adapter, tmp_path / "whole.gguf", dithered=True)
    monkeypatch.setattr(adapters, "_AT_ONCE", 1000)  # three rows of most weights
    merge_adapter(base, adapter, tmp_path / "pieces.gguf", dithered=True)
    whole, pieces = tensors(tmp_path / "whole.gguf"), tensors(tmp_path / "pieces.gguf")
    assert all(np.allclose(whole[name], pieces[name], atol=1e-6) for name in whole)
    assert (tmp_path / "whole.gguf").stat().st_size == (tmp_path / "pieces.gguf").stat().st_size


def test_a_file_without_a_type_gets_one(models, adapter, tmp_path):
    data = models["llama"][1].read_bytes()
    (tmp_path / "base.gguf").write_bytes(data.replace(b"general.file_type", b"general.fyle_type"))
    merge_adapter(tmp_path / "base.gguf", adapter, tmp_path / "merged.gguf")
    assert gguf.GGUFReader(tmp_path / "merged.gguf").fields["general.file_type"].contents() == 0


@pytest.mark.parametrize("kind", ["qwen3", "gemma3"])
def test_an_adapter_of_another_kind_is_refused(kind, models, adapter, tmp_path):
    with pytest.raises(ModelError, match=f"llama.*{kind}") as error:
        merge_adapter(models[kind][1], adapter, tmp_path / "merged.gguf")
    assert "trained on" in error.value.hint
    assert not list(tmp_path.iterdir())


def test_an_adapter_of_a_model_of_another_size_is_refused(models, tmp_path):
    narrow = (np.ones((4, 64), "f4"), np.ones((PROJECTIONS["mlp.up_proj"][0], 4), "f4"))
    for name, said in (("blk.0.ffn_up.weight", r"\(512, 256\)"), ("blk.9.ffn_up.weight", "none")):
        with pytest.raises(ModelError, match=f"{name} .*has {said}"):
            merge_adapter(
                models["llama"][1], Adapter("llama", 8.0, {name: narrow}), tmp_path / "m.gguf"
            )
    assert not list(tmp_path.iterdir())


def test_a_base_cut_short_is_refused(models, adapter, tmp_path):
    base = tmp_path / "cut.gguf"
    base.write_bytes(models["llama"][1].read_bytes()[:-100])
    with pytest.raises(ModelError, match="cut short"):
        merge_adapter(base, adapter, tmp_path / "merged.gguf")
    assert list(tmp_path.iterdir()) == [base]


def test_a_merged_file_replaces_an_older_one_whole(models, adapter, tmp_path):
    final = tmp_path / "models" / "new.gguf"
    merge_adapter(models["llama"][1], adapter, final)
    first = final.read_bytes()
    final.write_bytes(b"older")
    merge_adapter(models["llama"][1], adapter, final)
    assert final.read_bytes() == first and list(final.parent.iterdir()) == [final]

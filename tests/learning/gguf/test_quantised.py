"""The file that serves: llama.cpp quantises a merged one, and answers nearly the same."""

import gguf
import numpy as np
import pytest
from tiny_models import random_lora, smollm2

from appliance.domain.errors import ModelError
from appliance.learning.gguf.adapter import Adapter, from_modules
from appliance.learning.gguf.export import KINDS, quantise
from appliance.learning.gguf.header import ARCHITECTURES, read_header
from appliance.learning.gguf.merge import merge_adapter

NEARLY = {"F16": 0.9999, "Q8_0": 0.99, "Q6_K": 0.97, "Q5_K_M": 0.93, "Q4_K_M": 0.7}
"""Least correlation of the logits. Random weights forgive less than learnt ones."""
STRANGE = 0.3
"""Two models that are not the same correlate less than this."""


@pytest.fixture(scope="module")
def merged(models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("merged")
    for kind, (model, base) in models.items():
        merge_adapter(base, from_modules(base, 8.0, random_lora(model)), folder / f"{kind}.gguf")
    return folder


@pytest.mark.model
@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_every_kind_of_model_answers_nearly_as_before(
    kind, models, merged, answer, alike, tmp_path
):
    source, final = merged / f"{kind}.gguf", tmp_path / "q8.gguf"
    quantise(source, final, threads=2)
    assert alike(answer(final), answer(source)) > NEARLY["Q8_0"]
    assert alike(answer(final), answer(models[kind][1])) < STRANGE
    assert final.stat().st_size < source.stat().st_size / 3


@pytest.mark.model
@pytest.mark.parametrize("kind", KINDS)
def test_every_way_of_quantising_answers_nearly_as_before(kind, merged, answer, alike, tmp_path):
    source, final = merged / "llama.gguf", tmp_path / "final.gguf"
    quantise(source, final, kind=kind, threads=2)
    assert alike(answer(final), answer(source)) > NEARLY[kind]
    values = read_header(final).values
    assert values["general.file_type"] == KINDS[kind]
    assert values["general.name"] == "Tiny llama"
    assert list(tmp_path.iterdir()) == [final]


def test_what_no_adapter_touched_comes_back_bit_for_bit(models, tmp_path):
    base = models["llama"][1]
    quantise(base, tmp_path / "base.gguf", threads=2)
    adapter = from_modules(tmp_path / "base.gguf", 8.0, random_lora(models["llama"][0]))
    touched = "blk.0.attn_q.weight"
    one = Adapter("llama", 8.0, {touched: adapter.tensors[touched]})
    merge_adapter(tmp_path / "base.gguf", one, tmp_path / "merged.gguf")
    quantise(tmp_path / "merged.gguf", tmp_path / "final.gguf", threads=2)
    before = {t.name: t.data for t in gguf.GGUFReader(tmp_path / "base.gguf").tensors}
    after = {t.name: t.data for t in gguf.GGUFReader(tmp_path / "final.gguf").tensors}
    assert before.keys() == after.keys()
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {touched}


@pytest.mark.slow
@pytest.mark.model
def test_the_default_model_with_an_adapter_of_zero_is_itself(vocabulary, answer, alike, tmp_path):
    """Bit for bit in F32; then only llama.cpp computes otherwise with Q8_0 than with Q4_1."""
    base, full = smollm2(), tmp_path / "merged.gguf"
    pair = (np.ones((4, 576), "f4"), np.zeros((576, 4), "f4"))
    zero = from_modules(base, 8.0, {"base_model.model.model.layers.0.self_attn.q_proj": pair})
    merge_adapter(base, zero, full)
    for old, new in zip(vocabulary.tensors, gguf.GGUFReader(full).tensors, strict=True):
        assert np.array_equal(gguf.dequantize(old.data, old.tensor_type), new.data), old.name
    quantise(full, tmp_path / "q8.gguf", threads=2)
    full.unlink()
    assert alike(answer(tmp_path / "q8.gguf"), answer(base)) > 0.995


def test_what_is_quantised_already_is_refused(merged, tmp_path):
    quantise(merged / "llama.gguf", tmp_path / "q8.gguf", threads=2)
    with pytest.raises(ModelError, match="requantiz"):
        quantise(tmp_path / "q8.gguf", tmp_path / "again.gguf", kind="Q4_K_M", threads=2)
    assert [path.name for path in tmp_path.iterdir()] == ["q8.gguf"]


def test_a_kind_that_we_do_not_know_is_said_with_those_we_do(merged, tmp_path):
    with pytest.raises(ModelError, match="Q3") as error:
        quantise(merged / "llama.gguf", tmp_path / "final.gguf", kind="Q3", threads=2)
    assert "Q4_K_M" in error.value.hint


@pytest.mark.parametrize("content", [None, b"", b"GGUF and more that is none" * 9])
def test_what_is_no_model_is_refused_and_nothing_appears(content, tmp_path):
    source = tmp_path / "source.gguf"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(ModelError, match="can't quantise"):
        quantise(source, tmp_path / "final.gguf", threads=2)
    assert {path.name for path in tmp_path.iterdir()} <= {"source.gguf"}

"""An adapter as a value and as llama.cpp's file."""

import gguf
import numpy as np
import pytest
from tiny_models import HIDDEN, INNER, PROJECTIONS, Tiny, random_lora

from appliance.domain.errors import ModelError
from appliance.learning.gguf.adapter import Adapter, from_modules, read, to_modules, write
from appliance.learning.gguf.header import ARCHITECTURES

PAIR = (np.ones((2, 32), "f4"), np.ones((64, 2), "f4"))


@pytest.fixture(scope="module")
def adapter(models):
    model, base = models["llama"]
    return from_modules(base, 8.0, random_lora(model))


def same(one: Adapter, other: Adapter, *, bound: float) -> bool:
    return one.tensors.keys() == other.tensors.keys() and all(
        np.abs(ours - theirs).max() <= bound
        for name in one.tensors
        for ours, theirs in zip(one.tensors[name], other.tensors[name], strict=True)
    )


def test_an_adapter_comes_back_as_it_was_written(adapter, tmp_path):
    write(adapter, tmp_path / "exact.gguf", exact=True)
    write(adapter, tmp_path / "half.gguf")
    exact, half = read(tmp_path / "exact.gguf"), read(tmp_path / "half.gguf")
    assert (exact.architecture, exact.alpha) == (half.architecture, half.alpha) == ("llama", 8.0)
    assert same(exact, adapter, bound=0)
    assert same(half, adapter, bound=1e-3) and not same(half, adapter, bound=0)
    assert {path.name for path in tmp_path.iterdir()} == {"exact.gguf", "half.gguf"}


def test_the_file_is_one_for_ggufs_own_reader_too(adapter, tmp_path):
    write(adapter, tmp_path / "lora.gguf", exact=True)
    found = gguf.GGUFReader(tmp_path / "lora.gguf")
    assert found.fields["general.type"].contents() == "adapter"
    assert found.fields["adapter.type"].contents() == "lora"
    assert found.fields["adapter.lora.alpha"].contents() == 8.0
    halves = {tensor.name: tensor.data for tensor in found.tensors}
    assert len(halves) == 2 * 2 * len(PROJECTIONS)
    a, b = adapter.tensors["blk.1.ffn_up.weight"]
    assert np.array_equal(halves["blk.1.ffn_up.weight.lora_a"], a)
    assert np.array_equal(halves["blk.1.ffn_up.weight.lora_b"], b)


def test_a_value_too_large_for_two_bytes_is_not_written_as_infinite(tmp_path):
    large = Adapter("llama", 1.0, {"blk.0.ffn_up.weight": (PAIR[0] * 1e5, PAIR[1])})
    with pytest.raises(ModelError, match="F16"):
        write(large, tmp_path / "lora.gguf")
    assert not list(tmp_path.iterdir())
    write(large, tmp_path / "lora.gguf", exact=True)
    assert same(read(tmp_path / "lora.gguf"), large, bound=0)


@pytest.mark.parametrize(
    ("alpha", "pair", "said"),
    [
        (0.0, PAIR, "above 0"),
        (float("nan"), PAIR, "above 0"),
        (1.0, (PAIR[0], PAIR[1].T), "don't fit"),
        (1.0, (PAIR[0][0], PAIR[1]), "don't fit"),
        (1.0, (PAIR[0] * np.nan, PAIR[1]), "no numbers"),
        (1.0, (PAIR[0], PAIR[1] * np.inf), "no numbers"),
    ],
)
def test_an_adapter_whose_parts_do_not_fit_is_none(alpha, pair, said):
    with pytest.raises(ModelError, match=said):
        Adapter("llama", alpha, {"blk.0.ffn_up.weight": pair})


def test_an_adapter_of_nothing_is_none():
    with pytest.raises(ModelError, match="empty"):
        Adapter("llama", 1.0, {})


def test_a_change_is_summed_by_rank_to_the_bit_whatever_the_processor():
    rng, name = np.random.default_rng(1), "blk.0.attn_q.weight"
    a, b = rng.normal(size=(16, 24)), rng.normal(size=(40, 16))
    pair = a.astype(np.float32), b.astype(np.float32)
    expected = np.zeros((40, 24), np.float32)
    for rank in range(16):
        for row in range(40):
            for column in range(24):
                expected[row, column] += pair[1][row, rank] * pair[0][rank, column]
    found = Adapter("llama", 32.0, {name: pair}).change(name, slice(0, 40))
    assert (found == np.float32(2) * expected).all()


def test_modules_of_a_larger_model_are_refused(models):
    model, base = models["qwen3"]
    more = random_lora(Tiny("qwen3", model.blocks + 1, {}))
    with pytest.raises(ModelError, match="2 blocks"):
        from_modules(base, 8.0, more)
    wide = (np.ones((4, HIDDEN * 2), "f4"), np.ones((INNER, 4), "f4"))
    with pytest.raises(ModelError, match=r"blk\.0\.ffn_up\.weight.*\(512, 512\)"):
        from_modules(base, 8.0, {"model.layers.0.mlp.up_proj": wide})


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_an_adapter_is_modules_again(kind, models):
    model, base = models[kind]
    modules = random_lora(model)
    again = to_modules(base, from_modules(base, 8.0, modules), modules)
    assert again.keys() == modules.keys()
    for name, pair in modules.items():
        assert all(map(np.array_equal, again[name], pair)), name


def test_an_adapter_of_other_projections_is_not_gone_on_with(models):
    model, base = models["qwen3"]
    modules = random_lora(model)
    less = dict(list(modules.items())[1:])
    with pytest.raises(ModelError, match=r"blk\.0\.attn_q\.weight"):
        to_modules(base, from_modules(base, 8.0, less), modules)


def test_rows_that_are_no_heads_are_refused(models):
    odd = (np.ones((4, HIDDEN), "f4"), np.ones((250, 4), "f4"))
    with pytest.raises(ModelError, match=r"250.*blk\.0\.attn_q\.weight.*4"):
        from_modules(models["llama"][1], 8.0, {"model.layers.0.self_attn.q_proj": odd})


def test_a_model_is_no_adapter(models):
    with pytest.raises(ModelError, match="no LoRA"):
        read(models["llama"][1])


def test_an_adapter_without_its_other_half_is_damaged(adapter, tmp_path):
    write(adapter, tmp_path / "lora.gguf")
    data = (tmp_path / "lora.gguf").read_bytes()
    (tmp_path / "odd.gguf").write_bytes(
        data.replace(b"ffn_up.weight.lora_b", b"ffn_up.weight.lora_c", 1)
    )
    with pytest.raises(ModelError, match=r"blk\.0\.ffn_up\.weight\.lora_b"):
        read(tmp_path / "odd.gguf")

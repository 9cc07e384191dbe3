"""A file that was damaged on its way from the trained weights does not pass for them."""

from __future__ import annotations

import ctypes
from dataclasses import replace

import llama_cpp as llama
import numpy as np
import pytest
from tiny_models import random_lora

from appliance.domain.errors import ModelError
from appliance.extraction.batches import whole
from appliance.extraction.engine import Engine
from appliance.learning.gguf.adapter import Adapter, from_modules, open_weights, write
from appliance.learning.gguf.export import ExportMismatch, check, export, quantise
from appliance.learning.gguf.header import read_header

pytestmark = pytest.mark.model

BLOCKS, HEADS, KV_HEADS, HIDDEN, INNER, RANK, ALPHA = 30, 9, 3, 576, 1536, 8, 16.0
DOWN = "blk.1.ffn_down.weight"
SHAPES = {
    "self_attn.q_proj": (HIDDEN, HIDDEN),
    "self_attn.k_proj": (HIDDEN // 3, HIDDEN),
    "self_attn.v_proj": (HIDDEN // 3, HIDDEN),
    "self_attn.o_proj": (HIDDEN, HIDDEN),
    "mlp.gate_proj": (INNER, HIDDEN),
    "mlp.up_proj": (INNER, HIDDEN),
    "mlp.down_proj": (HIDDEN, INNER),
}
TEXTS = (
    "ACME Ltd\n12 HIGH STREET\n25/12/2017\nTOTAL RM 9.00\n\nJSON:\n",
    "Rechnung Nr. 7 vom 3. März 2026, zu zahlen bis zum",
    "Copy these fields from the document as JSON, null where it does not say it:\n- company\n",
)


@pytest.fixture(scope="module")
def learnt(gguf):
    """A LoRA of SmolLM2 that moves it about as far as a night does; q and k the most."""
    random = np.random.default_rng(7)
    modules = {}
    for block in range(BLOCKS):
        for name, (rows, columns) in SHAPES.items():
            size = 0.3 if name[10:] in ("q_proj", "k_proj") else 0.04
            a = random.normal(0, columns**-0.5, (RANK, columns)).astype(np.float32)
            b = random.normal(0, size, (rows, RANK)).astype(np.float32)
            modules[f"base_model.model.model.layers.{block}.{name}"] = (a, b)
    return from_modules(gguf, ALPHA, modules)


@pytest.fixture(scope="module")
def places(gguf):
    with Engine(gguf, context=256, threads=1) as engine:
        return [tuple(engine.tokenize(text)) for text in TEXTS]


def said(path, places, adapter=None):
    """By llama.cpp, which may add an adapter's file while it computes."""
    with Engine(path, context=256, threads=1) as engine:
        if adapter:
            loaded = llama.llama_adapter_lora_init(engine._model, str(adapter).encode())
            adapters = (llama.llama_adapter_lora_p_ctypes * 1)(loaded)
            scales = (ctypes.c_float * 1)(1.0)
            assert not llama.llama_set_adapters_lora(engine._computed._llama, adapters, 1, scales)
        return {place: engine.logits([whole(place)])[0] for place in places}


@pytest.fixture(scope="module")
def probe(gguf, learnt, places, tmp_path_factory):
    """As the child that trains writes it, the base's logits beside those of what was learnt."""
    folder = tmp_path_factory.mktemp("probe")
    write(learnt, folder / "adapter.gguf", exact=True)
    written(folder / "probe.npz", said(gguf, places, folder / "adapter.gguf"), said(gguf, places))
    return folder / "probe.npz"


def written(path, trained, base):
    np.savez(
        path,
        tokens=np.concatenate([np.array(place) for place in trained]),
        lengths=np.array([len(place) for place in trained]),
        trained=np.stack(list(trained.values())),
        base=np.stack(list(base.values())),
    )


def exported(base, adapter, folder, kind="Q8_0"):
    write(adapter, folder / "adapter.gguf")
    export(base, folder / "adapter.gguf", folder / "model.gguf", kind=kind, threads=1)
    return folder / "model.gguf"


def weights_of(path):
    weights = open_weights(path, read_header(path))
    return {name: weights.whole(name) for name in (DOWN, "token_embd.weight")}


def in_hugging_faces_order(adapter: Adapter) -> Adapter:
    """Its q and k as they would be if nobody had put their rows in llama.cpp's order."""

    def undone(name, b):
        heads = {"attn_q": HEADS, "attn_k": KV_HEADS}.get(name.split(".")[2])
        if heads is None:
            return b
        halves = b.reshape(heads, len(b) // heads // 2, 2, -1).swapaxes(1, 2)
        return np.ascontiguousarray(halves.reshape(b.shape))

    tensors = {name: (a, undone(name, b)) for name, (a, b) in adapter.tensors.items()}
    return replace(adapter, tensors=tensors)


def test_an_honest_export_passes(gguf, learnt, probe, places, tmp_path):
    final = exported(gguf, learnt, tmp_path)
    assert 0 < check(probe, said(final, places).__getitem__, kind="Q8_0") < 0.1
    assert {path.name for path in tmp_path.iterdir()} == {"adapter.gguf", "model.gguf"}
    assert read_header(final).values["general.file_type"] == llama.LLAMA_FTYPE_MOSTLY_Q8_0


def test_a_change_smaller_than_the_steps_of_the_base_arrives(models, tmp_path):
    """A base that is Q8_0 itself, as the starter is, would round all of it away."""
    model, source = models["llama"]
    base = tmp_path / "base.gguf"
    quantise(source, base, threads=1)
    little = from_modules(base, ALPHA / 2000, random_lora(model))
    before, after = weights_of(base), weights_of(exported(base, little, tmp_path))
    change = little.change(DOWN, slice(None))
    steps = np.abs(before[DOWN].reshape(-1, 32)).max(axis=1) / 127
    assert np.quantile(np.abs(change), 0.99) < np.quantile(steps, 0.01) / 2
    arrived = after[DOWN] - before[DOWN]
    assert (arrived * change).sum() / (change**2).sum() == pytest.approx(1, abs=0.1)
    assert np.array_equal(after["token_embd.weight"], before["token_embd.weight"])


def test_the_base_does_not_pass(gguf, probe, places):
    answers = said(gguf, places).__getitem__
    for kind in ("Q8_0", None):
        with pytest.raises(ExportMismatch):
            check(probe, answers, kind=kind)


@pytest.mark.parametrize(
    "damage",
    [
        in_hugging_faces_order,
        lambda adapter: replace(adapter, alpha=ALPHA / 2),
        lambda adapter: replace(adapter, alpha=ALPHA * 1.5),
    ],
    ids=["q and k in another order", "half the alpha", "more alpha"],
)
def test_a_damaged_adapter_does_not_pass(gguf, learnt, probe, places, tmp_path, damage):
    """Added by llama.cpp while it computes: what merging it would say, without a step's noise."""
    write(damage(learnt), tmp_path / "adapter.gguf", exact=True)
    answers = said(gguf, places, tmp_path / "adapter.gguf").__getitem__
    with pytest.raises(ExportMismatch):
        check(probe, answers, kind="Q8_0")


@pytest.mark.parametrize("kept", [0, 100, -1])
def test_a_probe_that_was_cut_is_told(probe, places, gguf, tmp_path, kept):
    whole, cut = probe.read_bytes(), tmp_path / "probe.npz"
    cut.write_bytes(whole[:kept] if kept >= 0 else whole[:-30])
    with pytest.raises(ModelError) as caught:
        check(cut, said(gguf, places).__getitem__)
    assert not isinstance(caught.value, ExportMismatch) and cut.name in caught.value.hint


def test_a_training_that_changed_next_to_nothing_passes(gguf, other_gguf, places, tmp_path):
    base = said(gguf, places)
    nearly = {place: logits + 0.01 * np.sin(logits) for place, logits in base.items()}
    written(tmp_path / "probe.npz", nearly, base)
    assert check(tmp_path / "probe.npz", said(other_gguf, places).__getitem__, kind="Q8_0") < 0.1


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_logits_that_are_no_numbers_do_not_pass(probe, places, gguf, broken):
    answers = said(gguf, places)
    answers[places[1]] = np.full_like(answers[places[1]], broken)
    with np.errstate(invalid="ignore"), pytest.raises(ModelError):
        check(probe, answers.__getitem__)


def test_a_level_that_all_logits_share_says_nothing(probe, places):
    with np.load(probe) as told:
        trained = dict(zip(places, told["trained"], strict=True))
    assert check(probe, lambda place: trained[place] + 5, kind="F16") < 1e-3


def test_an_adapter_that_cannot_be_read_leaves_nothing(gguf, tmp_path):
    (tmp_path / "adapter.gguf").write_bytes(b"GGUF broken")
    with pytest.raises(ModelError):
        export(gguf, tmp_path / "adapter.gguf", tmp_path / "model.gguf", kind="Q8_0", threads=1)
    assert {path.name for path in tmp_path.iterdir()} == {"adapter.gguf"}


def test_a_kind_that_there_is_not_leaves_nothing(models, tmp_path):
    model, base = models["llama"]
    write(from_modules(base, ALPHA, random_lora(model)), tmp_path / "adapter.gguf")
    with pytest.raises(ModelError, match="Q7"):
        export(base, tmp_path / "adapter.gguf", tmp_path / "model.gguf", kind="Q7", threads=1)
    assert {path.name for path in tmp_path.iterdir()} == {"adapter.gguf"}

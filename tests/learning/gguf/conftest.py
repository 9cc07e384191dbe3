"""Tiny models as files, written once for all tests of the room."""

from __future__ import annotations

import ctypes

import gguf
import llama_cpp as llama
import numpy as np
import pytest
from tiny_models import PROMPT, smollm2, tiny, write_gguf

from appliance.extraction.batches import whole
from appliance.extraction.engine import Engine
from appliance.learning.gguf.header import ARCHITECTURES


@pytest.fixture(scope="session")
def vocabulary():
    return gguf.GGUFReader(smollm2())


@pytest.fixture(scope="session")
def models(tmp_path_factory, vocabulary):
    """A model of each kind and its file; Qwen 2's output is not tied to its embeddings."""
    folder = tmp_path_factory.mktemp("tiny")
    made = {kind: tiny(kind, tied=kind != "qwen2") for kind in ARCHITECTURES}
    return {
        kind: (model, write_gguf(model, folder / f"{kind}.gguf", vocabulary))
        for kind, model in made.items()
    }


@pytest.fixture(scope="session")
def answer():
    """What llama.cpp computes after one and the same prompt."""

    def logits(path):
        with Engine(path, context=128, batch=64) as engine:
            return engine.logits([whole(PROMPT)])[0]

    return logits


@pytest.fixture(scope="session")
def apart():
    """The largest difference of two answers, in standard deviations of the second."""

    def distance(one, other):
        return float(np.abs(one - other).max() / other.std())

    return distance


@pytest.fixture(scope="session")
def alike():
    """How two answers correlate, 1 at most: what quantising spares, for it moves every logit."""

    def correlation(one, other):
        return float(np.corrcoef(one, other)[0, 1])

    return correlation


@pytest.fixture(scope="session")
def with_adapter():
    """The same of a base to which llama.cpp adds an adapter's file while it computes."""

    def logits(path, adapter):
        with Engine(path, context=128, batch=64) as engine:
            loaded = llama.llama_adapter_lora_init(engine._model, str(adapter).encode())
            assert loaded, "llama.cpp does not take the adapter"
            adapters = (llama.llama_adapter_lora_p_ctypes * 1)(loaded)
            scales = (ctypes.c_float * 1)(1.0)
            assert not llama.llama_set_adapters_lora(engine._computed._llama, adapters, 1, scales)
            return engine.logits([whole(PROMPT)])[0]

    return logits

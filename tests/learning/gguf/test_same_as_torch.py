"""What PEFT trained is what llama.cpp serves: the same logits, for every kind of model.

llama.cpp keeps attention's keys and values as F16; equal answers differ by thousandths of their
standard deviation, a base without its adapter by whole ones.
"""

import pytest
from tiny_models import (
    EPSILON,
    HEAD,
    HEADS,
    HIDDEN,
    INNER,
    KV_HEADS,
    PROMPT,
    THETA,
    TOKENS,
    WINDOW,
    random_lora,
)

from appliance.learning.gguf import adapter as lora
from appliance.learning.gguf.header import ARCHITECTURES
from appliance.learning.gguf.merge import merge_adapter

NEEDED = "tuning's libraries are not installed: pip install 'edge-document-appliance[tuning]'"
torch = pytest.importorskip("torch", reason=NEEDED)
transformers = pytest.importorskip("transformers", reason=NEEDED)
peft = pytest.importorskip("peft", reason=NEEDED)

ALPHA, RANK, SAME, OTHER = 8.0, 4, 0.02, 0.5


def in_torch(model):
    """The weights of a tiny model where transformers computes with them."""
    sizes = {
        "vocab_size": TOKENS,
        "hidden_size": HIDDEN,
        "intermediate_size": INNER,
        "num_hidden_layers": model.blocks,
        "num_attention_heads": HEADS,
        "num_key_value_heads": KV_HEADS,
        "head_dim": HEAD,
        "rms_norm_eps": EPSILON,
        "max_position_embeddings": 512,
        "rope_parameters": {"rope_type": "default", "rope_theta": THETA},
        "tie_word_embeddings": "lm_head.weight" not in model.weights,
        "attn_implementation": "eager",
    }
    if model.architecture == "gemma3":
        sizes |= {"sliding_window": WINDOW, "query_pre_attn_scalar": HEAD, "rope_parameters": None}
    kind = {"gemma3": "gemma3_text"}.get(model.architecture, model.architecture)
    config = transformers.AutoConfig.for_model(kind, **sizes)
    made = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    found = made.load_state_dict(
        {name: torch.from_numpy(weight) for name, weight in model.weights.items()}, strict=False
    )
    assert not found.unexpected_keys and set(found.missing_keys) <= {"lm_head.weight"}
    return made


def with_lora(made, modules):
    """By PEFT itself, which also has to know every module by the name that we use."""
    projections = sorted({name.rpartition(".")[2] for name in modules})
    config = peft.LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=projections)
    tuned = peft.get_peft_model(made, config).eval()
    layers = {name: layer for name, layer in tuned.named_modules() if hasattr(layer, "lora_A")}
    assert layers.keys() == modules.keys()
    for name, layer in layers.items():
        for half, values in zip((layer.lora_A, layer.lora_B), modules[name], strict=True):
            half["default"].weight.data = torch.from_numpy(values)
    return tuned


def logits(made):
    with torch.no_grad():
        return made(input_ids=torch.tensor([PROMPT])).logits[0, -1].numpy()


@pytest.mark.model
@pytest.mark.parametrize("kind", ARCHITECTURES)
@pytest.mark.filterwarnings("ignore")  # of torch, transformers and peft about each other
def test_what_was_trained_is_what_is_served(kind, models, answer, with_adapter, apart, tmp_path):
    model, base = models[kind]
    modules = random_lora(model, rank=RANK)
    made = in_torch(model)
    assert apart(answer(base), logits(made)) < SAME
    tuned = logits(with_lora(made, modules))
    assert apart(answer(base), tuned) > OTHER

    adapter = lora.from_modules(base, ALPHA, modules)
    merge_adapter(base, adapter, tmp_path / "merged.gguf")
    assert apart(answer(tmp_path / "merged.gguf"), tuned) < SAME
    lora.write(adapter, tmp_path / "lora.gguf")
    assert apart(with_adapter(base, tmp_path / "lora.gguf"), tuned) < SAME

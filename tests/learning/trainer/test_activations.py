"""What is computed twice of a long row changes no gradient, and is no more than has to be."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the extra `tuning` is not installed")
transformers = pytest.importorskip("transformers", reason="the extra `tuning` is not installed")

from appliance.learning.trainer import layers  # noqa: E402

LAYERS = 6


@pytest.fixture
def model():
    torch.manual_seed(7)
    how = transformers.LlamaConfig(
        vocab_size=50,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
        num_key_value_heads=2,
    )
    made = transformers.LlamaForCausalLM(how).train()
    made.gradient_checkpointing_enable({"use_reentrant": False})
    return made


def twice(model):
    return [layer.gradient_checkpointing for layer in model.model.layers]


@pytest.mark.parametrize(
    ("tokens", "recomputed"), [(1, 0), (900, 0), (901, 1), (1800, 3), (2048, 4), (100_000, 6)]
)
def test_the_longer_a_row_the_more_of_the_first_layers(model, tokens, recomputed):
    layers.keep(model.bfloat16(), tokens)
    assert twice(model) == [True] * recomputed + [False] * (LAYERS - recomputed)


def test_in_32_bits_half_as_many_tokens_take_as_much(model):
    layers.keep(model, 450)
    assert twice(model) == [False] * LAYERS
    layers.keep(model, 900)
    assert twice(model) == [True] * 3 + [False] * 3


def test_weights_in_fewer_bits_do_not_make_activations_smaller(model):
    model.bfloat16()
    packed = torch.zeros(16, 16, dtype=torch.uint8)
    model.model.layers[0].self_attn.q_proj.weight = torch.nn.Parameter(packed, requires_grad=False)
    layers.keep(model, 1800)
    assert twice(model) == [True] * 3 + [False] * 3


def test_the_gradient_is_the_same(model):
    tokens = torch.arange(40)[None]
    found = []
    for long in (1, 1800, 100_000):
        layers.keep(model, long)
        loss = model(input_ids=tokens, use_cache=False).logits.square().mean()
        found.append(torch.autograd.grad(loss, list(model.parameters())))
    for other in found[1:]:
        for one, two in zip(found[0], other, strict=True):
            torch.testing.assert_close(one, two)

"""Our attention gives what torch's gives, whichever tokens may see which."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the extra `tuning` is not installed")
transformers = pytest.importorskip("transformers", reason="the extra `tuning` is not installed")

from torch.nn.functional import scaled_dot_product_attention as torch_attends  # noqa: E402

from appliance.learning.trainer import layers  # noqa: E402


@pytest.mark.parametrize("tokens", [1, 127, 128, 129, 300])
@pytest.mark.parametrize("window", [None, 1, 50, 128, 200, 400])
def test_same_as_torch_in_what_is_taken_and_in_its_gradients(tokens, window):
    torch.manual_seed(7)
    asks = torch.randn(2, 6, tokens, 8, requires_grad=True)
    keys, values = (torch.randn(2, 2, tokens, 8, requires_grad=True) for _ in range(2))
    at = torch.arange(tokens)
    seen = at[None] <= at[:, None]
    if window:
        seen &= at[None] > at[:, None] - window
    wanted = torch_attends(asks, keys, values, attn_mask=seen, scale=0.3, enable_gqa=True)
    taken, _ = layers.attend(None, asks, keys, values, scaling=0.3, sliding_window=window)
    assert torch.allclose(taken.transpose(1, 2), wanted, atol=1e-5)
    upstream = torch.randn_like(wanted)
    gradients = [
        torch.autograd.grad(found, (asks, keys, values), upstream)
        for found in (taken.transpose(1, 2), wanted)
    ]
    for ours, theirs in zip(*gradients, strict=True):
        assert torch.allclose(ours, theirs, atol=1e-4)


@pytest.mark.parametrize("kind", ["llama", "gemma3_text", "qwen2", "qwen3"])
def test_a_whole_model_says_the_same(kind):
    """Gemma 3 looks back a window only in most of its layers."""
    torch.manual_seed(7)
    config = transformers.AutoConfig.for_model(
        kind,
        vocab_size=50,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        sliding_window=20,
        pad_token_id=0,
    )
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    asked = torch.randint(1, 50, (1, 150))
    with torch.no_grad():
        wanted = model(input_ids=asked).logits
        layers.register()
        model.set_attn_implementation(layers.NAME)
        said = model(input_ids=asked).logits
    assert torch.allclose(said, wanted, atol=1e-4)

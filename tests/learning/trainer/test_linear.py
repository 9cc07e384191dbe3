"""Our adapted layer gives what PEFT's gives, and its gradients."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the extra `tuning` is not installed")
peft = pytest.importorskip("peft", reason="the extra `tuning` is not installed")

from appliance.learning.trainer import layers  # noqa: E402


class Two(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = torch.nn.Linear(12, 20, bias=True)
        self.second = torch.nn.Linear(20, 7, bias=False)

    def forward(self, x):
        return self.second(torch.nn.functional.silu(self.first(x)))


@pytest.fixture
def adapted():
    torch.manual_seed(7)
    how = peft.LoraConfig(r=3, lora_alpha=5, target_modules=["first", "second"])
    model = peft.get_peft_model(Two(), how)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight)
    return model


def gradients(model, said, x):
    learned = [x, *(weight for weight in model.parameters() if weight.requires_grad)]
    return torch.autograd.grad(said.square().sum(), learned)


@pytest.mark.parametrize("shape", [(12,), (4, 12), (2, 5, 12)])
def test_same_as_peft_in_what_it_says_and_in_its_gradients(adapted, shape):
    x = torch.randn(*shape, requires_grad=True)
    wanted = adapted(x)
    theirs = gradients(adapted, wanted, x)
    layers.adopt(adapted)
    said = adapted(x)
    assert torch.allclose(said, wanted, atol=1e-5)
    for one, other in zip(gradients(adapted, said, x), theirs, strict=True):
        assert torch.allclose(one, other, atol=1e-4)


def test_without_its_adapter_it_is_its_base(adapted):
    x = torch.randn(4, 12)
    wanted = adapted.get_base_model()
    layers.adopt(adapted)
    with adapted.disable_adapter():
        said = adapted(x)
    first, second = wanted.first.get_base_layer(), wanted.second.get_base_layer()
    assert torch.equal(said, second(torch.nn.functional.silu(first(x))))

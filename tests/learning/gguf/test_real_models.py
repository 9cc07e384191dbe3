"""The models that people use: what PEFT adds to them in transformers, llama.cpp serves merged.

Gemma is only there where somebody agreed to its terms and installed it.
"""

import pytest
from tiny_models import PROMPT

from appliance.domain.errors import ModelError
from appliance.learning.gguf.adapter import from_modules
from appliance.learning.gguf.merge import merge_adapter
from appliance.learning.models.packages import GEMMA3, SMOLLM2
from appliance.learning.models.versions import chunks_of
from appliance.learning.trainer.recipe import TARGETS

NEEDED = "tuning's libraries are not installed: pip install 'edge-document-appliance[tuning]'"
torch = pytest.importorskip("torch", reason=NEEDED)
transformers = pytest.importorskip("transformers", reason=NEEDED)
peft = pytest.importorskip("peft", reason=NEEDED)

ALPHA, RANK = 8, 4
SAME, OTHER = 0.9999, 0.97


def installed(packaged, folder):
    try:
        pieces = packaged.find()
    except ModelError as error:
        pytest.skip(f"{error}: {error.hint}")
    path = folder / "base.gguf"
    with path.open("wb") as file:
        file.writelines(chunks_of(pieces))
    return path


def adapted(base):
    """With a random adapter, as training leaves one."""
    loaded = transformers.AutoModelForCausalLM.from_pretrained(
        base.parent, gguf_file=base.name, dtype=torch.float32, attn_implementation="eager"
    )
    torch.manual_seed(1)
    config = peft.LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=list(TARGETS))
    model = peft.get_peft_model(loaded, config).eval()
    for layer in model.modules():
        if hasattr(layer, "lora_B"):
            torch.nn.init.normal_(layer.lora_B["default"].weight, std=0.12)
    return model


def modules_of(model):
    return {
        name: tuple(
            half["default"].weight.detach().numpy() for half in (layer.lora_A, layer.lora_B)
        )
        for name, layer in model.named_modules()
        if hasattr(layer, "lora_A")
    }


def logits(model):
    with torch.no_grad():
        return model(input_ids=torch.tensor([PROMPT])).logits[0, -1].numpy()


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("packaged", [SMOLLM2, GEMMA3], ids=lambda packaged: packaged.name)
@pytest.mark.filterwarnings("ignore")  # of torch, transformers and peft about each other
def test_what_was_trained_is_what_is_served(packaged, answer, alike, tmp_path):
    base = installed(packaged, tmp_path)
    model = adapted(base)
    merged = tmp_path / "merged.gguf"
    merge_adapter(base, from_modules(base, ALPHA, modules_of(model)), merged)
    trained = logits(model)
    assert alike(answer(merged), trained) > SAME
    assert alike(answer(base), trained) < OTHER

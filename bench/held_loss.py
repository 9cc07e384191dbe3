"""The loss of an adapter on the rows that were held back, in nats a taught token.

``python -m bench.held_loss FOLDER BASE`` prints it of the last checkpoint: one code for ours and
for the stock one, by transformers and PEFT alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from peft import get_peft_model, load_peft_weights, set_peft_model_state_dict
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM

from appliance.learning.trainer import tuning
from bench.stock_tuning import lora, weights


def main() -> None:
    folder, base = map(Path, sys.argv[1:])
    job = tuning.job(folder)
    assert job, f"{folder} is not prepared"
    torch.set_num_threads(job.threads)
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=weights())
    model = get_peft_model(plain, lora(job.recipe))
    every = (folder / tuning.CHECKPOINTS).glob("checkpoint-*")
    kept = load_peft_weights(str(max(every, key=tuning.step_of)))
    found: Any = set_peft_model_state_dict(model, kept)
    lacking = [name for name in found.missing_keys if "lora_" in name]
    assert not (found.unexpected_keys or lacking), "another adapter than the job's"
    model.eval()
    held = [row for row in tuning.read_rows(folder) if row.held]
    with torch.no_grad():
        total = sum(loss(model, row) for row in held)
    print(total / sum(len(row.taught) for row in held))


def loss(model: Any, row: tuning.TokenRow) -> float:
    """Summed over the taught tokens of a row, in nats."""
    tokens = torch.tensor([row.tokens])
    at = torch.tensor(row.taught)
    logits = model(input_ids=tokens).logits[0, at - 1].float()
    return float(cross_entropy(logits, tokens[0, at], reduction="sum"))


if __name__ == "__main__":
    main()

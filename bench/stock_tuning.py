"""Tunes as TRL's documentation says, without us and without Unsloth, in a process of its own.

``python -m bench.stock_tuning FOLDER BASE``: FOLDER holds a job and its rows as
``trainer.tuning`` prepares them, BASE the unpacked model. Leaves a checkpoint, prints what it took.

One thing does not come as it is: since 1.15 TRL's loss needs a Triton kernel, which no CPU runs.
``Head`` computes the same by torch, as TRL did before, for the taught tokens alone.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from torch.nn.functional import linear, log_softmax
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import SFTConfig, SFTTrainer
from trl.trainer import utils as trl_utils

from appliance.learning.trainer import tuning
from appliance.learning.trainer.recipe import ROW, TARGETS, Recipe
from appliance.system import memory


def main() -> None:
    folder, base = map(Path, sys.argv[1:])
    job = tuning.job(folder)
    assert job, f"{folder} is not prepared"
    torch.set_num_threads(job.threads)
    if not torch.cuda.is_available():
        trl_utils._ChunkedLogProbFunction = Head
    rows = [row for row in tuning.read_rows(folder) if not row.held]
    watch = Stopwatch()
    model = AutoModelForCausalLM.from_pretrained(base, dtype=weights())
    torch.manual_seed(job.recipe.seed)  # the adapter begins as ours does
    trainer = SFTTrainer(
        model=model,
        args=arguments(folder, job.recipe),
        train_dataset=Dataset.from_list([as_trl_says(row) for row in rows]),
        processing_class=AutoTokenizer.from_pretrained(base),
        peft_config=lora(job.recipe),
        callbacks=[watch],
    )
    trainer.train()
    trainer.save_model(str(folder / tuning.CHECKPOINTS / f"checkpoint-{trainer.state.global_step}"))
    done = {
        "seconds": watch.seconds,
        "tokens": sum(len(row.tokens) for row in rows) * job.recipe.epochs,
        "peak_bytes": memory.peak(),
        "unsloth": "unsloth" in sys.modules,
    }
    print(json.dumps(done))


def weights() -> torch.dtype:
    """By the rule of our child: 16 bits where the CPU computes in them."""
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if torch.cuda.is_available() or native else torch.float32


def lora(recipe: Recipe) -> LoraConfig:
    return LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=0.0,
        target_modules=list(TARGETS),
        task_type="CAUSAL_LM",
    )


def arguments(folder: Path, recipe: Recipe) -> SFTConfig:
    """What has to be the same as ours; all else as it comes."""
    return SFTConfig(
        output_dir=str(folder / tuning.CHECKPOINTS),
        per_device_train_batch_size=recipe.batch,
        num_train_epochs=recipe.epochs,
        learning_rate=recipe.rate,
        lr_scheduler_type="cosine",
        warmup_steps=recipe.warmup,
        max_grad_norm=1.0,
        seed=recipe.seed,
        max_length=ROW,  # TRL would cut at 1,024
        bf16=weights() is torch.bfloat16,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=not torch.cuda.is_available(),
    )


def as_trl_says(row: tuning.TokenRow) -> dict[str, list[int]]:
    taught = set(row.taught)
    mask = [int(at in taught) for at in range(len(row.tokens))]
    return {"input_ids": list(row.tokens), "completion_mask": mask}


class Head:
    """In the place of TRL's kernel, with its arguments and what it gives."""

    @staticmethod
    def apply(
        hidden: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        labels: torch.Tensor,
        temperature: float,
        chunk: int,
        softcap: float | None,
        scale: float,
        outputs: tuple[str, ...],
    ) -> tuple[torch.Tensor | None, ...]:
        assert (temperature, softcap, scale) == (1.0, None, 1.0), "not this model's"
        said = log_softmax(linear(hidden, weight, bias).float(), dim=-1)
        wanted = said.gather(-1, labels[:, None]).squeeze(-1)
        with torch.no_grad():
            entropy = -(said.exp() * said).sum(dim=-1)
            right = (said.argmax(dim=-1) == labels).float()
        return wanted, entropy, None, None, right


class Stopwatch(TrainerCallback):  # type: ignore[misc]
    """Of the steps alone, as our child counts them."""

    def __init__(self) -> None:
        self.seconds = self._began = 0.0

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._began = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.seconds += time.monotonic() - self._began


if __name__ == "__main__":
    main()

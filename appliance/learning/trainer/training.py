"""What the child does that trains, by Unsloth and TRL.

It and ``layers``, which it alone uses, import torch; ``child`` alone imports it. ``tuning.py``
says what it is given and what it leaves.
"""

from __future__ import annotations

import gc
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from typing import Any

from unsloth import FastLanguageModel  # first: it changes what is imported after it

# isort: split
import numpy as np
import torch
from datasets import Dataset
from pydantic import TypeAdapter
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import SFTConfig, SFTTrainer

from appliance.domain.errors import ModelError
from appliance.learning.gguf.adapter import from_modules, to_modules
from appliance.learning.gguf.adapter import read as read_adapter
from appliance.learning.gguf.adapter import write as write_adapter
from appliance.learning.trainer import layers, tuning
from appliance.learning.trainer.recipe import Recipe, adapting, loading
from appliance.learning.trainer.tuning import TokenRow, TuningProgress, TuningResult
from appliance.system import memory
from appliance.system.files import publish, sync_file, sync_folder, write

CHECKPOINT = 300.0
"""Seconds of work that a kill may cost at most; keeping one takes a second."""
PROBES = 8
"""Places at which the trained weights say what comes next, for the exported file to agree with."""
GRID = 64
"""Rows are as wide as a multiple of it. Where each of some hundred had a length of its own, the
child grew to 4.5 GB; so filled up, it stays at 3.2 GB and is faster."""
UNTAUGHT = -100
"""What the trainer counts as no label."""

_BOOK = "book.json"


def main() -> None:
    folder = Path(sys.argv[1])
    job = tuning.job_type.validate_json((folder / tuning.JOB).read_bytes())
    torch.set_num_threads(job.threads)
    torch.manual_seed(job.recipe.seed)
    _say(folder, TuningProgress("loading the model"))
    model, tokenizer = _model(_unpacked(folder, Path(job.base)), job.recipe)
    if job.begin is not None:
        _begin_with(Path(job.begin), model, base=Path(job.base), recipe=job.recipe)
    rows = tuning.read_rows(folder)
    learned = [row for row in rows if not row.held]
    keeper = _Keeper(folder, model, [row for row in rows if row.held])
    trainer = _Trainer(
        model=model,
        args=_arguments(folder, job.recipe, bf16=model.dtype is torch.bfloat16),
        train_dataset=Dataset.from_list([{"row": index} for index in range(len(learned))]),
        data_collator=lambda picked: _padded([learned[one["row"]] for one in picked]),
        processing_class=tokenizer,
        callbacks=[keeper],
    )
    begun = tuning.checkpoint(folder)
    _drop_halves(folder)
    trainer.train(resume_from_checkpoint=str(begun) if begun else None)
    if keeper.left:
        sys.exit(tuning.LEFT)
    _say(folder, TuningProgress("writing the adapter"))
    _finish(folder, Path(job.base), job.recipe, model, rows, keeper.book)


def _drop_halves(folder: Path) -> None:
    """Checkpoints that a kill left: counted as kept, they would push out the last whole one."""
    for kept in (folder / tuning.CHECKPOINTS).glob("checkpoint-*"):
        if not (kept / tuning.WHOLE).exists():
            shutil.rmtree(kept)


def _unpacked(folder: Path, base: Path) -> Path:
    """The GGUF as the folder that Unsloth reads."""
    final, partial = folder / "base", folder / "base.partial"
    if not final.exists():
        shutil.rmtree(partial, ignore_errors=True)
        source: dict[str, Any] = {"gguf_file": base.name}
        model = AutoModelForCausalLM.from_pretrained(base.parent, dtype=torch.bfloat16, **source)
        # As it is loaded it counts as quantised, and would not let itself be saved.
        model.hf_quantizer = None
        model.config.__dict__.pop("quantization_config", None)
        model.save_pretrained(partial)
        # Never used on a document: the trainer only asks it for the padding.
        AutoTokenizer.from_pretrained(base.parent, **source).save_pretrained(partial)
        del model
        gc.collect()
        for path in partial.iterdir():
            sync_file(path)
        sync_folder(partial)
        publish(partial, final)
    return final


def _model(folder: Path, recipe: Recipe) -> tuple[Any, Any]:
    cuda = torch.cuda.is_available()
    how = loading(recipe, cuda=cuda, bfloat16=not cuda and layers.bfloat16_is_faster())
    model, tokenizer = FastLanguageModel.from_pretrained(
        str(folder), **how | {"dtype": getattr(torch, str(how["dtype"]))}
    )
    model = FastLanguageModel.get_peft_model(model, **adapting(recipe, cuda=cuda))
    if not cuda:
        layers.register()
        model.get_base_model().set_attn_implementation(layers.NAME)
        layers.adopt(model)
        model.get_base_model().gradient_checkpointing_enable({"use_reentrant": False})
    return model, tokenizer


def _begin_with(adapter: Path, model: Any, *, base: Path, recipe: Recipe) -> None:
    """Raises ModelError when the adapter is not one of the recipe."""
    begun = read_adapter(adapter)
    ranks = {len(a) for a, _ in begun.tensors.values()}
    if (begun.alpha, ranks) != (recipe.alpha, {recipe.rank}):
        raise ModelError(
            f"{adapter} has rank {ranks} and alpha {begun.alpha}, "
            f"what is trained {recipe.rank} and {recipe.alpha}",
            hint="go on with an adapter of the same recipe",
        )
    halves = _halves(model)
    for module, pair in to_modules(base, begun, halves).items():
        for half, values in zip(halves[module], pair, strict=True):
            half.copy_(torch.from_numpy(values))


def _arguments(folder: Path, recipe: Recipe, *, bf16: bool) -> SFTConfig:
    """``bf16``: of the model; else the trainer would cast to it what is in 32 bits."""
    return SFTConfig(
        output_dir=str(folder / tuning.CHECKPOINTS),
        per_device_train_batch_size=recipe.together,
        gradient_accumulation_steps=recipe.batch // recipe.together,
        num_train_epochs=recipe.epochs,
        learning_rate=recipe.rate,
        lr_scheduler_type="cosine",
        warmup_steps=recipe.warmup,
        max_grad_norm=1.0,
        seed=recipe.seed,
        bf16=bf16,
        save_strategy="no",  # the keeper says when
        save_total_limit=2,  # the one before stays until the new one is whole
        eval_strategy="no",
        gradient_checkpointing=False,
        dataset_kwargs={"skip_prepare_dataset": True},
        remove_unused_columns=False,
        report_to=[],
        disable_tqdm=True,
        use_cpu=not torch.cuda.is_available(),
    )


def _padded(rows: Sequence[TokenRow]) -> dict[str, torch.Tensor]:
    """Padded at the end, where no token of a causal model sees it."""
    width = GRID * ceil(max(len(row.tokens) for row in rows) / GRID)
    tokens = torch.zeros(len(rows), width, dtype=torch.long)
    labels = torch.full_like(tokens, UNTAUGHT)
    for at, row in enumerate(rows):
        tokens[at, : len(row.tokens)] = torch.tensor(row.tokens)
        where = list(row.taught)
        labels[at, where] = tokens[at, where]
    return {"input_ids": tokens, "labels": labels}


def _loss(model: Any, inputs: dict[str, torch.Tensor]) -> tuple[torch.Tensor, int]:
    """Summed over the taught tokens, and their number. Logits are computed for them alone."""
    labels = inputs["labels"][:, 1:]
    at = (labels != UNTAUGHT).any(dim=0).nonzero().flatten()
    logits = model(input_ids=inputs["input_ids"], logits_to_keep=at).logits.float()
    wanted = labels[:, at].flatten()
    loss = cross_entropy(logits.flatten(0, 1), wanted, ignore_index=UNTAUGHT, reduction="sum")
    return loss, int((wanted != UNTAUGHT).sum())


class _Trainer(SFTTrainer):  # type: ignore[misc]
    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        if not torch.cuda.is_available():  # where Unsloth sees to it
            layers.keep(model, inputs["input_ids"].shape[1])
        loss, taught = _loss(model, inputs)
        return loss / (num_items_in_batch or max(taught, 1))


class _Keeper(TrainerCallback):  # type: ignore[misc]
    """Says how far it is, and rests and leaves when it is asked to.

    It goes to the last epoch: few rows are answered better and better while the loss on those that
    are held back rises (the choices get surer, the wrong ones too), and the exam judges the rest.
    """

    def __init__(self, folder: Path, model: Any, held: Sequence[TokenRow]) -> None:
        self._folder = folder
        self._model = model
        self._held = held
        self._kept = self._began = 0.0
        self.book = _Book.load(folder)
        self.left = False

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if not self.book.losses:
            _say(self._folder, TuningProgress("measuring what is there"))
            self._note(0)
        self._kept = time.monotonic()

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._began = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        now = time.monotonic()
        self.book.seconds += now - self._began
        self.book.steps += 1
        _say(self._folder, self._progress(state))
        while (self._folder / tuning.PAUSE).exists() and not self._asked_to_leave():
            _say(self._folder, replace(self._progress(state), phase="resting", left=None))
            time.sleep(1)
        if self._asked_to_leave():
            self.left = control.should_training_stop = True
        if self.left or state.global_step == state.max_steps or now - self._kept > CHECKPOINT:
            self._kept = now
            self.book.save(self._folder)
            control.should_save = True

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        kept = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        for path in kept.iterdir():
            sync_file(path)
        write(kept / tuning.WHOLE, b"")

    def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.epoch % 1:
            return  # left within it
        # Also when it leaves with the last step: the next sitting begins with the next epoch.
        self._note(round(state.epoch))

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        # A kill may have come between the last checkpoint and its note.
        if not self.left and self.book.epochs < args.num_train_epochs:
            self._note(round(args.num_train_epochs))

    def _note(self, epoch: int) -> None:
        self.book.losses[epoch] = _mean_loss(self._model, self._held)
        self.book.save(self._folder)

    def _progress(self, state: Any) -> TuningProgress:
        left = (state.max_steps - state.global_step) * self.book.seconds / max(self.book.steps, 1)
        return TuningProgress("training", state.global_step, state.max_steps, left)

    def _asked_to_leave(self) -> bool:
        return (self._folder / tuning.LEAVE).exists()


@dataclass
class _Book:
    """What has to outlive a sitting."""

    losses: dict[int, float] = field(default_factory=dict)
    """By epoch, on the held-back rows; 0 is before the first."""
    seconds: float = 0.0
    """Of training, all sittings together."""
    steps: int = 0
    """In that time."""

    @property
    def epochs(self) -> int:
        return max(self.losses, default=0)

    def save(self, folder: Path) -> None:
        write(folder / _BOOK, _book.dump_json(self))

    @classmethod
    def load(cls, folder: Path) -> _Book:
        path = folder / _BOOK
        return _book.validate_json(path.read_bytes()) if path.exists() else cls()


_book = TypeAdapter(_Book)


def _mean_loss(model: Any, rows: Sequence[TokenRow]) -> float:
    """Nats a taught token; 0 without rows."""
    model.eval()
    with torch.no_grad():
        parts = [_loss(model, _on(model, _padded([row]))) for row in rows]
    model.train()
    return sum(float(loss) for loss, _ in parts) / max(sum(count for _, count in parts), 1)


def _finish(
    folder: Path, base: Path, recipe: Recipe, model: Any, rows: Sequence[TokenRow], book: _Book
) -> None:
    """``tuned.json`` comes last."""
    model.eval()
    modules = {
        module: (a.float().cpu().numpy(), b.float().cpu().numpy())
        for module, (a, b) in _halves(model).items()
    }
    write_adapter(from_modules(base, recipe.alpha, modules), folder / tuning.ADAPTER)
    _probe(folder, model, rows)
    learned = sum(len(row.tokens) for row in rows if not row.held)
    done = TuningResult(
        book.epochs,
        book.seconds,
        learned * book.epochs,
        memory.peak(),
        before=book.losses[0],
        after=book.losses[book.epochs],
    )
    write(folder / tuning.TUNED, tuning.tuned_type.dump_json(done, indent=2))


def _probe(folder: Path, model: Any, rows: Sequence[TokenRow]) -> None:
    """What the weights would write at the last choice of a few rows, trained and as they were;
    of those that were held back first."""
    asked = sorted(rows, key=lambda row: not row.held)[:PROBES]
    begun = [row.tokens[: row.taught[-1]] for row in asked]
    trained = [_next_logits(model, tokens) for tokens in begun]
    with model.disable_adapter():
        base = [_next_logits(model, tokens) for tokens in begun]
    partial = folder / "probe.partial.npz"
    np.savez(
        partial,
        tokens=np.concatenate([np.array(tokens) for tokens in begun]),
        lengths=np.array([len(tokens) for tokens in begun]),
        trained=np.stack(trained),
        base=np.stack(base),
    )
    sync_file(partial)
    publish(partial, folder / tuning.PROBE)


def _next_logits(model: Any, tokens: Sequence[int]) -> Any:
    with torch.no_grad():
        said = model(input_ids=torch.tensor([tokens], device=model.device), logits_to_keep=1)
    return said.logits[0, -1].float().cpu().numpy()


def _halves(model: Any) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """A and B of each adapted module, by its name; they share the model's memory."""
    found: dict[str, dict[str, torch.Tensor]] = {}
    for name, tensor in model.named_parameters():
        if "lora_" in name:
            module, half = name.rsplit(".lora_", 1)
            found.setdefault(module, {})[half[0]] = tensor.detach()
    return {module: (halves["A"], halves["B"]) for module, halves in found.items()}


def _on(model: Any, inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.to(model.device) for name, tensor in inputs.items()}


def _say(folder: Path, progress: TuningProgress) -> None:
    path = folder / tuning.PROGRESS
    partial = path.with_suffix(".partial")
    partial.write_bytes(tuning.progress_type.dump_json(progress))  # no need to outlive a power cut
    partial.replace(path)

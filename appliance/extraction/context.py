"""What llama.cpp has computed of one run of tokens, and what it computes next.

A token is computed by other kernels alone than among others, and the difference of a last bit
becomes one of a whole nat where activations are rounded to eight bits. So none is computed alone:
beside a second one, which is dropped, each says what it says in any batch, for llama's kind of
models to the bit. For others logits depend slightly on how tokens are grouped, so the caller groups
them, and what was computed before is used again as it was grouped only: the same batches give the
same logits, whatever was asked in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import llama_cpp as llama  # costs half a second and a shared library: import this module late
import numpy as np
from numpy.typing import NDArray

from appliance.domain.errors import ModelError
from appliance.extraction.batches import Batch, common, length

_SEQUENCE = 0
"""The only sequence of llama.cpp's cache that is used."""


class Context:
    """``size`` tokens of room for prompt and answer; ``batch`` at most are computed at once.

    Raises ModelError when it does not fit into memory.
    """

    def __init__(
        self,
        model: llama.llama_model_p,
        size: int,
        *,
        threads: Callable[[], int],
        batch: int,
        pairs: bool,
    ) -> None:
        """``threads`` says before each batch on how many cores it is computed; ``pairs``: no token
        is computed alone."""
        self.size = size
        self._llama = _open(model, size, batch=batch)
        self._threads = threads
        self._memory = llama.llama_get_memory(self._llama)
        self._most = max(batch, 2)
        self._batch = llama.llama_batch_init(self._most, 0, 1)
        self._vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
        self._pairs = pairs
        self._done: list[Batch] = []

    def close(self) -> None:
        llama.llama_batch_free(self._batch)
        llama.llama_free(self._llama)

    def logits(self, batches: Sequence[Batch], at: Sequence[int]) -> NDArray[np.float32]:
        """As ``Engine`` says; the caller has seen to it that they fit. Raises ModelError, also when
        a logit is NaN or infinite, as one damaged weight makes all of them."""
        self._keep(common(self._done, batches[:-1]))
        for batch in batches[len(self._done) : -1]:
            self._evaluate(batch, ())
        last = batches[-1]
        places = [place % len(last.tokens) for place in at]
        self._evaluate(last, places)
        rows = [llama.llama_get_logits_ith(self._llama, place) for place in places]
        found = np.stack([np.ctypeslib.as_array(row, shape=(self._vocabulary,)) for row in rows])
        if not np.isfinite(found).all():
            self._keep(())
            raise ModelError(
                "the model's output is not a number (NaN or infinite)",
                hint="its file or the memory is damaged: `appliance doctor` looks at it",
            )
        return found

    def _keep(self, batches: Sequence[Batch]) -> None:
        """Forgets what comes after these."""
        if llama.llama_memory_seq_rm(self._memory, _SEQUENCE, length(batches), -1):
            self._done[:] = batches
        else:
            llama.llama_memory_clear(self._memory, True)
            self._done.clear()

    def _evaluate(self, wanted: Batch, places: Sequence[int]) -> None:
        """``places`` are those whose logits are computed."""
        tokens, position = wanted.tokens, length(self._done)
        if len(tokens) > self._most:
            raise ValueError(f"{len(tokens)} tokens in a batch of at most {self._most}")
        if len(tokens) == 1 and self._pairs:
            tokens = (*tokens, *tokens)  # see the top
        batch = self._batch
        batch.n_tokens = len(tokens)
        for index, token in enumerate(tokens):
            batch.token[index] = token
            batch.pos[index] = position + index
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = _SEQUENCE
            batch.logits[index] = False
        for place in places:
            batch.logits[place] = True
        threads = self._threads()
        llama.llama_set_n_threads(self._llama, threads, threads)
        code = llama.llama_decode(self._llama, batch)
        if code:
            self._keep(())
            raise ModelError(f"llama.cpp could not compute {len(tokens)} tokens (code {code})")
        self._done.append(wanted)
        if wanted.kept < len(tokens):
            self._keep(self._done.copy())


def _open(model: llama.llama_model_p, size: int, *, batch: int) -> llama.llama_context_p:
    settings = llama.llama_context_default_params()
    settings.n_ctx = size
    settings.n_batch = settings.n_ubatch = batch
    settings.n_seq_max = 1
    settings.kv_unified = True
    settings.swa_full = True  # or what lies before a sliding window could not be kept
    # With it a prompt of 2,600 tokens takes a fifth less time, but drafts two to four times as
    # long, and whole orders an eighth more.
    settings.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_DISABLED
    settings.no_perf = True
    opened: llama.llama_context_p | None = llama.llama_init_from_model(model, settings)
    if not opened:
        raise ModelError(
            f"no memory for a context of {size} tokens",
            hint="close other programs, or use a smaller model",
        )
    return opened

"""A GGUF in memory: text to tokens, tokens to the logits of the next one.

The only module that asks llama.cpp. It decides nothing: no sampling, no grammar.

A token is computed by other kernels alone than among others, and the difference of a last bit
becomes one of a whole nat where activations are rounded to eight bits. So none is computed alone:
beside a second one, which is dropped, each says what it says in any batch, for llama's kind of
models to the bit. For others logits depend slightly on how tokens are grouped, so the caller groups
them, and what was computed before is used again as it was grouped only: the same batches give the
same logits, whatever was asked in between.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path

import llama_cpp as llama  # costs half a second and a shared library: import this module late
import numpy as np
from llguidance import LLTokenizer
from llguidance.llamacpp import lltokenizer_from_vocab
from numpy.typing import NDArray

from appliance.domain.errors import ModelError
from appliance.extraction.batches import Batch, Tokens, common, length

log = logging.getLogger(__name__)

_SEQUENCE = 0
# The rest is llama.cpp about itself and its tuning. Errors are raised by us as well, with a hint.
_LEVELS = {3: logging.DEBUG, 4: logging.WARNING}


@llama.llama_log_callback  # type: ignore[untyped-decorator]
def _log(level: int, text: bytes, _: object) -> None:
    if level in _LEVELS:
        log.log(_LEVELS[level], "%s", text.decode("utf-8", "replace").rstrip())


class Engine:
    """``context`` tokens of room for prompt and answer; ``batch`` at most are computed at once.

    Raises ModelError when the file is missing, is no model, or does not fit into memory.
    """

    def __init__(
        self, path: Path, *, context: int = 8192, threads: int = 2, batch: int = 512
    ) -> None:
        llama.llama_log_set(_log, None)
        llama.llama_backend_init()
        self._model = _load(path)
        self._vocab = llama.llama_model_get_vocab(self._model)
        self.context = min(context, llama.llama_model_n_ctx_train(self._model))
        self.batch = batch
        self._llama = _open(self._model, context=self.context, threads=threads, batch=batch)
        self._memory = llama.llama_get_memory(self._llama)
        self._batch = llama.llama_batch_init(max(batch, 2), 0, 1)
        self._open = True
        self._done: list[Batch] = []
        self.forgets = not (
            llama.llama_model_is_recurrent(self._model) or llama.llama_model_is_hybrid(self._model)
        )
        """Whether it can drop its last tokens; what was drafted has to be."""
        self.vocabulary = llama.llama_vocab_n_tokens(self._vocab)
        self.tokenizer = _tokenizer(self._vocab)
        self.start: Tokens = self._start()

    def close(self) -> None:
        if self._open:
            self._open = False
            llama.llama_batch_free(self._batch)
            llama.llama_free(self._llama)
            llama.llama_model_free(self._model)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def spread(self, threads: int) -> None:
        """Computes on so many cores from now on; what comes out is the same."""
        llama.llama_set_n_threads(self._llama, threads, threads)

    def knows(self, token: str) -> bool:
        """Whether ``token`` is one of the vocabulary's special tokens."""
        found = self.tokenize(token, special=True)
        return len(found) == 1 and bool(llama.llama_vocab_is_control(self._vocab, found[0]))

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """``special`` reads names of special tokens as such tokens; never for documents."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        tokens = (llama.llama_token * room)()
        count = llama.llama_tokenize(self._vocab, data, len(data), tokens, room, False, special)
        if count < 0:
            raise ModelError(f"the model's vocabulary can't write {text[:40]!r}")
        return tokens[:count]

    def detokenize(self, tokens: Sequence[int]) -> bytes:
        return bytes(self.tokenizer.decode_bytes(list(tokens)))

    def logits(self, batches: Sequence[Batch], at: Sequence[int] = (-1,)) -> NDArray[np.float32]:
        """Of the token after each of the places ``at`` in the last batch: a row for each, a column
        per token of the vocabulary.

        Raises ModelError when the tokens don't fit into the context.
        """
        if length(batches[:-1]) + max(len(batches[-1].tokens), 2) > self.context:
            raise ModelError(
                f"the model's context of {self.context} tokens is too small",
                hint="use a model with a larger context",
            )
        self._keep(common(self._done, batches[:-1]))
        for batch in batches[len(self._done) : -1]:
            self._evaluate(batch, ())
        last = batches[-1]
        places = [place % len(last.tokens) for place in at]
        self._evaluate(last, places)
        rows = [llama.llama_get_logits_ith(self._llama, place) for place in places]
        return np.stack([np.ctypeslib.as_array(row, shape=(self.vocabulary,)) for row in rows])

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
        if len(tokens) == 1 and self.forgets:
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
        code = llama.llama_decode(self._llama, batch)
        if code:
            self._keep(())
            raise ModelError(f"llama.cpp could not compute {len(tokens)} tokens (code {code})")
        self._done.append(wanted)
        if wanted.kept < len(tokens):
            self._keep(self._done.copy())

    def _start(self) -> Tokens:
        """What the GGUF wants before everything: its BOS token or nothing."""
        if not llama.llama_vocab_get_add_bos(self._vocab):
            return ()
        return (llama.llama_vocab_bos(self._vocab),)


def _load(path: Path) -> llama.llama_model_p:
    hint = "`appliance model add FILE.gguf`"
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelError(f"the model {path} cannot be read: {error.strerror}", hint=hint) from error
    if magic != b"GGUF":
        raise ModelError(f"{path} is not a GGUF file", hint=hint)
    settings = llama.llama_model_default_params()
    settings.n_gpu_layers = 0
    model: llama.llama_model_p | None = llama.llama_model_load_from_file(
        str(path).encode(), settings
    )
    if not model:
        raise ModelError(
            f"llama.cpp cannot load {path}",
            hint="the file is damaged, of a newer kind, or larger than the free memory",
        )
    return model


def _open(
    model: llama.llama_model_p, *, context: int, threads: int, batch: int
) -> llama.llama_context_p:
    settings = llama.llama_context_default_params()
    settings.n_ctx = context
    settings.n_batch = settings.n_ubatch = batch
    settings.n_seq_max = 1
    settings.n_threads = settings.n_threads_batch = threads
    settings.kv_unified = True
    settings.swa_full = True  # or what lies before a sliding window could not be kept
    # With it short prompts are a tenth faster, and drafts in long documents half as slow again.
    settings.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_DISABLED
    settings.no_perf = True
    opened: llama.llama_context_p | None = llama.llama_init_from_model(model, settings)
    if not opened:
        llama.llama_model_free(model)
        raise ModelError(
            f"no memory for a context of {context} tokens",
            hint="close other programs, or use a smaller model",
        )
    return opened


def _tokenizer(vocab: llama.llama_vocab_p) -> LLTokenizer:
    with warnings.catch_warnings():
        # llguidance 1.9 asks llama.cpp by a name that llama-cpp-python has since deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return lltokenizer_from_vocab(vocab)

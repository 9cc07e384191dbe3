"""A GGUF in memory: text to tokens, tokens to the logits of the next one.

With ``context``, the only module that asks llama.cpp. It decides nothing: no sampling, no grammar.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import llama_cpp as llama  # costs half a second and a shared library: import this module late
import numpy as np
from llguidance import LLTokenizer
from llguidance.llamacpp import lltokenizer_from_vocab
from numpy.typing import NDArray

from appliance.domain.errors import ModelError, UnwritableText
from appliance.extraction.batches import Batch, Tokens, length
from appliance.extraction.context import Context

log = logging.getLogger(__name__)

SHORT = 2048
"""Tokens of room to begin with: most documents need no more, and 4,096 take 45 MB more, 8,192
135."""

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
        self,
        path: Path,
        *,
        context: int = 8192,
        threads: int | Callable[[], int] = 2,
        batch: int = 256,
    ) -> None:
        """``threads``: on how many cores, or who says it before each batch; what comes out is the
        same."""
        llama.llama_log_set(_log, None)
        llama.llama_backend_init()
        self._model = _load(path)
        self._vocab = llama.llama_model_get_vocab(self._model)
        self.context = min(context, llama.llama_model_n_ctx_train(self._model))
        self.batch = batch
        self._threads = threads if callable(threads) else lambda: threads
        self.forgets = not (
            llama.llama_model_is_recurrent(self._model) or llama.llama_model_is_hybrid(self._model)
        )
        """Whether it can drop its last tokens; what was drafted has to be."""
        self.vocabulary = llama.llama_vocab_n_tokens(self._vocab)
        self.tokenizer = _tokenizer(self._vocab)
        self.start: Tokens = self._start()
        try:
            self._computed = self._room(min(SHORT, self.context))
        except ModelError:
            llama.llama_model_free(self._model)
            raise
        self._open = True

    def close(self) -> None:
        if self._open:
            self._open = False
            self._computed.close()
            llama.llama_model_free(self._model)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def knows(self, token: str) -> bool:
        """Whether ``token`` is one of the vocabulary's special tokens."""
        found = self.tokenize(token, special=True)
        return len(found) == 1 and bool(llama.llama_vocab_is_control(self._vocab, found[0]))

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """``special`` reads names of special tokens as such tokens; never for documents.

        Raises UnwritableText for a text that the vocabulary cannot write.
        """
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        tokens = (llama.llama_token * room)()
        count = llama.llama_tokenize(self._vocab, data, len(data), tokens, room, False, special)
        if count < 0:
            raise UnwritableText(f"the model's vocabulary can't write {text[:40]!r}")
        return tokens[:count]

    def detokenize(self, tokens: Sequence[int]) -> bytes:
        return bytes(self.tokenizer.decode_bytes(list(tokens)))

    def logits(self, batches: Sequence[Batch], at: Sequence[int] = (-1,)) -> NDArray[np.float32]:
        """Of the token after each of the places ``at`` in the last batch: a row for each, a column
        per token of the vocabulary.

        Raises ModelError when the tokens don't fit into the context.
        """
        size = length(batches[:-1]) + max(len(batches[-1].tokens), 2)
        if size > self.context:
            raise ModelError(
                f"the model's context of {self.context} tokens is too small",
                hint="use a model with a larger context",
            )
        if size > self._computed.size:
            self._grow(size)
        return self._computed.logits(batches, at)

    def _grow(self, size: int) -> None:
        """By doubling, so that it holds what the longest document needed and not much more."""
        room = self._computed.size
        while room < size:
            room *= 2
        larger = self._room(min(room, self.context))
        self._computed.close()
        self._computed = larger

    def _room(self, size: int) -> Context:
        return Context(
            self._model, size, threads=self._threads, batch=self.batch, pairs=self.forgets
        )

    def _start(self) -> Tokens:
        """What the GGUF wants before everything: its BOS token or nothing."""
        if not llama.llama_vocab_get_add_bos(self._vocab):
            return ()
        return (llama.llama_vocab_bos(self._vocab),)


def _load(path: Path) -> llama.llama_model_p:
    hint = "`appliance init` makes it again, or `appliance model add FILE.gguf`"
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelError(f"the model {path} cannot be read: {error.strerror}", hint=hint) from error
    if magic != b"GGUF":
        raise ModelError(f"{path} is not a GGUF file", hint=hint)
    settings = llama.llama_model_default_params()
    settings.n_gpu_layers = 0
    # Where the processor wants its weights in another order, a mapped file stays in memory beside
    # them: 114 MB more with the starter on a processor with AMX.
    settings.load_mode = llama.LLAMA_LOAD_MODE_NONE
    model: llama.llama_model_p | None = llama.llama_model_load_from_file(
        str(path).encode(), settings
    )
    if not model:
        raise ModelError(
            f"llama.cpp cannot load {path}",
            hint="the file is damaged, of a newer format, or larger than the free memory",
        )
    return model


def _tokenizer(vocab: llama.llama_vocab_p) -> LLTokenizer:
    with warnings.catch_warnings():
        # llguidance 1.9 asks llama.cpp by a name that llama-cpp-python has since deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return lltokenizer_from_vocab(vocab)

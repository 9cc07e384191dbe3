"""From an adapter to the quantised file that serves, and whether that file says what was trained.

Fine-tuned models are easily damaged on the way to a GGUF; here the trained weights said beforehand
what they would write at some places, and what the base would, and the file has to agree with them.
Beside ``extraction`` the one module that touches llama.cpp: it quantises a file.
"""

from __future__ import annotations

import ctypes
import logging
import os
import shutil
from collections.abc import Callable
from math import hypot
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import llama_cpp as llama  # costs half a second and a shared library: import this module late
import numpy as np
from numpy.typing import NDArray

from appliance.domain.errors import ModelError
from appliance.learning.gguf.adapter import read
from appliance.learning.gguf.merge import merge_adapter
from appliance.learning.gguf.writing import appearing
from appliance.system.files import MODE

log = logging.getLogger(__name__)

KINDS = {
    "F16": llama.LLAMA_FTYPE_MOSTLY_F16,
    "Q8_0": llama.LLAMA_FTYPE_MOSTLY_Q8_0,
    "Q6_K": llama.LLAMA_FTYPE_MOSTLY_Q6_K,
    "Q5_K_M": llama.LLAMA_FTYPE_MOSTLY_Q5_K_M,
    "Q4_K_M": llama.LLAMA_FTYPE_MOSTLY_Q4_K_M,
}

_ERROR = 4
"""ggml's log level for errors."""
_errors: list[str] = []


@llama.llama_log_callback  # type: ignore[untyped-decorator]
def _log(level: int, text: bytes, _: object) -> None:
    line = text.decode("utf-8", "replace").strip()
    if level == _ERROR:
        _errors.append(line)
    log.debug("%s", line)


def quantise(source: Path, final: Path, *, kind: str = "Q8_0", threads: int) -> None:
    """``source`` holds F32, F16 or BF16, ``kind`` is one of ``KINDS``.

    Raises ModelError when llama.cpp can't read it, or when ``final`` can't be written: then
    nothing new stands there.
    """
    if kind not in KINDS:
        raise ModelError(f"there is no kind {kind}", hint=f"name one of {', '.join(KINDS)}")
    settings = llama.llama_model_quantize_default_params()
    settings.ftype = KINDS[kind]
    settings.nthread = threads
    with appearing(final) as partial:
        _run(source, partial, settings)
        partial.chmod(MODE)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())


def _run(source: Path, partial: Path, settings: llama.llama_model_quantize_params) -> None:
    llama.llama_log_set(_log, None)
    llama.llama_backend_init()
    _errors.clear()
    code = llama.llama_model_quantize(
        os.fsencode(source), os.fsencode(partial), ctypes.byref(settings)
    )
    if code:
        free = shutil.disk_usage(partial.parent).free // 1_000_000
        raise ModelError(
            f"llama.cpp can't quantise {source} (code {code}): {' '.join(_errors)}",
            hint=f"see that it is a merged model; {free} MB are free in {partial.parent}",
        )


MISSED = 0.15
"""Share of the way from the base that an honest file may miss: bfloat16 loses small changes."""
NOISE = {"F16": 0.08, "Q8_0": 0.1, "Q6_K": 0.15, "Q5_K_M": 0.5, "Q4_K_M": 0.35}
"""What quantising to a kind may move the logits on top, in their standard deviations. Measured of
SmolLM2-135M, tuned on 90 receipts, which moved it by 0.7: 0.02, 0.05, 0.08, 0.41 and 0.22. As
Q8_0 it was off by 0.16 with q and k in the wrong order, by 0.36 with half its alpha."""


class ExportMismatch(ModelError):
    """The exported file does not say what was trained."""


Logits = Callable[[tuple[int, ...]], NDArray[np.float32]]
"""Of the token after those."""


def export(base: Path, adapter: Path, final: Path, *, kind: str, threads: int) -> None:
    """Raises ModelError; then nothing new stands at ``final``."""
    merged = final.with_name("merged.gguf")
    try:
        merge_adapter(base, read(adapter), merged, dithered=kind == "Q8_0")
        quantise(merged, final, kind=kind, threads=threads)
    finally:
        merged.unlink(missing_ok=True)


def check(probe: Path, logits: Logits, *, kind: str | None = None) -> float:
    """How far ``logits`` are from those of the trained weights at the places of ``probe``: root
    mean square, in standard deviations.

    ``kind`` is how the file was quantised; the noisiest is forgiven when it is None. Raises
    ExportMismatch when they are further away than that explains, as the base is when training
    changed more, and ModelError when ``probe`` is damaged.
    """
    try:
        with probe.open("rb") as file, np.load(file) as said:
            ends = said["lengths"].cumsum()
            places = [tuple(map(int, part)) for part in np.split(said["tokens"], ends[:-1])]
            trained, base = _centred(said["trained"]), _centred(said["base"])
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise ModelError(
            f"what the trained model said cannot be read: {error}",
            hint=f"without {probe.name} there is nothing to compare the exported one with",
        ) from error
    unit = _size(trained)
    off = _size(_centred(np.stack([logits(place) for place in places])) - trained) / unit
    moved = _size(trained - base) / unit
    if not off <= hypot(MISSED * moved, NOISE[kind] if kind else max(NOISE.values())):
        raise ExportMismatch(
            f"the exported model does not say what was trained: it is off by {off:.2f} where "
            f"training moved it by {moved:.2f}",
            hint="it does not go live; please report this with the night's folder",
        )
    return off


def _centred(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Each place's about its mean, which says nothing."""
    every = logits.astype(np.float64)
    return np.asarray(every - every.mean(axis=-1, keepdims=True))


def _size(logits: NDArray[np.float64]) -> float:
    return float(np.sqrt((logits**2).mean()))

"""llama.cpp's own quantising, from a merged file to one that serves.

Beside those of ``extraction`` the one module that touches llama.cpp: it needs only the file.
"""

from __future__ import annotations

import ctypes
import logging
import os
import shutil
from pathlib import Path

import llama_cpp as llama  # costs half a second and a shared library: import this module late

from appliance.domain.errors import ModelError
from appliance.files import MODE
from appliance.learning.gguf.writing import appearing

log = logging.getLogger(__name__)

KINDS = {
    "F16": llama.LLAMA_FTYPE_MOSTLY_F16,
    "Q8_0": llama.LLAMA_FTYPE_MOSTLY_Q8_0,
    "Q6_K": llama.LLAMA_FTYPE_MOSTLY_Q6_K,
    "Q5_K_M": llama.LLAMA_FTYPE_MOSTLY_Q5_K_M,
    "Q4_K_M": llama.LLAMA_FTYPE_MOSTLY_Q4_K_M,
}

_ERROR = 4
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

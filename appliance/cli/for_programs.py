"""What lists tell programs by ``--json``: values in, JSON objects out, always with the same keys.

docs/reference/lists.md has a table of the keys. Times are seconds since 1970.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from appliance.cli import views
from appliance.domain.corrections import QueueEntry
from appliance.domain.doctype import DocType
from appliance.domain.results import Job, JobState, ModelVersion
from appliance.learning.night.standing import NightStanding
from appliance.records.audit import AuditEntry
from appliance.records.calls import CallState, OpenCall

if TYPE_CHECKING:  # it imports what opens documents, which `status` has no use for
    from appliance.service.described import DescribedDocument


def document(job: Job, waiting: QueueEntry | None) -> dict[str, Any]:
    """``waiting`` where it waits for a clerk, who may have to key it blind."""
    return {
        "docid": job.docid,
        "doctype": job.doctype,
        "source": job.source,
        "arrived_at": job.arrived_at,
        "state": job.state,
        "reason": (views.why(waiting) if waiting else job).reason,
        "waits_for_clerk": waiting is not None,
        "blind": waiting is not None and waiting.evidence,
        "station": waiting.station if waiting else None,
    }


def values(described: DescribedDocument) -> dict[str, Any]:
    """Return what ``show --json`` says of a document beside ``document``."""
    return asdict(described)


def version(found: ModelVersion, size: int | None, *, champion: str | None) -> dict[str, Any]:
    """``size`` as the registry has it."""
    training, verdict = found.training, found.verdict
    return {
        "version": found.name,
        "serves": found.name == champion,
        "made_at": found.made_at or None,
        "base": found.base,
        "origin": found.origin or None,
        "documents": training.documents if training else None,
        "verdict": verdict.outcome if verdict else None,
        "fixes": verdict.fixed if verdict else None,
        "breaks": verdict.broken if verdict else None,
        "bytes": size,
    }


def doctype(kind: DocType) -> dict[str, Any]:
    return {
        "doctype": kind.name,
        "title": kind.title,
        "fields": [spec.name for spec in kind.fields],
        "required": [spec.name for spec in kind.fields if spec.required],
        "table": kind.items.name if kind.items else None,
        "columns": [spec.name for spec in kind.items.fields] if kind.items else [],
        "party": list(kind.party),
        "checks": [check.expression for check in kind.checks],
    }


def counts(numbers: Mapping[tuple[str, JobState], int]) -> dict[str, dict[str, int]]:
    """By document type and state, those that there are."""
    found: dict[str, dict[str, int]] = {}
    for (name, state), number in numbers.items():
        found.setdefault(name, {})[state.value] = number
    return found


def audit(entry: AuditEntry) -> dict[str, Any]:
    return asdict(entry) | {"ruling": json.loads(entry.ruling) if entry.ruling else None}


def calls(open_calls: Iterable[OpenCall]) -> dict[str, int]:
    states = Counter(one.state for one in open_calls)
    return {state.value: states[state] for state in (CallState.WAITING, CallState.FAILED)}


def nights(standing: NightStanding) -> dict[str, Any] | None:
    """How the last one ended; None before the first."""
    if standing.last is None:
        return None
    return {
        "ended_at": standing.last.ended_at,
        "end": standing.last.end,
        "said": standing.last.said,
        "version": standing.last.version,
        "left_out": [asdict(one) for one in standing.last.left_out],
        "nights_without_learning": standing.unlearned,
    }

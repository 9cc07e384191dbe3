"""The appliance's numbers as a file for Prometheus, by way of node_exporter's textfile collector.

It holds names of document types and model versions, and nothing that stands on a document. Numbers
of the records are those of the home; those of steps count from the start of the daemon, as
Prometheus expects of counters.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.domain.results import JobState
from appliance.learning.night.standing import NightStanding
from appliance.records.store import Store
from appliance.service.daemon import DayEvent, Reporter
from appliance.service.pipeline import StepResult
from appliance.system import files
from appliance.system.interval import Interval

BETWEEN = 15.0
"""Seconds between two files, at least."""
MODE = 0o644
"""Whoever collects it is another user."""
STEPS = {
    JobState.ARRIVED: "reading",
    JobState.READ: "answering",
    JobState.ACCEPTED: "delivering",
}
"""By the state in which a step finds a document."""

Sample = tuple[Mapping[str, str], float]
"""Labels and a number."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Metrics:
    documents: Mapping[tuple[str, JobState], int]
    """By document type and state."""
    oldest_waiting: float | None
    """When the document arrived that waits longest for a clerk, seconds since 1970; None when none
    does."""
    model: str
    """The version that serves; empty when none does."""
    started_at: float
    """Seconds since 1970, UTC."""
    nights: NightStanding = NightStanding()
    steps: Mapping[tuple[str, JobState], int] = field(default_factory=dict)
    """Since the start, by step and the state after it."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """That they took in all, by step."""


def exposition(metrics: Metrics, *, now: float) -> str:
    """In the text format of Prometheus."""
    documents = [
        ({"doctype": doctype, "state": state}, float(number))
        for (doctype, state), number in sorted(metrics.documents.items())
    ]
    steps = [
        ({"step": step, "state": state}, float(number))
        for (step, state), number in sorted(metrics.steps.items())
    ]
    seconds = [({"step": step}, number) for step, number in sorted(metrics.seconds.items())]
    oldest: list[Sample] = []
    if metrics.oldest_waiting is not None:
        oldest.append(({}, metrics.oldest_waiting))
    model: list[Sample] = [({"version": metrics.model}, 1.0)] if metrics.model else []
    lines = [
        *_family("documents", "gauge", "Documents of the home by type and state.", documents),
        *_family(
            "oldest_held_timestamp_seconds",
            "gauge",
            "When the document arrived that waits longest for a clerk.",
            oldest,
        ),
        *_of_nights(metrics.nights),
        *_family("steps_total", "counter", "Steps done, by the state after them.", steps),
        *_family("step_seconds_total", "counter", "Time that they took.", seconds),
        *_family("model_info", "gauge", "The model version that serves.", model),
        *_family(
            "start_time_seconds", "gauge", "When the daemon began.", [({}, metrics.started_at)]
        ),
        *_family("written_timestamp_seconds", "gauge", "When this was written.", [({}, now)]),
    ]
    return "\n".join([*lines, ""])


def _of_nights(standing: NightStanding) -> Iterator[str]:
    last = standing.last
    ended_at: list[Sample] = [({}, last.ended_at)] if last else []
    end: list[Sample] = [({"end": last.end}, 1.0)] if last else []
    left_out: list[Sample] = [({}, float(len(last.left_out)))] if last else []
    unlearned: list[Sample] = [({}, float(standing.unlearned))] if last else []
    for name, about, samples in (
        ("last_night_timestamp_seconds", "When the last night ended.", ended_at),
        ("last_night_info", "How the last night ended.", end),
        ("last_night_left_out", "Documents that it could not learn from.", left_out),
        ("nights_without_learning", "Nights in a row that learned nothing.", unlearned),
    ):
        yield from _family(name, "gauge", about, samples)


def _family(name: str, kind: str, about: str, samples: Sequence[Sample]) -> Iterator[str]:
    """Nothing of what has no sample."""
    if samples:
        yield f"# HELP appliance_{name} {about}"
        yield f"# TYPE appliance_{name} {kind}"
    for labels, value in samples:
        told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"appliance_{name}{f'{{{told}}}' if told else ''} {value!r}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class MetricsFile:
    def __init__(
        self,
        path: Path | None,
        store: Store,
        *,
        model: Callable[[], str],
        nights: Callable[[], NightStanding] = NightStanding,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Without a ``path`` nothing is written; ``model`` says which version serves, ``nights``
        how it stands with them."""
        self._path = path
        self._store = store
        self._model = model
        self._nights = nights
        self._clock = clock
        self._started_at = clock()
        self._rest = Interval(BETWEEN, clock=clock)
        self._steps: Counter[tuple[str, JobState]] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._told = ""

    def counting(self, report: Reporter) -> Reporter:
        """``report``, of which it hears too."""

        def told(event: DayEvent) -> None:
            self._count(event)
            report(event)

        return told

    def look(self) -> None:
        """Writes when it is time."""
        if self._rest.is_over():
            self.write()

    def write(self) -> None:
        """A folder that cannot be written holds nothing else up: the log says it once."""
        if self._path is None:
            return
        self._rest.begin()
        metrics = Metrics(
            self._store.counts(),
            self._store.oldest_held(),
            self._model(),
            self._started_at,
            self._nights(),
            self._steps,
            self._seconds,
        )
        try:
            files.write(self._path, exposition(metrics, now=self._clock()).encode(), mode=MODE)
        except OSError as error:
            said = f"{self._path} cannot be written: {error.strerror}"
            if said != self._told:
                log.warning("%s (let the appliance write there, or correct [metrics])", said)
            self._told = said
        else:
            self._told = ""

    def _count(self, event: DayEvent) -> None:
        if isinstance(event, StepResult) and (step := STEPS.get(event.job.state)):
            self._steps[step, event.state] += 1
            self._seconds[step] += event.seconds

"""One night, step by step: collect, train, export, examine, decide, enter.

Each step leaves a file in the night's folder, so that a night that is cut, by a kill, by the
morning or by an empty disk, goes on from there. The verdict is written before anything follows
from it; what follows may be done twice. Until the pointer of the champion is replaced, the last
act, nothing that serves has changed.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from appliance.domain.doctype import DocType
from appliance.domain.errors import Leaving, ModelError, ToolError
from appliance.domain.labels import Labelled
from appliance.domain.results import ModelVersion, Outcome, Training, Verdict
from appliance.extraction.decode import Engine
from appliance.files import make_folder, write
from appliance.learning import tuning
from appliance.learning.export import check, export
from appliance.learning.gate import decide
from appliance.learning.night.answers import ANSWERS, Answers
from appliance.learning.night.choosing import Caps, choose
from appliance.learning.night.collect import Lesson, collect
from appliance.learning.night.examine import Asks, Examinee, examine
from appliance.learning.recipe import recipe
from appliance.learning.registry import Registry
from appliance.learning.tuning import Progress
from appliance.learning.twins import Twins
from appliance.learning.versions import ADAPTER, MODEL, sha256_of
from appliance.records.labels import Labels

FOLDER = ".night"
"""In ``models/``; hidden, so that nobody takes it for a version."""
DONE = ".night.done"
PLAN = "plan.json"
CANDIDATE = "candidate"
"""Folder of the files that become a version."""
VERDICT = "verdict.json"

FEWEST = 8
"""Documents below which there is nothing to learn."""
BEAT = 1.0
"""Seconds between two looks at the child that trains, and at whether documents wait."""
PARTING = 120.0
"""Seconds that a child has to keep its checkpoint when we leave."""
SPACE = 12
"""Bytes of disk a weight: unpacked in 16 bits, merged in 32, quantised, checkpoints."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a night set out to do."""

    base: str
    """Name of the version that is tuned."""
    lesson: Lesson
    begun_at: float
    """Seconds since 1970, UTC."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was decided, before anything follows from it."""

    name: str
    sha256: str
    champion: str
    verdict: Verdict
    evidence: tuple[tuple[str, str], ...]
    """Docids and types of what it was decided on."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a night may use."""

    threads: int
    memory: int
    """Bytes that the training may take."""
    caps: Caps = Caps()
    quantisation: str = "Q8_0"
    keep: int = 3
    """Tuned versions whose file stays."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What it works with."""

    registry: Registry
    labels: Labels
    doctype: Callable[[str], DocType]
    engine: Callable[[Path], AbstractContextManager[Engine]]
    asks: Callable[[ModelVersion], AbstractContextManager[Asks]]


_plan = TypeAdapter(Plan)
_judged = TypeAdapter(Judged)


class Night:
    def __init__(
        self,
        tools: Tools,
        means: Means,
        *,
        waiting: Callable[[], bool],
        over: Callable[[], bool],
        tell: Callable[[Progress], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``waiting``: do documents wait, who go first? ``over``: is it time to leave?"""
        self._tools = tools
        self._means = means
        self._waiting = waiting
        self._over = over
        self._tell = tell
        self._clock = clock
        self._folder = tools.registry.folder / FOLDER
        self._candidate = self._folder / CANDIDATE

    def run(self) -> ModelVersion:
        """The version that came of it, with its verdict.

        Raises ToolError when something is missing that a night needs, ModelError when the base
        cannot be tuned, and Leaving when it was over before the end; the next one goes on.
        """
        try:
            shutil.rmtree(self._folder.with_name(DONE), ignore_errors=True)
            plan = self._planned() or self._prepare()
            judged = self._judged() or self._work(plan)
            return self._enter(plan, judged)
        except OSError as error:
            raise ToolError(
                f"the night stopped: {error.strerror or error}",
                hint="free some space on the disk of the models; it goes on from where it was",
            ) from error

    def _work(self, plan: Plan) -> Judged:
        base = self._tools.registry.version(plan.base)
        self._train()
        self._export(base)
        return self._judge(base)

    # Collect

    def _prepare(self) -> Plan:
        registry = self._tools.registry
        champion = registry.champion()
        base = registry.version(champion.base) if champion.base else champion
        shutil.rmtree(self._folder, ignore_errors=True)  # nothing is known of what lies there
        make_folder(self._folder)
        weights = 2 * Path(base.path).stat().st_size  # in 16 bits, at most
        self._check_space(SPACE * weights)
        labelled = choose(self._tools.labels.training(), self._means.caps)
        if len(labelled) < FEWEST:
            raise ToolError(
                f"{_documents(len(labelled))} to learn from, {FEWEST} are needed",
                hint="correct some at the station, or bring labelled ones: `appliance import`",
            )
        lesson = self._collect(base, labelled, weights)
        plan = Plan(base.name, lesson, self._clock())
        write(self._folder / PLAN, _plan.dump_json(plan, indent=2))
        return plan

    def _collect(self, base: ModelVersion, labelled: list[Labelled], weights: int) -> Lesson:
        def told(done: int) -> None:
            self._rest()
            self._tell(Progress("collecting", done, len(labelled)))

        with self._tools.engine(Path(base.path)) as engine:
            lesson, rows = collect(engine, labelled, self._tools.doctype, told=told)
        if not any(not row.held for row in rows):
            raise ToolError(
                "no label stands in its document as it was read: there is nothing to learn",
                hint="see `appliance status`: another reading may be needed (`[reading] ocr`)",
            )
        chosen = recipe(
            len(labelled), weights=weights, memory=self._means.memory, cuda=tuning.has_cuda()
        )
        tuning.prepare(self._folder, tuning.Job(base.path, chosen, self._means.threads), rows)
        return lesson

    def _check_space(self, needed: int) -> None:
        free = shutil.disk_usage(self._folder).free
        if free < needed:
            raise ToolError(
                f"a night needs {needed / 1e9:.1f} GB of disk, {free / 1e9:.1f} GB are free",
                hint="free some space on the disk of the models; the day goes on without it",
            )

    # Train

    def _train(self) -> None:
        if tuning.tuned(self._folder):
            return
        self._rest()
        child = tuning.start(self._folder)
        try:
            while child.poll() is None:
                self._attend(child)
        finally:
            child.kill()
            child.wait()
        if child.returncode == tuning.LEFT:
            raise Leaving("the night is over before the training is; it goes on at the next")
        if child.returncode:
            self._died(child.returncode)

    def _attend(self, child: subprocess.Popen[bytes]) -> None:
        pause = self._folder / tuning.PAUSE
        if self._over():
            (self._folder / tuning.LEAVE).touch()
            pause.unlink(missing_ok=True)
            child.wait(PARTING)
        elif self._waiting():
            pause.touch()
        else:
            pause.unlink(missing_ok=True)
        if progress := tuning.progress(self._folder):
            self._tell(progress)
        time.sleep(BEAT)

    def _died(self, code: int) -> None:
        said = tuning.last_words(self._folder)
        cause = "by a kill, perhaps for want of memory" if code < 0 else f"with code {code}: {said}"
        raise ToolError(
            f"the training ended {cause}",
            hint=f"the next night goes on from its checkpoint; see {self._folder / tuning.LOG}",
        )

    # Export

    def _export(self, base: ModelVersion) -> None:
        final = self._candidate / MODEL
        if final.exists():
            return
        self._rest()
        self._tell(Progress("exporting"))
        make_folder(self._candidate)
        adapter = self._folder / tuning.ADAPTER
        write(self._candidate / ADAPTER, adapter.read_bytes())
        export(
            Path(base.path),
            adapter,
            final,
            kind=self._means.quantisation,
            threads=self._means.threads,
        )

    # Examine and decide

    def _judge(self, base: ModelVersion) -> Judged:
        registry = self._tools.registry
        champion = registry.champion()
        sha256 = sha256_of([self._candidate / MODEL])
        day = time.strftime("%Y-%m-%d", time.localtime(self._clock()))
        version = ModelVersion(f"night-{day}-{sha256[:8]}", str(self._candidate / MODEL), sha256)
        evidence = self._evidence()
        try:
            self._prove(version)
        except ModelError as error:
            verdict = Verdict(Outcome.WORSE, 0, 0, 0, str(error))
        else:
            verdict = self._compare(champion, version, evidence)
        decided = tuple((one.document.docid, one.doctype) for one in evidence)
        judged = Judged(version.name, sha256, champion.name, verdict, decided)
        write(self._folder / VERDICT, _judged.dump_json(judged, indent=2))
        return judged

    def _evidence(self) -> list[Labelled]:
        """Without near-twins of what anything was trained on."""
        trained = list(self._tools.labels.training())
        twins = Twins(one.document for one in trained)
        keys = {one.twin for one in trained if one.twin}
        return [
            one
            for one in self._tools.labels.evidence()
            if one.twin not in keys and not twins.has(one.document)
        ]

    def _prove(self, version: ModelVersion) -> None:
        """It loads, and says what the trained weights say. Raises ModelError."""
        self._tell(Progress("checking the file"))
        with self._tools.engine(Path(version.path)) as engine:
            check(
                self._folder / tuning.PROBE,
                lambda tokens: engine.logits(_batches(tokens, engine.batch)),
            )

    def _compare(
        self, champion: ModelVersion, version: ModelVersion, evidence: list[Labelled]
    ) -> Verdict:
        def rest(done: int) -> None:
            self._rest()
            self._tell(Progress("comparing", done, len(evidence)))

        kept = self._tools.registry.folder / champion.name / ANSWERS
        with self._tools.asks(champion) as old, self._tools.asks(version) as new:
            found = examine(
                Examinee(old, Answers(kept)),
                Examinee(new, Answers(self._candidate / ANSWERS)),
                evidence,
                self._tools.doctype,
                rest=rest,
            )
        return decide(found.cases, slower=found.slower, failed=found.failed)

    # Enter

    def _enter(self, plan: Plan, judged: Judged) -> ModelVersion:
        """Everything that follows; done twice it is as if done once."""
        registry, labels = self._tools.registry, self._tools.labels
        if not labels.has_decided(judged.name):
            verdict = judged.verdict
            labels.decided(
                judged.champion,
                judged.name,
                verdict.outcome,
                verdict.reason,
                judged.evidence if verdict.documents else (),
                now=self._clock(),
            )
        version = registry.publish(self._candidate, self._version(plan, judged))
        if judged.verdict.outcome is Outcome.PROMOTED:
            registry.promote(version)
        registry.prune(self._means.keep)
        self._folder.rename(self._folder.with_name(DONE))
        shutil.rmtree(self._folder.with_name(DONE), ignore_errors=True)
        return version

    def _version(self, plan: Plan, judged: Judged) -> ModelVersion:
        return ModelVersion(
            judged.name,
            "",
            judged.sha256,
            parties=plan.lesson.parties,
            base=plan.base,
            quantisation=self._means.quantisation,
            training=self._training(plan.lesson),
            verdict=judged.verdict,
            made_at=self._clock(),
        )

    def _training(self, lesson: Lesson) -> Training | None:
        job, tuned = tuning.job(self._folder), tuning.tuned(self._folder)
        if job is None or tuned is None:
            return None
        return Training(
            method=job.recipe.method,
            data=lesson.data,
            seed=job.recipe.seed,
            documents=len(lesson.docids),
            values=lesson.values,
            masked=lesson.masked,
            rows=lesson.rows,
            tokens=lesson.tokens,
            window=lesson.longest,
            epochs=tuned.epochs,
            rank=job.recipe.rank,
            rate=job.recipe.rate,
            seconds=tuned.seconds,
            peak_bytes=tuned.peak_bytes,
            loss_before=tuned.before,
            loss_after=tuned.after,
        )

    # What there is

    def _planned(self) -> Plan | None:
        path = self._folder / PLAN
        return _plan.validate_json(path.read_bytes()) if path.exists() else None

    def _judged(self) -> Judged | None:
        path = self._folder / VERDICT
        return _judged.validate_json(path.read_bytes()) if path.exists() else None

    def _rest(self) -> None:
        """Documents go first. Raises Leaving."""
        while self._waiting() and not self._over():
            self._tell(Progress("resting"))
            time.sleep(BEAT)
        if self._over():
            raise Leaving("the night is over; the next one goes on from here")


def _batches(tokens: Sequence[int], size: int) -> list[tuple[int, ...]]:
    return [tuple(tokens[at : at + size]) for at in range(0, len(tokens), size)]


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count or 'no'} documents"

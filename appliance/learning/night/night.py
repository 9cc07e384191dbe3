"""One night, step by step: collect, train, export, examine, decide, enter.

Each step leaves a file in the night's folder, so that a night that is cut, by a kill, by the
morning or by an empty disk, goes on from there. The verdict is written before anything follows
from it; what follows may be done twice. Until the pointer of the champion is replaced, the last
act, nothing that serves has changed.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.doctype import DocType
from appliance.domain.errors import Leaving, ModelError, ToolError
from appliance.domain.labels import Labelled
from appliance.domain.results import ModelVersion, Outcome, Training, Verdict
from appliance.extraction.decode import Engine
from appliance.files import publish, write
from appliance.learning import tuning
from appliance.learning.export import check, export
from appliance.learning.gate import decide
from appliance.learning.night.answers import ANSWERS, Answers
from appliance.learning.night.choosing import Caps, choose
from appliance.learning.night.collect import Lesson, collect
from appliance.learning.night.examine import Asks, Examinee, examine
from appliance.learning.night.folder import EXPORT, TIMES, Folder, Judged, Plan
from appliance.learning.recipe import bytes_needed, recipe
from appliance.learning.registry import Registry
from appliance.learning.tuning import Progress
from appliance.learning.twins import Twins
from appliance.learning.versions import ADAPTER, MODEL, sha256_of
from appliance.records.labels import Labels

FEWEST = 8
"""Documents below which there is nothing to learn."""
BEAT = 1.0
"""Seconds between two looks at the child that trains, and at whether documents wait."""
PARTING = 45.0
"""Seconds that a child has to keep its checkpoint when we leave; the daemon gives us 60."""
SPACE = 12
"""Bytes of disk a weight: unpacked in 16 bits, merged in 32, quantised, checkpoints."""
MERGED = 6
"""Of them those that are not there before the export."""
FULL = 100_000_000
"""Bytes of free disk below which a child died of that and of nothing else."""


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


class Night:
    def __init__(
        self,
        tools: Tools,
        means: Means,
        *,
        waiting: Callable[[], bool],
        over: Callable[[], bool],
        tell: Callable[[Progress], None],
        say: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``waiting``: do documents wait, who go first? ``over``: is it time to leave? ``say``
        hears in words what became of an earlier night."""
        self._tools = tools
        self._means = means
        self._waiting = waiting
        self._over = over
        self._tell = tell
        self._say = say
        self._clock = clock
        self._folder = Folder(tools.registry.folder)

    def run(self) -> ModelVersion:
        """The version that came of it, with its verdict.

        Raises ToolError when something is missing that a night needs, ModelError when the base
        cannot be tuned, and Leaving when it was over before the end; the next one goes on.
        """
        try:
            self._tidy()
            plan = self._folder.plan() or self._prepare()
            judged = self._folder.judged() or self._work(plan)
            return self._enter(plan, judged)
        except Leaving:
            self._folder.forgive()
            raise
        except ToolError as error:
            raise self._despaired(error) from error
        except OSError as error:
            self._folder.forgive()
            raise ToolError(
                f"the night stopped: {error.strerror or error}",
                hint="free some space on the disk of the models; it goes on from where it was",
            ) from error

    def _tidy(self) -> None:
        """What an earlier night left is gone on with, or goes; it is said what happened."""
        for name in self._tools.registry.sweep():
            self._say(f"{name} never became a version and was removed")
        if not self._folder.path.exists():
            return
        if flaw := self._folder.flaw(self._tools.registry):
            self._folder.drop()
            self._say(f"the last night was cut and cannot be gone on with: {flaw}; it begins anew")
        else:
            self._say(f"the last night was cut; it goes on with {self._folder.stage()}")

    def _despaired(self, error: ToolError) -> ToolError:
        """The error itself, or that it was the last of several."""
        if isinstance(error.__cause__, OSError):
            self._folder.forgive()  # a full disk is nobody's fault
        if self._folder.plan() is None:
            self._folder.drop()  # nothing of it is worth going on with
            return error
        if not self._folder.is_spent(self._folder.stage()):
            return error
        self._folder.drop()
        return ToolError(
            f"{error}; it came to this {TIMES} times and is given up",
            hint="the next night begins anew; what serves has not changed",
        )

    def _try(self, step: str) -> None:
        """Raises ToolError when it was tried often enough, and nobody lived to say so."""
        if self._folder.is_spent(step):
            raise ToolError(f"the night was cut while {step}")
        self._folder.try_(step)

    def _work(self, plan: Plan) -> Judged:
        base = self._tools.registry.version(plan.base)
        self._train(base)
        self._export(base)
        return self._judge(base)

    # Collect

    def _prepare(self) -> Plan:
        tuning.make_sure()
        registry = self._tools.registry
        champion = registry.champion()
        base = registry.version(champion.base) if champion.base else champion
        self._folder.renew()
        self._check_space(SPACE * _weights(base))
        labelled = choose(self._tools.labels.training(), self._means.caps)
        if len(labelled) < FEWEST:
            raise ToolError(
                f"{_documents(len(labelled))} to learn from, {FEWEST} are needed",
                hint="correct some at the station, or bring labelled ones: `appliance import`",
            )
        lesson = self._collect(base, labelled)
        plan = Plan(base.name, lesson, self._clock())
        self._folder.set_out(plan)
        return plan

    def _collect(self, base: ModelVersion, labelled: list[Labelled]) -> Lesson:
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
            len(labelled),
            weights=_weights(base),
            memory=self._means.memory,
            cuda=tuning.has_cuda(),
        )
        tuning.prepare(self._folder.path, tuning.Job(base.path, chosen, self._means.threads), rows)
        return lesson

    def _check_space(self, needed: int) -> None:
        free = self._free()
        if free < needed:
            raise ToolError(
                f"a night needs {needed / 1e9:.1f} GB of disk, {free / 1e9:.1f} GB are free",
                hint="free some space on the disk of the models; the day goes on without it",
            )

    def _free(self) -> int:
        """Bytes of disk."""
        return shutil.disk_usage(self._folder.path).free

    # Train

    def _train(self, base: ModelVersion) -> None:
        if tuning.tuned(self._folder.path):
            return
        self._rest()
        tuning.make_sure()
        self._check_memory(base)
        self._try(self._folder.stage())
        child = tuning.start(self._folder.path)
        try:
            while child.poll() is None and self._attend(child):
                time.sleep(BEAT)
        finally:
            child.kill()
            child.wait()
        if child.returncode == tuning.LEFT or (child.returncode and self._over()):
            raise Leaving("the night is over before the training is; it goes on at the next")
        if child.returncode:
            self._died(child.returncode)

    def _check_memory(self, base: ModelVersion) -> None:
        job = tuning.job(self._folder.path)
        if job is None or tuning.has_cuda():
            return
        needed = bytes_needed(job.recipe.method, _weights(base))
        if needed > self._means.memory:
            raise ToolError(
                f"a training needs {needed / 1e9:.1f} GB of memory,"
                f" {max(self._means.memory, 0) / 1e9:.1f} GB are free for it",
                hint="close other programs, or allow it more: `gigabytes` under [night]",
            )

    def _attend(self, child: subprocess.Popen[bytes]) -> bool:
        """False when its time is over."""
        pause = self._folder.path / tuning.PAUSE
        if self._over():
            (self._folder.path / tuning.LEAVE).touch()
            pause.unlink(missing_ok=True)
            with suppress(subprocess.TimeoutExpired):
                child.wait(PARTING)
            return False
        if self._waiting():
            pause.touch()
        else:
            pause.unlink(missing_ok=True)
        if progress := tuning.progress(self._folder.path):
            self._tell(progress)
        return True

    def _died(self, code: int) -> None:
        if self._free() < FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        said = tuning.last_words(self._folder.path)
        cause = "by a kill, perhaps for want of memory" if code < 0 else f"with code {code}: {said}"
        log = self._folder.path / tuning.LOG
        raise ToolError(
            f"the training ended {cause}",
            hint=f"the next night goes on from its checkpoint; see {log}",
        )

    # Export

    def _export(self, base: ModelVersion) -> None:
        final = self._folder.candidate / MODEL
        if final.exists():
            return
        self._rest()
        self._tell(Progress("exporting"))
        work = self._folder.path / EXPORT
        shutil.rmtree(work, ignore_errors=True)
        self._check_space(MERGED * _weights(base))
        self._try(self._folder.stage())
        adapter = self._folder.path / tuning.ADAPTER
        write(self._folder.candidate / ADAPTER, adapter.read_bytes())
        export(
            Path(base.path),
            adapter,
            work / MODEL,
            kind=self._means.quantisation,
            threads=self._means.threads,
        )
        publish(work / MODEL, final)
        shutil.rmtree(work, ignore_errors=True)

    # Examine and decide

    def _judge(self, base: ModelVersion) -> Judged:
        self._try(self._folder.stage())
        champion = self._tools.registry.champion()
        model = self._folder.candidate / MODEL
        sha256 = sha256_of([model])
        day = time.strftime("%Y-%m-%d", time.localtime(self._clock()))
        version = ModelVersion(f"night-{day}-{sha256[:8]}", str(model), sha256)
        evidence = self._evidence()
        try:
            self._prove(version)
        except ModelError as error:
            verdict = Verdict(Outcome.WORSE, 0, 0, 0, str(error))
        else:
            verdict = self._compare(champion, version, evidence)
        decided = tuple((one.document.docid, one.doctype) for one in evidence)
        judged = Judged(version.name, sha256, champion.name, verdict, decided)
        self._folder.decide(judged)
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
                self._folder.path / tuning.PROBE,
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
                Examinee(new, Answers(self._folder.candidate / ANSWERS)),
                evidence,
                self._tools.doctype,
                rest=rest,
            )
        return decide(found.cases, slower=found.slower, failed=found.failed)

    # Enter

    def _enter(self, plan: Plan, judged: Judged) -> ModelVersion:
        """Everything that follows; done twice it is as if done once."""
        registry, labels = self._tools.registry, self._tools.labels
        self._try(self._folder.stage())
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
        version = registry.publish(self._folder.candidate, self._version(plan, judged))
        if judged.verdict.outcome is Outcome.PROMOTED:
            self._promote(judged, version)
        registry.prune(self._means.keep)
        self._folder.drop()
        return version

    def _promote(self, judged: Judged, version: ModelVersion) -> None:
        registry = self._tools.registry
        serves = registry.pointer().name
        if serves in (judged.champion, version.name):
            registry.promote(version)
        else:
            self._say(f"{version.name} was compared with {judged.champion}, but {serves} serves")

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
        job, tuned = tuning.job(self._folder.path), tuning.tuned(self._folder.path)
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
            labelled_at=lesson.labelled_at,
        )

    def _rest(self) -> None:
        """Documents go first. Raises Leaving."""
        while self._waiting() and not self._over():
            self._tell(Progress("resting"))
            time.sleep(BEAT)
        if self._over():
            raise Leaving("the night is over; the next one goes on from here")


def _weights(base: ModelVersion) -> int:
    """Of the model, at most: half a byte each in the smallest of files."""
    return 2 * Path(base.path).stat().st_size


def _batches(tokens: Sequence[int], size: int) -> list[tuple[int, ...]]:
    return [tuple(tokens[at : at + size]) for at in range(0, len(tokens), size)]


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count or 'no'} documents"

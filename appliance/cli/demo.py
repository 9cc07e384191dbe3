"""A home with a dozen made-up documents in its inbox, and a script that plays its clerk."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.cli.context import as_typed
from appliance.domain.doctype import DocType
from appliance.domain.errors import HomeError
from appliance.domain.labels import Label, Labelled
from appliance.domain.plurals import counted
from appliance.domain.prediction import Prediction
from appliance.domain.results import JobState
from appliance.evaluation.correctness import field_correctness
from appliance.records.reviews import PROGRAM
from appliance.records.store import Store
from appliance.review.scripted import KnownValues, ScriptedReview, work_off
from appliance.service import wiring
from appliance.settings import config
from appliance.settings.home import Home
from appliance.system.files import write

if TYPE_CHECKING:
    from appliance.samples.make import MadeDocument  # fpdf2, which serving does not need


@dataclass(frozen=True, slots=True)
class ReadValues:
    """What a model read of documents whose values are known."""

    documents: int
    right: int
    asked: int


MARK = "THIS_IS_A_DEMO.txt"
"""Only a folder that holds it, or nothing, may be replaced."""


SHOWN = ("invoice-en.pdf", "report-de.pdf")
"""Whose values are printed."""
LEFT = (
    "invoice-es-scan.pdf",
    "declaration-en.pdf",
    "report-pl-scan.pdf",
    "receipt-en-bad-scan.jpg",
)
"""What the script leaves to whoever tries the station: one document of each type."""
CLERK = "the demo's script"
"""As whom the script reviews."""
_OWN = {"# first = 3": "first = 0", "# then = 10": "then = 0", "# labels = 20": "labels = 0"}
"""Lines of the settings: what a script keys is no evidence, and no night learns from it."""


def prepare(home: Home, make: Callable[[Path], list[Path]], *, scripted: bool = False) -> int:
    """How many documents lie in the new inbox; ``make`` writes them below a folder by type.

    ``scripted``: a script will review, so nothing is drawn as evidence and there are no nights.
    An earlier demo is replaced. Raises HomeError when a daemon works there, when anything else lies
    in the home's folder, or when it cannot be written.
    """
    try:
        _clear(home)
    except OSError as error:
        raise HomeError(
            f"{home.folder} cannot be written: {error.strerror}",
            hint="name a new folder for the demo",
        ) from error
    if scripted:
        write(home.folder / config.FILE, _settings().encode())
    home.make()
    samples = home.folder / "samples"
    made = make(samples)
    for sample in made:
        target = home.inbox / sample.relative_to(samples)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sample, target)
    return len(made)


def _clear(home: Home) -> None:
    mark = home.folder / MARK
    if mark.exists():
        if home.daemon() is not None:
            raise HomeError(
                f"the demo in {home.folder} is running", hint="end it, or name a new folder"
            )
        shutil.rmtree(home.folder)
    elif home.folder.exists() and any(home.folder.iterdir()):
        raise HomeError(
            f"{home.folder} is not empty and not a demo", hint="name a new folder for the demo"
        )
    home.folder.mkdir(parents=True, exist_ok=True)
    mark.write_text("Made by `appliance demo`, which replaces this folder the next time.\n")


def _settings() -> str:
    text = config.TEMPLATE
    for default, own in _OWN.items():
        text = text.replace(default, own)
    return text


def known_values(samples: Iterable[MadeDocument]) -> dict[str, KnownValues]:
    """What the made-up documents say, by file name, without those that are left."""
    known = {}
    for sample in samples:
        labels = sample.draft.truth.labels()
        rows = tuple(labels.pop(sample.draft.truth.table, ()))
        known[sample.path.name] = KnownValues(labels, rows)
    return {name: values for name, values in known.items() if name not in LEFT}


def count_right(
    store: Store, doctypes: Callable[[str], DocType], samples: Iterable[MadeDocument]
) -> ReadValues:
    """Compare what the model read of the headers of the ``samples`` with what these say."""
    truths = {sample.path.name: sample.draft.truth for sample in samples}
    rights: list[bool] = []
    documents = 0
    for job in store.jobs():
        answer, document = store.answer(job), store.document(job.docid)
        if job.source not in truths or answer is None or document is None:
            continue
        documents += 1
        truth = truths[job.source]
        said = {name: text for name, text in truth.labels().items() if name != truth.table}
        labels = tuple(Label(name, text) for name, text in said.items())
        labelled = Labelled(document, job.doctype, labels, False, None, None, 0.0, 0.0)
        fields = tuple(one.field for one in answer.judgement.header)
        prediction = Prediction(job.docid, job.doctype, "", fields)
        rights += field_correctness(prediction, labelled, doctypes(job.doctype)).values()
    return ReadValues(documents, sum(rights), len(rights))


def describe_first_day(values: ReadValues, states: Counter[JobState]) -> Iterator[str]:
    """Yield what an owner of a new home is told: first what was right, then what waits and why."""
    if values.asked:
        documents = counted(values.documents, "document")
        yield (
            f"The model had seen none of these layouts. It read {values.right} of the"
            f" {values.asked} header values of {documents} right."
        )
    if delivered := states[JobState.DELIVERED]:
        yield (
            f"{counted(delivered, 'document')} delivered at once: valid e-invoices, in which"
            " nothing is guessed."
        )
    if held := states[JobState.HELD]:
        yield (
            f"{counted(held, 'document')} held for a clerk, as it should be on the first day:"
            " nothing that a model read is delivered before it is proven, on documents that clerks"
            " keyed, how often it is right."
        )


def play_clerk(
    home: Home, settings: config.Settings, known: Mapping[str, KnownValues]
) -> list[ScriptedReview]:
    """A scripted clerk approves the documents whose values are ``known``, by file name."""
    with wiring.desk(home, settings, station=PROGRAM, clerk=CLERK) as desk:
        return list(work_off(desk, lambda job: known.get(job.source)))


def command(home: Home) -> str:
    """How a command for this home begins, as whoever runs the demo may type it."""
    called = Path(sys.argv[0])
    found = called.name == "appliance" and shutil.which("appliance") is None
    folder = home.folder
    if folder.is_relative_to(Path.cwd()):
        folder = folder.relative_to(Path.cwd())
    return f"{called if found else 'appliance'} --home {as_typed(folder)}"

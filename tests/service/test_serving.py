"""Another model serves between two documents, if it does its duty."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path
from threading import Event
from unittest.mock import ANY

import pytest
from made_up_day import DOCTYPE, TEXT, Asks

from appliance.domain.blockers import Blocker
from appliance.domain.doctype import DocType
from appliance.domain.document import BBox, Document, Page, Word
from appliance.domain.errors import Leaving, ModelError, WorkerError
from appliance.domain.prediction import Field, Prediction
from appliance.domain.results import ModelVersion, ServingStatus
from appliance.learning.models.registry import Registry
from appliance.service.child_processes import Predictor
from appliance.service.serving import AGAIN, LEAST, LOADING, TRIAL, Serving, Swapped, SwapRefused
from appliance.settings.config import ExtractionSettings

WORDS = tuple(
    Word(text, BBox(0.1 * at, 0.1, 0.1 * at + 0.05, 0.12), line=0) for at, text in enumerate(TEXT)
)
PAPER = Document("1" * 64, (Page(595, 842, WORDS, "text"),))


class Child(Asks):
    """A made-up model: what its file says is wrong with it, is."""

    takes = 2.0
    """Seconds for a document."""

    def __init__(self, model: ModelVersion, living: list[Child], timer: Timer) -> None:
        self.model = model
        self.faults = Path(model.path).read_bytes().decode()
        self.timer = timer
        self.within: list[float | None] = []
        self.living = living
        living.append(self)

    def extract(
        self, document: Document, doctype: DocType, *, within: float | None = None
    ) -> Prediction:
        self.within.append(within)
        self.timer.now += self.takes
        if "broken" in self.faults:
            raise ModelError("llama.cpp cannot load it", hint="the file is damaged")
        if "slow" in self.faults and document is not TRIAL:
            raise WorkerError("10 s")
        if "killed" in self.faults:
            raise WorkerError("the extractor ended by a kill, perhaps for want of memory")
        if "leaving" in self.faults:
            raise Leaving("the extractor was stopped before it was done")
        cut = (Blocker("answer-cut", "the answer was cut"),) if "endless" in self.faults else ()
        said = "54321" if "other" in self.faults else "12345"
        fields = (Field("invoice_number", said),)
        return Prediction(document.docid, doctype.name, self.model.name, fields, cut)

    def stop(self) -> None:
        self.living.remove(self)


class Timer:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Shop:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.models = Registry(folder / "models", clock=lambda: 1000.0)
        self.living: list[Child] = []
        self.timer = Timer()
        self.free = 8_000_000_000
        self.now = 1000.0

    def version(self, name: str, faults: str = "") -> ModelVersion:
        source = self.folder / f"{name}.gguf"
        source.write_text(f"GGUF {name} {faults}")
        return self.models.add(source)

    def promoted(self, name: str, faults: str = "") -> ModelVersion:
        version = self.version(name, faults)
        self.models.promote(version)
        return version

    def open(self) -> Serving:
        return Serving(
            self.models,
            lambda model: Child(model, self.living, self.timer),
            clock=lambda: self.now,
            timer=self.timer,
            free=lambda: self.free,
        )


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_nothing_is_started_while_nothing_is_promoted(shop: Shop) -> None:
    one = shop.promoted("one")
    serving = shop.open()
    shop.version("two")
    shop.models.promote(one)
    assert [serving.refresh() for _ in range(3)] == [None, None, None]
    assert [child.model for child in shop.living] == [one]


def test_the_promoted_version_answers_the_next_document(shop: Shop) -> None:
    one = shop.promoted("one")
    serving = shop.open()
    assert serving.extract(PAPER, DOCTYPE).model == one.name
    two = shop.promoted("two")
    assert serving.refresh() == Swapped(one.name, two.name, 4.0)
    assert serving.refresh() is None
    assert serving.extract(PAPER, DOCTYPE).model == two.name
    assert [child.model for child in shop.living] == [two]
    assert shop.models.service() == ServingStatus(two.name, 1000.0)
    shop.models.rollback()
    assert serving.refresh() == Swapped(two.name, one.name, 4.0)


def test_a_candidate_has_three_times_the_old_ones_time_on_a_quick_document(shop: Shop) -> None:
    shop.promoted("one")
    serving = shop.open()
    shop.promoted("two")
    serving.refresh()
    assert shop.living[0].within == [LOADING]  # no document was answered yet
    serving.extract(PAPER, DOCTYPE)
    shop.promoted("three")
    serving.refresh()
    assert shop.living[0].within == [LOADING, LEAST]  # it took two seconds
    serving.extract(PAPER, DOCTYPE)
    for seconds in (15.0, 30.0):  # with so long a one nobody is tried: others wait meanwhile
        shop.living[0].takes = seconds
        serving.extract(PAPER, DOCTYPE)
    shop.promoted("four")
    serving.refresh()
    assert shop.living[0].within == [LOADING, 45.0]


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ("broken", "llama.cpp"),
        ("slow", "10 s"),
        ("endless", "answer"),
    ],
)
def test_a_version_that_fails_changes_nothing_and_is_not_tried_again(
    shop: Shop, faults: str, said: str
) -> None:
    one = shop.promoted("one")
    serving = shop.open()
    serving.extract(PAPER, DOCTYPE)
    two = shop.promoted("two", faults)
    kept = serving.refresh()
    assert isinstance(kept, SwapRefused) and (kept.name, kept.refused) == (one.name, two.name)
    assert said in kept.reason
    assert serving.refresh() is None
    assert [child.model for child in shop.living] == [one]
    assert serving.extract(PAPER, DOCTYPE).model == one.name
    assert shop.models.champion() == two
    assert shop.models.service() == ServingStatus(one.name, 1000.0, two.name, kept.reason)
    shop.models.rollback()
    assert serving.refresh() is None
    assert shop.models.service() == ServingStatus(one.name, 1000.0)


def test_a_version_for_which_memory_is_short_waits_for_a_restart(shop: Shop) -> None:
    one = shop.promoted("one")
    serving = shop.open()
    two = shop.promoted("two")
    shop.free = 400_000_000
    kept = serving.refresh()
    assert isinstance(kept, SwapRefused) and "0.4 GB" in kept.reason
    assert [child.model for child in shop.living] == [one]
    serving.stop()
    assert shop.open().extract(PAPER, DOCTYPE).model == two.name


def test_whoever_is_asked_to_leave_while_trying_leaves_and_tries_again_later(shop: Shop) -> None:
    one = shop.promoted("one")
    serving = shop.open()
    two = shop.promoted("two", "leaving")
    with pytest.raises(Leaving):
        serving.refresh()
    assert [child.model for child in shop.living] == [one]
    Path(two.path).write_text("GGUF")
    assert isinstance(serving.refresh(), Swapped)


def test_a_start_with_a_broken_champion_goes_on_with_the_one_before(shop: Shop) -> None:
    shop.promoted("one")
    two = shop.promoted("two")
    shop.promoted("three")
    four = shop.promoted("four", "broken")
    shutil.rmtree(shop.models.folder / shop.models.find("three").name)
    serving = shop.open()
    assert serving.extract(PAPER, DOCTYPE).model == two.name
    kept = serving.refresh()
    assert isinstance(kept, SwapRefused) and (kept.name, kept.refused) == (two.name, four.name)
    assert serving.refresh() is None
    assert [child.model for child in shop.living] == [two]


def test_a_start_with_nothing_that_answers_waits_for_a_promotion(shop: Shop) -> None:
    one = shop.promoted("one", "broken")
    serving = shop.open()
    kept = serving.refresh()
    assert isinstance(kept, SwapRefused) and (kept.name, kept.refused) == ("", one.name)
    with pytest.raises(ModelError, match="llama.cpp"):
        serving.extract(PAPER, DOCTYPE)
    assert serving.refresh() is None  # told once
    two = shop.promoted("two", "broken")
    kept = serving.refresh()
    assert isinstance(kept, SwapRefused) and (kept.name, kept.refused) == ("", two.name)
    Path(one.path).write_text("GGUF")  # from a backup
    shop.models.rollback()
    assert serving.refresh() == Swapped("", one.name, 2.0)
    assert serving.extract(PAPER, DOCTYPE).model == one.name


def test_a_pointer_that_is_damaged_while_we_run_changes_nothing(shop: Shop) -> None:
    one = shop.promoted("one")
    serving = shop.open()
    (shop.models.folder / "champion.json").write_bytes(b"{")
    kept = serving.refresh()
    assert isinstance(kept, SwapRefused) and "is damaged" in kept.reason
    assert serving.extract(PAPER, DOCTYPE).model == one.name
    assert serving.refresh() is None


def test_a_full_disk_does_not_keep_the_model_from_serving(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.promoted("one")
    serving = shop.open()
    two = shop.promoted("two")

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("appliance.system.files.write", full)
    assert isinstance(serving.refresh(), Swapped)
    assert serving.extract(PAPER, DOCTYPE).model == two.name


def test_a2_a_version_that_answers_the_known_question_otherwise_never_serves(shop: Shop) -> None:
    one = shop.promoted("one")
    two = shop.promoted("two", "other")
    serving = shop.open()
    kept = serving.refresh()
    assert isinstance(kept, SwapRefused) and (kept.name, kept.refused) == (one.name, two.name)
    assert "answer" in kept.reason


def test_a1_a_model_that_fails_while_it_serves_is_tried_anew_before_the_next_document(
    shop: Shop,
) -> None:
    one, two = shop.promoted("one"), shop.promoted("two")
    serving = shop.open()
    (child,) = shop.living
    child.faults = "broken"  # as memory cells break
    Path(two.path).write_text("GGUF broken")
    with pytest.raises(ModelError):
        serving.extract(PAPER, DOCTYPE)
    assert [child.model for child in shop.living] == [one]
    assert serving.extract(PAPER, DOCTYPE).model == one.name
    kept = serving.refresh()
    assert isinstance(kept, SwapRefused) and (kept.name, kept.refused) == (one.name, two.name)


def test_a_document_on_which_a_sound_model_fails_costs_its_own_attempt(shop: Shop) -> None:
    one = shop.promoted("one")
    serving = shop.open()
    (child,) = shop.living
    child.faults = "broken"
    with pytest.raises(WorkerError, match="llama.cpp"):
        serving.extract(PAPER, DOCTYPE)
    assert serving.extract(PAPER, DOCTYPE).model == one.name
    assert serving.refresh() is None


def test_a2_what_is_written_over_the_file_that_serves_is_found_whichever_is_promoted(
    shop: Shop,
) -> None:
    one, two = shop.promoted("one"), shop.promoted("two", "broken")
    serving = shop.open()
    assert isinstance(serving.refresh(), SwapRefused)
    (old,) = shop.living
    Path(one.path).write_text("GGUF one, and something else")
    serving.refresh()
    (new,) = shop.living
    assert (new.model, new is old) == (one, False)
    shutil.rmtree(shop.models.folder / one.name)
    kept = serving.refresh()
    assert isinstance(kept, SwapRefused) and (kept.name, kept.refused) == ("", two.name)


def test_e_a_model_that_was_killed_in_its_trial_serves_once_it_answers(shop: Shop) -> None:
    one = shop.promoted("one", "killed")
    serving = shop.open()
    assert isinstance(serving.refresh(), SwapRefused)
    Path(one.path).write_text("GGUF one")
    assert serving.extract(PAPER, DOCTYPE).model == one.name
    assert serving.refresh() == Swapped("", one.name, 2.0)
    assert shop.models.service() == ServingStatus(one.name, 1000.0)


@pytest.mark.parametrize("later", [AGAIN, -86400.0])  # or the clock is set back by a day
def test_e_a_model_that_was_killed_in_its_trial_is_tried_again_where_another_serves(
    shop: Shop, later: float
) -> None:
    one, two = shop.promoted("one"), shop.promoted("two", "killed")
    stamp = Path(two.path).stat()
    serving = shop.open()
    assert isinstance(serving.refresh(), SwapRefused)
    Path(two.path).write_text("GGUF two unhurt")  # its file is the same, as far as one can see
    os.utime(two.path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    shop.now += AGAIN - 1
    assert serving.refresh() is None
    assert serving.extract(PAPER, DOCTYPE).model == one.name
    shop.now += later
    assert serving.refresh() == Swapped(one.name, two.name, 4.0)
    assert serving.refresh() is None


# With real models in real children


@pytest.fixture
def real(tmp_path: Path, gguf: Path) -> Iterator[tuple[Registry, Serving]]:
    models = Registry(tmp_path / "models")
    models.promote(models.add(gguf))
    settings, leave = ExtractionSettings(window_tokens=512, answer_tokens=64), Event()
    serving = Serving(models, lambda model: Predictor(model, settings, threads=1, leave=leave))
    yield models, serving
    serving.stop()


@pytest.mark.model
def test_real_models_change_places_and_a_damaged_one_gets_none(
    real: tuple[Registry, Serving], other_gguf: Path, half_gguf: Path
) -> None:
    models, serving = real
    first = models.champion()
    assert serving.extract(PAPER, DOCTYPE).model == first.name
    (old,) = active_children()
    second = models.add(other_gguf)
    models.promote(second)
    switched = serving.refresh()
    assert isinstance(switched, Swapped) and switched.new == second.name
    answer = serving.extract(PAPER, DOCTYPE)
    assert answer.model == second.name
    assert [field.fieldtype for field in answer.fields] == ["company", "number", "total"]
    assert not old.is_alive()
    (new,) = active_children()

    models.promote(models.add(half_gguf))
    kept = serving.refresh()
    assert isinstance(kept, SwapRefused) and "cannot load" in kept.reason
    assert serving.extract(PAPER, DOCTYPE) == answer
    assert active_children() == [new]


def other_bytes(version: ModelVersion) -> None:
    with Path(version.path).open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read()
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))


@pytest.mark.slow
@pytest.mark.model
def test_a2_a_file_that_is_not_the_one_that_was_measured_never_serves(
    real: tuple[Registry, Serving], other_gguf: Path
) -> None:
    models, serving = real
    first, second = models.champion(), models.add(other_gguf)
    models.promote(second)
    assert isinstance(serving.refresh(), Swapped)
    for change in (
        other_bytes,
        lambda version: shutil.copy(first.path, version.path),
    ):
        change(second)  # while it serves
        kept = serving.refresh()
        assert isinstance(kept, SwapRefused) and (kept.name, kept.refused) == (
            first.name,
            second.name,
        )
        assert "measured" in kept.reason
        assert serving.extract(PAPER, DOCTYPE).model == first.name
        assert models.service() == ServingStatus(first.name, ANY, second.name, kept.reason)
        shutil.copy(other_gguf, second.path)
        switched = serving.refresh()
        assert isinstance(switched, Swapped) and switched.new == second.name

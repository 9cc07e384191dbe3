"""Homes whose models were changed behind the appliance's back: one file each, in many ways.

Whatever was changed, the appliance goes on with what it wrote itself, or says that it does not.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeVar

from appliance.domain.doctype import AccuracyTarget
from appliance.domain.errors import ModelError
from appliance.domain.results import ModelVersion
from appliance.learning.models.registry import CHAMPION, Registry
from appliance.learning.models.versions import ADAPTER, MANIFEST, MODEL, checked
from appliance.promise import policies
from appliance.promise.guarantees import Guarantee
from appliance.promise.policies import CalibrationFile, DoctypeCalibration
from appliance.promise.threshold import ProvenThreshold
from appliance.system.sealing import KEY, unsealed
from bench.campaign.trial import Breach, Found, Outcome

NIGHTS = ("night-1", "night-2", "night-3")
"""Versions, the last of which serves."""
T = TypeVar("T")
_FILES = (MANIFEST, ADAPTER, MODEL, policies.FILE)


@cache
def _two_homes() -> tempfile.TemporaryDirectory[str]:
    """The same for every trial."""
    folder = tempfile.TemporaryDirectory()
    for name in ("home", "other"):
        _make(Path(folder.name) / name, name)
    return folder


def _make(folder: Path, tag: str) -> None:
    """Sealed, with a base and some nights, whose files are a few bytes each."""
    registry = Registry(folder / "models")
    registry.begin_seals()
    source = folder / "base.gguf"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(b"GGUF of " + tag.encode())
    base = registry.add(source)
    registry.promote(base)
    for number, name in enumerate(NIGHTS):
        work = registry.folder / ".night" / "candidate"
        work.mkdir(parents=True)
        (work / ADAPTER).write_bytes(f"GGUF adapter {name} of {tag}".encode())
        _merge(base, work / ADAPTER, work / MODEL)
        registry.promote(registry.publish(work, ModelVersion(name, "", "", base=base.name)))
        policies.keep(_scores(0.9 + number / 100), registry.folder / name)


def _merge(base: ModelVersion, adapter: Path, final: Path) -> None:
    final.write_bytes(Path(base.path).read_bytes() + adapter.read_bytes())


def _scores(bound: float) -> CalibrationFile:
    terms = AccuracyTarget(0.95)
    proven = ProvenThreshold(bound, 100, 0, 1.0, 0.03)
    grant = Guarantee(("total",), terms.accuracy, terms.assurance, 100, 100, proven, None, 0)
    return CalibrationFile(types={"invoice": DoctypeCalibration(terms, None, (grant,))})


@dataclass(frozen=True, slots=True)
class _Believed:
    """What a home would go by; None where it refuses."""

    champion: str | None
    served: bytes | None
    """Bytes of the model that is loaded."""
    made: bytes | None
    """Bytes of the last night's model when it is made again."""
    scores: Mapping[str, CalibrationFile]
    """By version; one that promises nothing where they are refused."""


def _believed(registry: Registry, folder: Path) -> _Believed:
    champion = _tried(registry.champion)
    served = _tried(lambda: checked(registry.champion()).read_bytes())
    scores = {name: policies.read(registry.folder / name) for name in NIGHTS}
    again = Registry(Path(shutil.copytree(folder, folder.with_name("again"))) / "models")
    (again.folder / NIGHTS[-1] / MODEL).unlink(missing_ok=True)
    made = _tried(lambda: _made_again(again))
    return _Believed(champion.name if champion else None, served, made, scores)


def _made_again(registry: Registry) -> bytes:
    version = registry.version(NIGHTS[-1])
    registry.restore(version, _merge)
    return Path(version.path).read_bytes()


def _tried(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except ModelError as error:
        assert error.hint, f"it is not said what to do: {error}"
        return None


def tampered(seed: int, folder: Path) -> Outcome:
    rng = Random(f"tampered {seed}")
    shutil.copytree(_two_homes().name, folder, dirs_exist_ok=True)
    home, other = folder / "home", Registry(folder / "other" / "models")
    registry = Registry(home / "models")
    before = _believed(registry, home)
    shutil.rmtree(home.with_name("again"))
    file = rng.choice([CHAMPION, *(f"{name}/{one}" for name in NIGHTS for one in _FILES)])
    way = rng.choice(sorted(_WAYS))
    path = registry.folder / file
    was = path.read_bytes()
    _WAYS[way](path, other.folder / file, rng)
    if path.exists() and path.read_bytes() == was:
        return Outcome()
    if rng.random() < 0.1:
        (home / KEY).write_bytes((other.folder.parent / KEY).read_bytes())
        way += ", and the key is the other home's"
    after = _believed(registry, home)
    told, flaws = _told(before, after), list(registry.flaws())
    if not (told or flaws or not path.exists() or path.name == MODEL):
        told.append("nobody says so")
    found = tuple(Found(Breach.BELIEVED, f"{file}, {way}: {one}") for one in told)
    return Outcome(faults=1, found=found)


def _told(before: _Believed, after: _Believed) -> list[str]:
    """What is believed now and was not so before."""
    told = []
    if after.champion not in (None, before.champion):
        told.append(f"{after.champion} is to serve")
    if after.served not in (None, before.served):
        told.append("another model is loaded")
    if after.made not in (None, before.made):
        told.append("another model is made again")
    for name, scores in after.scores.items():
        if scores not in (CalibrationFile(), before.scores[name]):
            told.append(f"other scores of {name} hold")
    return told


def _flipped(path: Path, other: Path, rng: Random) -> None:
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def _cut(path: Path, other: Path, rng: Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: rng.randrange(len(data))])


def _appended(path: Path, other: Path, rng: Random) -> None:
    path.write_bytes(path.read_bytes() + rng.choice((b" ", b"\n", b"\0", b"{}")))


def _removed(path: Path, other: Path, rng: Random) -> None:
    path.unlink()


def _of_another_version(path: Path, other: Path, rng: Random) -> None:
    home = path.parent if path.name == CHAMPION else path.parent.parent
    name = rng.choice([one for one in NIGHTS if one != path.parent.name])
    shutil.copyfile(home / name / (MANIFEST if path.name == CHAMPION else path.name), path)


def _of_another_home(path: Path, other: Path, rng: Random) -> None:
    shutil.copyfile(other, path)


def _without_seal(path: Path, other: Path, rng: Random) -> None:
    path.write_bytes(unsealed(path.read_bytes()))


def _generous(path: Path, other: Path, rng: Random) -> None:
    """A file that is right in its form and says what its writer wants, the seal left or not."""
    data = path.read_bytes()
    if path.suffix != ".json":
        path.write_bytes(b"GGUF of somebody who knows better")
        return
    said = json.loads(data)
    seal = said.pop("seal")
    if path.name == policies.FILE:
        said["types"]["invoice"]["grants"][0]["proven"]["score"] = 0.0
    elif path.name == CHAMPION:
        said["name"] = NIGHTS[0]
    else:
        said |= {"path": f"{NIGHTS[0]}/{MODEL}", "sha256": ""}
    said |= {"seal": seal} if rng.random() < 0.5 else {}
    path.write_text(json.dumps(said, indent=2))


_WAYS: Mapping[str, Callable[[Path, Path, Random], None]] = {
    "a bit flipped": _flipped,
    "cut": _cut,
    "something appended": _appended,
    "removed": _removed,
    "of another version": _of_another_version,
    "of another home": _of_another_home,
    "without its seal": _without_seal,
    "as somebody wants it": _generous,
}

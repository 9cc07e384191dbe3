"""A tuned version goes into one file and comes out of it whole, or not at all."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tuned_homes import TunedHome, write_header_only

from appliance.domain.errors import ModelError, SealError
from appliance.evaluation.fingerprints import FILE, Fingerprints, packed
from appliance.extraction import EXTRACTION
from appliance.learning.models import bundles
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import ADAPTER, sha256_of
from bench.chance_adapter import chance_adapter

FIRST = b"appliance model bundle 1\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_header_only(tmp_path_factory.mktemp("base") / "base.gguf")


@pytest.fixture
def north(tmp_path: Path, base: Path) -> Iterator[TunedHome]:
    """Where the version of the tests was tuned, on two receipts."""
    home = TunedHome(tmp_path / "north", base)
    yield home
    home.close()


@pytest.fixture
def south(tmp_path: Path, base: Path) -> Iterator[TunedHome]:
    home = TunedHome(tmp_path / "south", base)
    yield home
    home.close()


@pytest.fixture
def bundle(north: TunedHome, tmp_path: Path) -> Path:
    return written(north, north.tuned(*north.keyed(1, 2)), tmp_path / "north.bundle")


def written(home: TunedHome, version: Any, path: Path, *, origin: str = "north") -> Path:
    bundles.write(home.registry, home.labels, version, path, origin=origin)
    return path


def received(home: TunedHome) -> ReceivedVersions:
    return ReceivedVersions(home.registry)


def changed(bundle: Path, path: Path, said: dict[str, Any]) -> Path:
    """The bundle with another manifest, as somebody writes it who knows the form."""
    data = bundle.read_bytes()[len(FIRST) :]
    (size,) = struct.unpack_from("<I", data)
    told = json.dumps(json.loads(data[36 : 36 + size]) | said).encode()
    head = struct.pack("<I", len(told)) + hashlib.sha256(told).digest()
    path.write_bytes(FIRST + head + told + data[36 + size :])
    return path


def test_a_version_arrives_byte_for_byte(
    north: TunedHome, south: TunedHome, bundle: Path, tmp_path: Path
) -> None:
    (version,) = (one for one in north.registry.versions() if one.base)
    manifest, learned = bundles.check(bundle)
    assert (manifest.name, manifest.sha256) == (version.name, version.sha256)
    assert (manifest.parties, manifest.training) == (("shop1",), version.training)
    assert (manifest.names_columns, manifest.extraction) == (True, EXTRACTION)
    assert (manifest.base_sha256, manifest.quantisation) == (north.base.sha256, "Q8_0")
    assert len(learned.documents) == 2 and learned.unknown == 0
    bundles.unpack(bundle, tmp_path / "adapter.gguf")
    assert version.adapter
    assert (tmp_path / "adapter.gguf").read_bytes() == Path(version.adapter).read_bytes()
    again = written(north, version, tmp_path / "again.bundle")
    assert again.read_bytes() == bundle.read_bytes()


def test_no_path_of_the_home_is_in_it(north: TunedHome, bundle: Path) -> None:
    assert str(north.folder).encode() not in bundle.read_bytes()


def test_damage_of_any_byte_is_refused(bundle: Path, tmp_path: Path) -> None:
    data, path = bundle.read_bytes(), tmp_path / "damaged.bundle"
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(ModelError):
            bundles.check(path)


def test_what_is_cut_short_or_too_long_is_refused(bundle: Path, tmp_path: Path) -> None:
    data, path = bundle.read_bytes(), tmp_path / "cut.bundle"
    for damaged in (*(data[:end] for end in range(0, len(data), 7)), data + b"\0"):
        path.write_bytes(damaged)
        with pytest.raises(ModelError):
            bundles.check(path)


CLAIMS: dict[str, dict[str, Any]] = {
    "a name that is a path": {"name": "../../../../../../etc/night-2026-11-01-00000000"},
    "a name of another version": {"name": "night-2026-11-01-00000000"},
    "no hash": {"base_sha256": "../secret"},
    "an adapter without end": {"adapter_bytes": 10**12},
    "no adapter": {"adapter_bytes": 0},
    "fingerprints without end": {"fingerprints_bytes": 10**12},
    "words for a terminal": {"origin": "north\x1b[2J"},
    "no origin": {"origin": ""},
    "a time that never ends": {"made_at": float("inf")},
    "no numbers": {"training": {}},
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_manifest_that_claims_what_cannot_be_is_refused(
    bundle: Path, tmp_path: Path, claim: str
) -> None:
    forged = changed(bundle, tmp_path / "forged.bundle", CLAIMS[claim])
    with pytest.raises(ModelError):
        bundles.check(forged)


def test_a_bundle_that_does_not_tell_what_was_learned_is_refused(
    south: TunedHome, bundle: Path, tmp_path: Path
) -> None:
    nothing = packed(Fingerprints())
    sha256 = hashlib.sha256(nothing).hexdigest()
    said = {"fingerprints_bytes": len(nothing), "fingerprints_sha256": sha256}
    silent = changed(bundle, tmp_path / "silent.bundle", said)
    silent.write_bytes(silent.read_bytes().replace(packed(bundles.check(bundle)[1]), nothing))
    with pytest.raises(ModelError, match="learned from"):
        received(south).add(silent, now=1.0)
    assert received(south).every() == []


def test_another_form_is_named(bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "later.bundle"
    path.write_bytes(bundle.read_bytes().replace(b"bundle 1\n", b"bundle 2\n", 1))
    with pytest.raises(ModelError, match="another form"):
        bundles.check(path)
    path.write_bytes(b"PK\3\4" + bytes(100))
    with pytest.raises(ModelError, match="no model bundle"):
        bundles.check(path)


def test_what_was_not_tuned_is_not_carried(north: TunedHome, tmp_path: Path) -> None:
    untaught = north.tuned(seed=4, training=None)
    for version in (north.base, untaught):
        with pytest.raises(ModelError, match="nothing to carry"):
            written(north, version, tmp_path / "none.bundle")
    assert not (tmp_path / "none.bundle").exists()


def test_documents_of_which_nothing_is_known_any_more_are_counted(
    north: TunedHome, tmp_path: Path
) -> None:
    docids = north.keyed(1, 2)
    some = written(north, north.tuned(*docids, "ab" * 32, seed=2), tmp_path / "some.bundle")
    assert bundles.check(some)[1].unknown == 1
    with pytest.raises(ModelError, match="nothing is known"):
        written(north, north.tuned("ab" * 32, "cd" * 32, seed=3), tmp_path / "none.bundle")


def test_an_adapter_that_was_changed_is_not_carried(north: TunedHome, tmp_path: Path) -> None:
    north.registry.begin_seals()
    version = north.tuned(*north.keyed(1))
    adapter = Path(version.adapter or "")
    adapter.write_bytes(adapter.read_bytes()[:-1] + b"\1")
    with pytest.raises(SealError):
        written(north, version, tmp_path / "none.bundle")


def test_of_a_version_tuned_from_a_tuned_one_all_that_was_learned_is_told(
    north: TunedHome, tmp_path: Path
) -> None:
    first = north.tuned(*north.keyed(1, 2))
    north.base = first
    second = north.tuned(*north.keyed(3), seed=2)
    manifest, learned = bundles.check(written(north, second, tmp_path / "second.bundle"))
    assert manifest.base == first.name and len(learned.documents) == 3


# Where it arrives


def test_an_import_changes_nothing_that_serves(south: TunedHome, bundle: Path) -> None:
    def files() -> dict[str, str]:
        return {
            str(path): sha256_of([path])
            for path in sorted(south.models.rglob("*"))
            if path.is_file() and ".received" not in path.parts
        }

    before, champion = files(), south.registry.champion()
    found = received(south).add(bundle, now=5.0)
    assert files() == before and south.registry.champion() == champion
    assert south.registry.versions() == [champion]
    assert received(south).waiting() == [found] and found.received_at == 5.0
    assert received(south).add(bundle, now=6.0) == found
    assert list(south.registry.flaws()) == []


def test_what_is_received_is_sealed(south: TunedHome, bundle: Path) -> None:
    south.registry.begin_seals()
    found = received(south).add(bundle, now=5.0)
    manifest = received(south).folder(found.name) / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"north"', b'"south"'))
    assert received(south).every() == []
    assert received(south).sweep() == [found.name]
    assert not received(south).folder(found.name).exists()


def test_what_was_judged_here_is_not_received_again(north: TunedHome, bundle: Path) -> None:
    with pytest.raises(ModelError, match="is here already"):
        received(north).add(bundle, now=5.0)


def test_a_version_of_an_unknown_base_is_refused(
    south: TunedHome, bundle: Path, tmp_path: Path
) -> None:
    known = south.base
    other = tmp_path / "other.gguf"
    other.write_bytes(Path(known.path).read_bytes() + bytes(32))
    south.registry.promote(south.registry.add(other))
    south.registry.remove(known)
    with pytest.raises(ModelError, match=known.name):
        received(south).add(bundle, now=5.0)
    assert received(south).every() == []


def test_a_version_that_was_taught_other_questions_is_refused(
    south: TunedHome, bundle: Path, tmp_path: Path
) -> None:
    older = changed(bundle, tmp_path / "o.bundle", {"extraction": "7"})
    with pytest.raises(ModelError, match="extraction 7"):
        received(south).add(older, now=5.0)


def test_an_adapter_that_does_not_fit_is_refused(
    south: TunedHome, bundle: Path, tmp_path: Path
) -> None:
    wider = write_header_only(tmp_path / "wider.gguf", wide=64)
    others = chance_adapter(wider, tmp_path / "wider" / ADAPTER, seed=1).read_bytes()
    manifest, _ = bundles.check(bundle)
    for adapter in (b"GGUF no more", others):
        sha256 = hashlib.sha256(adapter).hexdigest()
        said = {"adapter_bytes": len(adapter), "adapter_sha256": sha256}
        forged = changed(bundle, tmp_path / "forged.bundle", said)
        forged.write_bytes(forged.read_bytes()[: -manifest.adapter_bytes] + adapter)
        bundles.check(forged)
        with pytest.raises(ModelError):
            received(south).add(forged, now=5.0)
    assert received(south).every() == []
    assert not list(south.models.rglob(ADAPTER))


def test_of_one_home_the_newest_is_judged(
    north: TunedHome, south: TunedHome, tmp_path: Path
) -> None:
    docids = north.keyed(1, 2)
    old, new = (north.tuned(*docids, seed=seed) for seed in (1, 2))
    paths = [written(north, one, tmp_path / one.name) for one in (old, new)]
    elsewhere = written(north, north.tuned(*docids, seed=3), tmp_path / "e", origin="east")
    for path in (paths[0], elsewhere, paths[1]):
        received(south).add(path, now=5.0)
    assert [one.name for one in received(south).replaced()] == [old.name]
    received(south).drop(received(south).replaced()[0])
    with pytest.raises(ModelError, match=new.name):
        received(south).add(paths[0], now=6.0)
    assert [one.bundle.origin for one in received(south).waiting()] == ["east", "north"]


def test_one_that_was_refused_leaves_why_and_may_come_again(south: TunedHome, bundle: Path) -> None:
    found = received(south).add(bundle, now=5.0)
    received(south).refuse(found, "it does not load")
    (left,) = received(south).every()
    assert left == replace(found, refused="it does not load") and not received(south).waiting()
    assert [path.name for path in received(south).folder(found.name).iterdir()] == ["manifest.json"]
    received(south).add(bundle, now=6.0)
    assert [(one.received_at, one.refused) for one in received(south).every()] == [(6.0, "")]


def test_a_version_from_elsewhere_is_carried_on_with_what_it_brought(
    north: TunedHome, south: TunedHome, bundle: Path, tmp_path: Path
) -> None:
    found = received(south).add(bundle, now=5.0)
    (tuned,) = (one for one in north.registry.versions() if one.base)
    folder = received(south).folder(found.name) / "candidate"
    (folder / "model.gguf").write_bytes(Path(tuned.path).read_bytes())
    here = south.registry.publish(folder, replace(tuned, base=south.base.name, origin="north"))
    assert list(south.registry.flaws()) == []
    on = written(south, here, tmp_path / "on.bundle", origin="south")
    assert bundles.check(on)[0].origin == "north"
    assert bundles.check(on)[1] == bundles.check(bundle)[1]
    (south.models / here.name / FILE).unlink()
    assert FILE in str(next(Registry(south.models).flaws()))

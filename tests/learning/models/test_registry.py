from __future__ import annotations

import hashlib
import json
import os
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_shop import TRAINING, Shop, merge

from appliance.domain.errors import ModelError
from appliance.domain.results import GateOutcome, ModelVersion, ServingStatus, Verdict
from appliance.learning.models import packages, registry, versions
from appliance.learning.models.packages import StarterModel, shipped
from appliance.learning.models.registry import Pointer, Registry
from appliance.learning.models.versions import sha256_of


def another_merge(base: ModelVersion, adapter: Path, final: Path) -> None:
    final.write_bytes(adapter.read_bytes())


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_the_packaged_model_is_the_one_that_we_know(tmp_path: Path) -> None:
    version = Registry(tmp_path).add_packaged(packages.SMOLLM2)
    assert version.sha256 == packages.SMOLLM2.sha256
    assert Path(version.path).read_bytes()[:4] == b"GGUF"


def test_a_starter_becomes_a_base_of_its_own_once(tmp_path: Path) -> None:
    adapter = tmp_path / "adapter.gguf"
    adapter.write_bytes(b"learned before")
    models, made = Registry(tmp_path / "models"), []

    def counted(base: ModelVersion, learned: Path, final: Path) -> None:
        made.append(final)
        merge(base, learned, final)

    starter = StarterModel(packages.SMOLLM2, adapter, sha256_of([adapter]))
    version = models.add_starter(starter, counted)
    assert models.add_starter(starter, counted) == version
    assert len(made) == 1
    assert (version.name, version.base) == (starter.name, None)  # what a night begins from
    assert Path(version.path).read_bytes().endswith(b"learned before")


@pytest.mark.parametrize(
    ("lesson", "taught"), [({}, False), ({"tables": 0}, False), ({"tables": 986}, True)]
)
def test_a_version_names_columns_only_where_its_starter_was_taught_to(tmp_path, lesson, taught):
    adapter = tmp_path / "adapter.gguf"
    adapter.write_bytes(b"learned before")
    told = {"base": "smollm2-135m", "adapter_sha256": sha256_of([adapter]), "lesson": lesson}
    (tmp_path / "manifest.json").write_text(json.dumps(told))
    version = Registry(tmp_path / "models").add_starter(shipped(tmp_path), merge)
    assert version.names_columns is taught


def test_a_starter_that_is_another_file_than_its_manifest_says_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        shipped(tmp_path)
    adapter = tmp_path / "adapter.gguf"
    adapter.write_bytes(b"learned before")
    manifest = {"base": "smollm2-135m", "adapter_sha256": sha256_of([adapter])}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert shipped(tmp_path).base is packages.SMOLLM2
    adapter.write_bytes(b"something else")
    with pytest.raises(ModelError, match=tmp_path.name):
        shipped(tmp_path)


def test_another_model_serves_once_it_is_promoted(shop: Shop) -> None:
    first = shop.base("one")
    shop.models.promote(first)
    second = shop.base("two")
    assert shop.models.champion() == first
    shop.models.promote(second)
    assert shop.models.champion() == second
    assert shop.models.versions() == [first, second]


def test_the_same_file_again_is_the_same_version(shop: Shop) -> None:
    first = shop.base()
    shop.now += 5
    assert shop.base() == first
    assert len(shop.models.versions()) == 1


def test_a_file_that_is_gone_or_damaged_is_mended_when_it_is_added_again(shop: Shop) -> None:
    first = shop.base()
    for spoil in (Path.unlink, lambda path: path.write_bytes(b"GGUF half")):
        spoil(Path(first.path))
        assert shop.base() == first
        assert sha256_of([Path(first.path)]) == first.sha256
    assert len(shop.models.versions()) == 1


def test_a_damaged_version_does_not_hide_the_others(shop: Shop) -> None:
    first, second = shop.base("one"), shop.base("two")
    (shop.models.folder / first.name / versions.MANIFEST).write_text("{")
    assert list(shop.models.readable()) == [second]


def test_a_folder_without_its_manifest_is_no_version(shop: Shop) -> None:
    version = shop.base()
    Path(version.path).with_name(versions.MANIFEST).unlink()
    assert shop.models.versions() == []
    assert shop.base() == version


def test_no_file_no_gguf_no_champion_are_clear_errors(tmp_path: Path) -> None:
    models = Registry(tmp_path / "models")
    (tmp_path / "note.gguf").write_text("hello")
    with pytest.raises(ModelError, match=r"note\.gguf"):
        models.add(tmp_path / "note.gguf")
    with pytest.raises(ModelError, match=r"missing\.gguf"):
        models.add(tmp_path / "missing.gguf")
    with pytest.raises(ModelError, match="no model"):
        models.champion()


def test_rollback_promotes_what_served_before_and_then_what_served_before_that(shop: Shop) -> None:
    one, two, three = (shop.base(name) for name in ("one", "two", "three"))
    for version in (one, two, three, three):
        shop.models.promote(version)
    assert shop.models.rollback() == two == shop.models.champion()
    assert shop.models.rollback() == one
    with pytest.raises(ModelError):
        shop.models.rollback()
    assert shop.models.champion() == one


def test_rollback_passes_over_a_version_that_was_removed(shop: Shop) -> None:
    one, two, three = (shop.base(name) for name in ("one", "two", "three"))
    for version in (one, two, three):
        shop.models.promote(version)
    shop.models.remove(two)
    assert shop.models.rollback() == one


@given(st.lists(st.sampled_from("abcd"), max_size=120))
def test_a_pointer_goes_back_the_way_that_it_came(promoted: list[str]) -> None:
    steps = [Pointer("z")]
    for name in promoted:
        steps.append(steps[-1].to(name))
    ways = [pointer for at, pointer in enumerate(steps) if not at or pointer != steps[at - 1]]
    at: Pointer | None = steps[-1]
    for expected in reversed(ways[-50:]):
        assert at and at.name == expected.name
        assert len(at.before) <= 50
        at = at.back("abcdz")


def test_a_champion_from_before_there_were_pointers_still_serves(shop: Shop) -> None:
    one, two = shop.base("one"), shop.base("two")
    manifest = {"name": one.name, "path": f"{one.name}/model.gguf", "sha256": one.sha256}
    old = json.dumps(manifest | {"parties": []})
    (shop.models.folder / one.name / versions.MANIFEST).write_text(old)
    (shop.models.folder / registry.CHAMPION).write_text(old)
    assert shop.models.champion().sha256 == one.sha256
    shop.models.promote(two)
    assert shop.models.rollback().name == one.name


def test_a_version_is_found_by_a_start_that_no_other_has(shop: Shop) -> None:
    one, two = shop.base("receipts"), shop.base("invoices")
    assert shop.models.find("rec") == one
    assert shop.models.find(two.name) == two
    shop.base("receipts2")
    with pytest.raises(ModelError, match=r"receipts-\w+, receipts2-"):
        shop.models.find("receipts")
    with pytest.raises(ModelError) as error:
        shop.models.find(one.name[:-1] + "x")
    assert one.name in error.value.hint


def test_a_finished_candidate_becomes_a_version_that_says_how_it_was_made(shop: Shop) -> None:
    base = shop.base()
    folder = shop.candidate(base, "tuned-1")
    sha256 = hashlib.sha256((folder / versions.MODEL).read_bytes()).hexdigest()
    verdict = Verdict(GateOutcome.PROMOTED, 90, 20, 2, "20 fixed, 2 broken of 90 documents")
    made = ModelVersion(
        "tuned-1", "", sha256, ("acme",), base.name, "Q8_0", training=TRAINING, verdict=verdict
    )
    version = shop.models.publish(folder, made)
    assert not folder.exists()
    assert version == Registry(shop.models.folder).version("tuned-1")
    assert (version.training, version.verdict, version.made_at) == (TRAINING, verdict, 1000.0)
    assert version.adapter and Path(version.adapter).read_bytes().startswith(b"GGUF adapter")
    # Cut between the move and whatever came next, it is published again.
    assert shop.models.publish(folder, made) == version
    with pytest.raises(ModelError, match="another version"):
        shop.models.publish(folder, ModelVersion("tuned-1", "", "00"))


def test_a_candidate_that_changed_since_it_was_measured_becomes_no_version(shop: Shop) -> None:
    folder = shop.candidate(shop.base(), "tuned-1")
    with pytest.raises(ModelError, match="changed since"):
        shop.models.publish(folder, ModelVersion("tuned-1", "", "00" * 32))
    assert shop.models.names() == [shop.base().name]
    (folder / versions.MODEL).unlink()
    with pytest.raises(ModelError, match=r"model\.gguf"):
        shop.models.publish(folder, ModelVersion("tuned-1", "", ""))


def test_leftovers_are_swept_and_the_nights_own_work_is_not(shop: Shop) -> None:
    version = shop.base()
    night = shop.candidate(version, "half")
    left = shop.models.folder / f"{versions.REMOVING}left-1234"
    others = shop.models.folder / "downloads"
    others.mkdir()
    copied = shop.models.folder / f"{versions.ADDING}two-1234"
    for folder in (left, copied):
        folder.mkdir()
        (folder / versions.MODEL).write_bytes(b"GGUF")
    os.utime(copied / versions.MODEL, (shop.now, shop.now))
    os.utime(copied, (shop.now, shop.now))
    assert shop.models.sweep() == [left.name]
    shop.now += versions.ABANDONED + 1  # nobody copies any more
    assert shop.models.sweep() == [copied.name]
    assert night.exists() and others.exists()
    assert shop.models.versions() == [version]


def test_the_files_of_older_tuned_versions_go_and_their_adapters_stay(shop: Shop) -> None:
    base = shop.base()
    tuned = [shop.tuned(base, f"tuned-{at}") for at in range(6)]
    for version in (base, tuned[0], tuned[2]):
        shop.models.promote(version)
    assert [version.name for version in shop.models.prune(keep=3)] == ["tuned-1"]
    shop.models.promote(tuned[5])
    # 2 served before the champion: a rollback must find it.
    assert [version.name for version in shop.models.prune(keep=3)] == ["tuned-0"]
    assert [shop.models.whole(version) for version in (base, *tuned)] == [
        True, False, False, True, True, True, True,
    ]  # fmt: skip
    assert all(version.adapter and Path(version.adapter).exists() for version in tuned)
    assert len(shop.models.versions()) == 7


def test_a_file_is_kept_that_nothing_could_make_again(shop: Shop) -> None:
    base = shop.base()
    tuned = [shop.tuned(base, f"tuned-{at}") for at in range(3)]
    shop.models.promote(tuned[2])
    assert tuned[0].adapter
    Path(tuned[0].adapter).unlink()
    assert [version.name for version in shop.models.prune(keep=1)] == ["tuned-1"]


def test_what_the_daemon_goes_on_with_keeps_its_file(shop: Shop) -> None:
    base = shop.base()
    shop.models.promote(base)
    serving, *_ = [shop.tuned(base, f"tuned-{number}") for number in range(5)]
    shop.models.note(ServingStatus(serving.name, shop.now))
    assert serving.name not in [version.name for version in shop.models.prune(keep=1)]


def test_a_pruned_version_serves_only_after_it_was_made_again(shop: Shop) -> None:
    base = shop.base()
    tuned = [shop.tuned(base, f"tuned-{at}") for at in range(4)]
    shop.models.promote(base)
    before = Path(tuned[0].path).read_bytes()
    shop.models.prune()
    with pytest.raises(ModelError, match=tuned[0].name):
        shop.models.promote(tuned[0])
    assert shop.models.champion() == base
    shop.models.restore(tuned[0], merge)
    assert Path(tuned[0].path).read_bytes() == before
    shop.models.promote(tuned[0])
    assert shop.models.champion() == tuned[0]


def test_a_version_that_comes_out_otherwise_does_not_come_back(shop: Shop) -> None:
    base = shop.base()
    tuned = [shop.tuned(base, f"tuned-{at}") for at in range(4)]
    shop.models.promote(base)
    shop.models.prune()
    with pytest.raises(ModelError, match=tuned[0].name):
        shop.models.restore(
            tuned[0], lambda base, adapter, final: final.write_bytes(b"GGUF") and None
        )
    assert not shop.models.whole(tuned[0])
    assert sorted(path.name for path in Path(tuned[0].path).parent.iterdir()) == [
        versions.ADAPTER,
        versions.MANIFEST,
    ]
    assert shop.models.champion() == base


def test_damaged_files_are_clear_errors_and_a_promotion_mends_the_pointer(shop: Shop) -> None:
    one, two = shop.base("one"), shop.base("two")
    shop.models.promote(one)
    (shop.models.folder / registry.CHAMPION).write_bytes(b'{"name": ')
    (shop.models.folder / registry.SERVING).write_bytes(b"\0\0")
    with pytest.raises(ModelError, match=r"champion\.json"):
        shop.models.champion()
    with pytest.raises(ModelError, match=r"champion\.json"):
        shop.models.rollback()
    assert shop.models.service() is None
    shop.models.promote(two)
    assert shop.models.champion() == two
    (shop.models.folder / one.name / versions.MANIFEST).write_bytes(b"")
    with pytest.raises(ModelError, match=r"manifest\.json"):
        shop.models.find("one")


def test_what_the_daemon_serves_is_known_to_others(shop: Shop) -> None:
    shop.base()
    said = ServingStatus("one", 12.5, "two", "the file is damaged")
    shop.models.note(said)
    assert Registry(shop.models.folder).service() == said


def test_a_model_in_pieces_is_put_together(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [shop.folder / name for name in ("a.part00", "a.part01")]
    for piece, data in zip(pieces, (b"GGUF the", b" rest"), strict=True):
        piece.write_bytes(data)
    found = packages.PackagedModel(
        "a", "a-q4", "a-gguf", (), hashlib.sha256(b"GGUF the rest").hexdigest(), "Q4_K_M"
    )
    monkeypatch.setattr(packages.PackagedModel, "find", lambda self: pieces)
    version = shop.models.add_packaged(found)
    assert version.quantisation == "Q4_K_M"
    assert Path(version.path).read_bytes() == b"GGUF the rest"
    pieces[1].write_bytes(b" lies")
    with pytest.raises(ModelError, match=found.install):
        shop.models.add_packaged(found)


def test_a_package_that_is_not_there_is_named_with_its_command() -> None:
    absent = packages.PackagedModel("a", "a", "no-such-gguf", (("no-such-gguf-1", "a"),), "", "")
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.files("no-such-gguf-1")
    with pytest.raises(ModelError) as error:
        absent.find()
    assert "pip install no-such-gguf" in error.value.hint

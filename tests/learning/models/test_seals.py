"""A version that was changed behind the appliance's back is refused in words, and what helps."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from crash import Killed, dies_at, watched
from model_shop import Shop, merge

from appliance.domain.errors import ModelError, SealError
from appliance.judgement.policy import AcceptancePolicy
from appliance.learning.models import registry, versions
from appliance.learning.models.registry import Registry
from appliance.promise import policies
from appliance.promise.policies import CalibrationFile, PolicyStore
from appliance.system.sealing import KEY, NEW_KEY

Harm = Callable[[Path], object]


def filled(shop: Shop) -> Shop:
    """A base and two nights, the later of which serves, each with its scores."""
    base = shop.base()
    shop.models.promote(base)
    for name in ("night-1", "night-2"):
        shop.models.promote(shop.tuned(base, name))
    for name in shop.models.names():
        policies.keep(CalibrationFile(made_of=f"of {name}"), shop.models.folder / name)
    return shop


@pytest.fixture
def sealed(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "home")
    shop.folder.mkdir()
    assert not shop.models.begin_seals(), "there was nothing"
    return filled(shop)


@pytest.fixture
def older(tmp_path: Path) -> Shop:
    """As a home was before there were seals."""
    shop = Shop(tmp_path / "home")
    shop.folder.mkdir()
    filled(shop)
    for path in shop.models.folder.glob("*/manifest.json"):
        said = json.loads(path.read_bytes())
        del said["adapter_sha256"]
        path.write_text(json.dumps(said, indent=2))
    return shop


def one_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def of_the_night_before(path: Path) -> None:
    shutil.copyfile(path.parent.with_name("night-1") / path.name, path)


@pytest.mark.parametrize("harm", [one_byte, of_the_night_before, Path.unlink])
@pytest.mark.parametrize("name", [versions.MANIFEST, versions.ADAPTER, policies.FILE])
def test_a_file_that_was_changed_swapped_or_taken_away_is_not_believed(
    sealed: Shop, name: str, harm: Harm
) -> None:
    models = sealed.models
    assert not list(models.flaws())
    harm(models.folder / "night-2" / name)
    flaws = list(models.flaws())
    if (name, harm) == (policies.FILE, Path.unlink):
        assert not flaws, "it is no harm: scores are computed anew"
    else:
        assert flaws and all(name in str(flaw) and flaw.hint for flaw in flaws)
    if name == versions.MANIFEST:
        with pytest.raises(ModelError):
            models.champion()
        assert models.rollback().name == "night-1" and not _serving_flaws(models)
    if name == versions.ADAPTER:
        (models.folder / "night-2" / versions.MODEL).unlink()
        with pytest.raises(ModelError, match="adapter"):
            models.restore(models.version("night-2"), merge)
    if name == policies.FILE:
        assert policies.read(models.folder / "night-2") == CalibrationFile()
        policies.keep(CalibrationFile(made_of="anew"), models.folder / "night-2")
        assert not list(models.flaws())


def _serving_flaws(models: Registry) -> list[str]:
    return [str(flaw) for flaw in models.flaws() if models.champion().name in str(flaw)]


@pytest.mark.parametrize("harm", [one_byte, Path.unlink])
def test_who_serves_is_not_believed_from_a_changed_file(sealed: Shop, harm: Harm) -> None:
    harm(sealed.models.folder / registry.CHAMPION)
    for asked in (sealed.models.champion, sealed.models.rollback):
        with pytest.raises(ModelError, match=r"champion\.json") as raised:
            asked()
        assert "appliance promote" in raised.value.hint
    sealed.models.promote(sealed.models.version("night-1"))
    assert sealed.models.champion().name == "night-1"


def test_the_file_of_another_adapter_is_never_pruned_for(sealed: Shop) -> None:
    """Its GGUF could not be made again."""
    sealed.models.promote(sealed.models.version("one-" + _hash(sealed)))
    one_byte(sealed.models.folder / "night-1" / versions.ADAPTER)
    pruned = [one.name for one in sealed.models.prune(keep=0)]
    assert "night-1" not in pruned


def _hash(shop: Shop) -> str:
    return next(name for name in shop.models.names() if name.startswith("one-")).split("-")[1]


def test_the_models_of_another_home_are_refused(sealed: Shop, tmp_path: Path) -> None:
    other = Shop(tmp_path / "other")
    other.folder.mkdir()
    other.models.begin_seals()
    filled(other)
    shutil.rmtree(sealed.models.folder)
    shutil.copytree(other.models.folder, sealed.models.folder)
    with pytest.raises(SealError):
        sealed.models.champion()
    for name in other.models.names():
        assert policies.read(sealed.models.folder / name) == CalibrationFile()
        with pytest.raises(SealError):
            sealed.models.version(name)


def test_a_key_that_is_lost_is_told_and_there_is_a_way_out(sealed: Shop) -> None:
    (sealed.folder / KEY).unlink()
    for asked in (sealed.models.champion, sealed.models.begin_seals):
        with pytest.raises(SealError, match=KEY) as raised:
            asked()
        assert "appliance model seal" in raised.value.hint
    sealed.models.seal()
    assert not list(sealed.models.flaws())
    assert sealed.models.champion().name == "night-2"
    assert PolicyStore(sealed.models.folder).calibrations("night-2") == CalibrationFile(), (
        "what nobody vouches for is computed anew"
    )


def test_an_older_home_opens_and_is_sealed_once(older: Shop) -> None:
    assert older.models.champion().name == "night-2" and not list(older.models.flaws())
    assert older.models.begin_seals()
    assert not older.models.begin_seals(), "once"
    assert not list(older.models.flaws())
    assert older.models.champion().adapter_sha256
    assert policies.read(older.models.folder / "night-2").made_of == "of night-2"
    one_byte(older.models.folder / "night-1" / versions.ADAPTER)
    assert [flaw for flaw in older.models.flaws() if "night-1" in str(flaw)]


def test_sealing_that_was_cut_anywhere_goes_on(older: Shop, tmp_path: Path) -> None:
    uncut = shutil.copytree(older.folder, tmp_path / "uncut")
    acts = 0
    while True:
        home = Path(shutil.copytree(uncut, tmp_path / f"cut {acts}"))
        models = Registry(home / "models")
        try:
            with watched(dies_at(acts)):
                models.begin_seals()
        except Killed:
            assert models.champion().name == "night-2", "meanwhile it goes on"
            assert policies.read(models.folder / "night-1").made_of == "of night-1"
            models.begin_seals()
        else:
            break
        finally:
            assert not list(models.flaws()) and not (home / NEW_KEY).exists()
        acts += 1
    assert acts > 20


def test_what_was_changed_is_sealed_anew_but_for_scores(sealed: Shop) -> None:
    for name in (versions.ADAPTER, policies.FILE):
        one_byte(sealed.models.folder / "night-2" / name)
    manifest = sealed.models.folder / "night-1" / versions.MANIFEST
    manifest.write_bytes(manifest.read_bytes().replace(b"bf16 lora", b"4-bit lora"))
    of_the_night_before(sealed.models.folder / "night-2" / versions.MANIFEST)
    assert len(list(sealed.models.flaws())) >= 3
    sealed.models.seal()
    assert sealed.models.version("night-1").training
    with pytest.raises(SealError):  # that of another version is never right
        sealed.models.version("night-2")
    assert not (sealed.models.folder / "night-2" / policies.FILE).exists()
    assert PolicyStore(sealed.models.folder)("night-2", "x", None) == AcceptancePolicy()

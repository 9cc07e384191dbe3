"""What is sealed is known again, and nothing else passes in its place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.errors import SealError
from appliance.system.sealing import BYTES, KEY, NEW_KEY, Seals

SAID = b'{\n  "name": "one",\n  "before": []\n}'


def sealed(home: Path) -> Seals:
    """Of a home that has a key."""
    seals = Seals(home / "models")
    with seals.sealing():
        pass
    return seals


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Seals, Path]:
    home = tmp_path_factory.mktemp("home")
    seals, path = sealed(home), home / "models" / "said.json"
    seals.write(path, SAID, of="one")
    return seals, path


def test_what_was_written_is_read_and_is_json_with_its_seal(written: tuple[Seals, Path]) -> None:
    seals, path = written
    assert seals.read(path, of="one", hint="") == SAID
    assert path.read_bytes().startswith(SAID[:-2] + b',\n  "seal": "')


@given(st.data())
def test_a_byte_that_was_changed_added_or_taken_away_is_found(
    written: tuple[Seals, Path], data: st.DataObject
) -> None:
    seals, path = written
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from([b"", bytes([whole[at] ^ 1]), whole[at : at + 1] + b" "]))
    harmed = path.with_name("harmed")
    harmed.mkdir(exist_ok=True)
    (harmed / path.name).write_bytes(whole[:at] + other + whole[at + 1 :])
    with pytest.raises(SealError, match=path.name) as raised:
        seals.read(harmed / path.name, of="one", hint="do this")
    assert raised.value.hint == "do this"


def test_no_file_passes_in_the_place_of_another(written: tuple[Seals, Path]) -> None:
    seals, path = written
    with pytest.raises(SealError):
        seals.read(path, of="two", hint="")
    path.with_name("other.json").write_bytes(path.read_bytes())
    with pytest.raises(SealError):
        seals.read(path.with_name("other.json"), of="one", hint="")


def test_the_key_of_another_home_opens_nothing(tmp_path: Path) -> None:
    one, two = sealed(tmp_path / "one"), sealed(tmp_path / "two")
    path = tmp_path / "one" / "models" / "said.json"
    one.write(path, SAID)
    with pytest.raises(SealError):
        two.read(path, hint="")
    (tmp_path / "one" / KEY).write_bytes((tmp_path / "two" / KEY).read_bytes())
    with pytest.raises(SealError):
        one.read(path, hint="")


def test_a_key_is_chance_and_its_owners_alone(tmp_path: Path) -> None:
    sealed(tmp_path / "one"), sealed(tmp_path / "two")
    keys = [tmp_path / name / KEY for name in ("one", "two")]
    assert len({key.read_bytes() for key in keys}) == 2
    for key in keys:
        assert len(key.read_bytes()) == BYTES
        assert os.name != "posix" or stat.S_IMODE(key.stat().st_mode) == 0o600
        assert not key.with_name(NEW_KEY).exists()


def test_without_a_key_nothing_is_sealed_and_what_was_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "models" / "said.json"
    seals = Seals(tmp_path / "models")
    seals.write(path, SAID)
    assert path.read_bytes() == SAID == seals.read(path, hint="")
    with seals.sealing():
        seals.write(path, SAID)
    for cut in (b"", b"\0" * (BYTES - 1), None):
        (tmp_path / KEY).unlink() if cut is None else (tmp_path / KEY).write_bytes(cut)
        with pytest.raises(SealError, match=KEY) as raised:
            seals.read(path, hint="")
        assert "backup" in raised.value.hint and "model seal" in raised.value.hint


def test_what_has_no_seal_is_refused_where_there_is_a_key(tmp_path: Path) -> None:
    path = tmp_path / "models" / "said.json"
    Seals(tmp_path / "models").write(path, SAID)
    seals = sealed(tmp_path)
    with pytest.raises(SealError, match="no seal"):
        seals.read(path, hint="")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads every file")
def test_a_key_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    seals, path = sealed(tmp_path), tmp_path / "models" / "said.json"
    seals.write(path, SAID)
    (tmp_path / KEY).chmod(0)
    with pytest.raises(SealError, match="cannot be read"):
        seals.read(path, hint="")

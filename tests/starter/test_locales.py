"""A language is a file: what is wrong with one is told by file, line and column."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.domain.errors import ConfigError
from starter.locales import FOLDER, read_countries, read_locales


@pytest.fixture
def german(tmp_path: Path) -> Path:
    return Path(shutil.copy(FOLDER / "de.toml", tmp_path))


def faults(read: Callable[[], object]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read()
    return str(caught.value).splitlines()


def place(path: Path, piece: str) -> str:
    """``file:line:column`` of the first ``piece``."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if piece in line:
            return f"{path}:{number}:{line.index(piece) + 1}"
    raise AssertionError(piece)


def changed(path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "piece", "message"),
    [
        ('units = ["Stk", ', 'unit = ["Stk", ', "unit =", "unit: unknown key, did you mean"),
        ('"Hauptstraße {n}"', '"Hauptstraße {m}"', '"Hauptstraße', "no placeholder {m}"),
        ('"Hauptstraße {n}"', '"Hauptstraße {n"', '"Hauptstraße', "expected '}'"),
        ('  "Dezember",\n', "", "months", "at least 12 items"),
        (
            'DE = "Deutschland"',
            'De = "Deutschland"',
            "De =",
            "lands.De: String should",
        ),
        ("weight = 2.5", 'weight = "often"', '"often"', "valid number"),
        ('dated = ["vom"]', "dated = [7]", "dated", "valid string"),
        ('sender = ["Absender"', 'sander = ["Absender"', "sander", "sander"),
        ('dated = ["vom"]', 'dated = ["vom"', "on = [", "Unclosed array"),
    ],
)
def test_a_fault_is_told_by_file_line_and_column(
    german: Path, old: str, new: str, piece: str, message: str
) -> None:
    changed(german, old, new)
    told = faults(lambda: read_locales(german.parent))
    assert any(one.startswith(place(german, piece)) and message in one for one in told), told


def test_all_faults_of_all_languages_are_told_at_once(german: Path) -> None:
    french = Path(shutil.copy(FOLDER / "fr.toml", german.parent))
    changed(german, "weight = 2.5", "weight = 0")
    changed(german, '"Hauptstraße {n}"', '"Hauptstraße {x}"')
    changed(french, "weight = 2.5", "weigh = 2.5")
    told = faults(lambda: read_locales(german.parent))
    assert {Path(one.split(":")[0]).name for one in told} == {"de.toml", "fr.toml"}


def test_a_file_that_is_not_utf_8_is_named(german: Path) -> None:
    german.write_bytes(german.read_bytes().replace("Müller".encode(), b"M\xfcller"))
    (told,) = faults(lambda: read_locales(german.parent))
    line = (FOLDER / "de.toml").read_text(encoding="utf-8").splitlines().index('  "Müller",') + 1
    assert told.startswith(f"{german}:{line}:5: ")


def test_a_country_that_sets_something_unknown_is_named(tmp_path: Path) -> None:
    path = tmp_path / "countries.toml"
    path.write_text('[SE]\nrates = ["25"]\ndail = "46"\n')
    (told,) = faults(lambda: read_countries(path))
    assert told.startswith(f"{path}:3:1: SE.dail: unknown key")

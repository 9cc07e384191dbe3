from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path

import pytest

from appliance.domain.errors import ConfigError, HomeError
from appliance.settings import config
from appliance.settings.config import Settings


def test_the_file_of_a_new_home_says_nothing_but_the_defaults() -> None:
    bare = "\n".join(line.removeprefix("# ") for line in config.TEMPLATE.splitlines()[1:])
    said = tomllib.loads(bare)
    said["inbox"].pop("default_type")
    assert said["review"].pop("keys")
    assert config.parse(config.TEMPLATE, {}, source="x") == Settings()
    assert Settings.model_validate(said) == Settings()
    for section, value in Settings():
        names = {about.alias or name for name, about in type(value).model_fields.items()}
        assert set(said[section]) == names - {"default_type", "keys"}


def test_a_variable_goes_before_the_file() -> None:
    text = "[extraction]\nthreads = 2\n"
    read = config.parse(text, {"APPLIANCE_EXTRACTION_THREADS": "4"}, source="x")
    assert read.extraction.threads == 4


def test_a_key_that_python_keeps_for_itself_is_read_like_any_other() -> None:
    read = config.parse('[night]\nfrom = "22:30"', {"APPLIANCE_NIGHT_TO": "04:00"}, source="x")
    assert (read.night.begin, read.night.end) == (time(22, 30), time(4))


def test_c6_a_long_document_is_granted_as_much_more_time_as_it_is_longer_up_to_a_bound() -> None:
    granted = config.parse("[extraction]\ntimeout = 60", {}, source="x").extraction.granted
    assert [granted(pages) for pages in (1, 10, 25, 40, 2000)] == [60, 60, 150, 240, 240]


@pytest.mark.parametrize(
    "text, words",
    [
        ("[inbox]\nsetle = 3", "inbox.setle"),
        ("[promise]\naccuracy = 1", "promise.accuracy"),
        ("[promise]\nassurance = 0.5", "promise.assurance"),
        ("[daemon]\nretry_after = 28800", "daemon.retry_after: .* 7200"),
        ("[review]\nlease = 28800", "review.lease: .* 7200"),
        ("[night]\nfrom = 19", 'night.from: .* "19:00"'),
        ('[night]\nto = "05:00Z"', 'night.to: .* "19:00"'),
        ("[reading]\nmax_megabytes = inf", "reading.max_megabytes: .* finite"),
        ("[inbox\n", "line 1"),
        ("many = " + "9" * 5000, "limit"),
        ("deep = " + "[" * 5000, "recursion"),
    ],
)
def test_an_error_names_file_and_key(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        config.parse(text, {}, source="appliance.toml")
    assert "appliance.toml" in str(caught.value)
    assert caught.value.hint


def test_an_error_in_a_variable_names_the_variable() -> None:
    variables = {"APPLIANCE_EXTRACTION_THREADS": "many"}
    with pytest.raises(ConfigError, match="^APPLIANCE_EXTRACTION_THREADS: "):
        config.parse("", variables, source="appliance.toml")
    with pytest.raises(ConfigError, match="^appliance.toml: inbox.settle: "):
        config.parse("[inbox]\nsettle = -1", variables, source="appliance.toml")


def test_a_variable_that_is_no_setting_is_not_ignored() -> None:
    with pytest.raises(ConfigError, match="APPLIANCE_NIGHT_LABLES") as caught:
        config.parse("", {"APPLIANCE_NIGHT_LABLES": "0"}, source="appliance.toml")
    assert "APPLIANCE_NIGHT_LABELS" in caught.value.hint
    config.parse("", {"APPLIANCE_HOME": "/srv", "APPLIANCE_STATION": "a"}, source="x")


def test_a_folder_that_is_no_home_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(HomeError) as caught:
        config.load(tmp_path, {})
    assert "appliance init" in caught.value.hint

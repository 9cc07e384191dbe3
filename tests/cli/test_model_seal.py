"""What the commands say of models that were changed behind the appliance's back."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from threading import Event

import pytest
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.domain.errors import ApplianceError, SealError
from appliance.learning.models.registry import CHAMPION, Registry
from appliance.learning.models.versions import MANIFEST
from appliance.promise import policies
from appliance.promise.policies import CalibrationFile
from appliance.service import wiring
from appliance.settings.config import Settings
from appliance.settings.home import Home
from appliance.system.sealing import KEY


def said(home: Home, *words: str, exit_code: int = 0, answer: str = "") -> str:
    runner = CliRunner(env={"COLUMNS": "300"})
    done = runner.invoke(app, ["--home", str(home.folder), *words], input=answer)
    error = done.exception
    if isinstance(error, ApplianceError):  # the program's own main says it
        assert error.exit_code == exit_code
        return f"{error}\n→ {error.hint}"
    assert done.exit_code == exit_code, done.output
    return done.output


@pytest.fixture
def older(tmp_path: Path) -> Home:
    """A home of before there were seals, with two models that nobody can load."""
    home = Home(tmp_path / "home")
    home.make()
    registry = Registry(home.models)
    for name in ("one", "two"):
        source = tmp_path / f"{name}.gguf"
        source.write_bytes(b"GGUF and so on " + name.encode())
        registry.promote(registry.add(source))
    for name in registry.names():
        policies.keep(CalibrationFile(made_of=name), home.models / name)
    return home


@pytest.fixture
def home(older: Home) -> Home:
    assert "ready" in said(older, "init")
    assert (older.folder / KEY).exists()
    return older


def champion(home: Home) -> Path:
    return home.models / Registry(home.models).champion().name


def test_an_older_home_is_sealed_when_its_daemon_starts_and_the_log_says_so(
    older: Home, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings()
    for told in (1, 0):
        caplog.clear()
        with (
            caplog.at_level(logging.WARNING),
            wiring.daemon(older, settings, report=lambda event: None, stop=Event()),
        ):
            pass
        assert sum("sealed from now on" in line for line in caplog.messages) == told
    assert not list(Registry(older.models).flaws())


def test_a_home_that_is_as_it_was_sealed_has_nothing_to_do(home: Home) -> None:
    assert "nothing to do" in said(home, "model", "seal")
    assert "agree" in said(home, "verify")
    assert "sealed" not in said(home, "models")


@pytest.mark.parametrize("name", [MANIFEST, policies.FILE, CHAMPION])
def test_a_changed_file_is_named_with_what_to_do_next(home: Home, name: str) -> None:
    path = (home.models if name == CHAMPION else champion(home)) / name
    path.write_bytes(path.read_bytes().replace(b": ", b":  ", 1))
    for words, code in ((["models"], 0), (["verify"], 1)):
        told = squeezed(said(home, *words, exit_code=code))
        assert squeezed(f"{path} is not as this appliance sealed it") in told
        assert "→" in told and "`appliance" in told
    told = squeezed(said(home, "status", exit_code=5 if name == CHAMPION else 0))
    assert squeezed(f"{path} is not as this appliance sealed it") in told
    assert (squeezed("computes it anew") in told) is (name == policies.FILE)


def squeezed(told: str) -> str:
    """A path may be longer than a line."""
    return "".join(told.split())


def test_sealing_anew_names_the_risk_and_asks(home: Home) -> None:
    path = champion(home) / MANIFEST
    path.write_bytes(path.read_bytes().replace(b'"quantisation": ""', b'"quantisation": "Q8_0"'))
    told = said(home, "model", "seal", exit_code=1, answer="n\n")
    assert str(path) in told and "somebody else" in told
    with pytest.raises(SealError):
        Registry(home.models).champion()
    assert "sealed: " in said(home, "model", "seal", answer="y\n")
    assert Registry(home.models).champion().quantisation == "Q8_0"
    assert "agree" in said(home, "verify")


def test_a_version_that_was_changed_gives_way_to_the_one_before(home: Home) -> None:
    path = champion(home) / MANIFEST
    path.write_bytes(path.read_bytes() + b" ")
    assert "serves: one-" in said(home, "rollback")
    said(home, "verify", exit_code=1)
    shutil.rmtree(path.parent)
    assert "agree" in said(home, "verify")


def test_a_lost_key_is_told_and_a_new_one_is_made_when_asked_for(home: Home) -> None:
    (home.folder / KEY).unlink()
    told = said(home, "init", exit_code=5)
    assert KEY in told and "backup" in told and "appliance model seal" in told
    said(home, "model", "seal", "--yes")
    assert "agree" in said(home, "verify") and "ready" in said(home, "init")

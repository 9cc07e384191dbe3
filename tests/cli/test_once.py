"""What ``appliance run --once`` says at its end to whoever started it."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_day import Day
from typer.testing import CliRunner

from appliance.cli import day as commands
from appliance.cli.main import app
from appliance.domain.errors import HomeError
from appliance.intake.claim import Claims
from appliance.intake.folder import DEEPEST
from appliance.settings.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Where the run itself, which needs a model, is over."""
    monkeypatch.setattr(commands, "_run", lambda *arguments, **named: None)
    home = Home(tmp_path / "home")
    home.make()
    return home


def once(home: Home) -> BaseException | None:
    return CliRunner().invoke(app, ["--home", str(home.folder), "run", "--once"]).exception


def take(home: Home) -> Path:
    (home.inbox / "receipt").mkdir(exist_ok=True)
    (home.inbox / "receipt" / "a.pdf").write_text("a")
    claim = Claims(home.inbox).claim(Path("receipt/a.pdf"), now=1e9)
    assert claim
    return claim.path


def test_where_nothing_is_left_it_says_so(home: Home) -> None:
    assert once(home) is None


def test_c4_a_file_that_could_not_be_archived_is_told(home: Home) -> None:
    take(home)
    told = once(home)
    assert isinstance(told, HomeError) and told.exit_code == 4
    assert "receipt/a.pdf" in str(told) and told.hint


def test_c4_what_no_look_takes_up_is_left_for_no_next_run(home: Home) -> None:
    inner = take(home).parent
    (inner / "a.pdf").rename(inner / ".a.pdf")
    (inner / "b.pdf").symlink_to(home.folder / "appliance.toml")
    for _ in range(DEEPEST + 1):
        inner = inner / "d"
    inner.mkdir(parents=True)
    (inner / "c.pdf").write_text("c")
    assert once(home) is None


def test_what_waits_is_told_with_its_reason(home: Home) -> None:
    day = Day(home.folder)
    docid = day.drop()
    day.store.give_back(day.job(docid), attempts=0, until=day.now, reason="no model")
    day.store.close()
    told = once(home)
    assert isinstance(told, HomeError) and "1 " in str(told) and "no model" in str(told)

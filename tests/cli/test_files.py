"""What the commands say of files that are not read: real files, and no model is asked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.domain.results import ModelVersion
from appliance.learning.models.registry import CHAMPION, Pointer
from appliance.learning.models.versions import MANIFEST
from appliance.settings.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.make()
    (home.models / "m1").mkdir()
    version = TypeAdapter(ModelVersion).dump_json(ModelVersion("m1", "", ""))
    (home.models / "m1" / MANIFEST).write_bytes(version)
    (home.models / CHAMPION).write_bytes(TypeAdapter(Pointer).dump_json(Pointer("m1")))
    return home


def said(home: Home, *words: str, exit_code: int = 0) -> str:
    done = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["--home", str(home.folder), *words])
    assert done.exit_code == exit_code, done.output
    return done.output


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such file")
def test_c8_a_pipe_and_a_device_are_not_processed(home: Home, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    files = [str(tmp_path / "pipe.pdf"), "/dev/zero"]
    told = said(home, "process", "-t", "receipt", *files, exit_code=3)
    for name in ("pipe.pdf", "zero"):
        assert name in told


def test_d4_a_file_over_the_limit_is_not_processed_nor_read(home: Home, tmp_path: Path) -> None:
    with (tmp_path / "big.pdf").open("wb") as file:
        file.truncate(8_000_000_000)
    told = said(home, "process", "-t", "receipt", str(tmp_path / "big.pdf"), exit_code=3)
    assert "8000 MB" in told and "100 MB" in told


def test_an_export_of_nothing_says_so_and_is_not_noted(home: Home, tmp_path: Path) -> None:
    told = said(home, "export", "corrections", "--to", str(tmp_path / "out"))
    assert told == "nothing is approved yet, and nothing is written\n"
    assert "exported" not in said(home, "audit")


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_e_status_tells_what_stays_in_the_inbox_and_why(home: Home) -> None:
    (home.inbox / "receipt" / "2026").mkdir(parents=True)
    (home.inbox / "receipt" / "link.pdf").symlink_to(home.folder)
    with (home.inbox / "big.pdf").open("wb") as file:
        file.truncate(200_000_000)
    for name in (".x.pdf", "a.pdf.part", "Thumbs.db", ".DS_Store"):
        (home.inbox / "receipt" / "2026" / name).touch()
        os.utime(home.inbox / "receipt" / "2026" / name, (1, 1))
    (home.inbox / "b.pdf.part").touch()  # being written now
    told = said(home, "status")
    stay = ["big.pdf", "receipt/link.pdf", "receipt/2026/.x.pdf", "receipt/2026/a.pdf.part"]
    lines = [line for line in told.splitlines() if any(f" {name} " in line for name in stay)]
    assert [name for line in lines for name in stay if f" {name} " in line] == stay
    assert "100 MB" in lines[0]
    assert not any(name in told for name in ("b.pdf.part", "Thumbs.db", ".DS_Store"))


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_e_status_tells_the_first_few_and_how_many_more(home: Home) -> None:
    for number in range(12):
        (home.inbox / f"{number}[bold].pdf").symlink_to("nowhere")
    told = said(home, "status")
    assert " 0[bold].pdf " in told and told.count("[bold].pdf") == 5
    assert "7 more" in told
    for_programs = json.loads(said(home, "status", "--json"))
    assert len(for_programs["stays_in_inbox"]) == 12


def test_e_status_goes_on_where_the_inbox_is_away(home: Home) -> None:
    home.inbox.rename(home.folder / "away")
    lines = said(home, "status").splitlines()
    assert str(home.inbox) in "".join(lines), "a long path goes on in the next line"

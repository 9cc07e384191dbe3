"""The escapes of the campaign, in small; and that each door sees one where there is one."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from rich.segment import Segment
from rich.style import Style

from appliance.delivery import csv_files, outbox
from appliance.intake import quarantine
from bench.campaign import escapes
from bench.campaign.escapes import DOORS, Escapes, obeyed
from bench.campaign.escapes_strings import PIECES, hostile


@pytest.mark.slow
@pytest.mark.parametrize("kind", DOORS)
def test_nothing_that_strangers_send_is_obeyed(kind: str, tmp_path: Path) -> None:
    outcome = Escapes().run(kind, 0, tmp_path)
    assert outcome.hostile_files > 10
    assert not outcome.found


@pytest.mark.parametrize(
    ("kind", "broken", "name"),
    [
        ("outbox", outbox, "of_no_device"),
        ("outbox", csv_files, "inert"),
        ("failed", quarantine, "shown_lines"),
    ],
)
def test_a_door_that_stands_open_is_seen(
    kind: str, broken: object, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broken, name, lambda text: text)
    folders = [tmp_path / str(seed) for seed in range(12)]
    for folder in folders:
        folder.mkdir()
    assert any(Escapes().run(kind, at, folder).found for at, folder in enumerate(folders))


def test_what_a_terminal_obeys_is_told_from_what_draws_the_board() -> None:
    assert not obeyed("\x1b[2K\x1b[1A\x1b[?25l one [bold]two[/]\r\n")
    assert obeyed("\x1b]8;;http://evil.example\x1b\\") == "\x1b"
    assert obeyed("\x9b2J\u202e") == "\x9b\u202e"


def test_what_was_taken_for_markup_is_missed() -> None:
    assert not list(escapes._lost("one [bold]two[/].pdf", ["[bold]two[/].pdf"]))
    assert list(escapes._lost("one two.pdf", ["[bold]two[/].pdf"]))


def test_text_that_acts_when_it_is_clicked_is_seen() -> None:
    assert not list(escapes._told_of(Segment("[@click=app.quit]here", Style(bold=True))))
    assert list(escapes._told_of(Segment("here", Style(meta={"@click": "app.quit"}))))
    assert list(escapes._told_of(Segment("here", Style(link="http://evil.example"))))


def test_a_seed_says_the_same_again_and_all_pieces_come() -> None:
    assert hostile(Random(1)) == hostile(Random(1))
    said = "".join(hostile(Random(seed)) for seed in range(1500))
    assert all(piece in said for piece in PIECES)

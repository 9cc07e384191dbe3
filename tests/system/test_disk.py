"""A disk that is away: nothing is written beside it, neither while the daemon runs nor after."""

from __future__ import annotations

import json
from pathlib import Path, PurePath

import pytest

from appliance.delivery.outbox import Outbox
from appliance.domain.errors import HomeError
from appliance.intake.archive import Archive
from appliance.settings.home import Home
from appliance.system import disk


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """By the name of a folder, the number of its disk; others have the real one's."""
    told: dict[str, int] = {}
    real = disk._device
    monkeypatch.setattr(disk, "_device", lambda folder: told.get(folder.name) or real(folder))
    return told


def test_what_is_written_waits_until_the_disk_is_back(
    tmp_path: Path, devices: dict[str, int]
) -> None:
    home = Home(tmp_path)
    home.make()
    devices |= {"outbox": 7, "archive": 8}
    outbox, archive = Outbox(home.outbox), Archive(home.archive)
    paper = tmp_path / "a.txt"
    paper.write_text("one")
    outbox.stage(PurePath("note/a.json"), {"a": 1})
    devices.clear()
    with pytest.raises(HomeError, match="disk of .*outbox"):
        outbox.stage(PurePath("note/b.json"), {"b": 1})
    with pytest.raises(HomeError, match="disk of .*archive"):
        archive.put(paper)
    devices |= {"outbox": 17, "archive": 18}  # mounted again, under other numbers
    outbox.stage(PurePath("note/b.json"), {"b": 1})
    assert archive.path(archive.put(paper)).read_text() == "one"
    assert json.loads((home.outbox / ".staged/note/b.json").read_text()) == {"b": 1}


def test_a_disk_of_before_is_missed_at_the_next_start(
    tmp_path: Path, devices: dict[str, int]
) -> None:
    home = Home(tmp_path)
    home.make()
    home.check_disks()
    devices["archive"] = 8
    home.check_disks()
    del devices["archive"]
    for _ in range(2):
        with pytest.raises(HomeError, match="disk of .*archive") as caught:
            home.check_disks()
    assert ".disks" in caught.value.hint
    (tmp_path / ".disks").unlink()
    home.check_disks()

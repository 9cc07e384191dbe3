from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance import config
from appliance.domain.errors import HomeError
from appliance.home import Home


def test_making_a_home_twice_keeps_what_the_owner_wrote(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    (home.folder / config.FILE).write_text("[inbox]\nsettle = 1.0\n")
    home.make()
    assert config.load(home.folder, {}).inbox.settle == 1.0
    assert all(folder.is_dir() for folder in home.folders)


def test_one_daemon_per_home(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.daemon() is None
    with home.locked():
        assert home.daemon() == os.getpid()
        with pytest.raises(HomeError, match=str(os.getpid())), Home(tmp_path).locked():
            pass
    assert home.daemon() is None

from __future__ import annotations

from pathlib import Path

import pytest

from bench import house, stale
from bench.house_walks import walk

DAY = """
from house.cellar import Cellar
from house.kitchen import cook

def serve(guest, menu, cellar: Cellar):
    dish = cook(menu)
    cellar.fetch(dish)
    look(guest)

def look(guest):
    pass
"""
KITCHEN = """
from house.cellar import weigh

def cook(menu):
    rest()
    return weigh(menu)

def rest():
    pass
"""
CELLAR = """
class Cellar:
    def fetch(self, dish):
        weigh(dish)

class Barn:
    def fetch(self, hay):
        pass

def weigh(dish):
    return dish
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    folder.mkdir()
    for name, text in {"day": DAY, "kitchen": KITCHEN, "cellar": CELLAR}.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def test_a_walk_follows_what_a_value_becomes(package: Path) -> None:
    """`serve`, `cook`, `weigh`, and `fetch` of the cellar, which is entered twice."""
    found = walk(package, "house.day", "serve", "menu")
    assert (found.functions, found.rooms, found.returns) == (4, 3, 1)


def test_a_walk_leaves_out_what_is_handed_another_value(package: Path) -> None:
    found = walk(package, "house.day", "serve", "guest")
    assert (found.functions, found.rooms, found.returns) == (2, 1, 0)


def test_the_house_is_counted_and_walked() -> None:
    found = house.counted() | house.walked()
    assert found["folders_importing_each_other"] == 0
    assert 10 < found["decide_rooms"] < found["files"] < found["lines"]
    assert found["promise_rooms"] > 10


def test_each_recorded_figure_is_listed_with_its_commit() -> None:
    told = "\n".join(stale.stale())
    assert "office.json" in told

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.cli.demo import MARK, prepare
from appliance.domain.errors import HomeError
from appliance.samples.make import demo
from appliance.settings.home import Home


def one(folder: Path) -> list[Path]:
    path = folder / "receipt" / "a.txt"
    path.parent.mkdir(parents=True)
    path.write_text("a receipt")
    return [path]


def test_a_demo_is_a_home_with_documents_in_its_inbox_and_replaces_an_earlier_one(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "demo")
    assert prepare(home, one) == 1
    assert (home.inbox / "receipt" / "a.txt").read_text() == "a receipt"
    (home.outbox / "old.json").write_text("{}")
    prepare(home, one)
    assert not (home.outbox / "old.json").exists()


def test_a_folder_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    home = Home(tmp_path / "real")
    home.make()
    (home.archive / "precious").write_text("keep me")
    with pytest.raises(HomeError, match="not a demo"):
        prepare(home, one)
    assert (home.archive / "precious").read_text() == "keep me"
    assert not (home.folder / MARK).exists()


def test_the_demo_has_a_dozen_documents_of_every_shipped_kind(tmp_path: Path) -> None:
    samples = demo(tmp_path)
    assert len(samples) == 12
    assert {sample.doctype for sample in samples} == {
        "supplier_invoice",
        "customs_declaration",
        "production_report",
        "receipt",
    }

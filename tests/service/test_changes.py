"""What somebody changes by hand is noted by the daemon, once, and never as a command's doing."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from worked_home import RECEIPT, WorkedHome

from appliance.learning.models.registry import Registry
from appliance.records.audit import Audit
from appliance.service.changes import BETWEEN, Changes, note_champion, promoting
from appliance.settings.config import PromiseSettings, Settings


class Owner(WorkedHome):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.registry = Registry(self.home.models)
        for letter in "ab":
            given = folder / f"model-{letter}.gguf"
            given.write_bytes(b"GGUF " + letter.encode())
            self.registry.promote(self.registry.add(given))
        self.changes = self.started(Settings())

    def started(self, settings: Settings) -> Changes:
        return Changes(self.home, settings, self.store, clock=lambda: self.now)

    def noted(self) -> list[str]:
        """After the next look, what was new."""
        before = len(list(Audit(self.store.database).entries()))
        self.now += BETWEEN + 1
        self.changes.look()
        return [
            f"{one.kind} {one.about}{' by ' + one.who if one.who else ''}"
            for one in Audit(self.store.database).entries(after=before)
        ]


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    owner = Owner(tmp_path / "home")
    assert owner.noted() and owner.noted() == []
    yield owner
    owner.close()


def form(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def test_the_first_look_says_how_all_is_at_the_beginning(tmp_path: Path) -> None:
    owner = Owner(tmp_path / "home")
    found = owner.noted()
    assert {
        "setting promise.accuracy = 0.95 by appliance",
        "setting senders.four_eyes = False by appliance",
        f"doctype receipt = {form(RECEIPT)} by appliance",
        f"serves {owner.registry.pointer().name} by appliance",
    } <= set(found)
    assert len(found) == 5 + 4 + 1, "settings, types, and what serves"
    owner.close()


def test_a_type_that_is_changed_removed_or_put_back_is_noted_once(owner: Owner) -> None:
    file = owner.home.doctypes / "own.toml"
    changed = RECEIPT + "[fields.city]\n"
    file.write_text(RECEIPT)
    assert owner.noted() == [f"doctype own = {form(RECEIPT)}"]
    file.write_text(changed)
    assert owner.noted() == [f"doctype own = {form(changed)}"]
    file.unlink()
    assert owner.noted() == ["doctype own = removed"]
    assert owner.noted() == []
    file.write_text("title = broken")
    assert owner.noted() == [f"doctype own = {form('title = broken')}"]
    file.write_bytes(b"title = 'f\xfcr'\r\n")  # in no UTF-8, and with the line ends of Windows
    assert owner.noted() == [f"doctype own = {sha256(file.read_bytes()).hexdigest()[:12]}"]


def test_a_promise_that_is_set_otherwise_is_noted_at_the_next_start(owner: Owner) -> None:
    owner.changes = owner.started(Settings(promise=PromiseSettings(accuracy=0.8)))
    assert owner.noted() == ["setting promise.accuracy = 0.8"]


def test_what_a_command_promotes_is_its_users_and_not_found_again(owner: Owner) -> None:
    first, second = owner.registry.names()
    with promoting(owner.home, owner.store, who="Eve"):
        owner.registry.promote(owner.registry.version(first))
    (last,) = list(Audit(owner.store.database).entries(who="Eve"))
    assert last.about == first
    assert owner.noted() == []
    owner.registry.promote(owner.registry.version(second))
    with pytest.raises(ZeroDivisionError), promoting(owner.home, owner.store, who="Eve"):
        _ = 1 / 0
    assert owner.noted() == [f"serves {second}"], "somebody did it beside the commands"


def test_what_a_night_promotes_is_left_for_it_to_note(owner: Owner) -> None:
    first, _ = owner.registry.names()
    with owner.home.tuning():
        owner.registry.promote(owner.registry.version(first))
        assert owner.noted() == []
        note_champion(owner.home, owner.store, who="appliance")
    assert owner.noted() == []


def test_looks_cost_nothing_in_between(owner: Owner) -> None:
    (owner.home.doctypes / "own.toml").write_text(RECEIPT)
    owner.now += BETWEEN / 2
    before = Audit(owner.store.database).head()
    owner.changes.look()
    assert Audit(owner.store.database).head() == before

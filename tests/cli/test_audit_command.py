"""``appliance audit``: what an owner is told of who did what, and what ``verify`` says of it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner
from worked_home import WorkedHome

from appliance.cli.context import user
from appliance.cli.main import app
from appliance.cli.maintenance import _tell_problems
from appliance.domain.corrections import Review
from appliance.domain.errors import ConfigError
from appliance.domain.prediction import Judgement
from appliance.learning.models.registry import Registry
from appliance.records.chain import FLEET
from appliance.records.imports import IMPORT
from appliance.records.reviews import Reviews
from appliance.records.store import Store
from appliance.service.backup import MARK
from appliance.service.verify import Discrepancy, Usual


class Owner(WorkedHome):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.registry = Registry(self.home.models)
        for letter in "ab":
            given = folder / f"model-{letter}.gguf"
            given.write_bytes(b"GGUF " + letter.encode())
            self.registry.promote(self.registry.add(given))

    def says(self, *words: str) -> Result:
        return command(self.folder, *words)

    def did(self, *words: str) -> list[tuple[str, str]]:
        """By whom, and what."""
        return [(one["who"], f"{one['kind']} {one['about']}") for one in self.links(*words)]

    def links(self, *words: str) -> list[dict[str, Any]]:
        done = self.says("audit", "--json", *words)
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in done.stdout.splitlines()]

    def tamper(self, sql: str) -> None:
        with closing(sqlite3.connect(self.home.database)) as other, other:
            other.execute("drop trigger if exists audit_keep_delete")
            other.execute("drop trigger if exists audit_keep_update")
            other.execute("drop trigger if exists reviews_keep_update")
            other.execute(sql)


def command(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(folder), *words])


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    owner = Owner(tmp_path / "home")
    yield owner
    owner.close()


def test_what_commands_do_is_listed_with_the_user_who_gave_them(
    owner: Owner, tmp_path: Path
) -> None:
    docid = owner.drop("paper")
    owner.work()
    first, second = owner.registry.names()
    for words in (
        ("promote", first),
        ("rollback",),
        ("retry", docid),
        ("senders", "export", str(tmp_path / "senders.jsonl")),
        ("backup", str(tmp_path / "backup")),
        ("model", "seal", "--yes"),
        ("forget", docid, "--yes"),
    ):
        done = owner.says(*words)
        assert done.exit_code == 0, (words, done.output, done.exception)
    assert owner.did() == [
        ("", f"serves {second}"),
        (user(), f"serves {first}"),
        (user(), f"serves {second}"),
        (user(), "retried receipt"),
        (user(), f"exported senders, {tmp_path / 'senders.jsonl'}"),
        (user(), f"backed up 1 document, {tmp_path / 'backup'}"),
        (user(), "sealed "),
        (user(), "forgotten 1"),
    ]
    assert [one["docid"] for one in owner.links() if one["docid"]] == []
    told = " ".join(owner.says("audit").output.split())
    assert f"let serve {first}" in told and "had processed again receipt (forgotten since)" in told
    assert "forgot 1 document" in told
    assert owner.says("verify").output.strip().endswith("all files and rows agree")


def test_a_command_that_fails_leaves_no_link(owner: Owner) -> None:
    first, second = owner.registry.names()
    owner.says("promote", first)
    before = owner.links()
    (owner.home.models / owner.registry.version(second).path).unlink()
    assert owner.says("promote", second).exception
    assert owner.registry.pointer().name == first and owner.links() == before


def test_documents_that_were_imported_are_one_line_and_each_a_link(owner: Owner) -> None:
    for number in range(3):
        docid = owner.drop(f"paper {number}")
        owner.work()
        answer = owner.store.answer(owner.job(docid))
        assert answer
        review = Review("", (), answer.judgement, 1.0)
        Reviews(owner.store).note(owner.job(docid), IMPORT, IMPORT, review, who="Eve", now=9.0)
    assert len(owner.links("--who", "eve")) == 3
    told = " ".join(owner.says("audit").output.split())
    assert "Eve imported 3 documents of type receipt" in told


def test_what_a_site_told_a_hub_is_one_line(owner: Owner) -> None:
    for number in range(3):
        docid = owner.drop(f"paper {number}")
        owner.work()
        review = Review("", (), Judgement((), ()), 1.0)
        Reviews(owner.store).note(owner.job(docid), f"{FLEET}north", "north", review, now=9.0)
    told = " ".join(owner.says("audit").output.split())
    assert "north told of 3 documents of type receipt" in told


def test_the_last_lines_are_shown_and_what_came_earlier_is_counted(owner: Owner) -> None:
    first, second = owner.registry.names()
    for name in (first, second, first):
        owner.says("promote", name)
    told = owner.says("audit", "--last", "2").output
    assert told.startswith("2 earlier lines") and len(told.splitlines()) == 4
    hashes = [one["hash"] for one in owner.links()]
    assert [one["hash"] for one in owner.links("--since", hashes[1][:20])] == hashes[2:]
    assert owner.links("--since", time.strftime("%Y-%m-%d")) == owner.links()
    assert owner.links("--since", "2999-01-01") == []
    for said, why in (("yesterday", "neither a day nor a hash"), ("ab" * 32, "has no link")):
        error = owner.says("audit", "--since", said).exception
        assert isinstance(error, ConfigError) and why in str(error) and error.hint


def test_verify_names_the_first_link_that_was_changed(owner: Owner) -> None:
    for name in owner.registry.names():
        owner.says("promote", name)
    owner.tamper("update audit set who = 'Eve' where id = 2")
    done = owner.says("verify")
    assert done.exit_code == 1
    told = " ".join(done.output.split())
    assert (
        "link 2 of the audit (serves by Eve) was changed" in told
        and "compare it with a backup" in told
    )


def test_a_head_that_was_written_down_is_found_again_or_missed(owner: Owner) -> None:
    owner.says("promote", owner.registry.names()[0])
    head = owner.says("audit", "--head").output.strip()
    assert len(head) == 64
    assert owner.says("verify", "--head", head).exit_code == 0
    owner.tamper(f"delete from audit where hash = '{head}'")
    assert owner.says("verify").exit_code == 0, "the chain alone cannot know its end"
    done = owner.says("verify", "--head", head)
    assert done.exit_code == 1 and "has no link" in " ".join(done.output.split())
    assert isinstance(owner.says("verify", "--head", "x").exception, ConfigError)


def test_a_backup_says_its_head_and_a_restored_home_goes_on_with_the_chain(
    owner: Owner, tmp_path: Path
) -> None:
    owner.says("promote", owner.registry.names()[0])
    assert owner.says("backup", str(tmp_path / "backup")).exit_code == 0
    head = json.loads((tmp_path / "backup" / MARK).read_text())["head"]
    assert owner.says("verify", "--head", head).exit_code == 0
    before = owner.links()
    restored = tmp_path / "restored"
    done = command(restored, "restore", str(tmp_path / "backup"))
    assert done.exit_code == 0, done.output
    with closing(Store(restored / "appliance.db")) as store:
        kinds = store.database.rows("select kind, who, about, hash from audit order by id")
    assert [one["hash"] for one in kinds[:-1]] == [one["hash"] for one in before[:-1]]
    assert (kinds[-1]["kind"], kinds[-1]["who"]) == ("restored", user())
    assert command(restored, "verify", "--head", head).exit_code == 0


def test_a_collected_result_is_counted_and_what_is_wrong_is_named(owner: Owner) -> None:
    docid = owner.drop("paper")
    owner.work()
    for result in owner.home.outbox.rglob("*.json"):
        result.unlink()
    done = owner.says("verify")
    assert done.exit_code == 0
    said, end = done.stdout.splitlines()
    assert said.startswith("1 result not in the outbox any more")
    assert end == "all files and rows agree"
    (listed,) = map(json.loads, owner.says("verify", "--json").stdout.splitlines())
    assert (listed["usual"], listed["harmless"]) == ("collected", True)

    next(path for path in owner.home.archive.rglob(docid)).write_bytes(b"changed")
    done = owner.says("verify")
    assert done.exit_code == 1
    assert done.stdout.startswith("1 result") and docid in done.stdout.replace("\n", "")


def test_however_many_were_collected_verify_says_it_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    collected = Discrepancy("a.pdf", "is gone", "fine", harmless=True, usual=Usual.COLLECTED)
    _tell_problems([*[collected] * 40, Discrepancy("b.pdf", "is missing", "look")])
    first, second, hint = capsys.readouterr().out.splitlines()
    assert first.startswith("40 results not in the outbox any more")
    assert (second, hint) == ("b.pdf is missing", "  → look")

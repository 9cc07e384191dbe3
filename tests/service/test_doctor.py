"""What the doctor says of the books."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from appliance.records.store import Store
from appliance.service import doctor
from appliance.settings.config import Settings
from appliance.settings.home import Home


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("pragma user_version = 99", "newer"),
        ("alter table jobs rename column reason to why", "jobs.reason"),
        ("drop table lots", "lots"),
    ],
)
def test_c9_the_doctor_finds_a_database_that_is_not_this_versions(
    tmp_path: Path, sql: str, said: str
) -> None:
    home = Home(tmp_path)
    Store(home.database).close()
    sound = doctor._tried("database", lambda: doctor._database(home))
    with closing(sqlite3.connect(home.database)) as other:
        other.execute(sql)
    harmed = doctor._tried("database", lambda: doctor._database(home))
    assert sound.ok and not harmed.ok
    assert said in harmed.found and harmed.hint


@pytest.mark.parametrize("lacking", [(), ("without Landlock it can read", "and more")])
def test_the_doctor_says_in_one_line_what_the_cage_lacks(
    lacking: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "gaps", lambda settings: lacking)
    said = doctor._cage(Settings())
    assert "\n" not in said
    assert all(gap in said for gap in lacking)
    assert ("not all" in said) is bool(lacking)


def test_the_fullest_disk_of_the_home_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    home.make()
    free = {home.archive: SimpleNamespace(free=10**8)}
    others = SimpleNamespace(free=10**12)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: free.get(folder, others))
    found = doctor._disk(home)
    assert not found.ok and found.found == "0.1 GB free"


TYPE = """\
title = "Note"
fields.number.type = "code"
"""


@pytest.mark.parametrize(
    ("deliver", "found", "hint"),
    [
        ("", "outbox alone", ""),
        ('command = ["/bin/sh"]', "command of note", ""),
        ('command = ["/bin/no-such"]', "/bin/no-such", "note.toml"),
        ('url = "http://localhost"\nsecret_file = "key"', "cannot be read", "openssl"),
    ],
)
def test_the_doctor_finds_what_keeps_a_delivery_from_being_told(
    tmp_path: Path, deliver: str, found: str, hint: str
) -> None:
    home = Home(tmp_path)
    home.make()
    text = TYPE + (f"[deliver]\n{deliver}\n" if deliver else "")
    (home.doctypes / "note.toml").write_text(text)
    check = doctor._tried("deliveries", lambda: doctor._deliveries(home))
    assert check.ok is (not hint)
    assert found in check.found and hint in check.hint

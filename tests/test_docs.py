"""What README and docs say works: commands are run, TOML and JSON are read by those who read them.

Commands that wait for a person, train or never end get ``--help`` behind them instead: then the
command line is only parsed.
"""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from made_up_day import TEXT
from typer.core import TyperGroup
from typer.testing import CliRunner
from worked_home import WorkedHome

import appliance.delivery
from appliance import Appliance
from appliance.cli.main import app, every_command
from appliance.doctypes import catalogue
from appliance.domain.senders import KnownSender, SenderCard
from appliance.evaluation.labels_file import header, unknown_labels
from appliance.learning.models.registry import Registry
from appliance.records.audit import Audit
from appliance.records.store import Store
from appliance.review.editor.commands import COMMANDS
from appliance.review.editor.keyboard import Keyboard, spoken_key
from appliance.senders import card_file
from appliance.settings import config
from appliance.settings.home import Home

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TUTORIAL = ROOT / "docs" / "tutorial" / "README.md"
"""Whose commands make one story: test_tutorial.py tells it."""
OTHER_PAGES = [ROOT / "ARCHITECTURE.md", *(ROOT / "bench").glob("*.md")]

FENCED = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)

NOTE = """\
title = "Delivery note"

[fields.number]
type = "code"
"""
NAMED_IN_CHECKS = """
[fields.haulier_name]
[fields.net_total]
type = "amount"
[fields.tax_total]
type = "amount"
[fields.invoice_date]
type = "date"
[fields.due_date]
type = "date"
"""
"""Fields of the type in doctypes.md that the page leaves out."""
RECORDED = {
    "first day, header values right: English receipts": ("starter", "sroie.normalised", ".1%"),
    "first day: German and French invoices": ("starter", "invoices_de_fr.normalised", ".1%"),
    "first day: American advertising orders": ("starter", "ad_orders.normalised", ".1%"),
    "first day, F1 of line items: German and French invoices": (
        "starter", "invoices_de_fr.items_f1", ".1%",
    ),
    "after learning from 25 receipts: other receipts": (
        "learning", "sroie_starter.25.normalised", ".1%",
    ),
    "after learning from 25 orders: orders of other advertisers": (
        "learning", "ad_orders_starter.25.normalised", ".1%",
    ),
    "documents lost or delivered twice by kills, power cuts and faults of the machine": (
        "campaign", "lost", "d",
    ),
    "memory of all processes, at most": ("memory_use", "pss_mb", ".0f"),
    "station: 95th percentile from key to screen": ("review", "p95_key_ms", ".1f"),
}  # fmt: skip
"""Rows of the README: the bench, its figure, and how the figure is written."""


@dataclass(frozen=True)
class Block:
    page: Path
    language: str
    text: str


def blocks(*languages: str) -> list[Block]:
    every = [
        Block(page, language, text)
        for page in PAGES
        for language, text in FENCED.findall(page.read_text("utf-8"))
    ]
    return [block for block in every if not languages or block.language in languages]


def spans(pages: list[Path]) -> list[str]:
    """What stands between backticks in a line."""
    return [
        span
        for page in pages
        for span in re.findall(r"`([^`\n]+)`", FENCED.sub("", page.read_text("utf-8")))
    ]


def shell_lines(*, but: Path | None = None) -> list[str]:
    told = [block for block in blocks("sh") if block.page != but]
    lines = [line for block in told for line in block.text.splitlines()]
    lines += [
        line.replace("\\", "/")
        for block in blocks("powershell")
        for line in block.text.splitlines()
    ]
    # The last line, behind the five fields that say when.
    lines += [block.text.splitlines()[-1].split(None, 5)[5] for block in blocks("crontab")]
    return [line for line in lines if line]


def in_full(span: str) -> Iterator[str]:
    """``run [--once]`` without and with what is in brackets."""
    yield " ".join(re.sub(r"\[[^]]*\]", "", span).split())
    yield span.replace("[", "").replace("]", "")


def commands() -> list[str]:
    """Of the appliance, as they stand there but for the home; each once."""
    said = [one for span in spans(PAGES) if span.startswith("appliance ") for one in in_full(span)]
    for line in shell_lines(but=TUTORIAL):
        words = line.partition("#")[0].split()
        if words and words[0].rpartition("/")[2] == "appliance":
            said.append(" ".join(["appliance", *words[1:]]))
    return list(dict.fromkeys(re.sub(r" --home \S+", "", command) for command in said))


WAITS = (
    *("run", "review", "tune", "demo", "model add gemma3-270m", "senders forget", "service"),
    *("restore", "export", "forget", "fleet", "model export", "model import"),
)
"""Only parsed: for a stop, a clerk, a night, minutes, an answer, a machine under systemd, a folder
that is empty, another home."""


@dataclass(frozen=True)
class Reader:
    """Does at home what a page says."""

    home: Home
    instead: dict[str, Iterator[str]]

    def does(self, command: str) -> None:
        line, _, target = command.partition(" > ")
        said = line.removeprefix("appliance ")
        words = [self._meant(word) for word in said.split()]
        if (said.startswith(WAITS) and "--once" not in words) or _is_only_named(words):
            words.append("--help")
        done = CliRunner(env={"APPLIANCE_HOME": str(self.home.folder)}).invoke(app, words)
        # What this machine lacks is no fault of the page.
        fine = {"doctor": (0, 1), "health": (2,)}.get(words[0], (0,))  # no daemon runs here
        assert done.exit_code in fine, f"{words}: {done.output} {done.exception!r}"
        if target:
            made = self.home.folder / target.strip()
            made.write_text(done.output)
            assert not catalogue.problems(made)

    def _meant(self, word: str) -> str:
        return next(self.instead[word]) if word in self.instead else word


def _is_only_named(words: list[str]) -> bool:
    """``show`` in a sentence, which needs a docid to be run."""
    command: Any = every_command()
    for word in words:
        if not isinstance(command, TyperGroup) or word.startswith("-"):
            return False
        command = command.commands[word]
    return any(parameter.required for parameter in command.params)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, initialised: Path, other_gguf: Path) -> Reader:
    """At a home with documents that failed, labelled ones beside it, and two models."""
    folder = tmp_path_factory.mktemp("reader")
    home = Home(Path(shutil.copytree(initialised, folder / "home")))
    for name in ("note", "mine"):
        (home.doctypes / f"{name}.toml").write_text(NOTE)
    (home.folder / config.FILE).write_text('[inbox]\nsettle = 0.0\ndefault_type = "note"\n')
    for number in range(3):
        broken = home.inbox / "note" / f"{number}.pdf"
        broken.parent.mkdir(exist_ok=True)
        broken.write_bytes(f"%PDF-1.4 and then nothing, {number}".encode())
    models = Registry(home.models)
    first = models.champion().name
    models.promote(models.add(other_gguf))
    labelled = folder / "labelled"
    labelled.mkdir()
    (labelled / "one.txt").write_text("Delivery note\nNumber A-77\n")
    (labelled / "labels.jsonl").write_text('{"file": "one.txt", "labels": {"number": "A-77"}}\n')
    known = [
        SenderCard(KnownSender(name, 1, names=frozenset({name}))) for name in ("acme", "tools")
    ]
    (folder / "senders.jsonl").write_text(card_file.written(known))
    reader = Reader(home, {"SENDERS.jsonl": cycle([str(folder / "senders.jsonl")])})
    reader.does("appliance senders import SENDERS.jsonl")
    reader.does("appliance run --once")
    with closing(Store(home.database)) as store:
        docids = [job.docid[:8] for job in store.jobs()]
        head = Audit(store.database).head()
    assert len(docids) == 3
    meant = {
        "FILE": home.doctypes / "mine.toml",
        "doctypes/mine.toml": home.doctypes / "mine.toml",
        "FILE...": labelled / "one.txt",
        "FILE.gguf": other_gguf,
        "DIR": labelled,
        "FOLDER": folder / "backup",
        "PAGE.html": folder / "page.html",
        "/mnt/disk/appliance": folder / "backup",
        "TYPE": "note",
        "NAME": "receipt",
        "VERSION": first,
        "PARTY": "acme",
        "INTO": "tools",
        "COMMAND": "status",
        "MINUTES": "60",
        "HOURS": "25",
        "NUMBER": "1",
        "PATH": folder / "page.html",
        "DATE": "2026-01-01",
        "HASH": head,
    }
    reader.instead.update({word: cycle([str(this)]) for word, this in meant.items()})
    reader.instead["DOCID"] = cycle(docids)
    return reader


@pytest.mark.model
@pytest.mark.parametrize("command", commands())
def test_a_command_does_what_it_is_said_to_do(reader: Reader, command: str) -> None:
    reader.does(command)


def test_every_command_and_option_says_what_it_does_and_stands_in_the_list_of_commands() -> None:
    listed = " ".join(commands())

    def walk(command: Any, path: str) -> None:
        assert command.help and not command.help.startswith(("The ", "A ", "An ")), path
        for parameter in command.params:
            assert parameter.help or parameter.name == "help", f"{path} {parameter.name}"
        if isinstance(command, TyperGroup):
            for name, below in command.commands.items():
                walk(below, f"{path} {name}")
        else:
            assert path in listed or path == "appliance model list"

    walk(every_command(), "appliance")


def test_the_pages_that_are_written_from_the_code_say_what_it_says() -> None:
    reference = ROOT / "docs" / "reference"
    for name, text in runpy.run_path(str(reference / "write.py"))["pages"]().items():
        assert (reference / name).read_text("utf-8") == text, f"{name} is old: run `make docs`"


def test_every_target_of_make_exists() -> None:
    lines = [
        line for line in [*shell_lines(), *spans(PAGES + OTHER_PAGES)] if re.match("make ", line)
    ]
    targets = {word for line in lines for word in line.partition("#")[0].split()[1:]}
    assert {"demo", "test"} <= targets
    done = subprocess.run(["make", "-n", *targets], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_other_line_is_a_line_of_a_shell() -> None:
    done = subprocess.run(
        ["bash", "-n"], input="\n".join(shell_lines()), capture_output=True, text=True
    )
    assert not done.stderr


def test_every_block_of_toml_is_settings_or_part_of_a_document_type(tmp_path: Path) -> None:
    types: dict[Path, str] = {}
    for block in blocks("toml"):
        if block.page.stem == "starter":  # a kind of made-up paper: tests/starter/test_kinds.py
            continue
        if set(tomllib.loads(block.text)) <= set(config.Settings.model_fields):
            settings = config.parse(block.text, {}, source=block.page.name)
            Keyboard(settings.review.keys)
        else:
            types[block.page] = types.get(block.page, "") + block.text
    assert types
    for page, text in types.items():
        mine = tmp_path / f"{page.stem}.toml"
        mine.write_text(text if text.startswith("title") else f'title = "Mine"\n{text}')
        if page.stem == "doctypes":
            mine.write_text(mine.read_text() + NAMED_IN_CHECKS)
        assert not catalogue.problems(mine), page


def test_every_share_is_one_that_samba_reads() -> None:
    for block in blocks("ini"):
        shares = ConfigParser(interpolation=None)
        shares.read_string(block.text)
        for name in shares.sections():
            assert shares[name]["path"] == f"/srv/documents/{name}"
            assert shares[name].getboolean("read only") is (name == "outbox")


def test_every_key_in_a_table_of_keys_does_something() -> None:
    known = {spoken_key(key) for command in COMMANDS for key in command.keys.split()}
    table = re.compile(r"^\| key \| does \|\n((?:\|.*\n)+)", re.M)
    tables = [found for page in PAGES for found in table.findall(page.read_text("utf-8"))]
    assert len(tables) == 2, "the reference of the station, and the clerk's page"
    rows = re.findall(r"^\| (`.*?) \|", "".join(tables), re.M)
    said = {key for row in rows for key in re.findall("`(.*?)`", row)}
    assert said and said <= known


def test_every_block_of_json_is_a_line_of_labels_or_part_of_a_result() -> None:
    kind = catalogue.find("supplier_invoice", folder=None)
    folder = Path(appliance.delivery.__file__).parent
    schema = json.loads((folder / "result.schema.json").read_bytes()) | {"required": []}
    for block in blocks("json"):
        said = json.loads(block.text)
        if "labels" in said:
            assert not list(unknown_labels(said, kind)) and any(header(said, kind).values())
        else:
            jsonschema.validate(said, schema)
            assert set(said["fields"]) <= {spec.name for spec in kind.fields}


def test_the_blocks_of_python_run_one_after_the_other_beside_an_appliance_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    submits, takes, approves = (
        block for block in blocks("python") if block.page.name == "python.md"
    )
    (tmp_path / "paper.pdf").write_text("of which the reader says what is made up")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}

    def run(block: Block) -> str:
        exec(block.text.replace("/srv/documents", str(worked.folder)), names)
        return capsys.readouterr().out

    with closing(WorkedHome(tmp_path / "home")) as worked, worked.at_work():
        with monkeypatch.context() as other:
            other.setattr("made_up_day.TEXT", [*TEXT[:3], "B-1", *TEXT[4:]])
            assert run(submits) == "9.00 1\n"
        assert "'number': 'B-1'" in run(takes)
        worked.asks.logprob = -1.0
        with Appliance(worked.folder) as office:
            docid = office.submit(PAGES[0], "receipt").docid
            assert office.wait(docid).stage == "held"
            assert run(approves) == ""
            approved = office.wait(docid).result
    assert approved and approved.values["number"] == names["known"]["number"]


def test_the_screen_of_ones_own_shows_what_is_held_and_approves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (screen,) = (block for block in blocks("python") if block.page.name == "own-screen.md")
    typed = iter(["ACME", "A-77", "8.00"])
    monkeypatch.setattr("builtins.input", lambda prompt="": next(typed))
    monkeypatch.setenv("COLUMNS", "200")
    with closing(WorkedHome(tmp_path / "home")) as worked, worked.at_work():
        worked.asks.logprob = -1.0
        with Appliance(worked.folder) as office:
            docid = office.submit(PAGES[0], "receipt").docid
            assert office.wait(docid).stage == "held"
            exec(screen.text.replace("/srv/documents", str(worked.folder)), {})
            result = office.wait(docid).result
    shown = capsys.readouterr().out
    assert "README.md is approved." in shown and "9.00" in shown and "unsure" in shown
    assert result and result.values == {"company": "ACME", "number": "A-77", "total": "8.00"}


def test_every_block_is_of_a_language_that_is_tested_or_a_picture_of_a_screen() -> None:
    tested = {"sh", "powershell", "crontab", "toml", "json", "csv", "python", "ini"}
    assert {block.language for block in blocks()} <= tested | {"text"}
    for page in PAGES:  # nor is any only indented
        assert not re.search(r"^\n {4,}\S", page.read_text("utf-8"), re.M), page


def test_every_link_and_every_named_file_exists() -> None:
    for page in PAGES + OTHER_PAGES:
        for link, heading in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", page.read_text("utf-8")):
            meant = page.parent / link if link else page
            assert meant.exists(), f"{page.name}: {link}"
            assert not heading or heading in anchors(meant), f"{page.name}: {link}#{heading}"
    for name in spans(PAGES + OTHER_PAGES):
        if re.fullmatch(r"[\w./]+/\w+\.(py|json)", name) and "YOUR" not in name:
            assert (ROOT / name).exists() or (ROOT / "appliance" / name).exists(), name


def test_every_page_that_code_names_exists() -> None:
    for source in [*(ROOT / "appliance").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]:
        for name in re.findall(r"\bdocs/[\w/-]+\.md", source.read_text("utf-8")):
            assert (ROOT / name).exists(), f"{source}: {name}"


def anchors(page: Path) -> set[str]:
    """Of the headings, as a forge makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text("utf-8")), re.M)
    return {re.sub(r"[^\w -]", "", said.lower()).replace(" ", "-") for said in headings}


def test_the_readme_fits_on_two_screens() -> None:
    assert len(PAGES[0].read_text("utf-8").splitlines()) <= 120


@pytest.mark.parametrize("row", RECORDED)
def test_the_readme_says_what_a_bench_recorded(row: str) -> None:
    bench, figure, form = RECORDED[row]
    recorded = json.loads((ROOT / "bench" / "results" / f"{bench}.json").read_bytes())
    (said,) = re.findall(rf"^\| {re.escape(row)} \| ([^|]+?) \|", PAGES[0].read_text("utf-8"), re.M)
    assert said.replace(" %", "%").split(" ")[0] == format(recorded["figures"][figure], form)


def test_the_owners_page_compares_figures_of_one_replay_and_says_what_was_delivered_wrong() -> None:
    results = ROOT / "bench" / "results"
    measured = json.loads((results / "office.json").read_text("utf-8"))["figures"]
    told = (results / "office.md").read_text("utf-8")
    page = (ROOT / "docs" / "owner.md").read_text("utf-8")
    for stream, number in (("receipts", 300), ("orders", 150), ("invoices", 300)):
        part = told.partition(f"## {stream.capitalize()}\n")[2].partition("\n## ")[0]
        by_model, reported = re.search(
            r"By hand a document takes ([\d.]+) s by the same model;.* at 3\.8 s are ([\d.]+) s",
            part,
            re.DOTALL,
        ).groups()  # type: ignore[union-attr]
        assert float(by_model) == round(measured[f"{stream}.by_hand"], 1)
        wrong = round(measured[f"{stream}.left_wrong"] * number)
        assert f"\n{wrong} wrong values were delivered in the end." in part
        seconds = f"{measured[f'{stream}.seconds_a_document']:.1f} s"
        end = f"{wrong} values of {number} {stream} |"
        assert f"| {stream[:-1]} | {seconds} | {by_model} s | {reported} s | {end}" in page

from __future__ import annotations

import ast
import logging
import re
import subprocess
import sys
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from typer.main import get_group
from typer.testing import CliRunner

import appliance
from appliance.cli import context, main
from appliance.cli.context import Console, tell_file
from appliance.cli.log import log_to
from appliance.cli.main import app
from appliance.domain.errors import ConfigError, HomeError
from appliance.service import wiring
from appliance.settings.home import Home

ESCAPES = "ACME\x1bc\x1b]52;c;cHduZWQ=\x9c\x9b2J\u202eGmbH"
CLEAN = "ACME�c�]52;c;cHduZWQ=��2J�GmbH"
HERE = Path(str(appliance.__file__)).parent
FULL = Path("/dev/full")


def table() -> Table:
    made = Table("name", title=ESCAPES)
    made.add_row(Text(ESCAPES))
    return made


@pytest.mark.parametrize(
    "what", [ESCAPES, Text(ESCAPES), table(), Panel(Text(ESCAPES), title=Text(ESCAPES))]
)
def test_d1_nothing_that_is_printed_drives_the_terminal(what: object) -> None:
    output = StringIO()
    Console(file=output, width=100).print(what, markup=False)
    said = output.getvalue()
    assert CLEAN in said
    assert said.replace("\n", "").isprintable()


def test_what_looks_like_markup_is_printed_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "note.toml"
    file.write_text('title = "Note [old] [/x]"\n[fields.number]\n')
    done = CliRunner().invoke(app, ["doctypes", "check", str(file)])
    assert done.output == "fine: Note [old] [/x]\n"
    context.out.print("at fe80::a:b:1 [old]")
    assert capsys.readouterr().out == "at fe80::a:b:1 [old]\n"


def test_d1_what_is_shown_live_moves_the_cursor_and_a_text_does_not() -> None:
    output = StringIO()
    console = Console(file=output, width=100, force_terminal=True, color_system=None)
    with Live(Text(ESCAPES), console=console, refresh_per_second=1) as live:
        log_to(console, values=True)
        logging.getLogger("appliance").error("%s cannot be read", ESCAPES)
        live.update(Text(ESCAPES), refresh=True)
    said = output.getvalue()
    assert said.count(CLEAN) > 1  # the log line and the text
    assert "\x1b[?25l" in said, "rich hides the cursor"
    assert all(one not in said for one in ("\x1bc", "\x1b]", "\x9b", "\x9c", "\u202e"))


OWN = 'title = "Own ✔\ufe0f"\nfields = [\n\t"a",\n]  # \u202e\x1bc\n'


def test_d1_a_type_is_printed_as_it_is_to_be_kept_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "doctypes").mkdir()
    (tmp_path / "doctypes" / "own.toml").write_bytes(OWN.encode())
    command = [sys.executable, "-m", "appliance", "--home", str(tmp_path)]
    done = subprocess.run([*command, "doctypes", "show", "own"], capture_output=True)
    assert done.stdout.decode().replace("\r\n", "\n") == OWN


def test_a_broken_type_is_said_and_the_others_are_listed(tmp_path: Path) -> None:
    Home(tmp_path).make()
    wiring.show_types(Home(tmp_path))
    (Home(tmp_path).doctypes / "broken.toml").write_text("title = ")
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "doctypes"])
    assert done.exit_code == ConfigError.exit_code
    assert "receipt" in done.stdout and "broken.toml" in done.stderr


def test_d1_on_a_terminal_a_file_drives_nothing_and_keeps_its_lines_and_tabs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", terminal)
    tell_file(OWN)
    said = terminal.getvalue()
    assert '\n\t"a"' in said and "�c\n" in said
    assert "\x1b" not in said and "\u202e" not in said


PAST = re.compile(
    r"print|rich\.print|(rich\.console\.|console\.)?Console"
    r"|((typer|click)\.)?(echo|secho)|(typer|click)\.(confirm|prompt)|\w*(Prompt|Confirm)\.ask"
    r"|(sys\.)?(__)?std(out|err)(__)?(\.buffer)?\.write(lines)?"
)
DOORS = {
    "cli/context.py": "is the door",
    "samples/__main__.py": "names the files that it made itself",
}


def past(source: str) -> list[str]:
    """Calls that print; a question in words of our own is none."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = [ast.unparse(call.func) for call in calls if not _asks(call)]
    return [name for name in names if PAST.fullmatch(name)]


def _asks(call: ast.Call) -> bool:
    asks = isinstance(call.func, ast.Attribute) and call.func.attr in ("confirm", "prompt", "ask")
    said = [*call.args, *(keyword.value for keyword in call.keywords)]
    return asks and all(isinstance(one, ast.Constant) for one in said)


def test_d1_nothing_prints_past_the_door() -> None:
    files = {file.relative_to(HERE).as_posix(): file for file in HERE.rglob("*.py")}
    found = {name: past(file.read_text(encoding="utf-8")) for name, file in files.items()}
    assert {name: calls for name, calls in found.items() if calls and name not in DOORS} == {}
    assert all(found[name] for name in DOORS), "a door that is none any more"


@pytest.mark.parametrize(
    "call",
    [
        "print(name)",
        "Console().rule(name)",
        "rich.print(name)",
        "typer.echo(name)",
        "click.secho(name)",
        "typer.confirm(f'remove {name}?')",
        "Prompt.ask(name)",
        "Confirm.ask(name)",
        "sys.stdout.write(name)",
        "sys.stderr.buffer.write(name)",
    ],
)
def test_d1_what_would_print_past_the_door_is_seen(call: str) -> None:
    assert past(f"def tell(name):\n    {call}\n")


@pytest.mark.parametrize(
    "words",
    [["show", ESCAPES], ["process", ESCAPES], ["--home", ESCAPES, "status"], ["queue", ESCAPES]],
    ids=["docid", "file", "home", "one too many"],
)
def test_d1_no_complaint_about_a_command_line_drives_the_terminal(
    tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "appliance.toml").touch()
    done = subprocess.run(
        [sys.executable, "-m", "appliance", *words], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode
    said = done.stdout + done.stderr
    assert "ACME" in said
    assert all(one not in said for one in ("\x1bc", "\x1b]", "\x9b", "\x9c", "\u202e"))


@pytest.mark.parametrize("words", [["show"], ["retry"], ["senders", "show"]])
def test_bytes_of_no_text_on_a_command_line_are_no_bug(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "appliance.toml").touch()
    command = [sys.executable, "-m", "appliance", "--home", str(tmp_path), *words]
    done = subprocess.run([*command, b"half\xff"], capture_output=True, text=True)
    assert "bug" not in done.stderr
    assert "half\ufffd" in done.stderr


def test_d1_a_bug_of_a_command_is_told_without_driving_the_terminal(tmp_path: Path) -> None:
    code = (
        "import appliance.cli.main as cli, appliance.cli.maintenance as care\n"
        "def broken(*_): raise ValueError('INV-4711\\x1bc')\n"
        "care.checkup.checks = broken\n"
        "cli.main()"
    )
    (tmp_path / "appliance.toml").write_text("[log]\nvalues = true\n")
    command = [sys.executable, "-c", code, "--home", str(tmp_path), "doctor"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "ValueError" in done.stderr and "INV-4711�c" in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_full_disk_is_no_bug() -> None:
    command = [sys.executable, "-m", "appliance", "--version"]
    with FULL.open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == HomeError.exit_code
    assert "no room is left" in done.stderr and "bug" not in done.stderr


def test_every_command_stands_in_the_table_of_its_module() -> None:
    folder = Path(main.__file__).parent
    apps = {
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for path in folder.rglob("*.py")
        if "\napp = typer.Typer(" in path.read_text(encoding="utf-8")
    }
    assert apps - {"main"} == set(main.MODULES)
    for module, names in main.MODULES.items():
        loaded = import_module(f"appliance.cli.{module}")
        assert tuple(get_group(loaded.app).commands) == names


def test_status_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    """Of half a second it would take a third for numpy, asyncio and what reads and asks."""
    (tmp_path / "appliance.toml").touch()
    heavy = ("numpy", "asyncio", "appliance.service.wiring", "appliance.review", "typer.rich_utils")
    code = (
        "import sys\n"
        "from appliance.cli.main import app\n"
        "try: app()\n"
        f"finally: print([one for one in {heavy} if one in sys.modules])"
    )
    command = [sys.executable, "-c", code, "--home", str(tmp_path), "status"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done


def test_a_command_that_is_mistyped_is_told_what_it_was_to_be(tmp_path: Path) -> None:
    told = CliRunner().invoke(main.app, ["--home", str(tmp_path), "statsu"])
    assert told.exit_code == 2 and "Did you mean 'status'" in told.output

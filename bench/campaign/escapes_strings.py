"""Strings that would command a terminal, a screen, a spreadsheet or a file system."""

from __future__ import annotations

from random import Random

PIECES = (
    "\x1b[2J\x1b[H",
    "\x1b]2;title\x07",
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1bc",
    "\x1bP+q544e\x1b\\",
    "\x9b31mred",
    "\x9d0;title\x9c",
    "\x90q\x9c",
    "[bold red]loud[/]",
    "[/]",
    "[@click=app.quit]here[/]",
    "[@click='app.bell']here[/]",
    "[link=http://evil.example]there[/link]",
    "[[nested]]\\[escaped]",
    "[$primary]theme[/]",
    ":smile: :warning:",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; \"quoted\" 'quoted'",
    "{{7*7}} ${HOME} %s %(name)s {0} {self}",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
    "file:///etc/passwd",
    "NUL",
    "CON",
    "COM1.txt",
    "LPT9",
    "aux.pdf",
    "a\x00b",
    "one\ntwo",
    "one\r\ntwo",
    "one\rtwo",
    "one\u2028two\u2029three\x85four",
    "\u202egpj.exe\u202c",
    "\u2066a\u2069\u200f",
    "pay\u200bee",
    "\ufeffbom",
    "\U000e0041\U000e0042",
    "\ud800half",
    "half\udcff",
    "e" + "\u0301" * 60,
    "\u3164\u2800",
    "-rf",
    "~root",
    "$(reboot) `reboot` ; reboot | reboot &",
    "name ",
    "name.",
    "a" * 400,
    "漢" * 150,
    "\ufffe\uffff",
)


def hostile(rng: Random) -> str:
    """One to three of them, now and then with a harmless word between."""
    pieces = rng.choices(PIECES, k=rng.randint(1, 3))
    return rng.choice(("", " ", " ACME ")).join(pieces)

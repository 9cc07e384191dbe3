"""``appliance show`` of what came by mail, and of the mail."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from made_up_day import Day
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.settings.home import Home
from bench.mails import office_file
from bench.outlook import OutlookFile, OutlookMail


def says(home: Home, *words: str) -> str:
    done = CliRunner().invoke(app, ["--home", str(home.folder), *words])
    assert done.exception is None
    return " ".join(done.output.split())


def test_a_document_says_in_which_mail_it_came_and_the_mail_what_came_of_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    day = Day(home.folder)
    with closing(day.store):
        files = OutlookFile("a.pdf", b"%PDF-1.4 a"), OutlookFile("prices.xlsx", office_file())
        mail = OutlookMail("Acme", "a@acme.example", "March", "", files=files).saved()
        docid = day.archive.put_bytes(mail, "mail.msg")
        day.store.record(docid, "receipt", "mail.msg", now=1.0)
        day.work()
        (document,) = (job for job in day.store.jobs() if job.docid != docid)
        for shown in (docid, document.docid):
            assert "Acme <a@acme.example>, March" in says(home, "show", shown)
        listed = says(home, "queue", "--all")
        assert "opened" in listed and "not read: prices.xlsx" in listed

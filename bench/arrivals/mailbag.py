"""Mails dropped while the daemon is killed again and again: does each attachment arrive once?

Their attachments are real e-invoices, of which no model is asked, and some real receipts. A mail
counts by what it holds: copies of one paper in several mails are one document.
"""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from appliance.domain.results import JobState
from appliance.learning.models.registry import Registry
from appliance.records.store import Store
from appliance.service import model_files
from appliance.settings.home import Home
from bench import common
from bench.intake import appliance, end, start, wait_until_done
from bench.mails import MadeMail, Paper, mails

NUMBER = 12 if common.SMALL else 200
KILLS = 2 if common.SMALL else 30
RECEIPTS = 1 if common.SMALL else 8
LONGEST = 8.0
"""Seconds between a start of the daemon and its kill."""
DOCTYPE = "supplier_invoice"
_SEED = "mails of an office"
_SETTLED = {"EINVOICE_USE": True}


@dataclass(frozen=True, slots=True)
class Mailbag:
    mails: int
    attachments: int
    """Different documents in them."""
    kills: int
    lost: int
    """Documents that never arrived."""
    twice: int
    """Documents that were delivered more than once."""
    invented: int
    """Documents that lay in no mail."""
    unopened: int
    """Mails that did not end as opened."""
    verified: int
    """Exit code of ``appliance verify``."""


def mailbag(folder: Path) -> Mailbag:
    rng = Random(_SEED)
    made = mails(_papers(), NUMBER, rng)
    home = _home(folder)
    for round_, those in enumerate(_shares(made)):
        daemon = start(home, _SETTLED)
        try:
            for one in those:
                time.sleep(rng.uniform(0, LONGEST / (len(those) + 1)))
                _drop(one, home)
            if round_ < KILLS:
                time.sleep(rng.uniform(0, LONGEST / 2))
                end(daemon, signal.SIGKILL)
            else:
                wait_until_done(home)
                end(daemon, signal.SIGTERM)
        finally:
            daemon.kill()
    return _counted(home, made)


def _papers() -> list[Paper]:
    """Whole files of the data, each under its own name."""
    data = common.data()
    paths = [
        *sorted((data / "einvoices").glob("standard__*.xml")),
        *sorted((data / "invoices_de_fr").glob("*.pdf")),
        *sorted((data / "sroie").rglob("*.jpg"))[:RECEIPTS],
    ]
    return [Paper(path.name, path.read_bytes()) for path in paths]


def _home(folder: Path) -> Home:
    home = Home(folder / "mailbag")
    shutil.rmtree(home.folder, ignore_errors=True)
    home.make()
    model_files.add_default(Registry(home.models))
    (home.inbox / DOCTYPE).mkdir()
    return home


def _shares(made: Sequence[MadeMail]) -> Iterator[Sequence[MadeMail]]:
    """One for each time that the daemon runs."""
    for at in range(KILLS + 1):
        yield made[at :: KILLS + 1]


def _drop(mail: MadeMail, home: Home) -> None:
    """As a mail program saves it: under its name once it is whole."""
    partial = home.folder / mail.name
    partial.write_bytes(mail.content)
    partial.rename(home.inbox / DOCTYPE / mail.name)


def _counted(home: Home, made: Sequence[MadeMail]) -> Mailbag:
    wanted = {_docid(paper.content) for mail in made for paper in mail.papers}
    dropped = {_docid(mail.content) for mail in made}
    with closing(Store(home.database)) as store:
        jobs = list(store.jobs())
        opened = {job.docid for job in jobs if job.state is JobState.OPENED}
        arrived = {job.docid for job in jobs} - opened - dropped
        twice = sum(len(store.deliveries(job)) > 1 for job in jobs)
    verified = subprocess.run(appliance(home, "verify"), capture_output=True)
    return Mailbag(
        mails=len(made),
        attachments=len(wanted),
        kills=KILLS,
        lost=len(wanted - arrived),
        twice=twice,
        invented=len(arrived - wanted),
        unopened=len(dropped - opened),
        verified=verified.returncode,
    )


def _docid(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

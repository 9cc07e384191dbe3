"""What e-invoices and mail become: read, accepted or held for a reason, and never harmful.

``python -m bench.arrivals``: the test suite of the German standard, the real PDFs that carry XML,
made ones that somebody altered, bombs, and mails under kills.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench import common
from bench.arrivals import altered, apart, bombs, labelled, mailbag, report, standard
from bench.arrivals.report import Found


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("the standard's test suite ...", flush=True)
        suite = standard.suite()
        print("real hybrids ...", flush=True)
        hybrids = tuple(labelled.hybrids())
        print("made hybrids ...", flush=True)
        honest = tuple(altered.honest(folder))
        print("altered ones ...", flush=True)
        changed = tuple(altered.altered(folder))
        print("page and XML as two files ...", flush=True)
        pairs = tuple(apart.apart(folder))
        print("bombs ...", flush=True)
        campaign = bombs.campaign(folder, honest[0].path)
        print("mails, and a daemon that is killed ...", flush=True)
        bag = mailbag.mailbag(folder)
    found = Found(suite, hybrids, honest, changed, pairs, campaign, bag)
    common.record(
        "arrivals", n=found.files, figures=report.figures(found), report=report.section(found)
    )


if __name__ == "__main__":
    common.data()
    main()

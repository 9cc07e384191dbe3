"""A day that tells the owner's server of deliveries.

As a program, ``told_owner.py FOLDER URL NOW`` is one life of an appliance in ``FOLDER``: it
delivers some documents and makes the calls that are due.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from threading import Event

from made_up_day import Day

from appliance.domain.delivery import DeliveryPlan
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Prediction
from appliance.service.caller import Caller
from bench.told_server import SECRET_TEXT

SECRET_FILE = "erp.key"
NUMBER = 3
"""Of the word that tells one document from another."""


class ToldDay(Day):
    """Each document has a number of its own, and none was seen before."""

    def __init__(self, folder: Path, plan: DeliveryPlan) -> None:
        super().__init__(folder, plan=plan)
        self.tick = 0.0
        """Seconds that a look at the clock takes."""
        read, extract = self.reads.read, self.asks.extract

        def numbered(path: Path, *, docid: str) -> Document:
            document = read(path, docid=docid)
            (page,) = document.pages
            words = list(page.words)
            words[NUMBER] = replace(words[NUMBER], text=f"A-{docid[:8]}")
            return replace(document, pages=(replace(page, words=tuple(words)),))

        def answered(document: Document, doctype: DocType) -> Prediction:
            said = extract(document, doctype)
            number = document.pages[0].words[NUMBER].text
            fields = [
                replace(one, text=number) if one.fieldtype == "number" else one
                for one in said.fields
            ]
            return replace(said, fields=tuple(fields))

        self.reads.read = numbered  # type: ignore[method-assign]
        self.asks.extract = answered  # type: ignore[method-assign]
        (folder / SECRET_FILE).write_text(SECRET_TEXT)
        self.caller = Caller(
            self.store, folder, plan=lambda name: self.plan, lot=lambda: 0.5, clock=self.clock
        )

    def clock(self) -> float:
        self.now += self.tick
        return self.now

    def again(self, docid: str) -> None:
        """A further revision of it."""
        self.store.restart(self.job(docid))

    def close(self) -> None:
        self.caller.stop()
        self.store.close()


def webhook(url: str, *, timeout: float = 5.0) -> DeliveryPlan:
    return DeliveryPlan(url=url, secret_file=SECRET_FILE, timeout=timeout)


def live(folder: Path, url: str, now: float) -> None:
    day = ToldDay(folder, webhook(url))
    day.now = now
    docids = [day.drop(text) for text in ("one", "two", "three")]
    day.work()
    if all(len(day.store.deliveries(day.job(docid))) < 2 for docid in docids):
        day.again(docids[0])
        day.work()
    day.now += 8000
    day.caller.finish(Event())
    day.close()


if __name__ == "__main__":
    live(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))

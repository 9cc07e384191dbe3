"""A station before a real database of made-up invoices; only the model is made up."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from io import StringIO
from operator import attrgetter
from pathlib import Path
from typing import Any

from rich.console import Console
from textual.pilot import Pilot
from textual.screen import Screen

from appliance.delivery.outbox import Outbox
from appliance.domain.doctype import (
    AccuracyTarget,
    Check,
    DocType,
    FieldSpec,
    FieldType,
    TableSpec,
    Term,
)
from appliance.domain.document import Document, Span
from appliance.domain.prediction import AnswerVersions, Field, Prediction, TokenScore
from appliance.domain.sections import NOTHING, EvidenceNeed, Section
from appliance.intake.archive import Archive
from appliance.intake.quarantine import Quarantine
from appliance.judgement.policy import AcceptancePolicy, uniform_policy
from appliance.reading.text import text_page
from appliance.records.evidence import SamplingPlan
from appliance.records.reviews import Reviews
from appliance.records.store import Store
from appliance.review.app import StationApp
from appliance.review.desk import Desk
from appliance.review.draft.places import FieldRef
from appliance.review.editor.editor import EditorState
from appliance.review.loading import Loader
from appliance.review.screens.key_screen import KeyScreen
from appliance.review.widgets.lines import Lines
from appliance.service.pipeline import Pipeline, RetryPolicy

INVOICE = DocType(
    "invoice",
    "Invoice",
    (
        FieldSpec("supplier_name", required=True),
        FieldSpec("invoice_number", FieldType.CODE, required=True),
        FieldSpec("invoice_date", FieldType.DATE, required=True),
        FieldSpec("order_number", FieldType.CODE),
        FieldSpec("net_total", FieldType.AMOUNT),
        FieldSpec("tax_total", FieldType.AMOUNT),
        FieldSpec("gross_total", FieldType.AMOUNT, required=True),
    ),
    items=TableSpec(
        "line_items",
        (
            FieldSpec("description"),
            FieldSpec("quantity", FieldType.QUANTITY),
            FieldSpec("unit_price", FieldType.AMOUNT),
            FieldSpec("net_amount", FieldType.AMOUNT),
        ),
    ),
    party=("supplier_name",),
    number="invoice_number",
    gross="gross_total",
    checks=(
        Check(
            "net_total + tax_total == gross_total",
            (Term("net_total"), Term("tax_total")),
            "==",
            (Term("gross_total"),),
            Decimal("0.02"),
        ),
        Check(
            "sum(line_items.net_amount) == net_total",
            (Term("net_amount", function="sum"),),
            "==",
            (Term("net_total"),),
            Decimal("0.02"),
        ),
    ),
)
NOTE = DocType("note", "Delivery note", (FieldSpec("supplier_name", required=True),))
KINDS = {kind.name: kind for kind in (INVOICE, NOTE)}

TEXT = """\
ACME Metal Works GmbH                              INVOICE
Musterweg 5, 20095 Hamburg

Invoice number   {number}
Invoice date     17.01.2025
Order number     B-4711

Description            Quantity      Price     Amount
Hex bolt M8 x 40            200       0.10      20.00
Washer M8                   500       0.04      20.00
Steel plate 2 mm              3      20.00      60.00

Net total                                      100.00
VAT 19 %                                        19.00
Gross total                                    119.00

Payable within 30 days without deduction. Thank you for
your order!
"""
HEADER = {
    "supplier_name": "ACME Metal Works GmbH",
    "invoice_number": "{number}",
    "invoice_date": "17.01.2025",
    "order_number": "B-4711",
    "net_total": "100.00",
    "tax_total": "19.00",
    "gross_total": "119.00",
}
ROWS = (
    ("Hex bolt M8 x 40", "200", "0.10", "20.00"),
    ("Washer M8", "500", "0.04", "20.00"),
    ("Steel plate 2 mm", "3", "20.00", "60.00"),
)


NONE = SamplingPlan(first=0, until=0, then=0)
"""No evidence."""


@dataclass(frozen=True)
class Said:
    """What the model made of one document, where that is not the truth as sure as can be."""

    wrong: Mapping[str, str | None] = field(default_factory=dict)
    unsure: Sequence[str] = ()
    runners_up: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: Sequence[Sequence[str]] = ROWS


UNSURE = Said(unsure=("order_number", "invoice_number"))


class Shop:
    """Reader and model: the text as dropped, and what ``said`` says of its number."""

    def __init__(self) -> None:
        self.said: dict[str, Said] = {}

    def begin(self, path: Path, *, docid: str) -> None: ...

    def read(self, path: Path, *, docid: str) -> Document:
        sheets = path.read_text().split("\f")
        return Document(docid, tuple(text_page(sheet.splitlines()) for sheet in sheets))

    open = read

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        words = [word.text for word in document.pages[0].words]
        number = next((word for word in words if re.fullmatch(r"R-\d+", word)), "")
        said = self.said.get(number, Said(unsure=("gross_total",)))
        fields = tuple(_answers(document, doctype, number, said))
        return Prediction(document.docid, doctype.name, "fake", fields)

    def runners_up(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        fieldtypes: tuple[str, ...],
    ) -> Prediction:
        return prediction


def _answers(document: Document, doctype: DocType, number: str, said: Said) -> Iterator[Field]:
    for spec in doctype.fields:
        text = said.wrong.get(spec.name, HEADER[spec.name].format(number=number))
        yield _field(document, spec.name, text, said)
    for row, cells in enumerate(said.rows if doctype.items else ()):
        for column, text in zip(doctype.items.fields if doctype.items else (), cells, strict=True):
            yield _field(document, column.name, text, said, row)


def _field(
    document: Document, name: str, text: str | None, said: Said, row: int | None = None
) -> Field:
    sure = -2.0 if name in said.unsure or f"{name} {row}" in said.unsure else -0.001
    return Field(
        name,
        text,
        tuple(_spans(document, text or "")),
        line_item_id=row,
        tokens=(TokenScore(sure, sure),),
        runners_up=said.runners_up.get(name, ()),
    )


def _spans(document: Document, text: str) -> Iterator[Span]:
    wanted = text.split()
    for page, sheet in enumerate(document.pages):
        words = [word.text for word in sheet.words]
        for at in range(len(words) - len(wanted) + 1):
            if wanted and words[at : at + len(wanted)] == wanted:
                yield Span(page, at, at + len(wanted))


class Office:
    """One database, as many stations as wanted, a clock that stands until it is moved."""

    def __init__(
        self,
        folder: Path,
        *,
        evidence: SamplingPlan = NONE,
        enough: frozenset[Section] = NOTHING,
        accuracy: float = 0.95,
        whole: bool = False,
    ) -> None:
        """``accuracy``: what is promised, 0-1. ``whole``: evidence is keyed whole, as it was
        before parts were drawn."""
        self.folder = folder
        self.whole = whole
        self.now = 1_700_000_000.0
        self.shop = Shop()
        self.stores: list[Store] = []
        self.store = self._store()
        self.archive = Archive(folder / "archive")
        self.outbox = Outbox(folder / "outbox")
        self.quarantine = Quarantine(folder / "failed")
        self.pipeline = Pipeline(
            self.store,
            self.archive,
            self.outbox,
            self.quarantine,
            reader=self.shop,
            predictor=self.shop,
            doctype=KINDS.__getitem__,
            versions=AnswerVersions("1", "1"),
            policy=self.policy,
            patience=RetryPolicy(attempts=3, retry_after=30),
            evidence=evidence,
            terms=lambda doctype: AccuracyTarget(accuracy),
            need=lambda doctype, *, known: EvidenceNeed(enough),
            clock=lambda: self.now,
        )

    def policy(self, model: str, kind: str, versions: AnswerVersions) -> AcceptancePolicy:
        return uniform_policy(KINDS[kind], 0.95)

    def _store(self) -> Store:
        self.stores.append(Store(self.folder / "appliance.db"))
        return self.stores[-1]

    def close(self) -> None:
        for store in self.stores:
            store.close()

    def drop(
        self, number: str, said: Said | None = None, *, kind: str = "invoice", text: str = TEXT
    ) -> str:
        """A document of this number arrives; ``said`` is what the model will say of it."""
        if said:
            self.shop.said[number] = said
        source = self.folder / f"{number}.txt"
        source.write_text(text.format(number=number))
        docid = self.archive.put(source)
        self.now += 1
        self.store.record(docid, kind, source.name, now=self.now)
        return docid

    def work(self) -> None:
        while self.pipeline.step():
            pass
        if self.whole:
            self.store.database.execute("drop trigger if exists evidence_keep_update")
            self.store.database.execute(
                "update evidence set sections ="
                " replace(replace(sections, 'fields', 'header'), 'row', 'table')"
            )

    def desk(self, station: str = "one", clerk: str = "Anna", *, four_eyes: bool = False) -> Desk:
        store = self._store()
        loader = Loader(
            store,
            self.archive,
            doctype=KINDS.__getitem__,
            doctypes=lambda: list(KINDS),
            policy=self.policy,
        )
        return Desk(
            store,
            self.archive,
            self.quarantine,
            loader,
            station=station,
            clerk=clerk,
            four_eyes=four_eyes,
            clock=lambda: self.now,
        )

    def station(
        self,
        desk: Desk | None = None,
        *,
        make: Callable[..., StationApp] | None = None,
        **settings: object,
    ) -> StationApp:
        clocks = {"clock": lambda: self.now, "pressed_at": lambda event: self.now}
        return (make or ClockedStation)(desk or self.desk(), **{**clocks, **settings})


@dataclass
class Wait:
    due: float
    screen: Screen[Any]
    action: Callable[[], None]
    over: bool = False

    def stop(self) -> None:
        self.over = True


class ClockedStation(StationApp):
    """Its keys wait by the clock that is moved: no test depends on how fast the machine is."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._waiting: list[Wait] = []

    def after(self, screen: Screen[Any], seconds: float, action: Callable[[], None]) -> Wait:
        self._waiting.append(Wait(self._clock() + seconds, screen, action))
        return self._waiting[-1]

    def due(self) -> Wait | None:
        """What is done next, where no key comes before."""
        self._waiting = [wait for wait in self._waiting if not wait.over]
        return min(self._waiting, key=attrgetter("due"), default=None)


class AtWork:
    """Somebody before a station: presses keys, and reads what stands there."""

    def __init__(self, office: Office, app: StationApp, pilot: Pilot[None]) -> None:
        self.office, self.app, self.pilot = office, app, pilot

    async def press(self, *keys: str) -> None:
        """A second between two keys."""
        for key in keys:
            self.office.now += 1
            await self.pilot.press(key)
            await self.calm()

    async def hurry(self, *keys: str, gap: float, after: float | None = None) -> None:
        """``gap`` seconds between two keys, ``after`` or as many before the first, and a pause
        after the last."""
        for at, key in enumerate(keys):
            await self._pass(gap if at or after is None else after)
            await self.pilot.press(key)
            await self._settled()
        await self.calm()

    async def _pass(self, seconds: float) -> None:
        end = self.office.now + seconds
        while (wait := self._due) and wait.due <= end:
            self.office.now = wait.due
            await self._do(wait)
        self.office.now = end

    async def calm(self) -> None:
        """Until no key comes any more, the desk has done all that was asked, and the screen shows
        it."""
        await self._settled()
        while self._waits:
            if wait := self._due:
                await self._do(wait)
            await self._settled()

    @property
    def _due(self) -> Wait | None:
        return self.app.due() if isinstance(self.app, ClockedStation) else None

    async def _do(self, wait: Wait) -> None:
        wait.stop()
        wait.screen.call_later(wait.action)
        await self._settled()

    async def _settled(self) -> None:
        for _ in range(3):
            await self.pilot.pause()
            while self.app.is_running and (self.app.tasks.busy or not self._is_drawn):
                await self.app.tasks.settled()
                await self.pilot.pause()

    @property
    def _waits(self) -> bool:
        """For no other key to come."""
        screens = self.app.screen_stack if self.app.is_running else ()
        return any(screen.busy for screen in screens if isinstance(screen, KeyScreen))

    @property
    def _is_drawn(self) -> bool:
        """A screen draws itself once it knows its size, which may be after a few messages."""
        return any(lines._drawn for lines in self.app.screen.query(Lines))

    async def click(self, text: str) -> None:
        """On the first place of the screen where this stands."""
        self.office.now += 1
        await self.pilot.click(offset=self.spot(text))
        await self.calm()

    def spot(self, text: str) -> tuple[int, int]:
        for row, line in enumerate(self.lines):
            if text in line:
                return line.index(text), row
        raise AssertionError(f"{text!r} does not stand there:\n{self.screen}")

    @property
    def lines(self) -> list[str]:
        size = self.app.size
        console = Console(width=size.width, height=size.height, file=StringIO(), record=True)
        console.print(self.app.screen._compositor.render_update(full=True))
        return [line.rstrip() for line in console.export_text().splitlines()]

    @property
    def screen(self) -> str:
        return "\n".join(self.lines) + "\n"

    @property
    def hand(self) -> EditorState:
        return self.app._review.editor

    @property
    def notice(self) -> str:
        """As she reads it."""
        return self.app.keyboard.said(self.hand.notice, self.hand.mode, self.hand)

    @property
    def name(self) -> str:
        """Of the document in hand."""
        assert self.app.session.in_hand
        return self.app.session.in_hand.waiting.job.source

    def text(self, name: str, row: int | None = None) -> str | None:
        return self.hand.draft.entry(FieldRef(name, row)).text


def keyed(office: Office, name: str) -> dict[str, str | None]:
    """What the header of the document says as a clerk left it, by fieldtype."""
    (job,) = (job for job in office.store.jobs() if job.source == name)
    corrections = Reviews(office.store).corrections(job)
    return {one.fieldtype: one.after for one in corrections if one.line_item_id is None}


@asynccontextmanager
async def at_work(
    office: Office,
    desk: Desk | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    **settings: object,
) -> AsyncIterator[AtWork]:
    """Before a station that has opened its first document."""
    app = office.station(desk, **settings)
    async with app.run_test(size=size) as pilot:
        one = AtWork(office, app, pilot)
        await one.calm()
        yield one

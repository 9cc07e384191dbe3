"""The report as its owner meets it: one page of a made-up shop, of which every number is known."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html.parser import HTMLParser
from pathlib import Path

import pytest
from figures import figures
from made_up_shop import DOUBTFUL, RECEIPT, SURE, Shop, shop
from pydantic import TypeAdapter
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.cli.report import charts
from appliance.cli.report.charts import Series
from appliance.cli.report.markup import Markup, element
from appliance.domain.errors import ConfigError
from appliance.domain.fleet import SiteHealth
from appliance.domain.results import JobState
from appliance.judgement.policy import uniform_policy
from appliance.learning.models.registry import CHAMPION, Pointer
from appliance.records.fleet_hub import HubInbox
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.service.versions import answer_versions
from appliance.settings.config import Settings
from appliance.settings.home import Home

TYPE = """\
title = "Receipt"
party = ["shop"]

[fields.shop]
required = true

[fields.total]
type = "amount"
required = true
"""
HOSTILE = "<script>alert(1)</script>"
IMAGE = '"><img src=http://a.example/b.png onerror=alert(1)>.pdf'


class Page(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, "something is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)
        if {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def rows(self, *head: str) -> dict[str, dict[str, str]]:
        """Of the table whose first columns are called so: by the first column, cells by column."""
        for first, *rest in self.tables:
            if first[: len(head)] == list(head):
                return {row[0]: dict(zip(first, row, strict=True)) for row in rest}
        raise AssertionError(f"no table {head}")


class Office:
    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.home.make()
        (self.home.models / "m1").mkdir()
        pointer = TypeAdapter(Pointer).dump_json(Pointer("m1"))
        (self.home.models / CHAMPION).write_bytes(pointer)
        (self.home.doctypes / "receipt.toml").write_text(TYPE)

    def __call__(self, *words: str) -> str:
        done = CliRunner().invoke(app, ["--home", str(self.home.folder), *words])
        if done.exception:
            raise done.exception
        return done.output

    def page(self, *words: str) -> Page:
        self("report", *words)
        return Page((self.home.folder / "report.html").read_text("utf-8"))

    @contextmanager
    def shop(self) -> Iterator[Shop]:
        with shop(self.home.database, answer_versions(Settings())) as found:
            found.now = time.time() - 2 * 86400
            yield found


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "home")


def deliver(town: Shop) -> None:
    job = town.store.claim(JobState.ACCEPTED, now=town.now, lease=60)
    assert job
    delivery = town.store.begin_delivery(job, path="x.json")
    town.store.finish_delivery(job, delivery, now=town.now)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Twelve receipts that nobody had to see, fourteen that a clerk corrected or confirmed, ninety
    keyed blind of which two were wrong and held, one that came long ago; a night that was worse on
    somebody's documents."""
    office = Office(tmp_path_factory.mktemp("busy") / "home")
    with office.shop() as town, town.store.database.writing():
        town.now -= 100 * 86400
        town.receipt(sender="old")
        town.now += 100 * 86400
        for _ in range(12):
            town.receipt(policy=uniform_policy(RECEIPT, 0.5), reviewed=False)
            deliver(town)
        for at in range(14):
            town.receipt(sender=HOSTILE, right=at >= 5, sure=DOUBTFUL)
        for at in range(90):
            right = at not in (3, 9)
            town.receipt(evidence=True, right=right, sure=SURE if right else DOUBTFUL)
        town.store.database.execute("update jobs set source = ?", [IMAGE])
        reason = f"1 fixed, 9 broken of 60 documents, and worse on the documents of {HOSTILE}:"
        Labels(town.store).decided(
            "m1", "night-1", "worse", f"{reason} 0 fixed, 8 broken", [], now=town.now
        )
    office("promise")
    return office


def test_its_numbers_are_those_of_the_records(busy: Office) -> None:
    page = busy.page()
    receipts = page.rows("type", "arrived")["receipt"]
    assert receipts["arrived"] == "116"
    assert receipts["delivered without a clerk"] == "12"
    assert receipts["delivered after a clerk approved"] == "88"
    assert receipts["waiting for a clerk"] == "16"
    assert receipts["straight through"] == "10.3 %"
    assert page.rows("reason")["unsure"]["documents"] == "16"
    time_with = page.rows("type", "approved")["receipt"]
    assert (time_with["approved"], time_with["seconds a document"]) == ("104", "9")
    sender = page.rows("sender")[HOSTILE]
    assert (sender["documents"], sender["corrected"], sender["looked at"]) == ("14", "5", "28")
    assert page.rows("decided").popitem()[1]["model"] == "night-1"
    keyed = page.rows("approved before").values()
    assert sum(int(row["keyed blind"].split()[0]) for row in keyed) == 90
    assert sum(int(row["right"].split(" of ")[0]) for row in keyed) == 180 - 2
    promise = page.rows("type", "fields", "promised")["receipt"]
    assert promise["evidence"] == "90 documents, 180 values" and promise["stands"] == "given"
    row = json.loads(busy("promise", "--json"))
    right, of = figures(promise["accepted values right, exact 95 % interval"])[:2]
    assert (int(right), int(of)) == (row["accepted"] - row["errors"], row["accepted"])
    assert busy.page("--days", "3").rows("type", "arrived")["receipt"]["arrived"] == "116"
    assert busy.page("--days", "200").rows("type", "arrived")["receipt"]["arrived"] == "117"


def test_nothing_that_stands_on_a_document_is_markup_and_nothing_is_fetched(busy: Office) -> None:
    page = busy.page()
    assert HOSTILE in page.text and IMAGE in page.text
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "a", "base", "form", "image"}
    names = {name for _, attributes in page.tags for name in attributes}
    assert not names & {"src", "href", "xlink:href", "srcset", "action"}
    assert not [name for name in names if name.startswith("on")]
    style = (busy.home.folder / "report.html").read_text().split("</style>")[0]
    assert "url(" not in style and "@import" not in style and "://" not in style


def test_without_names_no_sender_and_no_file_is_on_the_page(busy: Office) -> None:
    named, page = busy.page(), busy.page("--without-names")
    for word in ("alert", "img", "shop1"):
        assert word in named.text and word not in page.text
    assert "worse on the documents of one sender" in page.text
    assert page.rows("type", "arrived") == named.rows("type", "arrived")


def test_who_does_not_see_it_is_told_the_same(busy: Office) -> None:
    page = busy.page()
    pictures = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert all(one.get("role") == "img" or one.get("aria-hidden") for one in pictures)
    told = [one for one in pictures if one.get("role") == "img"]
    figures = [tag for tag, _ in page.tags if tag in ("figure", "figcaption", "details")]
    assert len(told) == 3 and len(figures) == 9, "each picture has a caption and its numbers"
    scopes = [attributes.get("scope") for tag, attributes in page.tags if tag == "th"]
    assert set(scopes) == {"col", "row"}


def test_of_little_it_says_that_it_is_too_little(office: Office) -> None:
    with office.shop() as town:
        for _ in range(3):
            town.receipt(evidence=True)
    page = office.page()
    assert page.rows("type", "arrived")["receipt"]["straight through"].endswith("n = 3")
    assert page.text.count("too little to say yet: n = 3") >= 5


def test_what_waits_since_before_its_days_waits_all_the_same(office: Office) -> None:
    with office.shop() as town:
        town.now = 1000.0
        town.receipt(reviewed=False)
        town.store.database.execute("update jobs set state = 'held'")
    said = office.page().text
    assert "waiting for a clerk now 1 1 of them since before" in " ".join(said.split())


def test_an_empty_home_has_a_page_too(office: Office) -> None:
    page = office.page("--without-names")
    assert "No document arrived" in page.text and len(page.tables) == 1


def test_a_hub_tells_of_its_sites(office: Office) -> None:
    with closing(Store(office.home.database)) as store:
        inbox = HubInbox(store)
        for name in ("lyon", "oslo"):
            inbox.admit(name)
        inbox.note_health("lyon", SiteHealth(time.time(), "night-7", 3, 12), now=time.time())
    rows = office.page().rows("site", "last word")
    assert (rows["lyon"]["serves"], rows["lyon"]["to send"]) == ("night-7", "12")
    assert rows["oslo"]["last word"] == "never"


def test_a_page_that_cannot_be_written_names_the_way_out(office: Office, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError) as told:
        office("report", "--to", str(tmp_path / "file" / "page.html"))
    assert "--to" in told.value.hint


def test_columns_are_as_high_as_their_numbers() -> None:
    drawn = Page(
        charts.columns(["a", "b"], [Series("one", [1, 4]), Series("two", [3, 0])], told="x")
    )
    heights = [float(at["height"] or 0) for tag, at in drawn.tags if tag == "rect"]
    assert heights == pytest.approx([heights[1] / 3, heights[1], heights[1] * 4 / 3], abs=0.11)
    assert Page(charts.columns([], [], told="nothing")).text.startswith("nothing")


def test_text_becomes_no_markup_wherever_it_comes_in() -> None:
    made = element("p", HOSTILE, element("b", "&\x1b"), title='"<', data_of="x", class_=None)
    assert made == (
        '<p title="&quot;&lt;" data-of="x">&lt;script&gt;alert(1)&lt;/script&gt;<b>&amp;�</b></p>'
    )
    assert element("p", Markup("<br>")) == "<p><br></p>"

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_shop import RECEIPT, VERSIONS, Shop, forget, shop

from appliance.domain.doctype import DocType
from appliance.domain.errors import DoctypeError
from appliance.domain.fleet import DocumentApproved, Sharing
from appliance.domain.prediction import AnswerVersions
from appliance.domain.results import Job
from appliance.fleet.collector import AGAIN, Collector, SiteLetter
from appliance.fleet.gathering import TOGETHER, Gathering
from appliance.fleet.messages import UP, LinkName, packed
from appliance.fleet.spreading import Spreading
from appliance.intake.archive import Archive, digest
from appliance.records.evidence import RETIRES_AFTER
from appliance.records.fleet_hub import HubInbox, WaitingMessage
from appliance.records.fleet_hub_outbox import HubOutbox
from appliance.records.fleet_site import SiteOutbox
from appliance.records.labels import Labels
from appliance.records.proof import Proof
from appliance.records.reviews import Reviews
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory


class Site:
    def __init__(self, name: str, shop: Shop) -> None:
        self.name = name
        self.shop = shop
        self.sharing = Sharing()
        self.files: dict[str, bytes] = {}
        self.outbox = SiteOutbox(shop.store, lambda name: self.sharing, lambda d: self.files.get(d))
        self.outbox.join("hq")

    def letters(self, *, after: int = 0) -> list[WaitingMessage]:
        return [
            WaitingMessage(
                self.name, link.hash, link.number, link.before, link.at, packed(link.message)
            )
            for link in self.outbox.links(after=after, most=1000)
        ]

    def approvals(self) -> list[DocumentApproved]:
        said = [link.message for link in self.outbox.links(after=0, most=1000)]
        return [one for one in said if isinstance(one, DocumentApproved)]


class Hub:
    def __init__(self, store: Store, archive: Archive) -> None:
        self.store = store
        self.archive = archive
        self.inbox = HubInbox(store)
        self.types = {"receipt": RECEIPT}
        self.gathering = Gathering(self.inbox, self.doctype, archive, clock=lambda: 5000.0)
        self.labels = Labels(store)

    def doctype(self, name: str) -> DocType:
        if name not in self.types:
            raise DoctypeError(f"there is no document type {name!r}")
        return self.types[name]

    def hear(self, messages: list[WaitingMessage]) -> None:
        self.inbox.take(messages, now=4000.0)
        while self.gathering.step():
            pass

    def training(self) -> set[str]:
        return {one.docid for one in self.labels.training()}

    def evidence(self) -> set[str]:
        return {one.docid for one in self.labels.evidence(reading=None)}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    store = Store(tmp_path / "hub.db")
    yield Hub(store, Archive(tmp_path / "archive"))
    store.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with shop(tmp_path / "a.db") as made:
        yield Site("a", made)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Site]:
    with shop(tmp_path / "b.db") as made:
        yield Site("b", made)


def labels(one: Labels) -> list[object]:
    both = [*one.training(), *one.evidence(reading=None)]
    return sorted((x.docid, x.labels, x.table, x.party, x.twin) for x in both)


def test_what_clerks_of_a_site_said_is_known_at_the_hub_as_they_said_it(site: Site, hub: Hub):
    for number in range(6):
        site.shop.receipt(right=number % 2 == 0, evidence=number == 5)
    hub.hear(site.letters())
    assert labels(hub.labels) == labels(Labels(site.shop.store)) != []
    assert SenderDirectory(hub.store).learn() > 0
    assert [one.link for one in hub.inbox.sites()] == [6]
    assert not any(hub.store.came_here(job.docid) for job in hub.store.jobs())


def test_what_comes_again_is_kept_once(site: Site, hub: Hub):
    job = site.shop.receipt()
    for _ in range(3):
        hub.hear(site.letters())
    (review,) = Reviews(hub.store).reviews(job)
    assert (review.clerk, review.outcome) == ("a", "approved")


def test_evidence_of_a_site_is_never_learned_from_whatever_the_hub_decided_on_it(
    site: Site, hub: Hub
):
    job = site.shop.receipt(evidence=True)
    hub.hear(site.letters())
    for number in range(RETIRES_AFTER + 1):
        keys = [(job.docid, job.doctype)]
        hub.labels.decided("old", f"new{number}", "worse", "", keys, now=1.0)
    assert (hub.evidence(), hub.training()) == ({job.docid}, set())


def test_a_reading_travels_once_a_document_and_again_when_the_hub_lost_it(site: Site):
    job = site.shop.receipt()
    site.outbox.acknowledge(list(site.outbox.links(after=0, most=1)), now=1.0)
    again(site, job)
    assert [one.document is None for one in site.approvals()] == [True, True]
    site.outbox.go_back(0)
    assert [one.document is None for one in site.approvals()] == [False, False]
    assert site.outbox.backlog() == 2


def test_of_what_a_hub_cannot_follow_without_its_reading_the_site_is_asked_again(
    site: Site, hub: Hub
):
    job = site.shop.receipt()
    site.outbox.acknowledge(list(site.outbox.links(after=0, most=1)), now=1.0)
    hub.hear(site.letters())
    assert (hub.training(), hub.inbox.standing("a").sound) == (set(), 0)
    site.outbox.go_back(hub.inbox.standing("a").sound)
    hub.hear(site.letters())
    assert (hub.training(), hub.inbox.standing("a").sound) == ({job.docid}, 1)


def test_what_a_site_says_is_not_laid_over_what_another_version_read(
    site: Site, other: Site, hub: Hub
):
    other.shop.versions = AnswerVersions("2", "1")
    job = site.shop.receipt()
    assert other.shop.receipt() == job
    hub.hear([*site.letters(), *other.letters()])
    site.outbox.acknowledge(list(site.outbox.links(after=0, most=1)), now=1.0)
    again(site, job)
    hub.hear(site.letters())
    assert hub.inbox.standing("a").sound == 1
    site.outbox.acknowledge(list(site.outbox.links(after=1, most=1)), now=1.0)
    site.outbox.go_back(1)
    hub.hear(site.letters())
    assert hub.inbox.standing("a").sound == 2
    assert hub.store.is_read(job.docid, reading="1")


def test_a_hub_says_from_where_on_it_lacks_something(site: Site, hub: Hub):
    jobs = [site.shop.receipt() for _ in range(6)]
    first, second, third, fourth, *others = site.letters()
    hub.hear([first, second])
    assert hub.inbox.standing("a").sound == 2
    hub.hear([fourth, *others])  # as a hub has it that was put back from a copy of such a moment
    assert (hub.inbox.standing("a").last, hub.inbox.standing("a").sound) == (6, 2)
    hub.hear([third])
    assert hub.inbox.standing("a").sound == 6
    assert hub.training() == {job.docid for job in jobs}


def test_a_site_has_no_say_in_what_the_hub_itself_received(site: Site, hub: Hub):
    own = Shop(hub.store, VERSIONS)
    job = own.receipt()
    before = hub.store.document(job.docid)
    assert site.shop.receipt(right=False) == job
    (said,) = site.letters()
    hub.hear([lying(said, "1.00", "666.00")])
    answer = hub.store.answer(job)
    assert answer and [one.field.text for one in answer.standing.fields] == ["shop1", "1.00"]
    assert hub.store.document(job.docid) == before
    assert [one.clerk for one in Reviews(hub.store).reviews(job)] == ["Ann"]


def test_a_site_takes_back_only_what_it_approved_itself(site: Site, other: Site, hub: Hub):
    job = site.shop.receipt()
    assert other.shop.receipt() == job
    withdraw(site, job)
    approved, refused = site.letters()
    hub.hear([approved, *other.letters(), refused])
    assert hub.training() == {job.docid}
    withdraw(other, job)
    hub.hear(other.letters())
    assert hub.training() == set()


def test_a_refusal_of_what_is_no_document_is_nothing(site: Site, hub: Hub):
    job = site.shop.receipt()
    withdraw(site, job)
    _, refused = site.letters()
    hub.hear([lying(refused, job.docid, "../../outside")])
    assert not hub.store.database.rows("select 1 from reviews")
    assert hub.inbox.sites()[0].waiting == 1


def test_a_refusal_of_what_stays_at_the_site_stays_there(site: Site):
    site.sharing = Sharing(whole=False)
    withdraw(site, site.shop.receipt())
    said = {link.message.said for link in site.outbox.links(after=0, most=9)}
    assert said == {"nothing"}


def test_a_refusal_of_what_the_hub_already_has_is_told_all_the_same(site: Site):
    job = site.shop.receipt()
    site.outbox.acknowledge(list(site.outbox.links(after=0, most=1)), now=1.0)
    site.sharing = Sharing(whole=False)
    withdraw(site, job)
    _, refused = site.outbox.links(after=0, most=9)
    assert refused.message.said == "withdrawn"


def test_a_reading_does_not_travel_with_a_refusal(site: Site, hub: Hub):
    job = site.shop.receipt()
    withdraw(site, job)
    _, refused = site.outbox.links(after=0, most=2)
    site.outbox.acknowledge([refused], now=1.0)
    again(site, job)
    assert site.approvals()[-1].document is not None


def test_a_document_of_a_type_that_the_hub_does_not_have_waits_for_it(site: Site, hub: Hub):
    job = site.shop.receipt()
    types, hub.types = hub.types, {}
    hub.hear(site.letters())
    (waits,) = hub.inbox.sites()
    assert (waits.waiting, waits.problem) == (1, "there is no document type 'receipt'")
    hub.types = types
    hub.inbox.try_again()
    hub.gathering.step()
    assert hub.training() == {job.docid}
    assert hub.inbox.sites()[0].waiting == 0


class Letters:
    """A link on which these come, and nothing more."""

    def __init__(self, messages: Iterable[WaitingMessage]) -> None:
        self.coming = [
            SiteLetter(
                f"{UP}.{one.site}.{LinkName(one.link, one.before, one.at, one.hash)}", one.body
            )
            for one in messages
        ]

    async def letters(self, *, most: int, seconds: float) -> Sequence[SiteLetter]:
        taken, self.coming = self.coming[:most], self.coming[most:]
        return taken

    async def acknowledge(self, letters: Sequence[SiteLetter]) -> None:
        pass


def collector(hub: Hub, letters: Letters, clock: Callable[[], float]) -> Collector:
    outbox = HubOutbox(hub.store.database)
    spreading = Spreading(
        outbox, SenderDirectory(hub.store), sender=lambda party: None, doctypes=dict
    )
    return Collector(hub.inbox, outbox, hub.gathering, spreading, letters, clock=clock)


def test_a_document_type_that_comes_while_the_hub_runs_is_seen_by_itself(site: Site, hub: Hub):
    job = site.shop.receipt()
    types, hub.types = hub.types, {}
    now = 5000.0
    one = collector(hub, Letters(site.letters()), lambda: now)
    asyncio.run(one.collect_some())
    hub.types = types
    asyncio.run(one.collect_some())
    assert hub.training() == set()
    now += AGAIN
    asyncio.run(one.collect_some())
    assert hub.training() == {job.docid}


def test_while_much_is_followed_others_have_their_turn(site: Site, hub: Hub):
    for _ in range(2 * TOGETHER + 1):
        site.shop.receipt()
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def both() -> None:
        beside = asyncio.create_task(others())
        await collector(hub, Letters(site.letters()), lambda: 5000.0).collect_some()
        beside.cancel()

    asyncio.run(both())
    assert turns >= 3


def test_what_is_damaged_waits_with_its_reason_and_those_behind_it_go_on(site: Site, hub: Hub):
    site.shop.receipt()
    second = site.shop.receipt()
    first, *others = site.letters()
    hub.hear([replace(first, body=first.body[:-9]), *others])
    assert hub.training() == {second.docid}
    assert "cut" in hub.inbox.sites()[0].problem


def test_what_a_site_withdraws_is_no_label_any_more(site: Site, hub: Hub):
    job = site.shop.receipt()
    withdraw(site, job)
    hub.hear(site.letters())
    assert hub.training() == set()


def test_what_comes_late_does_not_undo_what_was_done_after_it(site: Site, hub: Hub):
    job = site.shop.receipt()
    withdraw(site, job)
    again(site, job)
    early, between, last = site.letters()
    hub.hear([early, last])
    hub.hear([between])
    assert hub.training() == {job.docid}


def test_what_a_site_forgets_is_forgotten_at_the_hub_unless_another_site_has_it(
    site: Site, other: Site, hub: Hub
):
    shared, own = site.shop.receipt(), site.shop.receipt()
    assert other.shop.receipt() == shared
    hub.hear([*site.letters(), *other.letters()])
    forget(site.shop.store, shared.docid, own.docid)
    hub.hear(site.letters())
    assert hub.inbox.to_forget() == {own.docid}


def test_what_every_site_that_had_it_has_forgotten_is_forgotten_at_the_hub(
    site: Site, other: Site, hub: Hub
):
    job = site.shop.receipt()
    assert other.shop.receipt() == job
    hub.hear([*site.letters(), *other.letters()])
    for one in (site, other):
        forget(one.shop.store, job.docid)
        hub.hear(one.letters())
    assert hub.inbox.to_forget() == {job.docid}


def test_what_came_to_the_hub_itself_is_not_forgotten_with_a_site(site: Site, hub: Hub):
    job = site.shop.receipt()
    hub.store.record(job.docid, "receipt", "mine.pdf", now=1.0)
    hub.hear(site.letters())
    forget(site.shop.store, job.docid)
    hub.hear(site.letters())
    assert hub.inbox.to_forget() == set()


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ('"evidence":""', '"evidence":"some"'),
        ('"docid":"', '"docid":"none'),
        ('"spans":[]', '"spans":[{"page":-1,"start":0,"end":1}]'),
        ('"left":0.1', '"left":NaN'),
    ],
)
def test_a_message_that_lies_about_its_form_stops_no_other(
    site: Site, hub: Hub, said: str, other: str
):
    site.shop.receipt()
    good = site.shop.receipt()
    first, second = site.letters()
    hub.hear([lying(first, said, other), second])
    assert hub.training() == {good.docid}
    (told,) = hub.inbox.sites()
    assert told.waiting == 1 and told.problem


def test_what_was_forgotten_before_it_was_told_is_never_told(site: Site, hub: Hub):
    job = site.shop.receipt()
    forget(site.shop.store, job.docid)
    hub.hear(site.letters())
    assert (hub.training(), hub.inbox.to_forget()) == (set(), set())


def test_what_stays_at_the_site_stays_with_the_words_that_say_it(site: Site, hub: Hub):
    site.shop.receipt(words=["quiet"])
    site.sharing = Sharing(kept=frozenset({"total"}))
    (said,) = site.approvals()
    assert [one.fieldtype for one in said.corrections] == ["shop"]
    site.sharing = Sharing(whole=False)
    assert site.approvals() == []


def test_the_file_goes_once_where_its_owner_shares_it(site: Site, hub: Hub):
    content = b"%PDF-1.4 \xff\x00 one page"
    docid = digest([content])
    site.shop.receipt(docid=docid)
    site.files[docid] = content
    hub.hear(site.letters())
    assert not hub.archive.intact(docid), "nobody said that it may go"
    site.sharing = Sharing(documents=True)
    site.shop.receipt()
    assert [one.file for one in site.approvals()] == [content, None]
    site.outbox.acknowledge(list(site.outbox.links(after=0, most=10)), now=1.0)
    assert [one.file for one in site.approvals()] == [None, None]


def test_the_hub_keeps_the_file_under_its_own_digest_alone(site: Site, hub: Hub):
    content = b"%PDF-1.4 \xff\x00 one page"
    docid = digest([content])
    site.sharing = Sharing(documents=True)
    site.files[docid] = content
    site.shop.receipt(docid=docid)
    false = site.shop.receipt()
    site.files[false.docid] = content
    hub.hear(site.letters())
    assert hub.archive.path(docid).read_bytes() == content
    assert not hub.archive.path(false.docid).exists()
    (one,) = hub.inbox.sites()
    assert (one.waiting, "not the document" in one.problem) == (1, True)
    assert hub.training() == {docid}


def test_what_is_shared_waits_while_the_archive_cannot_be_written(site: Site, hub: Hub):
    content = b"%PDF-1.4 one page"
    docid = digest([content])
    site.sharing = Sharing(documents=True)
    site.files[docid] = content
    site.shop.receipt(docid=docid)
    hub.archive.root.write_text("in the way")
    hub.hear(site.letters())
    assert [one.waiting for one in hub.inbox.sites()] == [1]
    hub.archive.root.unlink()
    hub.inbox.try_again()
    hub.hear([])
    assert hub.archive.path(docid).read_bytes() == content
    assert [one.waiting for one in hub.inbox.sites()] == [0]


def test_of_an_expelled_site_nothing_is_learned_and_nobody_known(site: Site, other: Site, hub: Hub):
    site.shop.receipt(sender="liars")
    honest = other.shop.receipt(sender="honest")
    hub.hear([*site.letters(), *other.letters()])
    before = Proof(hub.store).mark()
    hub.inbox.expel("a", now=1.0)
    assert hub.training() == {honest.docid}
    assert Proof(hub.store).mark() != before  # what may be accepted is computed anew
    directory = SenderDirectory(hub.store)
    directory.learn()
    rows = hub.store.database.rows("select party from senders")
    assert [row["party"] for row in rows] == ["honest"]
    hub.inbox.admit("a")
    assert len(hub.training()) == 2 and Proof(hub.store).mark() == before


def test_of_an_expelled_site_no_custom_of_dates_is_known(site: Site, hub: Hub):
    site.shop.receipt()
    hub.hear(site.letters())
    hub.store.database.execute(
        """
        insert into corrections (review, fieldtype, after, kind, seen, value, spans)
        select max(id), 'date', '05.06.2024', 'confirmed', 1, '2024-06-05', '[]' from reviews
        """
    )

    def dates() -> list[tuple[str, str]]:
        return Proof(hub.store).dates("receipt", until=9, without="")

    assert dates() == [("05.06.2024", "2024-06-05")]
    hub.inbox.expel("a", now=1.0)
    assert dates() == []


def lying(message: WaitingMessage, said: str, other: str) -> WaitingMessage:
    text = zlib.decompress(message.body).decode()
    assert said in text
    return replace(message, body=zlib.compress(text.replace(said, other, 1).encode()))


def withdraw(site: Site, job: Job) -> None:
    site.shop.now += 60
    reviews = Reviews(site.shop.store)
    reviews.withdraw(job, "one", "Ann", "rejected", now=site.shop.now)


def again(site: Site, job: Job) -> None:
    site.shop.now += 60
    store = site.shop.store
    document, answer = store.document(job.docid), store.answer(job)
    assert document and answer
    site.shop.approve(job, document, answer.prediction)


def test_of_one_site_no_more_is_learned_than_its_share(site: Site, other: Site, hub: Hub):
    newest = [site.shop.receipt() for _ in range(5)][-2:]
    others = [other.shop.receipt(sender="honest") for _ in range(2)]
    hub.hear([*site.letters(), *other.letters()])
    keys = Labels(hub.store, of_site=2).training_keys()
    assert {one.docid for one in keys} == {one.docid for one in [*newest, *others]}

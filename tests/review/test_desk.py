from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest
from drafts import confirm, write
from made_up_day import DOCTYPE, NO_EVIDENCE, TEXT, Day

import appliance.delivery
from appliance.domain.blockers import Blocker
from appliance.domain.corrections import QueueEntry
from appliance.domain.doctype import DocType
from appliance.domain.errors import DoctypeError, HomeError, StoreError, TakenError, WorkerError
from appliance.domain.results import JobState
from appliance.domain.sections import DRAWN
from appliance.judgement.policy import uniform_policy
from appliance.records.evidence import EvidenceDraws, SamplingPlan
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import ClerkPace, Reviews
from appliance.records.store import Store
from appliance.review.desk import Desk
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import ActionRefused, FieldRef, Phase
from appliance.review.loading import Loaded, Loader
from appliance.service import wiring
from appliance.service.verify import Discrepancy, verify
from appliance.settings.config import Settings
from appliance.settings.home import Home
from appliance.system.mounts import Mount

TOTAL = FieldRef("total")
TRUE = {"company": TEXT[1], "number": TEXT[3], "total": TEXT[5]}
ALL = SamplingPlan(first=1, then=1)
SCHEMA = json.loads((Path(appliance.delivery.__file__).parent / "result.schema.json").read_bytes())


class Office(Day):
    """A day with its clerks."""

    def __init__(self, folder: Path, **named: SamplingPlan) -> None:
        super().__init__(folder, **named)
        self.asks.logprob = -1.0
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self.stores: list[Store] = []

    def desk(self, station: str = "one", clerk: str = "Ann") -> Desk:
        store = Store(self.folder / "appliance.db")
        self.stores.append(store)
        return Desk(
            store,
            self.archive,
            self.quarantine,
            Loader(
                store,
                self.archive,
                doctype=self.doctype,
                doctypes=lambda: ["broken", "receipt"],
                policy=lambda model, name, versions: uniform_policy(DOCTYPE, 0.95),
            ),
            station=station,
            clerk=clerk,
            lease=120,
            clock=lambda: self.now,
        )

    def doctype(self, name: str) -> DocType:
        if name == "broken":
            raise DoctypeError("line 3 is wrong")
        return DOCTYPE

    def held(self, text: str = "one") -> str:
        docid = self.drop(text)
        self.work()
        return docid

    def verify(self) -> list[Discrepancy]:
        return verify(self.archive, self.inbox, self.outbox.folder, self.quarantine, self.store)

    def result(self) -> dict[str, object]:
        (file,) = self.delivered()
        found = json.loads(file.read_bytes())
        jsonschema.validate(found, SCHEMA)
        return found  # type: ignore[no-any-return]

    def close(self) -> None:
        for store in [self.store, *self.stores]:
            store.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        yield office


@pytest.fixture
def sampled(tmp_path: Path) -> Iterator[Office]:
    """Every document is evidence, and the model sure of all."""
    with closing(Office(tmp_path, evidence=ALL)) as office:
        office.asks.logprob = -0.001
        yield office


def opened(desk: Desk, number: int = 0) -> Loaded:
    loaded = desk.load(desk.queue()[number])
    assert desk.open(loaded)
    return loaded


def confirmed(draft: Draft | None) -> Draft:
    assert draft
    while place := draft.next(None):
        draft = draft.act(confirm(place))
    return draft


def keyed(draft: Draft | None, **other: str) -> Draft:
    """As a clerk keys it blind, and keeps what is hers."""
    assert draft and draft.phase is Phase.BLIND
    while draft.phase is Phase.BLIND and (place := draft.next(None)):
        draft = draft.act(write(place, (TRUE | other)[place.fieldtype]))
    return confirmed(draft)


def approve(desk: Desk, finish: Callable[[Draft | None], Draft] = confirmed) -> None:
    loaded = opened(desk)
    desk.approve(loaded, finish(loaded.draft), 4.5)


def test_what_she_approves_the_daemon_delivers(office: Office) -> None:
    docid = office.held()
    desk = office.desk()
    loaded = opened(desk)
    assert loaded.draft
    desk.approve(loaded, confirmed(loaded.draft.act(write(TOTAL, "8.00"))), 4.5)
    assert [moved.state for moved in office.work()] == [JobState.DELIVERED]
    result = office.result()
    total = result["fields"]["total"]  # type: ignore[index]
    assert (total["normalised"], total["how"], total["score"]) == ("8.00", "clerk", None)
    (change,) = [
        one
        for one in Reviews(office.store).corrections(office.job(docid))
        if one.fieldtype == "total"
    ]
    assert (change.before, change.after, change.kind) == ("9.00", "8.00", "changed")
    assert desk.queue() == [] and desk.pace() == ClerkPace(1, 4.5)
    assert office.verify() == []


def test_nothing_is_approved_while_it_needs_her(office: Office) -> None:
    office.held()
    desk = office.desk()
    loaded = opened(desk)
    assert loaded.draft
    with pytest.raises(ActionRefused):
        desk.approve(loaded, loaded.draft, 1)
    assert office.work() == []


def test_two_stations_never_have_one_document(office: Office) -> None:
    office.held()
    one, two = office.desk("one"), office.desk("two")
    loaded = two.load(two.queue()[0])
    opened(one)
    assert not two.open(loaded)
    assert [waiting.station for waiting in two.queue()] == ["one"]
    one.skip(loaded)
    assert two.open(loaded)


def test_a_station_has_one_document_in_hand(office: Office) -> None:
    office.held("first")
    office.held("second")
    desk = office.desk()
    opened(desk, 1)
    opened(desk, 0)
    assert [waiting.station for waiting in desk.queue()] == ["one", None]
    desk.leave()
    assert [waiting.station for waiting in desk.queue()] == [None, None]


def test_her_keys_keep_the_document_hers(office: Office) -> None:
    office.held()
    one, two = office.desk("one"), office.desk("two")
    loaded = opened(one)
    for _ in range(10):
        office.now += 50
        assert one.touched()
        assert not two.open(loaded)


def test_a_document_left_alone_is_free_after_a_while(office: Office) -> None:
    office.held()
    one, two = office.desk("one"), office.desk("two")
    loaded = opened(one)
    office.now += 121
    approve(two)
    assert not one.touched()
    for act in (
        lambda: one.approve(loaded, confirmed(loaded.draft), 1),
        lambda: one.reject(loaded, "torn"),
        lambda: one.retype(loaded, "note"),
    ):
        with pytest.raises(TakenError):
            act()
    assert len(office.work()) == 1
    assert office.verify() == []


def test_nobody_came_while_she_had_coffee(office: Office) -> None:
    office.held()
    desk = office.desk()
    loaded = opened(desk)
    office.now += 900
    desk.approve(loaded, confirmed(loaded.draft), 3)
    assert office.job(loaded.waiting.job.docid).state is JobState.ACCEPTED


def test_a_station_that_was_killed_leaves_its_work_to_the_next(office: Office) -> None:
    docid = office.held()
    killed = process(office, KILLED, "killed")
    assert killed.wait() == -signal.SIGKILL
    desk = office.desk("next")
    office.now = time.time()
    assert [waiting.station for waiting in desk.queue()] == ["killed"]
    office.now += 121
    approve(desk)
    office.work()
    assert office.result()["fields"]["total"]["normalised"] == "8.00"  # type: ignore[index]
    assert [review.station for review in Reviews(office.store).reviews(office.job(docid))] == [
        "next"
    ]


def test_what_another_did_meanwhile_is_looked_up_again(office: Office) -> None:
    docid = office.held()
    one, two = office.desk("one"), office.desk("two")
    early = two.load(two.queue()[0])
    loaded = opened(one)
    assert loaded.draft
    one.keep(loaded, loaded.draft.act(write(TOTAL, "8.00")))
    one.skip(loaded)
    assert not two.open(early)
    again = opened(two)
    two.skip(again)
    office.store.restart(office.job(docid))
    office.work()
    assert not two.open(again)
    assert opened(two).kept.actions == ""


def test_she_takes_back_what_she_approved_before_it_is_delivered(office: Office) -> None:
    office.held()
    desk = office.desk()
    approve(desk)
    back = desk.reopen_last()
    assert back and back.waiting and back.waiting.job.state is JobState.HELD
    assert office.work() == []
    loaded = opened(desk)
    assert loaded.draft and loaded.draft.next(None) is None
    desk.approve(loaded, loaded.draft.act(write(TOTAL, "8.00")), 1)
    office.work()
    assert office.result()["revision"] == 1
    assert office.verify() == []


def test_undone_after_delivery_it_is_delivered_as_a_revision(office: Office) -> None:
    office.held()
    desk = office.desk()
    approve(desk)
    office.work()
    assert desk.reopen_last()
    assert office.verify() == []
    loaded = opened(desk)
    assert loaded.draft
    desk.approve(loaded, confirmed(loaded.draft.act(write(TOTAL, "8.00"))), 1)
    office.work()
    result = office.result()
    assert result["revision"] == 2
    assert result["fields"]["total"]["normalised"] == "8.00"  # type: ignore[index]
    assert office.verify() == []


def test_on_its_way_out_it_cannot_be_taken_back_yet(office: Office) -> None:
    office.held()
    desk = office.desk()
    approve(desk)
    job = office.store.claim(JobState.ACCEPTED, now=office.now, lease=3600)
    with pytest.raises(TakenError, match="delivered"):
        desk.reopen_last()
    assert job
    office.store.give_back(job, attempts=0, until=0, reason="")
    assert desk.reopen_last()
    assert desk.reopen_last() is None


def test_what_another_took_back_is_not_taken_from_her(office: Office) -> None:
    docid = office.held()
    desk = office.desk()
    approve(desk)
    Reviews(office.store).reopen(office.job(docid), "two", "Ann", now=office.now, lease=120)
    with pytest.raises(TakenError):
        desk.reopen_last()
    assert desk.reopen_last() is None


def test_a_rejected_document_is_shown_with_her_reason_and_can_be_taken_back(
    office: Office,
) -> None:
    docid = office.held()
    desk = office.desk()
    desk.reject(opened(desk), "it is a brochure")
    assert office.job(docid).state is JobState.FAILED
    reason = (office.folder / "failed/one.txt.reason.txt").read_text()
    assert "Ann" in reason and "brochure" in reason
    assert (office.folder / "failed/one.txt").exists()
    assert office.verify() == []
    back = desk.reopen_last()
    assert back and back.waiting and back.waiting.station == "one"
    assert list((office.folder / "failed").iterdir()) == []
    assert office.verify() == []
    desk.approve(loaded := opened(desk), confirmed(loaded.draft), 1)
    office.work()
    assert office.result()["revision"] == 1


def test_what_failed_by_itself_is_not_hers_to_take_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    docid = office.held()
    desk = office.desk()
    approve(desk)

    def broken(*arguments: object, **named: object) -> None:
        raise WorkerError("publishing fails")

    with monkeypatch.context() as patch:
        patch.setattr(office.outbox, "publish", broken)
        for _ in range(3):
            office.work()
            office.now += 31
    assert office.job(docid).state is JobState.FAILED
    with pytest.raises(TakenError, match="failed"):
        desk.reopen_last()
    assert (office.folder / "failed/one.txt").exists()


def test_what_is_processed_again_is_not_taken_back(office: Office) -> None:
    docid = office.held()
    desk = office.desk()
    approve(desk)
    office.work()
    office.store.restart(office.job(docid))
    with pytest.raises(TakenError, match="read again"):
        desk.reopen_last()


def test_a_full_disk_leaves_a_rejected_document_with_her(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    docid = office.held()
    desk = office.desk()
    loaded = opened(desk)

    def full(*arguments: object, **named: object) -> None:
        raise HomeError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(office.quarantine, "put", full)
        with pytest.raises(HomeError):
            desk.reject(loaded, "torn")
    assert office.job(docid).state is JobState.HELD
    assert office.verify() == []
    desk.reject(loaded, "torn")
    assert office.job(docid).state is JobState.FAILED


def test_a_document_of_unknown_kind_gets_one(office: Office) -> None:
    docid = office.drop(doctype="")
    office.work()
    desk = office.desk()
    loaded = opened(desk)
    assert (loaded.draft, loaded.document, loaded.doctype) == (None, None, None)
    assert loaded.path.read_text() == "one"
    assert loaded.waiting.blockers == ("which-kind",)
    assert [kind.name for kind in desk.kinds()] == ["receipt"]
    desk.retype(loaded, "receipt")
    office.work()
    assert office.job(docid).doctype == "receipt"
    assert opened(desk).draft


def test_a_document_whose_kind_is_broken_can_be_opened_and_tried_again(office: Office) -> None:
    office.asks.error = DoctypeError("line 3 is wrong")
    office.held()
    desk = office.desk()
    loaded = opened(desk)
    assert loaded.draft is None and loaded.document
    assert loaded.waiting.blockers == ("wrong-doctype",)
    office.asks.error = None
    desk.retype(loaded, "receipt")
    office.work()
    assert opened(desk).draft


@pytest.mark.parametrize(
    ("table", "column"),
    [("documents", "document"), ("predictions", "prediction"), ("predictions", "judgement")],
)
def test_a_damaged_row_costs_its_document_a_retry_and_no_other_anything(
    office: Office, table: str, column: str
) -> None:
    docid = office.held("first")
    office.held("second")
    office.store.database.execute(f"update {table} set {column} = '{{' where docid = ?", [docid])
    desk = office.desk()
    damaged, whole = desk.queue()
    with pytest.raises(StoreError, match="damaged") as caught:
        desk.load(damaged)
    assert f"appliance retry {docid[:8]}" in caught.value.hint
    assert desk.load(whole).draft
    office.store.restart(office.job(docid))
    office.work()
    assert desk.load(desk.queue()[0]).draft


def test_a_kind_that_it_is_already_is_refused(office: Office) -> None:
    office.held()
    office.drop(doctype="note")
    desk = office.desk()
    with pytest.raises(StoreError, match="note"):
        desk.retype(opened(desk), "note")


def test_evidence_that_was_delivered_rightly_is_not_delivered_again(sampled: Office) -> None:
    docid = sampled.held()
    assert sampled.job(docid).state is JobState.DELIVERED
    desk = sampled.desk()
    (waiting,) = desk.queue()
    assert waiting == QueueEntry(waiting.job, None, (), DRAWN)
    approve(desk, keyed)
    assert sampled.work() == []
    assert sampled.result()["revision"] == 1
    assert desk.queue() == []
    (review,) = Reviews(sampled.store).reviews(sampled.job(docid))
    assert review.blind
    assert sampled.verify() == []


def test_evidence_that_was_delivered_wrongly_is_delivered_as_a_revision(sampled: Office) -> None:
    docid = sampled.held()
    desk = sampled.desk()
    approve(desk, lambda draft: keyed(draft, total="8.00"))
    sampled.work()
    result = sampled.result()
    assert result["revision"] == 2
    assert result["fields"]["total"]["normalised"] == "8.00"  # type: ignore[index]
    assert desk.queue() == []
    (change,) = [
        one
        for one in Reviews(sampled.store).corrections(sampled.job(docid))
        if one.fieldtype == "total"
    ]
    assert (change.keyed, change.before, change.after) == ("8.00", "9.00", "8.00")
    assert sampled.verify() == []


def test_evidence_holds_up_no_delivery_and_stays_evidence(sampled: Office) -> None:
    docid = sampled.held()
    assert sampled.result()["revision"] == 1
    sampled.store.restart(sampled.job(docid))
    sampled.work()
    assert [waiting.evidence for waiting in sampled.desk().queue()] == [True]


def test_evidence_is_decided_before_any_model_is_asked(sampled: Office) -> None:
    sampled.asks.error = HomeError("no space left")
    docid = sampled.drop()
    with pytest.raises(HomeError):
        sampled.work()
    assert EvidenceDraws(sampled.store, NO_EVIDENCE).draw(sampled.job(docid), now=0)


def test_a_name_is_remembered_at_her_seat(office: Office) -> None:
    desk = office.desk("one", "")
    desk.introduce("Ben")
    assert (desk.clerk, desk.known_clerks()) == ("Ben", ("Ben",))


@pytest.mark.slow
def test_two_stations_in_processes_of_their_own_share_one_queue(office: Office) -> None:
    for number in range(200):
        office.drop(str(number))
    office.work()
    held = list(office.store.jobs(JobState.HELD))
    stations = [process(office, CLERK, name) for name in ("one", "two")]
    while any(station.poll() is None for station in stations):
        office.pipeline.step()  # the daemon delivers meanwhile
    assert [station.wait() for station in stations] == [0, 0]
    office.work()
    said = [Reviews(office.store).reviews(job) for job in held]
    assert len(held) == 200 and [len(reviews) for reviews in said] == [1] * 200
    assert {reviews[0].clerk for reviews in said} == {"one", "two"}
    assert len(office.delivered()) == 200
    assert [len(office.store.deliveries(job)) for job in held] == [1] * 200


def test_a_station_of_a_home_offers_its_clerk_and_frees_what_it_had(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    with closing(Store(home.database)) as store:
        store.record("a" * 64, "", "a.pdf", now=1)
        job = store.claim(JobState.ARRIVED, now=2, lease=9)
        assert job
        store.hold(job, Blocker("which-kind", "which kind?"))
    with wiring.desk(home, Settings(), station="front") as desk:
        assert desk.clerk == ""
        desk.introduce("Ann")
        opened(desk)
    with (
        wiring.desk(home, Settings(), station="front") as desk,
        wiring.desk(home, Settings(), station="back", clerk="Ben") as other,
    ):
        assert (desk.clerk, other.clerk) == ("", "Ben")
        assert desk.known_clerks() == ("Ann", "Ben")
        assert desk.station != other.station
        assert [waiting.station for waiting in desk.queue()] == [None]
        assert {kind.name for kind in desk.kinds()} >= {"receipt", "supplier_invoice"}
        assert not desk.running()


def test_what_a_killed_station_had_in_hand_is_free_at_its_place_at_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    lent = {"a": f"front {ended.pid}", "b": f"back {ended.pid}", "c": f"front {os.getppid()}"}
    with closing(Store(home.database)) as store:
        for name, station in lent.items():
            store.record(name * 64, "", f"{name}.pdf", now=1)
            job = store.claim(JobState.ARRIVED, now=2, lease=9)
            assert job
            store.hold(job, Blocker("which-kind", "which kind?"))
            (held,) = (one for one in store.jobs(JobState.HELD) if one.docid == job.docid)
            assert ClerkQueue(store).lend(held, station, now=time.time(), lease=60)
    with wiring.desk(home, Settings(), station="front") as desk:
        free = {one.job.docid[0] for one in desk.queue() if one.station is None}
    assert free == {"a"}


def test_c9_who_was_named_on_the_command_line_is_offered_and_signs_nothing_later(
    tmp_path: Path,
) -> None:
    """C9, and third walk, C4: a second terminal started as the last clerk."""
    home = Home(tmp_path / "home")
    home.make()
    with wiring.desk(home, Settings(), station="front", clerk="Ben") as desk:
        assert desk.clerk == "Ben"
    for station in ("front", "browser 1"):
        with wiring.desk(home, Settings(), station=station) as desk:
            assert (desk.clerk, desk.known_clerks()) == ("", ("Ben",))


def test_the_settings_may_name_the_only_clerk(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    alone = Settings(review={"clerk": "Ben"})  # type: ignore[arg-type]
    with wiring.desk(home, alone, station="front") as desk:
        assert desk.clerk == "Ben"
    with wiring.desk(home, alone, station="front", clerk="Anna") as desk:
        assert desk.clerk == "Anna"


def test_a_database_on_a_network_mount_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    away = Mount("/mnt/share", "nfs4")
    with (
        pytest.raises(HomeError, match="/mnt/share.*nfs4") as caught,
        wiring.desk(home, Settings(), station="front", mount=lambda path: away),
    ):
        pass
    assert "SSH" in caught.value.hint
    assert not home.database.exists()


def process(office: Office, work: str, name: str) -> subprocess.Popen[bytes]:
    """A station of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", STATION + work, str(office.folder), name],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
    )


STATION = """
import os, signal, sys
from pathlib import Path
from made_up_day import DOCTYPE
from appliance.intake.archive import Archive
from appliance.intake.quarantine import Quarantine
from appliance.review.desk import Desk
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.places import FieldRef
from appliance.review.loading import Loader
from appliance.judgement.policy import uniform_policy
from appliance.records.store import Store

folder, name = Path(sys.argv[1]), sys.argv[2]
store = Store(folder / "appliance.db")
archive = Archive(folder / "archive")
policy = uniform_policy(DOCTYPE, 0.95)
loader = Loader(
    store, archive, doctype=lambda _: DOCTYPE, doctypes=lambda: [], policy=lambda *_: policy
)
desk = Desk(store, archive, Quarantine(folder / "failed"), loader, station=name, clerk=name)
"""
CLERK = """
while waiting := [one for one in desk.queue() if one.station is None]:
    loaded = desk.load(waiting[0])
    if desk.open(loaded):
        draft = loaded.draft
        while place := draft.next(None):
            draft = draft.act(DraftAction(ActionKind.CONFIRM, place))
        desk.approve(loaded, draft, 1)
store.close()
"""
KILLED = """
loaded = desk.load(desk.queue()[0])
assert desk.open(loaded)
desk.keep(loaded, loaded.draft.act(DraftAction(ActionKind.WRITE, FieldRef("total"), "8.00")))
os.kill(os.getpid(), signal.SIGKILL)
"""

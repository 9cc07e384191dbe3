"""What a monitor hears of a home; all of it real but the model."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from made_up_shop import shop
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.domain.fleet import Sharing, SiteHealth
from appliance.domain.results import JobState, ServingStatus
from appliance.learning.models.registry import CHAMPION, Registry
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.records.fleet_hub import HubInbox
from appliance.records.fleet_site import SiteOutbox
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import Reviews
from appliance.records.store import Store
from appliance.service.health import HealthFacts, HealthLevel, HealthLimits, health, judged
from appliance.settings.home import Home

NOW = 1_800_000_000.0
LIMITS = HealthLimits(3600, 4 * 3600)
FINE = HealthFacts(
    daemon=7,
    expected_by=NOW + 300,
    waiting=2,
    oldest_at=NOW - 60,
    held=5,
    failed=0,
    free=10**11,
    serving=ServingStatus("m1", NOW),
    flaws=0,
)


def test_one_line_says_that_all_is_well() -> None:
    said = str(judged(FINE, LIMITS, now=NOW))
    assert said == (
        "OK - running, 2 documents in work, 5 held for a clerk"
        " | waiting=2 oldest=60s held=5 failed=0 free=100000000000B"
    )


@pytest.mark.parametrize(
    ("change", "level", "words"),
    [
        ({"daemon": None}, HealthLevel.CRITICAL, "no daemon"),
        ({"daemon": 0}, HealthLevel.CRITICAL, "room on its disk"),
        ({"expected_by": NOW - 600}, HealthLevel.CRITICAL, "overdue by 10 min"),
        ({"serving": ServingStatus("", NOW)}, HealthLevel.CRITICAL, "no model answers"),
        ({"serving": ServingStatus("m1", NOW, "m2", "broken")}, HealthLevel.WARNING, "earlier"),
        ({"flaws": 1}, HealthLevel.WARNING, "sealed"),
        ({"oldest_at": NOW - 3600}, HealthLevel.WARNING, "the oldest for 60 min"),
        ({"oldest_at": NOW - 86400}, HealthLevel.CRITICAL, "the oldest for 24 h"),
        ({"failed": 3}, HealthLevel.WARNING, "3 documents"),
        ({"hub_silent_since": NOW - 7200}, HealthLevel.WARNING, "heard nothing for 2 h"),
        ({"silent_sites": 2}, HealthLevel.WARNING, "sites of the fleet: 2"),
        ({"free": 10**9}, HealthLevel.WARNING, "1.0 GB"),
        ({"free": 10**8}, HealthLevel.CRITICAL, "0.1 GB"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_by_its_level(
    change: dict[str, object], level: HealthLevel, words: str
) -> None:
    found = judged(replace(FINE, **change), LIMITS, now=NOW)  # type: ignore[arg-type]
    assert found.level is level and words in found.words


def test_whether_backups_are_made_is_looked_at_where_that_is_asked_for(home: Home) -> None:
    asked, others = replace(LIMITS, backup=25 * 3600), replace(LIMITS, backup=inf)
    with home.locked(), closing(Store(home.database)) as store:
        home.expect(by=NOW + 300)
        assert "no backup was ever made" in health(home, asked, now=NOW).words
        assert health(home, others, now=NOW).level is HealthLevel.OK
        Audit(store.database).note(LinkKind.BACKED_UP, who="ann", now=NOW - 100)
        assert health(home, asked, now=NOW).level is HealthLevel.OK
        late = health(home, asked, now=NOW + 30 * 3600)
        assert "the last backup was made 30 h ago" in late.words


def test_the_worst_stands_first() -> None:
    found = judged(replace(FINE, failed=1, daemon=None), LIMITS, now=NOW)
    assert found.level is HealthLevel.CRITICAL and found.words.startswith("no daemon")
    assert "failed" in found.words


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.make()
    return home


def test_a_home_is_looked_at_and_nothing_is_made_in_it(home: Home) -> None:
    before = sorted(home.folder.rglob("*"))
    assert health(home, LIMITS, now=NOW).level is HealthLevel.CRITICAL
    assert sorted(home.folder.rglob("*")) == before


def test_a_daemon_that_gives_no_sign_of_life_hangs(home: Home) -> None:
    with home.locked():
        home.expect(by=NOW + 300)
        assert "hangs" not in health(home, LIMITS, now=NOW).words
        assert "hangs" in health(home, LIMITS, now=NOW + 1000).words


def test_documents_that_wait_and_that_failed_lately_are_counted(home: Home) -> None:
    with closing(Store(home.database)) as store:
        for number, at in enumerate([NOW - 7200, NOW - 60, NOW - 100, NOW - 10 * 86400]):
            store.record(f"{number}" * 64, "receipt", "secret.pdf", now=at)
        for job in list(store.jobs())[::3]:
            store.fail(job, reason="broken")
        assert len(list(store.jobs(JobState.FAILED))) == 2
    with home.locked():
        home.expect(by=NOW + 300)
        found = str(health(home, LIMITS, now=NOW))
    assert "waiting=2 oldest=7200s held=0 failed=1" in found
    assert "secret" not in found


def test_what_a_clerk_decides_does_not_look_as_if_the_appliance_had_let_it_wait(
    home: Home,
) -> None:
    friday, monday = 1000.0, 1000 + 64 * 3600.0
    with shop(home.database) as made, home.locked():
        home.expect(by=monday + 300)
        for _ in range(2):
            made.receipt(reviewed=False)
        made.store.database.execute("update jobs set state = 'held'")
        refused, retried = made.store.jobs()
        assert ClerkQueue(made.store).lend(refused, "one", now=friday, lease=60)
        Reviews(made.store).reject(refused, "one", "Ann", "no receipt", now=friday)
        assert "failed=0" in str(health(home, LIMITS, now=friday + 3600))
        made.store.restart(retried)
        audit = Audit(made.store.database)
        audit.note(LinkKind.RETRIED, who="ann", docid=retried.docid, now=monday)
        assert "waiting=1 oldest=60s" in str(health(home, LIMITS, now=monday + 60))


def test_a_hub_that_does_not_hear_and_a_site_that_does_not_speak_are_told(home: Home) -> None:
    with home.locked():
        home.expect(by=NOW + 300)
        with shop(home.database) as made:  # one thing is done at 2000 seconds since 1970
            made.receipt()
            SiteOutbox(made.store, lambda name: Sharing()).join("hq")
            inbox = HubInbox(made.store)
            for site, heard_at in (("a", NOW - 60), ("b", NOW - 7200)):
                inbox.note_health(site, SiteHealth(heard_at, "m1", 0, 0), now=heard_at)
            words = health(home, LIMITS, now=NOW).words
            assert "the hub of the fleet has heard nothing" in words
            assert "silent sites of the fleet: 1" in words
            outbox = SiteOutbox(made.store, lambda name: Sharing())
            outbox.acknowledge(list(outbox.links(after=0, most=9)), now=NOW)
            inbox.expel("b", now=NOW)
            assert "fleet" not in health(home, LIMITS, now=NOW).words


def test_a_damaged_pointer_to_the_model_is_no_reason_to_know_nothing(home: Home) -> None:
    (home.models / CHAMPION).write_text("{")
    with home.locked():
        home.expect(by=NOW + 300)
        Registry(home.models).note(ServingStatus("m1", NOW))
        assert health(home, LIMITS, now=NOW).level is HealthLevel.WARNING


@pytest.mark.parametrize(("made", "exit_code"), [(True, 2), (False, 3)])
def test_the_command_says_one_line_and_ends_as_nagios_wants(
    tmp_path: Path, made: bool, exit_code: int
) -> None:
    if made:
        Home(tmp_path).make()
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "health"])
    assert done.exit_code == exit_code, done.output
    assert len(done.output.splitlines()) == 1

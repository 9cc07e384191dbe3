"""Who gets through to the hub, and with what: with a real nats-server."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

pytest.importorskip("nats", reason="the extra [fleet] is not installed")

from small_fleet import SmallFleet, free_port

from appliance.domain.errors import FleetError
from appliance.fleet import wire as wires
from appliance.fleet.keys import new_seed
from appliance.fleet.membership import Address
from appliance.fleet.server import Server, make_streams
from appliance.fleet.server_config import DOWN, HEADERS, LARGEST, UP, VERSIONS, VERSIONS_STREAM
from appliance.fleet.wire import LONGEST_WAIT, StreamMessage, Wire, wait_before, wire

NO_JETSTREAM = 10039
"""Code of nats-server: a site has none of its own."""

pytestmark = pytest.mark.asyncio


@pytest.fixture
def fleet(tmp_path: Path) -> SmallFleet:
    return SmallFleet(tmp_path, "lyon", "oslo")


@pytest_asyncio.fixture
async def hub(fleet: SmallFleet) -> AsyncIterator[Server]:
    async with fleet.serving() as running:
        yield running


async def stored(hub: Server, stream: str = UP) -> dict[str, int]:
    info = await hub.wire.jetstream.stream_info(stream, subjects_filter=">")
    return info.state.subjects or {}


async def until_whole(wire: Wire) -> None:
    async with asyncio.timeout(10):
        while not wire.whole:
            await asyncio.sleep(0.02)


async def test_what_a_site_says_is_stored_once_and_numbered(fleet: SmallFleet, hub: Server) -> None:
    async with fleet.at("lyon") as lyon:
        assert await lyon.publish("fleet.up.lyon.review", b"a", message_id="lyon-1") == 1
        assert await lyon.publish("fleet.up.lyon.review", b"a", message_id="lyon-1") == 1
        assert await lyon.publish("fleet.up.lyon.review", b"b", message_id="lyon-2") == 2
    assert await hub.wire.after(1, stream=UP) == StreamMessage(2, "fleet.up.lyon.review", b"b")
    assert await stored(hub) == {"fleet.up.lyon.review": 2}


async def test_what_the_hub_tells_all_is_read_from_where_one_was(
    fleet: SmallFleet, hub: Server
) -> None:
    for text in (b"one", b"two"):
        await hub.wire.publish("fleet.down.sender.acme", text, message_id=text.decode())
    await hub.wire.publish("fleet.down.type.note", b"three", message_id="three")
    async with fleet.at("lyon") as lyon:
        first = await lyon.after(0, stream=DOWN)
        assert first == StreamMessage(2, "fleet.down.sender.acme", b"two")
        assert await lyon.after(2, stream=DOWN) == StreamMessage(
            3, "fleet.down.type.note", b"three"
        )
        assert await lyon.after(3, stream=DOWN) is None


async def test_a_site_hears_news_and_asks_in_its_own_name(fleet: SmallFleet, hub: Server) -> None:
    asked, news = list[str](), asyncio.Queue[bytes]()

    async def answer(subject: str, data: bytes) -> bytes:
        asked.append(subject)
        return data.upper()

    async def heard(subject: str, data: bytes) -> None:
        await news.put(data)

    await hub.wire.hear("fleet.ask.*", answer)
    async with fleet.at("lyon") as lyon:
        await lyon.hear("fleet.news", heard)
        await hub.wire.tell("fleet.news", b"look")
        assert await asyncio.wait_for(news.get(), 5) == b"look"
        assert await lyon.ask("fleet.ask.lyon", b"who am i") == b"WHO AM I"
        with pytest.raises(FleetError, match="no answer"):
            await lyon.ask("fleet.ask.oslo", b"who am i")
    assert asked == ["fleet.ask.lyon"]


async def test_a_version_is_fetched_whole(fleet: SmallFleet, hub: Server) -> None:
    data = os.urandom(300_000)
    store = await hub.wire.jetstream.object_store(VERSIONS)
    await store.put("v7", data)
    into = io.BytesIO()
    async with fleet.at("lyon") as lyon:
        assert not await lyon.fetch("v8", into)
        assert await lyon.fetch("v7", into)
    assert hashlib.sha256(into.getvalue()).digest() == hashlib.sha256(data).digest()


async def test_a_version_that_lost_a_piece_is_not_taken_for_whole(
    fleet: SmallFleet, hub: Server
) -> None:
    store = await hub.wire.jetstream.object_store(VERSIONS)
    await store.put("v7", os.urandom(300_000))
    await hub.wire.jetstream.delete_msg(VERSIONS_STREAM, 2)
    async with fleet.at("lyon") as lyon:
        with pytest.raises(FleetError, match="whole"):
            await lyon.fetch("v7", io.BytesIO())


MAY_NOT_SAY = (
    "fleet.up.oslo.review",
    "fleet.up.lyon.review.more",
    "fleet.down.sender.acme",
    "fleet.news",
    f"$O.{VERSIONS}.M.djc=",
    f"$JS.API.STREAM.DELETE.{UP}",
    f"$JS.API.STREAM.PURGE.{DOWN}",
    f"$JS.API.STREAM.MSG.GET.{UP}",
    f"$JS.API.DIRECT.GET.{UP}",
    f"$JS.API.CONSUMER.CREATE.{DOWN}",
    f"$JS.API.CONSUMER.CREATE.{UP}",
    "$JS.API.INFO",
    "$SYS.REQ.SERVER.PING.VARZ",
)


async def test_nothing_comes_of_what_a_site_may_not_say(fleet: SmallFleet, hub: Server) -> None:
    heard = list[str]()

    async def hear(subject: str, data: bytes) -> None:
        heard.append(subject)

    await hub.wire.publish("fleet.up.oslo.review", b"true", message_id="1")
    await hub.wire.publish("fleet.down.sender.acme", b"true", message_id="1")
    await hub.wire.hear("fleet.>", hear)
    async with fleet.at("lyon") as lyon:
        for subject in MAY_NOT_SAY:
            try:
                answer = json.loads(await lyon.ask(subject, b""))
            except FleetError as error:
                assert "no answer" in str(error), subject
            else:
                assert answer["error"]["err_code"] == NO_JETSTREAM, subject
    assert await stored(hub) == {"fleet.up.oslo.review": 1}
    assert await stored(hub, DOWN) == {"fleet.down.sender.acme": 1}
    assert await stored(hub, VERSIONS_STREAM) == {}
    assert heard == []


async def test_no_site_has_the_server_answer_in_anothers_place(
    fleet: SmallFleet, hub: Server
) -> None:
    async with fleet.at("lyon") as lyon:
        for place in ("fleet.up.oslo.review", "fleet.down.sender.acme"):
            await lyon._client.publish("fleet.up.lyon.review", b"a", reply=place)
            await lyon._client.publish(f"$JS.API.DIRECT.GET.{DOWN}", b'{"seq":1}', reply=place)
        await lyon.publish("fleet.up.lyon.review", b"b", message_id="lyon-1")
    assert await stored(hub) == {"fleet.up.lyon.review": 3}
    assert await stored(hub, DOWN) == {}


async def test_a_site_hears_nothing_of_another(fleet: SmallFleet, hub: Server) -> None:
    heard = list[str]()

    async def hear(subject: str, data: bytes) -> bytes:
        heard.append(subject)
        return b""

    async with fleet.at("lyon") as lyon, fleet.at("oslo") as oslo:
        await oslo.hear(">", hear)
        await lyon.publish("fleet.up.lyon.review", b"a", message_id="lyon-1")
        with pytest.raises(FleetError):
            await lyon.ask("fleet.ask.lyon", b"")
        await hub.wire.tell("fleet.news")
        await hub.wire.publish("fleet.down.x", b"", message_id="1")
        await oslo.ask("to.myself", b"")
    said = {one for one in heard if not one.startswith("_INBOX.")}
    assert said == {"fleet.news", "to.myself"}


async def test_a_stranger_is_turned_away_at_once(fleet: SmallFleet, hub: Server) -> None:
    stranger = replace(fleet.sites["lyon"], seed=new_seed())
    with pytest.raises(FleetError, match="does not know") as refused:
        async with wire(stranger, patience=None):
            pass
    assert "admit" in refused.value.hint


async def test_another_server_is_not_taken_for_the_hub(
    fleet: SmallFleet, hub: Server, tmp_path: Path
) -> None:
    other = SmallFleet(tmp_path / "other", "lyon")
    led_astray = replace(other.sites["lyon"], address=fleet.hub.listen)
    with pytest.raises(FleetError, match="does not prove that it is paris"):
        async with wire(led_astray, patience=None):
            pass


async def test_nobody_is_told_anything_without_tls(fleet: SmallFleet, hub: Server) -> None:
    near = fleet.hub.listen
    reader, writer = await asyncio.open_connection(near.host, near.port)
    writer.write(b"CONNECT {}\r\nPING\r\n")
    assert b"INFO" not in await reader.read()
    writer.close()


async def test_an_expelled_site_is_cut_off_while_the_others_go_on(
    fleet: SmallFleet, hub: Server
) -> None:
    async with fleet.at("lyon") as lyon, fleet.at("oslo") as oslo:
        fleet.expel("lyon")
        assert await fleet.reload()
        with pytest.raises(FleetError, match="expelled"):
            await asyncio.wait_for(lyon.ended(), 10)
        with pytest.raises(FleetError, match="expelled"):
            await lyon.publish("fleet.up.lyon.review", b"a", message_id="lyon-1")
        await oslo.publish("fleet.up.oslo.review", b"a", message_id="oslo-1")
        assert hub.wire.whole
    with pytest.raises(FleetError, match="does not know"):
        async with fleet.at("lyon"):
            pass
    assert await stored(hub) == {"fleet.up.oslo.review": 1}


async def test_a_site_that_is_admitted_meanwhile_gets_through_to_all_of_it(
    fleet: SmallFleet, hub: Server
) -> None:
    async def answer(subject: str, data: bytes) -> bytes:
        return b"yes"

    await hub.wire.hear("fleet.ask.*", answer)
    await hub.wire.publish("fleet.down.x", b"x", message_id="1")
    async with fleet.at("oslo") as oslo:
        fleet.admit("rome")
        assert await fleet.reload()
        async with fleet.at("rome") as rome:
            await rome.publish("fleet.up.rome.review", b"a", message_id="rome-1")
            assert await rome.ask("fleet.ask.rome", b"") == b"yes"
            assert await rome.after(0, stream=DOWN)
        await oslo.publish("fleet.up.oslo.review", b"a", message_id="oslo-1")


async def test_a_reload_without_a_server_is_none(fleet: SmallFleet) -> None:
    assert not await fleet.reload()


async def test_what_was_acknowledged_outlives_a_kill_and_the_site_comes_back(
    fleet: SmallFleet,
) -> None:
    acknowledged = 0
    async with fleet.serving() as first, fleet.at("lyon") as lyon:

        async def speak() -> None:
            nonlocal acknowledged
            for number in range(10_000):
                said = await lyon.publish(
                    "fleet.up.lyon.review", b"x" * 3000, message_id=f"lyon-{number}"
                )
                acknowledged = said

        speaking = asyncio.create_task(speak())
        while acknowledged < 50:
            await asyncio.sleep(0.01)
        os.kill(first.pid, signal.SIGKILL)
        with pytest.raises(FleetError, match="nats-server ended"):
            await asyncio.wait_for(first.ended(), 5)
        speaking.cancel()
        with pytest.raises((FleetError, asyncio.CancelledError)):
            await speaking
        with pytest.raises(FleetError, match="not reached"):
            await lyon.publish("fleet.up.lyon.review", b"", message_id="late")
        async with fleet.serving() as second:
            kept = (await stored(second))["fleet.up.lyon.review"]
            assert acknowledged <= kept <= acknowledged + 1
            async with asyncio.timeout(10):
                while not lyon.whole:
                    await asyncio.sleep(0.05)
            again = await lyon.publish(
                "fleet.up.lyon.review", b"", message_id=f"lyon-{acknowledged - 1}"
            )
            assert again == acknowledged, "it is known by its id after the kill, too"


async def test_a_hub_that_falls_silent_is_connected_to_anew(
    fleet: SmallFleet, hub: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fleet.at("lyon") as lyon:
        monkeypatch.setattr(wires, "ANSWER", 0.3)
        os.kill(hub.pid, signal.SIGSTOP)
        with pytest.raises(FleetError, match="no answer came in time"):
            await lyon.publish("fleet.up.lyon.review", b"a", message_id="lyon-1")
        os.kill(hub.pid, signal.SIGCONT)
        monkeypatch.undo()
        async with asyncio.timeout(10):
            while not (lyon._client.stats["reconnects"] and lyon.whole):
                await asyncio.sleep(0.02)
        await lyon.publish("fleet.up.lyon.review", b"a", message_id="lyon-1")
    assert await stored(hub) == {"fleet.up.lyon.review": 1}


async def test_who_fails_at_what_it_hears_is_named_and_hears_the_next(
    fleet: SmallFleet, hub: Server, caplog: pytest.LogCaptureFixture
) -> None:
    heard = asyncio.Queue[bytes]()

    async def hear(subject: str, data: bytes) -> None:
        if data == b"a value":
            raise KeyError(data)
        await heard.put(data)

    async with fleet.at("lyon") as lyon:
        await lyon.hear("fleet.news", hear)
        for data in (b"a value", b"next"):
            await hub.wire.tell("fleet.news", data)
        assert await asyncio.wait_for(heard.get(), 5) == b"next"
    assert "KeyError" in caplog.text and "b'a value'" not in caplog.text


async def test_what_is_too_large_is_said_in_words(fleet: SmallFleet, hub: Server) -> None:
    async with fleet.at("lyon") as lyon:
        with pytest.raises(FleetError, match="too large"):
            await lyon.publish(
                "fleet.up.lyon.review", bytes(LARGEST + HEADERS + 1), message_id="lyon-1"
            )
        await lyon.publish("fleet.up.lyon.review", bytes(LARGEST), message_id="lyon-2")


async def test_streams_that_differ_become_as_they_should_be(hub: Server) -> None:
    api = hub.wire.jetstream
    wrong = (await api.stream_info(UP)).config.evolve(max_age=700.0)
    await api.update_stream(wrong)
    await make_streams(hub.wire)
    assert (await api.stream_info(UP)).config.max_age == 30 * 86400


async def test_a_hub_that_is_away_is_named_once_patience_is_at_an_end(fleet: SmallFleet) -> None:
    away = replace(fleet.sites["lyon"], address=Address("127.0.0.1", free_port()))
    with pytest.raises(FleetError, match="paris at 127.0.0.1") as error:
        async with wire(away, patience=0.2):
            pass
    assert "fleet run" in error.value.hint


async def test_a_certificate_that_is_none_is_said_at_once(fleet: SmallFleet) -> None:
    with pytest.raises(FleetError, match="certificate"):
        async with wire(replace(fleet.sites["lyon"], certificate="none"), patience=1):
            pass


async def test_waits_grow_and_are_not_the_same_for_all() -> None:
    waits = [wait_before(attempt, 1.0) for attempt in range(1, 40)]
    assert waits == sorted(waits) and waits[-1] == LONGEST_WAIT
    assert wait_before(3, 0.0) < wait_before(3, 1.0)

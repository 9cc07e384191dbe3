"""The station's server lets in who has the token, one station a page, and nobody else at all."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
import pytest_asyncio
from aiohttp import (
    ClientResponse,
    ClientWebSocketResponse,
    WSMsgType,
    WSServerHandshakeError,
    web,
)
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image
from textual.theme import Theme

from appliance.domain.errors import ConfigError
from appliance.review.browser import app_session, connections, pages
from appliance.review.browser import serve as serving
from appliance.review.browser.admission import Admissions
from appliance.review.browser.auth import HEADERS, REFUSED, Guard
from appliance.review.browser.pages import StationCommand
from appliance.review.browser.serve import application, serve
from appliance.review.themes import THEMES

pytestmark = pytest.mark.asyncio

VIEW = "0123456789abcdef" * 2
HERE = Path(__file__).parent
EVERYTHING = [
    "/",
    "/page/station.js",
    "/terminal/js/textual.js",
    f"/picture/{VIEW}",
    f"/socket/{VIEW}",
    "/download/key",
    "/nowhere",
    "/?token=guessed",
    "/?token=",
]
Client = TestClient[object, object]


def station(folder: Path) -> StationCommand:
    return StationCommand([sys.executable, str(HERE / "small_station.py")], {}, folder)


@pytest.fixture
def guard() -> Guard:
    return Guard(lambda token: None, Admissions())


@pytest_asyncio.fixture
async def client(tmp_path: Path, guard: Guard) -> AsyncIterator[TestClient]:
    server = TestServer(application(station(tmp_path), guard), host="127.0.0.1")
    async with TestClient(server) as client:
        yield client


@pytest_asyncio.fixture
async def inside(client: TestClient, guard: Guard) -> TestClient:
    """A client that has been let in."""
    answer = await client.get(f"/?token={guard.token}")
    assert answer.status == 200
    return client


def origin(client: TestClient) -> str:
    return f"http://{client.server.host}:{client.server.port}"


async def opened(client: TestClient, view: str = VIEW, **headers: str) -> ClientWebSocketResponse:
    said = {"Origin": origin(client), **headers}
    return await client.ws_connect(f"/socket/{view}?width=90&height=30", headers=said)


async def refused(answer: ClientResponse) -> None:
    assert answer.status == 403
    assert await answer.text() == REFUSED
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", EVERYTHING)
async def test_without_the_token_there_is_nothing(client: TestClient, path: str) -> None:
    await refused(await client.get(path, headers={"Origin": origin(client)}))


async def test_the_token_opens_nothing_but_the_door(client: TestClient, guard: Guard) -> None:
    await refused(await client.get(f"/page/station.js?token={guard.token}"))
    assert (await client.head(f"/?token={guard.token}")).status == 403


async def test_without_the_token_no_socket_opens(client: TestClient) -> None:
    with pytest.raises(WSServerHandshakeError) as caught:
        await opened(client)
    assert caught.value.status == 403


async def test_the_token_is_changed_for_a_cookie_and_leaves_the_address(
    client: TestClient, guard: Guard
) -> None:
    token = guard.token
    answer = await client.get(f"/?token={token}", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    cookies = answer.headers.getall("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and token not in cookie


@pytest.mark.parametrize("path", ["/", "/page/station.js", "/terminal/js/textual.js"])
async def test_with_the_cookie_the_page_and_its_files_come(inside: TestClient, path: str) -> None:
    answer = await inside.get(path)
    assert answer.status == 200 and await answer.read()


async def test_a_cookie_of_another_start_is_none(client: TestClient, guard: Guard) -> None:
    port = client.server.port
    for value in ("", guard.token, "älter"):
        cookie = f"appliance_pass_{port}={value}"
        await refused(await client.get("/", headers={"Cookie": cookie}))


@pytest.mark.parametrize(
    "host",
    [
        "appliance.example",
        "127.0.0.1.example",
        "localhost@evil.example",
        "[::1",
        "",
        "localhost/evil",
    ],
)
async def test_names_that_are_not_this_machines_own_are_refused(
    inside: TestClient, guard: Guard, host: str
) -> None:
    await refused(await inside.get("/", headers={"Host": host}))
    await refused(await inside.get(f"/?token={guard.token}", headers={"Host": host}))


async def test_through_ssh_the_port_may_be_another(inside: TestClient) -> None:
    assert (await inside.get("/", headers={"Host": "localhost:9999"})).status == 200


@pytest.mark.parametrize("said", ["http://evil.example", "http://127.0.0.1:1", "null", ""])
async def test_a_socket_that_another_page_opens_is_refused(inside: TestClient, said: str) -> None:
    with pytest.raises(WSServerHandshakeError) as caught:
        await opened(inside, Origin=said)
    assert caught.value.status == 403


async def test_the_page_asks_no_other_machine_for_anything(inside: TestClient) -> None:
    for path in ("/", "/page/station.js", "/page/station.css", "/terminal/css/xterm.css"):
        answer = await inside.get(path)
        assert not re.search(r"//[a-z0-9.-]+\.[a-z]+/", _code(await answer.text())), path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def _code(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


async def status(client: TestClient, path: str) -> int:
    """Of a request for ``path`` as it is written, which a client's library would tidy up."""
    where = f"{client.server.host}:{client.server.port}"
    cookies = "; ".join(f"{one.key}={one.value}" for one in client.session.cookie_jar)
    head = f"GET {path} HTTP/1.1", f"Host: {where}", f"Cookie: {cookies}", "Connection: close"
    reader, writer = await asyncio.open_connection(client.server.host, client.server.port)
    writer.write("\r\n".join([*head, "", ""]).encode())
    line = await reader.readline()
    writer.close()
    return int(line.split()[1])


async def test_folders_are_not_listed(inside: TestClient) -> None:
    assert (await inside.get("/terminal/")).status in (403, 404)
    assert await status(inside, "/") == 200
    folder = Path(serving.__file__).parent
    for name in ("serve.py", "auth.py"):
        assert (folder / name).exists()
        for up in ("/page/../", "/page/%2e%2e/", "/page/..%2f"):
            assert await status(inside, up + name) == 404


@pytest.mark.parametrize("name", ["a" * 300, "%00", "js", "js/", "%2e", "station.js/"])
async def test_what_is_no_file_of_the_page_is_not_looked_for(inside: TestClient, name: str) -> None:
    for folder in ("/page/", "/terminal/"):
        assert await status(inside, folder + name) == 404


async def test_a_token_lets_one_browser_in(client: TestClient, guard: Guard) -> None:
    token = guard.token
    assert (await client.get(f"/?token={token}", allow_redirects=False)).status == 303
    client.session.cookie_jar.clear()
    await refused(await client.get(f"/?token={token}"))
    assert (await client.get(f"/?token={guard.token}")).status == 200


async def test_the_next_token_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    guard = Guard(told.append, Admissions())
    first = guard.token
    server = TestServer(application(station(tmp_path), guard), host="127.0.0.1")
    async with TestClient(server) as client:
        assert (await client.get("/?token=guessed")).status == 403
        assert not told
        assert (await client.get(f"/?token={first}")).status == 200
        assert told == [guard.token] != [first]
        assert (await client.get(f"/?token={first}")).status == 200, "it is in already"
    assert told == [guard.token]


async def test_a_pass_that_somebody_planted_is_none(client: TestClient, guard: Guard) -> None:
    name = f"appliance_pass_{client.server.port}"
    planted = {"Cookie": f"{name}=planted"}
    answer = await client.get(f"/?token={guard.token}", headers=planted, allow_redirects=False)
    assert "planted" not in "".join(answer.headers.getall("Set-Cookie"))
    client.session.cookie_jar.clear()
    await refused(await client.get("/", headers=planted))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_nothing_is_done_but_shown(inside: TestClient, method: str) -> None:
    for path in ("/", "/page/station.js", f"/picture/{VIEW}"):
        assert (await inside.request(method, path)).status == 405


@pytest.mark.parametrize("path", ["/", "/page/station.js", f"/picture/{VIEW}"])
@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
async def test_what_another_page_asks_for_is_refused(
    inside: TestClient, path: str, said: dict[str, str]
) -> None:
    await refused(await inside.get(path, headers=said))


async def test_a_browser_is_shown_out_when_its_time_is_over(tmp_path: Path) -> None:
    guard = Guard(lambda token: None, Admissions(quiet=6.0))
    server = TestServer(application(station(tmp_path), guard), host="127.0.0.1")
    async with TestClient(server) as client:
        assert (await client.get(f"/?token={guard.token}")).status == 200
        async with await opened(client) as socket:
            assert await closed(socket)
        await refused(await client.get("/"))


# The station


async def closed(socket: ClientWebSocketResponse) -> bool:
    while (message := await socket.receive(timeout=60)).type in (WSMsgType.BINARY, WSMsgType.TEXT):
        pass
    return message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED)


async def test_the_page_of_one_browser_is_nothing_to_another(
    inside: TestClient, guard: Guard
) -> None:
    async with await opened(inside) as socket:
        await screen(socket, "station")
        await picture(inside)
        inside.session.cookie_jar.clear()
        assert (await inside.get(f"/?token={guard.token}")).status == 200
        assert (await inside.get(f"/picture/{VIEW}")).status == 404


async def test_binary_messages_and_long_ones_end_the_page(inside: TestClient) -> None:
    async with await opened(inside) as socket:
        await socket.send_bytes(b"red")
        assert await closed(socket)
    async with await opened(inside, VIEW[::-1]) as socket:
        await socket.send_json(["stdin", "a" * 70_000])
        assert await closed(socket)


async def test_a_station_whose_keys_mean_nothing_ends(inside: TestClient) -> None:
    async with await opened(inside) as socket:
        await screen(socket, "station")
        await socket.send_json(["stdin", "\x1b[999999999999u"])
        assert await closed(socket)


@pytest.mark.slow
async def test_a_station_that_takes_nothing_more_ends(
    inside: TestClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(app_session, "_DEAF", 1.0)
    async with await opened(inside) as socket:
        await screen(socket, "station")
        (process,) = (one for one in psutil.Process().children() if _is_station(one))
        await socket.send_json(["stdin", "stop\r"])
        while process.status() != psutil.STATUS_STOPPED:
            await asyncio.sleep(0.02)
        for _ in range(40):
            await socket.send_json(["stdin", "a" * 9_000])
        assert await closed(socket)
    while list(tmp_path.iterdir()):
        await asyncio.sleep(0.1)
    assert not process.is_running()
    assert not caplog.records


async def test_a_station_hears_no_faster_than_it_follows(
    inside: TestClient, tmp_path: Path
) -> None:
    async with await opened(inside) as socket:
        await screen(socket, "station")
        (process,) = (one for one in psutil.Process().children() if _is_station(one))
        await socket.send_json(["stdin", "slow\r"])
        await screen(socket, "at ease")
        before = process.memory_info().rss
        for _ in range(30):  # 100 MB, were all of them kept at once
            await socket.send_json(["stdin", "a" * 2_000])
        await asyncio.sleep(4)
        assert process.memory_info().rss - before < 30e6


def _is_station(process: psutil.Process) -> bool:
    return any("small_station.py" in word for word in process.cmdline())


async def test_more_pages_than_the_machine_bears_are_refused(
    inside: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST", 1)
    async with await opened(inside):
        with pytest.raises(WSServerHandshakeError) as caught:
            await opened(inside, VIEW[::-1])
    assert caught.value.status == 503


async def test_few_wait_for_one_picture(inside: TestClient) -> None:
    async with await opened(inside) as socket:
        await screen(socket, "station")
        mark, _ = await picture(inside)
        waiting = [asyncio.create_task(picture(inside, mark)) for _ in range(2)]
        await asyncio.sleep(0.5)
        assert (await inside.get(f"/picture/{VIEW}?known={quote(mark)}")).status == 429
        await socket.send_json(["stdin", "red\r"])
        assert {colour for _, colour in await asyncio.gather(*waiting)} == {(255, 0, 0)}


async def screen(socket: ClientWebSocketResponse, word: str) -> str:
    """What came until ``word`` did."""
    seen = ""
    while word not in seen:
        message = await socket.receive(timeout=30)
        assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), f"closed after: {seen}"
        seen += message.data.decode() if message.type is WSMsgType.BINARY else message.data
    return seen


async def picture(client: TestClient, known: str = "") -> tuple[str, tuple[int, int, int]]:
    answer = await client.get(f"/picture/{VIEW}", params={"known": known})
    assert answer.status == 200
    image = Image.open(BytesIO(await answer.read())).convert("RGB")
    return answer.headers["ETag"], image.getpixel((5, 5))  # type: ignore[return-value]


async def test_a_page_has_its_station_and_the_picture_beside_it(
    inside: TestClient, tmp_path: Path
) -> None:
    async with await opened(inside) as socket:
        await screen(socket, "station")
        mark, colour = await picture(inside)
        assert colour == (255, 255, 255)
        await socket.send_json(["stdin", "red\r"])
        mark, colour = await picture(inside, mark)
        assert colour == (255, 0, 0)
        folder = next(tmp_path.iterdir())
        assert folder.stat().st_mode & 0o077 == 0
    while list(tmp_path.iterdir()):
        await inside.get("/")
    assert (await inside.get(f"/picture/{VIEW}")).status == 404


async def test_a_browser_keeps_its_name(inside: TestClient) -> None:
    names = []
    for view in (VIEW, VIEW[::-1]):
        async with await opened(inside, view) as socket:
            seen = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", await screen(socket, "station"))
            names.append(seen.partition("station ")[2].split()[0])
    assert names[0] == names[1] != "None"


async def test_no_second_socket_takes_over_a_page(inside: TestClient) -> None:
    async with await opened(inside) as socket:
        await screen(socket, "station")
        with pytest.raises(WSServerHandshakeError):
            await opened(inside)


@pytest.mark.parametrize("view", ["x", "0" * 31, "..%2f..%2f", "A" * 32])
async def test_a_page_has_a_proper_name(inside: TestClient, view: str) -> None:
    with pytest.raises(WSServerHandshakeError):
        await opened(inside, view)


async def test_a_station_that_dies_lets_its_page_know(inside: TestClient) -> None:
    async with await opened(inside) as socket:
        await screen(socket, "station")
        await socket.send_json(["stdin", "die\r"])
        while (message := await socket.receive(timeout=30)).type is not WSMsgType.CLOSE:
            assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT)


@pytest.mark.parametrize("said", ["no json", '"text"', '["stdin", 7]', '["resize", {}]'])
async def test_nonsense_closes_the_page_and_not_the_server(inside: TestClient, said: str) -> None:
    async with await opened(inside) as socket:
        await socket.send_str(said)
        while (await socket.receive(timeout=30)).type is not WSMsgType.CLOSE:
            pass
    assert (await inside.get("/")).status == 200


@pytest.mark.parametrize("said", ["[" * 60_000, '{"a":' * 12_000], ids=["lists", "objects"])
async def test_e_what_is_nested_too_deep_is_refused_without_a_word(
    inside: TestClient, caplog: pytest.LogCaptureFixture, said: str
) -> None:
    async with await opened(inside) as socket:
        await socket.send_str(said)
        while (message := await socket.receive(timeout=30)).type is not WSMsgType.CLOSE:
            assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT)
    assert (await inside.get("/")).status == 200
    assert not caplog.records


# Its connections


@pytest_asyncio.fixture
async def listening(tmp_path: Path, guard: Guard) -> AsyncIterator[int]:
    """The port of a server that listens as the real one."""
    runner = web.AppRunner(application(station(tmp_path), guard), access_log=None)
    await runner.setup()
    assert runner.server
    listening = await connections.listen(runner.server, "127.0.0.1", 0)
    yield listening.sockets[0].getsockname()[1]
    listening.close()
    await runner.cleanup()


async def said_back(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        return await asyncio.wait_for(reader.read(), 30)
    finally:
        writer.close()


async def test_what_is_no_request_is_answered_by_a_number_alone(listening: int) -> None:
    answer = await said_back(listening, b"GET / HTTP/1.1\r\nX Y: <script>\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 400") and not body
    for name, value in HEADERS.items():
        assert f"{name}: {value}".encode() in head


async def test_a_head_that_never_ends_is_not_waited_for(
    tmp_path: Path, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SILENCE", 1.0)
    runner = web.AppRunner(application(station(tmp_path), guard), access_log=None)
    await runner.setup()
    assert runner.server
    listening = await connections.listen(runner.server, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    assert await said_back(port, b"GET / HTTP/1.1\r\nHost: ") == b""
    listening.close()
    await runner.cleanup()


async def test_one_connection_too_many_is_not_heard(
    listening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST", 1)
    _, writer = await asyncio.open_connection("127.0.0.1", listening)
    await asyncio.sleep(0.1)
    with suppress(ConnectionError):
        assert await said_back(listening, b"") == b""
    writer.close()
    await asyncio.sleep(0.1)
    asked = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{listening}\r\n\r\n".encode()
    assert b" 403 " in await said_back(listening, asked)


# Its start and end


async def test_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"0\.0\.0\.0"):
        serve(station(tmp_path), announce=print, port=0, host="0.0.0.0")


async def test_a_port_in_use_is_said(client: TestClient, tmp_path: Path) -> None:
    started = asyncio.to_thread(serve, station(tmp_path), announce=print, port=client.server.port)
    with pytest.raises(ConfigError, match=str(client.server.port)):
        await started


async def test_what_a_killed_server_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    serving._sweep(tmp_path, now=(tmp_path / "old").stat().st_mtime + 3600)
    assert list(tmp_path.iterdir())
    serving._sweep(tmp_path, now=(tmp_path / "old").stat().st_mtime + 25 * 3600)
    assert not list(tmp_path.iterdir())


async def test_a_signal_ends_the_server_and_its_stations(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from appliance.review.browser.pages import StationCommand;"
        "from appliance.review.browser.serve import serve;"
        "station = StationCommand([sys.executable, sys.argv[1]], {}, Path(sys.argv[2]));"
        "serve(station, port=0, announce=lambda address: print(address, flush=True))"
    )
    command = [sys.executable, "-c", program, str(HERE / "small_station.py"), str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    address = await asyncio.to_thread(server.stdout.readline)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{43}\n", address)
    server.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(server.wait, 20) == 0
    server.stdout.close()


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_the_page_around_the_terminal_has_the_colours_of_its_theme(
    tmp_path: Path, guard: Guard, theme: Theme
) -> None:
    told = replace(station(tmp_path), theme=theme.name.removeprefix("station-"))
    server = TestServer(application(told, guard), host="127.0.0.1")
    async with TestClient(server) as client:
        page = await (await client.get(f"/?token={guard.token}")).text()
        style = await (await client.get("/page/station.css")).text()
    assert f'<html lang="en" class="{theme.name}">' in page
    rules = style.partition(f":root.{theme.name} {{")[2].partition("}")[0]
    assert f"--background: {theme.background};" in rules
    assert f"--foreground: {theme.foreground};" in rules
    assert f"--panel: {theme.panel};" in rules

"""A line between a site and its hub that can be cut, and that counts what goes over it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Relay:
    """Of TCP. While it is cut nobody gets through, and whoever was through is cut off, without a
    word where it is ``silent``, as behind a router that lost its memory."""

    def __init__(self, host: str, port: int) -> None:
        """Leads to that address."""
        self._to = host, port
        self._open: set[asyncio.StreamWriter] = set()
        self._cut = False
        self._silent = False
        self._server: asyncio.Server | None = None
        self.bytes = 0
        """In both directions, of TCP's payload."""

    @property
    def port(self) -> int:
        assert self._server
        return int(self._server.sockets[0].getsockname()[1])

    def cut(self, *, silent: bool = False) -> None:
        self._cut, self._silent = True, silent
        if not silent:
            for writer in self._open:
                writer.transport.abort()

    def mend(self) -> None:
        """What went silent stays so: its ends have to find out."""
        if self._silent:
            for writer in self._open:
                writer.transport.abort()
        self._cut = self._silent = False

    async def begin(self, at: str = "127.0.0.1") -> None:
        self._server = await asyncio.start_server(self._serve, at, 0)

    async def end(self) -> None:
        assert self._server
        self._server.close()
        self.cut()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        try:
            there, onward = await asyncio.open_connection(*self._to)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, onward}
        await asyncio.gather(self._pour(reader, onward), self._pour(there, writer))
        self._open -= {writer, onward}

    async def _pour(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                if self._silent:
                    continue
                self.bytes += len(data)
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def relay(host: str, port: int) -> AsyncIterator[Relay]:
    made = Relay(host, port)
    await made.begin()
    try:
        yield made
    finally:
        await made.end()

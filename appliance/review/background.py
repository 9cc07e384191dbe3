"""What a station asks of its desk: done one after the other by a thread beside the screen.

So no key waits for the disk, and what was asked first is done first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from textual.app import App

Result = TypeVar("Result")


class BackgroundTasks:
    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._open: set[asyncio.Future[Any]] = set()

    def ask(
        self,
        work: Callable[[], Result],
        *,
        then: Callable[[Result], None] | None = None,
        failed: Callable[[BaseException], None],
    ) -> None:
        """``then`` and ``failed`` are called on the screen's thread."""
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        self._open.add(future)

        def finished(done: asyncio.Future[Result]) -> None:
            self._open.discard(done)
            error = done.exception()
            if error is not None:
                self._app.call_later(failed, error)
            elif then is not None:
                self._app.call_later(then, done.result())

        future.add_done_callback(finished)

    @property
    def busy(self) -> bool:
        return bool(self._open)

    async def settled(self) -> None:
        """Until everything that was asked is done."""
        while self._open:
            await asyncio.wait(self._open)

    async def close(self) -> None:
        """The last tasks are done before a station leaves."""
        await self.settled()
        self._pool.shutdown()

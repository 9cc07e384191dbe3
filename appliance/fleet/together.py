"""Works of one process that belong together: when one ends, all end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

_AGAIN = 0.2
"""Seconds until a work is asked again to end: nats now and then swallows it."""


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """Until one of them ends, or this is cancelled. Raises what the first one raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        pending = {task for task in tasks if not task.done()}
        while pending:
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=_AGAIN)
    for task in done:
        task.result()

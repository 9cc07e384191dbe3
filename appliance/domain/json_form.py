"""How a value is written as JSON, and read again.

Pydantic takes some 10 ms to get a type ready, and a command needs few of those that it knows: each
is made ready when it is first asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


class JsonForm(Generic[T]):
    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    def dump_json(self, value: T, *, indent: int | None = None, exclude: Any = None) -> bytes:
        return self._adapter.dump_json(value, indent=indent, exclude=exclude)

    def validate_json(self, data: str | bytes) -> T:
        """Raises pydantic's ValidationError."""
        return self._adapter.validate_json(data)

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._kind)

"""The bar of each model version and document type, as the versions' folders say at the moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from appliance.domain.doctype import DocType
from appliance.promise import kept
from appliance.promise.bar import Bar
from appliance.promise.kept import Book
from appliance.promise.terms import Terms
from appliance.records.proof import Proof
from appliance.records.store import Store

Promised = tuple[DocType, Terms]


class Bars:
    def __init__(self, models: Path) -> None:
        """``models``: the folder with a folder a version."""
        self._models = models
        self._books: dict[str, tuple[int, Book]] = {}

    def __call__(self, model: str, doctype: str) -> Bar:
        """Nothing is promised of a version that is not there. Costs the look at a file."""
        return self.book(model).bar(doctype)

    def book(self, model: str) -> Book:
        folder = self._models / model
        try:
            changed = (folder / kept.FILE).stat().st_mtime_ns
        except OSError:
            return Book()
        known = self._books.get(model)
        if known is None or known[0] != changed:
            known = changed, kept.read(folder)
            self._books[model] = known
        return known[1]


def mark(store: Store, promised: Iterable[Promised], *, manner: str = "") -> str:
    """Changes whenever a book would come out otherwise; ``manner`` names the settings by which
    documents are asked about."""
    said = [Proof(store).mark(), manner, *(repr(one) for one in promised)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]

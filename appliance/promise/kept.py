"""What a model version may accept, kept in the version's folder; it goes where the version goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from appliance.files import write
from appliance.promise.bar import Bar, least_certain
from appliance.promise.grants import Grant
from appliance.promise.score import Weights
from appliance.promise.terms import Terms

FILE = "promise.json"
FORM = 1
"""Goes up when features change their meaning: an older file is worth nothing then."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Of one document type."""

    terms: Terms
    weights: Weights | None
    """None while too little is labelled to fit a score."""
    grants: tuple[Grant, ...]
    withdrawn: tuple[str, ...] = ()
    """Fields of which nothing is accepted since too many accepted values were wrong."""
    drifted: tuple[str, ...] = ()
    """In words, how the documents of late differ from those that prove it."""

    @property
    def bar(self) -> Bar:
        bounds = {
            name: grant.proven.score
            for grant in self.grants
            if grant.proven
            for name in grant.fields
            if name not in self.withdrawn
        }
        return Bar(self.weights.weigh if self.weights else least_certain, bounds)


@dataclass(frozen=True, slots=True)
class Book:
    """Of one model version."""

    form: int = FORM
    made_of: str = ""
    """What it was computed from; it is computed again when that has changed."""
    types: Mapping[str, Kept] = field(default_factory=dict)

    def bar(self, doctype: str) -> Bar:
        """Nothing is promised of a type that is not in it."""
        kept = self.types.get(doctype)
        return kept.bar if kept else Bar()


_book = TypeAdapter(Book)


def read(folder: Path) -> Book:
    """Of the version in ``folder``; one that promises nothing where there is none, or where it is
    damaged or of another form: it can be made again."""
    try:
        book = _book.validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return Book()
    return book if book.form == FORM else Book()


def keep(book: Book, folder: Path) -> None:
    write(folder / FILE, _book.dump_json(book, indent=2))

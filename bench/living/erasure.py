"""Fifty of five hundred documents are forgotten: is a word of them found anywhere, and is anything
else changed?

Looked through byte by byte: every file of the home and its name, the database and what lies beside
it, the folders of models, and a backup that is made afterwards. Sought are the docids of what is
forgotten, its values, and the words that no other document says.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from appliance.domain.document import Document
from appliance.domain.results import ModelVersion
from appliance.intake.archive import Archive
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import ADAPTER, MODEL
from appliance.promise.evidence_answers import EvidenceAnswers
from appliance.records.audit import Audit
from appliance.records.store import Store
from appliance.service.versions import answer_versions
from appliance.settings import config
from appliance.settings.home import Home
from bench.chance_adapter import TRAINING
from bench.living import costs, history
from bench.living.papers import DOCTYPE
from bench.tiny_model import kept_tiny

SENDERS = 2
"""Of which every document is forgotten, so that their names go too."""
LONG = 6
"""Letters that a word has at least; shorter ones stand in any file by chance."""
EACH = 12
"""Words of a document that are sought, at most."""
Row = tuple[str, str]
"""A table, and a row of it as JSON."""


@dataclass(frozen=True, slots=True)
class Erased:
    documents: int
    sought: int
    """Words and values."""
    found: dict[str, list[str]]
    """By file."""
    changed: list[Row]
    """Rows and files of other documents that are not as they were, before and after."""


def measured(folder: Path, *, documents: int, senders: int, forgotten: int) -> Erased:
    """The home in ``folder`` is made for this."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    home = history.made(folder, documents=documents, senders=senders, collected=False)
    _prove(home)
    with closing(Store(home.database)) as store:
        names = _least_frequent(store)
        going = _going(store, names, forgotten)
        _learn(home, going)
        before = _others(home, store, going)
        sought = _sought(store, going, names, others=_said(store, going))
        known = holds(home.folder, sought)
    missing = {"appliance.db", "answers.jsonl", ADAPTER} - {Path(name).name for name in known}
    if missing:
        raise SystemExit(f"what is to be forgotten does not stand in {', '.join(missing)} before")
    for name in names:
        costs.command(home, "forget", "--sender", name, "--results", "--yes")
    with closing(Store(home.database)) as store:
        left = [docid for docid in going if store.find(docid)]
    if left:
        costs.command(home, "forget", *left, "--results", "--yes")
    costs.command(home, "backup", str(folder / "kept"))
    with closing(Store(home.database)) as store:
        after, broken = _others(home, store, ()), Audit(store.database).broken()
        # They are compressed, so no word in them would be found.
        if store.database.rows("select 1 from replays limit 1"):
            raise SystemExit("replays of before are still there")
    if broken:
        raise SystemExit(f"the audit is broken at link {broken.number}")
    found = {
        f"{place.name}/{name}": [one.decode(errors="replace") for one in those]
        for place in (home.folder, folder / "kept")
        for name, those in holds(place, sought).items()
    }
    changed = sorted(((before - after) + (after - before)).elements())
    return Erased(len(going), len(sought), found, changed)


def holds(folder: Path, sought: Iterable[bytes]) -> dict[str, list[bytes]]:
    """What is found in which file, also in names; in lower case."""
    words, found = list(sought), {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        told = name.encode().lower() + b"\n" + path.read_bytes().lower()
        if here := [one for one in words if one in told]:
            found[name] = here
    return found


def rows(store: Store, *, without: Collection[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of all tables that name documents or reviews, but for those; each with its table."""
    reviews = store.database.rows("select id, docid from reviews")
    reviewed = {row["id"]: row["docid"] for row in reviews}
    tables = store.database.rows("select name from sqlite_master where type = 'table'")
    # Replays and the directory are made anew, this with other numbers for senders and up to the
    # last review that is left; and the links of the chain stay without docids.
    left_out = {"sender_documents", "sender_log", "replays", "audit"}
    for table in sorted({row["name"] for row in tables} - left_out):
        for row in store.database.rows(f"select * from {table}"):
            docid = row.get("docid") or reviewed.get(row.get("review"))
            if docid is not None and docid not in without:
                yield table, row


def _others(home: Home, store: Store, going: Collection[str]) -> Counter[Row]:
    """All that is known of the documents that stay."""
    found = Counter(
        (table, json.dumps(row, ensure_ascii=False)) for table, row in rows(store, without=going)
    )
    for path in Archive(home.archive).files():
        if path.name not in going:
            found["archive", sha256(path.read_bytes()).hexdigest()] += 1
    for path in home.outbox.rglob("*.json"):
        data = path.read_bytes()
        if json.loads(data)["docid"] not in going:
            found["outbox", sha256(data).hexdigest()] += 1
    return found


def _said(store: Store, going: Collection[str]) -> str:
    """By the documents that stay: as each value stands, and as SQLite writes a row, in which values
    have nothing between them."""
    found = [list(row.values()) for _, row in rows(store, without=going)]
    return "\n".join(end.join(map(str, row)) for row in found for end in ("\n", ""))


# What is to go


def _least_frequent(store: Store) -> list[str]:
    """Senders of which a clerk approved something, the least frequent of all."""
    found = store.database.rows(
        """
        select sender, count(*) n from jobs where sender is not null and exists (
            select 1 from reviews where reviews.docid = jobs.docid)
         group by sender order by n, sender limit ?
        """,
        [SENDERS],
    )
    return [row["sender"] for row in found]


def _going(store: Store, names: Collection[str], number: int) -> list[str]:
    """All documents of these senders, and of the others by chance."""
    jobs = store.database.rows("select docid, sender from jobs order by docid")
    theirs = [row["docid"] for row in jobs if row["sender"] in names]
    others = [row["docid"] for row in jobs if row["sender"] not in names]
    return theirs + Random("living/forgotten").sample(others, max(0, number - len(theirs)))


def _sought(
    store: Store, going: Collection[str], names: Iterable[str], *, others: str
) -> list[bytes]:
    """Docids and names, and of each document the longest words that nothing says of the ``others``,
    nor the home for itself; as UTF-8, and as JSON writes them."""
    known = others.lower()
    own = {*going, *(docid[:12] for docid in going), *map(str.lower, names)}
    for docid in going:
        words = sorted(_words(store.document(docid)), key=lambda word: (-len(word), word))
        own |= set(islice((word for word in words if word not in known), EACH))
    written = {word.encode() for one in own for word in (one, json.dumps(one)[1:-1].lower())}
    with tempfile.TemporaryDirectory() as folder:
        history.furnish(Home(Path(folder)))
        for those in holds(Path(folder), written).values():
            written -= set(those)
    return sorted(written)


def _words(document: Document | None) -> set[str]:
    """In lower case; those without a digit may be of the appliance."""
    words = {word.text for page in document.pages for word in page.words} if document else set()
    return {word.lower() for word in words if len(word) >= LONG and any(map(str.isdigit, word))}


# Whatever else may hold a word


def _prove(home: Home) -> None:
    """What a night asked is kept in the version's folder, and what may be accepted."""
    registry = Registry(home.models)
    versions = answer_versions(config.load(home.folder, {}))
    with closing(Store(home.database)) as store:
        answers = EvidenceAnswers(registry.pointer().name, home.models, store, versions)
        for job in store.jobs():
            document, answer = store.document(job.docid), store.answer(job)
            assert document and answer
            answers.keep(document, DOCTYPE, answer.prediction, seconds=1.0)
    costs.command(home, "promise")
    costs.command(home, "report")


def _learn(home: Home, going: Collection[str]) -> None:
    """A version that was taught some of them, whose file says them."""
    registry = Registry(home.models)
    folder = home.models / ".made" / "night"
    folder.mkdir(parents=True)
    taught = tuple(sorted(going))[:8]
    (folder / ADAPTER).write_bytes(b"GGUF adapter " + " ".join(taught).encode())
    shutil.copy(kept_tiny(), folder / MODEL)
    training = replace(TRAINING, documents=len(taught), docids=taught, labelled_at=1.0)
    made = ModelVersion(
        *("night-made", "", "", (), registry.pointer().name, "Q8_0"), training=training, made_at=1.0
    )
    registry.publish(folder, made)

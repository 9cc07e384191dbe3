"""Makes the starter: ``python -m starter [--papers 2400] [--seed starter] [--epochs 1] ...``.

Papers are made and read as a home would read them, become rows, and the night's own child learns
them. All of it goes on where it was cut and lies in ``.cache/starter``; ``--ship`` copies the
adapter and its manifest to ``appliance/starter``. ``--tables`` adds typed papers that are asked
for the columns of their tables alone, which cost little. ``--from-shipped`` begins with the adapter
that lies there, and one of the same rank comes of it. ``bench.pilot`` asks a trial of few papers.
``--kinds``, ``--draw`` and ``--check`` are told in docs/starter.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import starter
from appliance import samples
from appliance.domain.errors import ConfigError
from appliance.domain.labels import Labelled
from appliance.domain.results import ModelVersion
from appliance.extraction.engine import Engine
from appliance.learning.models.packages import FOLDER as SHIPPED
from appliance.learning.models.packages import SMOLLM2, StarterModel, shipped
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import ADAPTER, MANIFEST
from appliance.learning.night.collect import DatasetSummary, collect
from appliance.learning.trainer import tuning
from appliance.learning.trainer.recipe import recipe
from starter.drawn import draw_papers
from starter.facts import DocumentKind
from starter.kinds import KINDS, lacking, read_kinds
from starter.reading import ReadPaper, documents, known, tables
from starter.training import MEMORY, train
from starter.workshop import CACHE, commit, machine, sha256

FOLDER = CACHE / "starter"
PAPERS = 2400
"""That the shipped starter learned from."""
HELD = 40
"""Rows that are held back, to see the loss by: there is little to stop early in one epoch."""
AFRESH, FURTHER = 1e-3, 4e-4
"""Learning rates at their highest: from nothing, and from what was learned before."""
BEGUN = "begun"
"""Name of the adapter that is gone on with, and of its manifest."""


def main() -> None:
    given = _arguments()
    try:
        kinds = known(given.kinds)
        own = read_kinds(given.kinds) if given.kinds else KINDS
    except ConfigError as error:
        raise SystemExit(error.in_words) from error
    if given.check:
        print(coverage(kinds))
    elif given.draw:
        number = given.papers if given.papers is not None else len(own)
        drawn = draw_papers(given.draw, [*own.values()], seed=given.seed, number=number)
        print(f"{len(drawn)} papers lie in {given.draw}")
    else:
        learn(given, papers=PAPERS if given.papers is None else given.papers)


def coverage(kinds: Mapping[str, DocumentKind]) -> str:
    """A line for each language: the kinds that are not written in it."""
    missing = lacking(kinds)
    return "\n".join(
        f"{code}: {len(kinds) - len(names)} of {len(kinds)} kinds"
        + (f"; not {', '.join(names)}" if names else "")
        for code, names in missing.items()
    )


def learn(given: argparse.Namespace, *, papers: int) -> None:
    base = Registry(CACHE / "models").add_packaged(SMOLLM2)
    before = shipped() if given.from_shipped else None
    name = f"{given.seed}-{papers}+{given.tables}-{given.epochs}-{given.rate}-{maker(given.kinds)}"
    folder = FOLDER / (f"{name}-from-{before.sha256[:8]}" if before else name)
    folder.mkdir(parents=True, exist_ok=True)
    if tuning.job(folder) is None:
        read = [
            *documents(given.seed, papers, own=given.kinds),
            *tables(given.seed, given.tables, own=given.kinds),
        ]
        prepare(folder, base, read, epochs=given.epochs, rate=given.rate, before=before)
    if tuning.tuned(folder) is None:
        train(folder)
    if not (folder / MANIFEST).exists():
        manifest(folder, base, given, papers)
    print(f"the starter lies in {folder}")
    if given.ship:
        ship(folder)


def maker(own: Path | None) -> str:
    """Of the code and the data that make papers: what others made is not gone on with."""
    folders = [Path(module.__file__ or "").parent for module in (starter, samples)]
    folders += [own] if own else []
    endings = (".py", ".toml", ".csv")
    every = (path for folder in folders for path in folder.rglob("*"))
    sources = sorted(path for path in every if path.suffix in endings)
    whole = b"".join(path.read_bytes() for path in sources)
    return hashlib.sha256(whole).hexdigest()[:8]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m starter", description=__doc__)
    parser.add_argument("--papers", type=int, help=f"{PAPERS}; with --draw one of each kind")
    parser.add_argument(
        "--tables", type=int, default=0, help="papers besides, typed and asked for columns alone"
    )
    parser.add_argument("--seed", default="starter")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument(
        "--rate", type=float, help=f"learning rate at its highest: {AFRESH}, or {FURTHER} further"
    )
    parser.add_argument(
        "--from-shipped", action="store_true", help="go on from the starter that ships"
    )
    parser.add_argument("--ship", action="store_true")
    parser.add_argument("--kinds", type=Path, metavar="DIR", help="kinds of documents of your own")
    parser.add_argument("--draw", type=Path, metavar="FOLDER", help="draw papers, learn nothing")
    parser.add_argument("--check", action="store_true", help="say which kinds lack a language")
    given = parser.parse_args()
    if given.rate is None:
        given.rate = FURTHER if given.from_shipped else AFRESH
    return given


def prepare(
    folder: Path,
    base: ModelVersion,
    read: Sequence[ReadPaper],
    *,
    epochs: int,
    rate: float,
    before: StarterModel | None = None,
) -> None:
    """``before``: what is gone on with. It is copied, as what ships may be replaced meanwhile."""
    kinds = {made.doctype.name: made.doctype for made, _ in read}
    labelled: list[Labelled] = [made.labelled(document) for made, document in read]
    with Engine(Path(base.path), context=512) as engine:
        lesson, rows = collect(engine, labelled, kinds.__getitem__)
    held = [at for at, row in enumerate(rows) if row.held]
    for at in held[HELD:]:
        rows[at] = replace(rows[at], held=False)
    (folder / "lesson.json").write_text(json.dumps(_told(lesson, read), indent=2))
    weights = 2 * Path(base.path).stat().st_size
    usual = recipe(len(rows), weights=weights, memory=MEMORY)
    tenth = len(rows) * epochs // usual.batch // 10
    how = replace(usual, epochs=epochs, rate=rate, warmup=min(30, tenth))
    begin = _kept(before, folder) if before else None
    tuning.prepare(folder, tuning.TuningJob(base.path, how, threads=2, begin=begin), rows)


def _kept(before: StarterModel, folder: Path) -> str:
    """Path of a copy of the adapter, with its manifest beside it."""
    shutil.copy(before.adapter.with_name(MANIFEST), (folder / BEGUN).with_suffix(".json"))
    return str(shutil.copy(before.adapter, (folder / BEGUN).with_suffix(".gguf")))


def _told(lesson: DatasetSummary, read: Sequence[ReadPaper]) -> dict[str, object]:
    kinds = Counter(made.story.kind.name for made, _ in read)
    languages = Counter(made.story.how.locale.code for made, _ in read)
    return {
        "commit": commit(),
        "documents": len(read),
        "values": lesson.values,
        "not_taught": sum(lesson.masked.values()),
        "tables": sum(not made.doctype.fields for made, _ in read),
        "rows": lesson.rows,
        "tokens": lesson.tokens,
        "data": lesson.data,
        "kinds": dict(kinds.most_common()),
        "languages": dict(languages.most_common()),
    }


def manifest(folder: Path, base: ModelVersion, given: argparse.Namespace, papers: int) -> None:
    """What vouches for the adapter, and how it was made."""
    done, job = tuning.tuned(folder), tuning.job(folder)
    assert done and job
    told = {
        "base": SMOLLM2.name,
        "base_sha256": base.sha256,
        "adapter_sha256": sha256(folder / ADAPTER),
        "made_by": f"python -m starter --papers {papers} --tables {given.tables} "
        + f"--seed {given.seed} "
        + (f"--kinds {given.kinds} " if given.kinds else "")
        + f"--epochs {given.epochs} --rate {given.rate} "
        + ("--from-shipped --ship" if job.begin else "--ship"),
        **_began_from(folder),
        "commit": commit(),
        "machine": machine(),
        "recipe": asdict(job.recipe),
        "lesson": json.loads((folder / "lesson.json").read_text()),
        "epochs": done.epochs,
        "hours": round(done.seconds / 3600, 2),
        "loss": [round(done.before, 4), round(done.after, 4)],
    }
    (folder / MANIFEST).write_text(json.dumps(told, indent=2) + "\n")


def _began_from(folder: Path) -> dict[str, object]:
    """What is known of the adapter that was gone on with, and of those before it."""
    path = (folder / BEGUN).with_suffix(".json")
    if not path.exists():
        return {}
    told = json.loads(path.read_text())
    known = ("adapter_sha256", "made_by", "commit", "began_from")
    return {"began_from": {key: told[key] for key in known if key in told}}


def ship(folder: Path) -> None:
    SHIPPED.mkdir(exist_ok=True)
    for name in (ADAPTER, MANIFEST):
        shutil.copy(folder / name, SHIPPED / name)


if __name__ == "__main__":
    main()

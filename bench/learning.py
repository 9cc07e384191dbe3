"""How much a model learns from how many labelled documents.

Each study tunes a model by the production path (examples, tuning, export) and asks the exported
file about documents that it never saw, by the production extractor. One takes up
to an hour: what is tuned is kept in ``.cache/tuned``, what was measured in ``results/learning``, so
a run that was cut goes on. ``python -m bench.learning NAME...`` does those studies anew.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from appliance.domain.doctype import FieldSpec
from appliance.domain.prediction import Prediction
from appliance.domain.results import ModelVersion
from appliance.evaluation.scoring import ScoredDocument, clustered, score
from appliance.fields.chunks import chunks, find
from appliance.fields.folding import fold_alnum
from appliance.fields.occurrences import occurrences
from appliance.fields.style import style_of
from appliance.learning.models.packages import PACKAGED
from appliance.learning.models.registry import Registry
from appliance.service import model_files
from bench import common, curves
from bench import tuned as production
from bench.predictors import WORKERS, Predictors
from bench.studies import STARTER, Case, Study, counted, doctype, fingerprint, sides, studies

RESULTS = common.ROOT / "bench" / "results" / "learning"


def main() -> None:
    named = sys.argv[1:]
    for study in studies():
        path = RESULTS / f"{study.name}.json"
        if study.name in named or (not named and not path.exists()):
            print(f"{study.name} ...", flush=True)
            found = run(study)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
            print(json.dumps(found), flush=True)
    record()


def run(study: Study) -> dict[str, Any]:
    teach, test = sides(study.folder, by_party=study.by_party, lines=study.lines)
    model, told = tuned(study, teach[: study.size]) if study.size else (base(study), {})
    predictors = Predictors(model)
    try:
        said = answers(study, predictors, test, teach)
    finally:
        predictors.stop()
    return {
        "commit": common.commit(),
        "machine": common.machine(),
        "taught_on": min(study.size, len(teach)),
        "tested_on": len(test),
        **told,
        **scored(study, test, said, {case.truth.party for case in teach[: study.size]}),
    }


def base(study: Study) -> ModelVersion:
    registry = Registry(common.CACHE / "models")
    if study.base == STARTER:
        return model_files.add_default(registry)
    return registry.add_packaged(PACKAGED[study.base])


def tuned(study: Study, teach: Sequence[Case]) -> tuple[ModelVersion, dict[str, Any]]:
    begun = base(study)
    # Rows are counted when they are made: a change of the recipe shows with any number of them.
    how = repr(production.job(begun, len(teach)).recipe)
    made_of = fingerprint(study, teach, begun.sha256, how)
    labelled = [case.labelled(study.folder) for case in teach]
    return production.tuned(study.name, begun, labelled, doctype, made_of=made_of)


def prepare(folder: Path, study: Study, teach: Sequence[Case]) -> None:
    labelled = [case.labelled(study.folder) for case in teach]
    production.prepare(folder, base(study), labelled, doctype)


def answers(
    study: Study, predictors: Predictors, test: Sequence[Case], teach: Sequence[Case]
) -> list[Prediction]:
    kind = doctype(study.folder)
    if study.shots:
        from bench.few_shot import few_shot  # asks in its own way

        return few_shot(predictors.model, kind, test, teach, shots=study.shots)
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(lambda case: predictors.extract(case.document, kind), test))


def scored(
    study: Study, test: Sequence[Case], said: Sequence[Prediction], known: set[str | None]
) -> dict[str, Any]:
    kind, counts = doctype(study.folder), counted(study.folder)
    found: list[ScoredDocument] = []
    losses: Counter[str] = Counter()
    for case, prediction in zip(test, said, strict=True):
        style = style_of(case.document)
        one = score(
            case.file,
            case.document,
            kind,
            prediction,
            case.truth,
            style=style,
            accepted=False,
            counted=counts,
        )
        found.append(one)
        answered = {field.fieldtype: field.text for field in prediction.fields}
        for value in one.values:
            if not value.normalised:
                wanted = case.truth.values[value.fieldtype]
                losses[
                    why(case, kind.spec(value.fieldtype), wanted, answered[value.fieldtype])
                ] += 1
    values = sum(len(one.values) for one in found)
    return {
        "values": values,
        "exact": share([[value.exact for value in one.values] for one in found]),
        "normalised": share([[value.normalised for value in one.values] for one in found]),
        "known": share([[v.normalised for v in one.values] for one in found if one.party in known]),
        "unknown": share(
            [[v.normalised for v in one.values] for one in found if one.party not in known]
        ),
        "fields": {
            spec.name: share(
                [[v.normalised for v in one.values if v.fieldtype == spec.name] for one in found]
            )
            for spec in kind.fields
        },
        "verbatim": round(verbatim(test) / values, 4),
        "ceiling": round(1 - unread(study, test) / values, 4),
        "lost": {reason: round(count / values, 4) for reason, count in losses.items()},
    }


def share(documents: Sequence[Sequence[bool]]) -> list[float] | None:
    """Share, and its 95 % interval with documents as the unit; None without a value."""
    found = clustered(documents)
    if found.share is None:
        return None
    return [round(found.share, 4), round(found.low, 4), round(found.high, 4)]


def why(case: Case, spec: FieldSpec, wanted: str, said: str | None) -> str:
    """What a wrong value was lost by."""
    if not stands(case, spec, wanted):
        return "reading"
    one, other = fold_alnum(said or ""), fold_alnum(wanted)
    return "cutting" if one and (one in other or other in one) else "choosing"


def stands(case: Case, spec: FieldSpec, wanted: str) -> bool:
    """At word borders, equal after normalisation."""
    pages = [chunks(page.words) for page in case.document.pages]
    return bool(occurrences(wanted, spec, pages, style_of(case.document)))


def unread(study: Study, test: Sequence[Case]) -> int:
    kind = doctype(study.folder)
    return sum(
        not stands(case, kind.spec(name), wanted)
        for case in test
        for name, wanted in case.truth.values.items()
    )


def verbatim(test: Sequence[Case]) -> int:
    """Labels that stand in the text letter by letter, as an exact answer has to."""
    return sum(
        any(find(" ".join(wanted.split()), page) for page in pages)
        for case in test
        for pages in [[chunks(page.words) for page in case.document.pages]]
        for wanted in case.truth.values.values()
    )


def record() -> None:
    """What there is so far."""
    found = {path.stem: json.loads(path.read_text()) for path in RESULTS.glob("*.json")}
    known = {study.name: found[study.name] for study in studies() if study.name in found}
    figures: dict[str, float] = {}
    for name, one in known.items():
        figures[f"{name}.exact"], figures[f"{name}.normalised"] = (
            one[kind][0] for kind in ("exact", "normalised")
        )
    shots = [one for name, one in known.items() if "few_shot" in name]
    if shots:
        figures["sroie.few_shot.normalised"] = max(one["normalised"][0] for one in shots)
    if "sroie.0" in known:
        figures["sroie.ceiling"] = known["sroie.0"]["ceiling"]
    curves.draw(known, RESULTS.with_suffix(".png"))
    n = sum(one["tested_on"] for one in known.values())
    common.record("learning", n=n, figures=figures, report=report(known))


def report(found: dict[str, Any]) -> str:
    missing = [study.name for study in studies() if study.name not in found]
    lines = [
        "## Learning",
        "",
        "The answers of a tuned model about documents that it never saw. The shares are of header",
        "values, with 95 % intervals in brackets (bootstrap, documents as the unit). `sroie` tests",
        "on known and unknown companies as they come. In `_unknown` and `ad_orders` no party is on",
        "both sides. `_lines` reads a person's transcription in place of our OCR. Verbatim: labels",
        "that stand in the text letter by letter, the most that can be exact. Ceiling: labels that",
        "stand in the text after normalisation. A lost value was not read (reading), another value",
        "was chosen (choosing), or it was cut too long or too short (cutting). Near-duplicates of",
        "a test document are not learned, so 400 may be some fewer. The machine did other work",
        "during the minutes given. Each row belongs to its commit; later commits read scans",
        "differently. ",
        "![Share of right values against labelled documents](results/learning.png)",
        "",
        "| study | taught on | exact | normalised | known | unknown | verbatim | ceiling "
        "| reading | choosing | cutting | minutes | GB | commit |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        lost = [
            f"{one['lost'].get(reason, 0):.1%}" for reason in ("reading", "choosing", "cutting")
        ]
        cells = [
            name,
            one["taught_on"],
            said(one["exact"]),
            said(one["normalised"]),
            short(one["known"]),
            short(one["unknown"]),
            f"{one['verbatim']:.1%}" if "verbatim" in one else "–",
            f"{one['ceiling']:.1%}",
            *lost,
            one.get("minutes", "–"),
            one.get("peak_gb", "–"),
            one["commit"],
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    if missing:
        lines += ["", f"Not measured yet: {', '.join(missing)}."]
    return "\n".join(lines)


def said(share: list[float]) -> str:
    return f"{share[0]:.1%} ({share[1]:.0%}–{share[2]:.0%})"


def short(share: list[float] | None) -> str:
    return f"{share[0]:.1%}" if share else "–"


if __name__ == "__main__":
    main()

"""The figures of tables, and their section of RESULTS.md, of whatever parts are done."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bench import common
from bench.tables.asked import FOLDERS, MADE, PAPERS

Found = Mapping[str, Any]
"""By part, what it found."""

GOALS = {
    "invoices_de_fr": 45,
    "invoices_es": 80,
    "fiscal_pt": 93,
    "quality_certificates": 90,
    "made_invoices": 75,
    "made_production": 80,
    "demo": 60,
    "papers_clean": 65,
    "papers_degraded": 40,
}
"""Percent of rows F1."""
_USES = ("used", "unused")


def record(told: Found, commits: str) -> None:
    n = sum(one["documents"] for one in told.get("rows", {}).values())
    lines = [*section(told), "", commits]
    common.record("tables", n=n, figures=figures(told), report="\n".join(lines))


def figures(told: Found) -> dict[str, float | int | None]:
    """None is left for what was not measured."""
    rows = told.get("rows", {})
    found: dict[str, float | int | None] = {}
    for name in (*FOLDERS, *MADE, "demo", *PAPERS, "office", "receipts"):
        found[f"{name}.rows_f1"] = _at(rows, name, "rows_f1")
        found[f"{name}.cells"] = _at(rows, name, "cells_right")
        found[f"{name}.layouts"] = _at(rows, name, "layouts")
    return found | {
        "invoices_de_fr.quantity_amount": _at(rows, "invoices_de_fr", "numbers", "rows_f1"),
        "own_naming_share": own_naming_share(rows, told.get("own_naming", {})),
        "proven": _at(told, "proven", "proven"),
        "proven_share": _at(told, "proven", "share"),
        "proven_wrong": _at(told, "proven", "wrong"),
        "proven_wrong_upper": _at(told, "proven", "upper"),
        "proven_named_by_truth": _at(told, "proven", "named_by_truth", "proven"),
        "proven_named_by_truth_wrong": _at(told, "proven", "named_by_truth", "wrong"),
        "falsified": _falsified(told, "used", "tables"),
        "falsified_proven": _falsified(told, "used", "proven"),
        "falsified_unused": _falsified(told, "unused", "tables"),
        "falsified_unused_proven": _falsified(told, "unused", "proven"),
        "header_points_lost_most": _at(told, "header", "points_lost_most"),
        "seconds_ratio": _at(told, "seconds", "ratio"),
        "geometry_ms": _at(told, "geometry", "ms_a_page"),
        "long_rows_f1": _at(told, "long", "rows_f1"),
        "long_seconds": _at(told, "long", "seconds"),
        "taught_known.rows_f1": _at(told, "taught", "rows_f1"),
        "keys_ratio": _keys_ratio(),
    }


def own_naming_share(rows: Found, own: Found) -> float | None:
    """The least share of the rows F1 of a source with a goal that is left without known words; None
    before both are measured."""
    shares = [
        own[name]["rows_f1"] / rows[name]["rows_f1"]
        for name in GOALS
        if name in rows and name in own and rows[name]["rows_f1"]
    ]
    return round(min(shares), 4) if shares else None


def _at(told: Found, *path: str) -> Any:
    found: Any = told
    for name in path:
        if name not in found:
            return None
        found = found[name]
    return found


def _falsified(told: Found, use: str, what: str) -> int | None:
    """By both namings together."""
    found = told.get("falsified")
    return sum(one[use][what] for one in found.values()) if found else None


def _keys_ratio() -> float | None:
    """As the bench of the station recorded it."""
    path = common.ROOT / "bench" / "results" / "review.json"
    figures: Mapping[str, float] = json.loads(path.read_text())["figures"]
    return figures.get("table_keys_ratio")


def section(told: Found) -> Iterator[str]:
    yield from (
        "## Tables",
        "",
        "Rows by the production path with the shipped starter, which learned from no document of",
        "these sources. A row is right when all its counted columns are; a cell counts by itself.",
        "Layouts: tables that look otherwise (by the set's own account of families; of papers each",
        "has its own). Without words: nothing is known of how columns are usually headed.",
        "",
        "| documents of | n | layouts | rows | rows F1 | goal | cells right | whole "
        "| rows F1 without words |",
        "|---|---|---|---|---|---|---|---|---|",
    )
    own = told.get("own_naming", {})
    for name, one in told.get("rows", {}).items():
        goal = f"{GOALS[name]}%" if name in GOALS else "–"
        cells = [
            name,
            one["documents"],
            one["layouts"],
            one["rows"],
            f"**{one['rows_f1']:.1%}**",
            goal,
            f"{one['cells_right']:.1%} of {one['cells']}",
            one["whole"],
            f"{own[name]['rows_f1']:.1%}" if name in own else "–",
        ]
        yield "| " + " | ".join(map(str, cells)) + " |"
    if numbers := _at(told, "rows", "invoices_de_fr", "numbers"):
        yield ""
        yield f"Of invoices_de_fr quantity and amount alone: {numbers['rows_f1']:.1%} (goal 80%)."
    yield from _kinds(told.get("rows", {}))
    for part in (_proofs, _costs, _header, _taught):
        yield from part(told)


def _kinds(rows: Found) -> Iterator[str]:
    kinds = list(dict.fromkeys(kind for one in rows.values() for kind in one["kinds"]))
    if not kinds:
        return
    yield from ("", "Rows F1 (documents) by kind of table; a table may be of several:", "")
    yield "| documents of | " + " | ".join(kinds) + " |"
    yield "|---" * (len(kinds) + 1) + "|"
    for name, one in rows.items():
        cells = [
            f"{found['rows_f1']:.1%} ({found['documents']})" if found else "–"
            for found in map(one["kinds"].get, kinds)
        ]
        yield f"| {name} | " + " | ".join(cells) + " |"


def _proofs(told: Found) -> Iterator[str]:
    if one := told.get("proven"):
        yield from ("", f"Of {one['tables']} tables with numbers arithmetic proves columns:", "")
        yield "| columns named by | proven | share | cells | tables with a wrong one | at most |"
        yield "|---|---|---|---|---|---|"
        for name, proofs in (("the pipeline", one), ("truth", one["named_by_truth"])):
            cells = [
                name,
                proofs["proven"],
                f"{proofs['share']:.1%}",
                proofs["cells"],
                proofs["wrong"],
                f"{proofs['upper']:.1%}",
            ]
            yield "| " + " | ".join(map(str, cells)) + " |"
        yield from ("", "Wrong is what the label does not say; at most: with 95 %.")
        yield from _listed(one, "wrong_cells")
        if unsaid := [*_listed(one, "unsaid_cells")]:
            yield from ("", "Not counted, for the document says nowhere what the label does:", "")
            yield from unsaid
    if one := told.get("falsified"):
        yield from (
            "",
            "With one false digit in a number, tables in which the number is proven:",
            "",
        )
        yield "| columns named by | a number that an equation uses | one that none uses |"
        yield "|---|---|---|"
        for name in ("pipeline", "truth"):
            cells = [f"{one[name][use]['proven']} of {one[name][use]['tables']}" for use in _USES]
            yield f"| {name} | " + " | ".join(cells) + " |"


def _listed(one: Mapping[str, Any], cells: str) -> Iterator[str]:
    said = dict.fromkeys((*one[cells], *one["named_by_truth"][cells]))
    yield from (f"* {line}" for line in said)


def _costs(told: Found) -> Iterator[str]:
    if one := told.get("seconds"):
        yield ""
        yield f"The demo's invoice of two pages: {one['now']['seconds']} s, at commit"
        yield f"{one['before']['commit']} {one['before']['seconds']} s, in turns in one run:"
        yield f"**{one['ratio']:.0%}** of the time (goal: a third)."
    if one := told.get("geometry"):
        yield f"Geometry alone: {one['ms_a_page']} ms a page (goal: 50), of the slowest 5 %"
        yield f"{one['p95_ms_a_page']} or more ({one['pages']} pages of {one['documents']})."
    if one := told.get("long"):
        yield f"{one['rows']} rows on {one['pages']} pages: {one['right']} right in"
        yield f"{one['seconds']} s, reading included (goal: all, in a minute)."


def _header(told: Found) -> Iterator[str]:
    if one := told.get("header"):
        yield ""
        yield "Points of header values won since then: " + ", ".join(
            f"{name} {source['points']:+.1f}" for name, source in one["sources"].items()
        )
        yield f"(goal: none below -1.0). Of the demo {one['demo_whole']} headers are whole."
        if others := ", ".join(one.get("other_documents", ())):
            yield f"Other documents than then: {others}."


def _taught(told: Found) -> Iterator[str]:
    if one := told.get("taught"):
        yield ""
        yield f"After a night on {one['taught_on']} invoices of {one['senders']} senders, rows F1"
        yield f"of {one['tested_on']} others of theirs: {one['before']:.1%} before,"
        yield f"**{one['rows_f1']:.1%}** after (goal: 85%), {one['cells']:.1%} of the cells,"
        yield f"{one['whole']} tables whole."

"""Nothing is lost, nothing gets in: ``python -m bench.campaign [PART ...]``.

Without names it does the parts that were not done yet with the sources as they stand; those that
are named it does anew. A run that was cut goes on. What a whole part came to lies in
``results/campaign``; another ``--first`` seed, which may find what nobody has seen, is shown alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from bench import common
from bench.campaign import report
from bench.campaign.parts import PARTS
from bench.campaign.runner import Ended, run, sources
from bench.campaign.trial import Part

RESULTS = common.ROOT / "bench" / "results" / "campaign"


def main() -> None:
    asked = _arguments()
    every = [part.name for part in PARTS]
    if unknown := set(asked.parts) - set(every):
        raise SystemExit(
            f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(every)}"
        )
    whole = not (asked.seeds or asked.first or common.SMALL)
    shown: dict[str, report.Told] = {}
    for part in PARTS:
        if part.name not in asked.parts if asked.parts else whole and _done(part):
            continue
        many = asked.seeds or part.trials(small=common.SMALL)
        told = report.told(_trials(part, range(asked.first, asked.first + many)))
        told |= {"commit": common.commit(), "machine": common.machine(), "made_of": sources(part)}
        shown[part.name] = told
        if whole:
            RESULTS.mkdir(parents=True, exist_ok=True)
            _path(part).write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    if whole:
        report.record(_known(), of=every)
    else:
        print(report.section(shown, of=every))


def _trials(part: Part, seeds: range) -> Iterator[Ended]:
    print(f"{part.name}: {len(seeds) * len(part.kinds)} trials", flush=True)
    for one in run(part, seeds=seeds):
        for found in one.outcome.found:
            print(f"  {one.kind}, seed {one.seed}: {found.breach}: {found.told}", flush=True)
        yield one


def _known() -> dict[str, report.Told]:
    """By part; those that were not done yet are left out."""
    return {
        part.name: json.loads(_path(part).read_text()) for part in PARTS if _path(part).exists()
    }


def _done(part: Part) -> bool:
    known = _known().get(part.name)
    return known is not None and known["made_of"] == sources(part)


def _path(part: Part) -> Path:
    return RESULTS / f"{part.name}.json"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.campaign", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--seeds", type=int, default=0, help="how many of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    return parser.parse_args()


if __name__ == "__main__":
    main()

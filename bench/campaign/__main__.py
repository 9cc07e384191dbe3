"""Nothing is lost, nothing gets in: ``python -m bench.campaign [PART ...]``.

Without names it does the parts that were not done yet with the sources as they stand, else those
that are named. A run that was cut goes on: what a trial came to counts while its sources stand.
What a whole part came to lies in ``results/campaign``; another ``--first`` seed, which may find
what nobody has seen, is shown alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from bench import common
from bench.campaign import report
from bench.campaign.parts import PARTS
from bench.campaign.runner import Ended, run, sources
from bench.campaign.trial import Part
from bench.parts import KeptParts


def main() -> None:
    asked = _arguments()
    kept = KeptParts("campaign", {part.name: sources(part) for part in PARTS})
    whole = not (asked.seeds or asked.first or common.SMALL)
    names = kept.asked(asked.parts) if whole or asked.parts else [part.name for part in PARTS]
    shown: dict[str, report.Told] = {}
    for part in (part for part in PARTS if part.name in names):
        many = asked.seeds or part.trials(small=common.SMALL)
        shown[part.name] = report.told(_trials(part, range(asked.first, asked.first + many)))
        if whole:
            kept.keep(part.name, shown[part.name])
    if whole:
        report.record(kept.known(), kept.commits())
    else:
        print("\n".join(report.section(shown)))


def _trials(part: Part, seeds: range) -> Iterator[Ended]:
    print(f"{part.name}: {len(seeds) * len(part.kinds)} trials", flush=True)
    for one in run(part, seeds=seeds):
        for found in one.outcome.found:
            print(f"  {one.kind}, seed {one.seed}: {found.breach}: {found.told}", flush=True)
        yield one


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.campaign", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--seeds", type=int, default=0, help="how many of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    return parser.parse_args()


if __name__ == "__main__":
    main()

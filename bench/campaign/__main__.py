"""Nothing is lost, nothing gets in: ``python -m bench.campaign [PART ...]``.

A run that was cut goes on; another ``--first`` seed may find what nobody has seen. Only a run of
all parts is recorded.
"""

from __future__ import annotations

import argparse

from bench import common
from bench.campaign import report
from bench.campaign.parts import PARTS
from bench.campaign.runner import Ended, run


def main() -> None:
    asked = _arguments()
    every = [part.name for part in PARTS]
    names = asked.parts or every
    if unknown := set(names) - set(every):
        raise SystemExit(
            f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(every)}"
        )
    ended: list[Ended] = []
    for part in (part for part in PARTS if part.name in names):
        many = asked.seeds or part.trials(small=common.SMALL)
        seeds = range(asked.first, asked.first + many)
        print(f"{part.name}: {len(seeds) * len(part.kinds)} trials", flush=True)
        for one in run(part, seeds=seeds):
            ended.append(one)
            for found in one.outcome.found:
                print(f"  {one.kind}, seed {one.seed}: {found.breach}: {found.told}", flush=True)
    if not (asked.parts or asked.seeds or asked.first):
        figures = report.figures(ended)
        common.record("campaign", n=len(ended), figures=figures, report=report.section(ended))
    else:
        print(report.section(ended))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.campaign", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--seeds", type=int, default=0, help="how many of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    return parser.parse_args()


if __name__ == "__main__":
    main()

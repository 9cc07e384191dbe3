"""``python -m appliance.samples FOLDER [--seed N] [--number N] [--demo]``"""

from __future__ import annotations

import argparse
from pathlib import Path

from appliance.samples.make import demo, make


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m appliance.samples", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--number", type=int, default=5, help="documents of each type")
    parser.add_argument(
        "--demo", action="store_true", help="only the twelve of the demo, no labels"
    )
    given = parser.parse_args()
    if given.demo:
        samples = demo(given.folder, seed=given.seed)
    else:
        samples = make(given.folder, seed=given.seed, number=given.number)
    for sample in samples:
        print(sample.path)


if __name__ == "__main__":
    main()

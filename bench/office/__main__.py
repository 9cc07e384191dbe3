"""What a document costs its clerk, from the first day of an office to its fourth week.

``python -m bench.office`` plays four weeks of one home: 300 receipts, 150 orders and 300 invoices
of 40 senders, a scripted clerk, four nights. What models read, answer and learn takes hours; it is
made once and kept in ``.cache/office``, and a run that was cut goes on. After that, what a policy
decides is replayed in minutes: with what is remembered of senders, without, with a quarter of the
invoices carrying their XML, and for an owner who promises more. The last two draw other evidence,
so they hold nights of their own. The figures of the first recording stay as ``before.``
"""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench import common
from bench.office import plan, report
from bench.office.hybrids import hybrids
from bench.office.replay import replayed
from bench.predictors import WORKERS

RESULTS = common.ROOT / "bench" / "results"
HOME = "home"
WITHOUT, HYBRIDS, STRICT = "without_memory.", "hybrids.", "strict."


def main() -> None:
    arrivals = plan.arrivals()
    found, minutes = replayed(HOME, arrivals)
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        others = {
            WITHOUT: pool.submit(replayed, "without", arrivals, memory=False, nights=HOME),
            HYBRIDS: pool.submit(replayed, "hybrids", arrivals, einvoices=hybrids(arrivals)),
            STRICT: pool.submit(replayed, "strict", arrivals, strict=True),
        }
        beside = {prefix: pending.result() for prefix, pending in others.items()}
    without, carrying, strict = (beside[one][0] for one in (WITHOUT, HYBRIDS, STRICT))
    told = report.tables(found, strict)
    if common.SMALL:
        print(told)
        return
    (RESULTS / "office.md").write_text(told, encoding="utf-8")
    (RESULTS / "office.png").write_bytes(report.picture(found))
    now = report.figures(found, minutes) | report.promises(found, strict)
    before = _before(now)
    prefixed = {
        f"{prefix}{name}": value
        for prefix, (other, took) in beside.items()
        for name, value in report.figures(other, took).items()
    }
    common.record(
        "office",
        n=len(arrivals),
        figures=now | report.beside(now, before) | prefixed | before,
        report=report.short(found, without, carrying, strict),
    )


def _before(now: dict[str, float]) -> dict[str, float]:
    """As it was first recorded."""
    path = RESULTS / "office.json"
    known = json.loads(path.read_text(encoding="utf-8"))["figures"] if path.exists() else {}
    first = {name: value for name, value in known.items() if name.startswith(report.BEFORE)}
    return first or {f"{report.BEFORE}{name}": value for name, value in now.items()}


if __name__ == "__main__":
    main()

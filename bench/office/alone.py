"""An office that gets the documents of one stream and no others.

``python -m bench.office.alone receipts`` plays four weeks of it for an owner who promises more,
``python -m bench.office.alone invoices`` with a quarter of them carrying their XML. No other type
helps to prove anything, and its nights learn from fewer documents than those of the whole office:
from nothing, receipts take three quarters of an hour and invoices an hour and three quarters. A run
that was cut goes on.
"""

from __future__ import annotations

import sys

from bench import common
from bench.office import plan, report
from bench.office.hybrids import STREAM as HYBRID_STREAM
from bench.office.hybrids import hybrids
from bench.office.replay import replayed

STREAMS = ("receipts", HYBRID_STREAM)


def main(name: str) -> None:
    (stream,) = (one for one in plan.STREAMS if one.name == name)
    arrivals = plan.arrivals([stream])
    if name == HYBRID_STREAM:
        about = "A quarter of them carries its XML."
        found, minutes = replayed("hybrids", arrivals, einvoices=hybrids(arrivals))
    else:
        about = f"Its owner promises {stream.strict:.1%}."
        found, minutes = replayed("strict", arrivals, strict=True)
    common.record(
        f"office_{name}",
        n=len(arrivals),
        figures=report.figures(found, minutes) | report.promises(found, found),
        report=report.alone(found, f"{len(arrivals)} {name} in {plan.DAYS} working days. {about}"),
    )


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in STREAMS:
        raise SystemExit(f"name one stream: {' or '.join(STREAMS)}")
    main(sys.argv[1])

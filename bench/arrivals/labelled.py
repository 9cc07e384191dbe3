"""Real PDFs that carry their XML, against what was labelled of their pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.domain.prediction import Prediction
from appliance.evaluation.evaluate import labels
from appliance.evaluation.scoring import ScoredDocument, missed, score, truth
from appliance.fields.style import PLAIN
from bench import common
from bench.accuracy import folders
from bench.arrivals.decided import Decided, decided, kind

FOLDER = "invoices_de_fr"


@dataclass(frozen=True, slots=True)
class LabelledHybrid:
    decided: Decided
    scored: ScoredDocument

    @property
    def wrong(self) -> list[str]:
        """Fields of the header, and the table if its rows are not all as labelled."""
        rows = self.scored.rows
        table = ["rows"] if not rows.matched == rows.predicted == rows.true else []
        return [one.fieldtype for one in self.scored.values if not one.normalised] + table


def hybrids() -> Iterator[LabelledHybrid]:
    folder, doctype = common.data() / FOLDER, kind(FOLDER)
    counted = next(one.counted for one in folders() if one.name == FOLDER)
    for line in labels(folder):
        found = decided(folder / line["file"], FOLDER)
        wanted = truth(line, doctype, counted)
        if found.document is None or found.judgement is None:
            yield LabelledHybrid(
                found, missed(line["file"], wanted, error=found.refused, crashed=False)
            )
            continue
        fields = tuple(one.field for one in found.judgement.fields)
        scored = score(
            line["file"],
            found.document,
            doctype,
            Prediction(found.document.docid, FOLDER, "", fields),
            wanted,
            style=PLAIN,
            accepted=found.accepted,
            counted=counted,
        )
        yield LabelledHybrid(found, scored)

"""All that is known of a prediction before anything is decided on it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.fields import Prediction
from appliance.judgement.checks import Outcome, evaluate
from appliance.judgement.look import NOTHING_SETTLED, Looked, Settled, look
from appliance.judgement.normalize import normalize
from appliance.judgement.party import country_of, party_of
from appliance.judgement.style import Style, style_of
from appliance.promise.features import Features, features
from appliance.promise.senders import Paper, known

Papers = Callable[[str], Sequence[Paper]]
"""Earlier approved documents of a party."""


UNSOUND = {"not-on-the-page", "does-not-parse"}
"""Blockers of a value that cannot be what the document says; of one that has two readings it may
well be right."""


def no_papers(party: str) -> Sequence[Paper]:
    return ()


@dataclass(frozen=True, slots=True)
class Considered:
    header: tuple[Looked, ...]
    cells: tuple[Looked, ...]
    outcomes: tuple[Outcome, ...]
    party: str | None
    found: tuple[Features, ...]
    """Of each in ``header``, what may tell whether it is right."""

    @property
    def sums(self) -> list[Outcome]:
        """Of all checks that add up a column."""
        return [outcome for outcome in self.outcomes if outcome.sums_rows]

    def speaks_of(self, name: str) -> list[Outcome]:
        """Outcomes of the checks in which the header field has a part."""
        return [outcome for outcome in self.outcomes if _speaks_of(outcome, name)]


def consider(
    document: Document,
    doctype: DocType,
    prediction: Prediction,
    *,
    papers: Papers = no_papers,
    settled: Settled = NOTHING_SETTLED,
    style: Style | None = None,
) -> Considered:
    """``style`` is found from the document's words and the party's country when not given."""
    if style is None:
        style = style_of(document, country=country_of(doctype, prediction.fields))
    looked = [look(field, doctype, document, style, settled) for field in prediction.fields]
    header = [one for one in looked if one.field.line_item_id is None]
    cells = [one for one in looked if one.field.line_item_id is not None]
    outcomes = evaluate(doctype.checks, _as_read(header, style), _rows(cells))
    party = party_of(doctype, header)
    earlier = papers(party) if party else ()
    found = tuple(_found(one, document, outcomes, earlier) for one in header)
    return Considered(tuple(header), tuple(cells), tuple(outcomes), party, found)


def _found(
    looked: Looked, document: Document, outcomes: Sequence[Outcome], papers: Sequence[Paper]
) -> Features:
    """Nothing of what a clerk decided."""
    if looked.settled:
        return {}
    field = looked.field
    sound = not any(one.code in UNSOUND for one in looked.blockers)
    involved = [outcome for outcome in outcomes if _speaks_of(outcome, field.fieldtype)]
    before = known(field, looked.value, papers, document) if sound else None
    return features(field, looked.spec, document, involved, sound=sound, known=before)


def _speaks_of(outcome: Outcome, name: str) -> bool:
    return any(term.name == name and not term.column for term in outcome.check.terms)


def _as_read(header: Sequence[Looked], style: Style) -> dict[str, str | None]:
    """A number that was looked for because it fits a check says nothing by fitting it."""
    read = {
        one.field.fieldtype: normalize(one.field.instead_of, one.spec, style).value
        for one in header
        if one.field.instead_of is not None and not one.settled
    }
    return _values(header) | read


def _values(looked: Sequence[Looked]) -> dict[str, str | None]:
    return {one.field.fieldtype: one.value for one in looked}


def _rows(cells: Sequence[Looked]) -> list[dict[str, str | None]]:
    rows: dict[int | None, list[Looked]] = {}
    for cell in cells:
        rows.setdefault(cell.field.line_item_id, []).append(cell)
    return [_values(row) for row in rows.values()]

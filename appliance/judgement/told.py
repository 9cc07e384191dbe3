"""What other sites know of a sender, beside what was decided without it. Pure.

It comes after the judgement, and takes from it: no check, no score, no style and no promise is
asked about a value that stands elsewhere in place of the model's. So whoever tells wrongly has a
clerk asked once more, and nothing accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Basis, Field, FieldJudgement, Judgement
from appliance.fields.style import WritingStyle
from appliance.judgement.assess import assess_field, blocker, in_words


def with_told(
    judgement: Judgement,
    told: Mapping[str, Field],
    document: Document,
    doctype: DocType,
    style: WritingStyle,
) -> Judgement:
    """``judgement`` of what nobody told, with what is ``told`` by fieldtype: held where it is
    another value than the model's, and but a word for the clerk where it is the same."""
    if not told:
        return judgement

    def decided(one: FieldJudgement) -> FieldJudgement:
        field = told.get(one.fieldtype) if one.line_item_id is None else None
        if field is None:
            return one
        if not field.is_told:
            return replace(one, field=field)
        unsure = blocker(BlockerCode.UNSURE, f" is unsure: {in_words(field)}", field)
        assessed = assess_field(field, doctype, document, style)
        found = (*assessed.blockers, unsure)
        return FieldJudgement(field, assessed.value, None, Basis.UNSUPPORTED, found)

    fields = tuple(map(decided, judgement.fields))
    held = {one.fieldtype: one for one in fields if one.line_item_id is None and one.field.is_told}
    return replace(judgement, fields=fields, blockers=tuple(_blockers(judgement, held)))


def _blockers(judgement: Judgement, held: Mapping[str, FieldJudgement]) -> Iterator[Blocker]:
    """Those of ``held`` values where those of what the model wrote there had been."""
    gone = {
        found
        for one in judgement.header
        if one.fieldtype in held
        for found in one.blockers
        if found.fieldtype == one.fieldtype
    }
    yield from (found for one in held.values() for found in one.blockers)
    yield from (found for found in judgement.blockers if found not in gone)

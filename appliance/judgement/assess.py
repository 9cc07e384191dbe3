"""All that is known of a prediction before anything is decided on it. Pure.

Each answer is looked at by itself, apart from the grammar that made it: its normal form, whether
the words of its spans say it, whether it stands beside its label, and whether the words behind a
listed value are known to say that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import NUMBERS, Check, DocType, FieldSpec, FieldType, display_name
from appliance.domain.document import Document, Span
from appliance.domain.prediction import Field, Prediction
from appliance.domain.rows import cells, header, rows
from appliance.extraction.header_equations import is_mostly_read
from appliance.fields.candidates import joined
from appliance.fields.folding import fold_alnum
from appliance.fields.grounding import beside_label
from appliance.fields.party import party_of
from appliance.fields.signs import changed_apart, signed_apart
from appliance.fields.style import PLAIN, WritingStyle
from appliance.fields.types import NormalForm, normalise
from appliance.judgement.checks import CheckOutcome, CheckState, NormalForms, check_outcomes
from appliance.judgement.features import AnswerFeatures, features
from appliance.judgement.senders import sender_habits
from appliance.senders.history import UNKNOWN, SenderHistory, writing_style

SHORT = 2
"""A value of so many characters stands in many places by chance."""


def grounded(field: Field, document: Document) -> bool:
    """Each of its places lies in the document and says the text (for a listed type: its words)."""
    said = (field.text if field.words is None else field.words) or ""
    # A lone currency mark has neither letters nor digits.
    reduce = fold_alnum if fold_alnum(said) else _packed
    wanted = reduce(said)
    return bool(wanted and field.spans) and all(
        wanted in reduce("".join(_text(span, document) for span in place)) for place in field.places
    )


def by_its_label(field: Field, spec: FieldSpec, document: Document) -> bool:
    """At one of its places a word of the field's name or description stands left or above."""
    return any(beside_label(document, span, spec) for span in field.spans)


def unsaid(field: Field, spec: FieldSpec) -> str | None:
    """Why the words of a listed value do not say it, for a clerk; None when they do."""
    if spec.type.verbatim:
        return None
    words = _packed(field.words or "").casefold()
    said = [
        value
        for value, ways in spec.values.items()
        if words in {_packed(way).casefold() for way in (value, *ways)}
    ]
    if field.text in said:
        return None
    if said:
        return f'"{field.words}" says {said[0]}, not {field.text}'
    return f'"{field.words}" does not say {field.text}'


def _packed(text: str) -> str:
    return "".join(text.split())


def _text(span: Span, document: Document) -> str:
    inside = span.page < len(document.pages)
    return "".join(word.text for word in span.words(document)) if inside else ""


ClerkTexts = Mapping[tuple[str, int | None], str | None]
"""What a clerk decided, by field and row, with the normal form where she chose one. The name of
the table stands for the table as a whole, an empty name for what is said of the document."""

NOTHING_SETTLED: ClerkTexts = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FieldAssessment:
    field: Field
    spec: FieldSpec
    value: str | None
    blockers: tuple[Blocker, ...] = ()
    settled: bool = False
    """A clerk decided it: nobody doubts it any more."""
    recognised: bool = False
    """Words that it was read from stand in a picture: their letters may be others."""

    @property
    def fieldtype(self) -> str:
        return self.field.fieldtype

    @property
    def line_item_id(self) -> int | None:
        return self.field.line_item_id

    @property
    def absent(self) -> bool:
        return self.field.text is None

    @property
    def stated(self) -> bool:
        """The e-invoice says it, or that there is none, and no clerk decided otherwise."""
        return self.field.einvoice is not None and not self.settled


HOLDS = {BlockerCode.UNSEEN_CHARACTER, BlockerCode.MIXED_ALPHABETS}
"""Said of the field itself: ``number holds a character that ...``."""


def assess_field(
    field: Field,
    doctype: DocType,
    document: Document,
    style: WritingStyle,
    settled: ClerkTexts = NOTHING_SETTLED,
) -> FieldAssessment:
    spec = _spec(field, doctype)
    style = PLAIN if field.einvoice else style
    if (key := (field.fieldtype, field.line_item_id)) in settled:
        chosen = settled[key]
        text = field.text
        value = normalise(text, spec, style).value if text is not None and not chosen else chosen
        return FieldAssessment(field, spec, value, settled=True)
    if field.text is None:
        missing = (
            (blocker(BlockerCode.MISSING_REQUIRED, " is missing", field),) if spec.required else ()
        )
        return FieldAssessment(field, spec, None, blockers=missing)
    normal = normalise(field.text, spec, style)
    wrong = [] if field.einvoice else [*_wrong(field, spec, document)]
    if normal.problem and not (field.einvoice and _may_stand(normal, spec)):
        joint = " " if normal.code in HOLDS else ": "
        wrong.append(blocker(normal.code, f"{joint}{normal.problem}", field))
    lines = (span for span in (*field.spans[:1], *field.wraps) if span.lies_in(document))
    words = (word for line in lines for word in line.words(document))
    recognised = any(word.confidence is not None for word in words)
    return FieldAssessment(field, spec, normal.value, tuple(wrong), recognised=recognised)


def _may_stand(normal: NormalForm, spec: FieldSpec) -> bool:
    """A VAT id is what its sender wrote, also where its check digits do not fit. Nothing else is
    let pass: no account nobody could pay to, and nothing that cannot be seen."""
    reads = normal.value is not None and normal.code is BlockerCode.DOES_NOT_PARSE
    return reads and spec.type is FieldType.VAT_ID


def blocker(code: BlockerCode, says: str, field: Field) -> Blocker:
    """For a clerk: the field's name and what it ``says`` of it, such as `` is missing``."""
    name = display_name(field.fieldtype)
    return Blocker(code, f"{name}{says}", field.fieldtype, field.line_item_id)


def in_words(field: Field) -> str:
    """For a clerk: what an answer says, and on how many earlier documents it stood."""
    remembered = f", {field.remembered.in_words}" if field.remembered else ""
    if field.text is None:
        return f"nothing{remembered or ' was found'}"
    return f"{field.text!r}{remembered}"


def without_name(blocker: Blocker) -> str:
    """What ``blocker`` says, where the field's name stands over it already."""
    name = display_name(blocker.fieldtype or "")
    says = blocker.message.removeprefix(name) if name else blocker.message
    return says.removeprefix(": ").removeprefix(" ")


def _spec(field: Field, doctype: DocType) -> FieldSpec:
    try:
        return doctype.spec(field.fieldtype, in_items=field.line_item_id is not None)
    except KeyError:
        # The type was edited after the answer: the field is nothing but a text now.
        return FieldSpec(field.fieldtype)


def _wrong(field: Field, spec: FieldSpec, document: Document) -> Iterator[Blocker]:
    if not grounded(field, document):
        yield blocker(
            BlockerCode.NOT_ON_THE_PAGE, f': "{field.text}" does not stand on the page', field
        )
    elif reason := unsaid(field, spec):
        yield blocker(BlockerCode.UNSURE, f": {reason}", field)
    elif spec.type in NUMBERS and (signed := signed_apart(document, field.spans[0])):
        message = f': "{joined(signed.words(document))}" stands there: is it negative?'
        yield blocker(BlockerCode.AMBIGUOUS_NUMBER, message, field)
    elif spec.type in NUMBERS and (changed := changed_apart(document, field.spans[0])):
        message = f': "{joined(changed.words(document))}" stands there: which number is it?'
        yield blocker(BlockerCode.AMBIGUOUS_NUMBER, message, field)


UNSOUND = {BlockerCode.NOT_ON_THE_PAGE, BlockerCode.DOES_NOT_PARSE}
"""Blockers of a value that cannot be what the document says; of one that has two readings it may
well be right."""


@dataclass(frozen=True, slots=True)
class Assessment:
    header: tuple[FieldAssessment, ...]
    cells: tuple[FieldAssessment, ...]
    outcomes: tuple[CheckOutcome, ...]
    party: str | None
    found: tuple[AnswerFeatures, ...]
    """Of each in ``header``, what may tell whether it is right."""
    confirmed: frozenset[str] = frozenset()
    """Fields whose numbers were chosen to satisfy a check and satisfy another one too, which is
    evidence: the one is of the header alone, the other adds up rows."""

    @property
    def sums(self) -> list[CheckOutcome]:
        """Of all checks that add up a column."""
        return [outcome for outcome in self.outcomes if outcome.sums_rows]

    def speaks_of(self, name: str) -> list[CheckOutcome]:
        """Outcomes of the checks in which the header field has a part."""
        return [outcome for outcome in self.outcomes if _speaks_of(outcome, name)]


def assess(
    document: Document,
    doctype: DocType,
    prediction: Prediction,
    *,
    history: SenderHistory = UNKNOWN,
    settled: ClerkTexts = NOTHING_SETTLED,
    style: WritingStyle | None = None,
) -> Assessment:
    """``prediction`` as it was recalled with ``history``; ``style`` is found from the document's
    words, the party's country and custom when not given."""
    if style is None:
        style = writing_style(document, doctype, prediction.fields, history)
    assessed = [
        assess_field(field, doctype, document, style, settled) for field in prediction.fields
    ]
    in_header = header(assessed)
    of_rows = [_values(row) for row in rows(assessed).values()]
    checked = partial(
        check_outcomes,
        open_checks(doctype.checks, [(one.fieldtype, one.stated) for one in assessed]),
        rows=of_rows,
        style=style,
    )
    texts = {one.fieldtype: one.field.text for one in in_header}
    chosen, read = _values(in_header), _as_read(in_header, style)
    outcomes = checked(header=chosen, texts=texts)
    numbers = frozenset(one.field.fieldtype for one in in_header if one.spec.type in NUMBERS)
    confirmed = _confirmed(numbers & read.keys(), chosen, read, outcomes)
    unsure = {name: value for name, value in read.items() if name not in confirmed}
    if unsure:
        texts |= {one.fieldtype: one.field.as_read for one in in_header if one.fieldtype in unsure}
        outcomes = checked(header=chosen | unsure, texts=texts)
    party = _party(doctype, in_header, history)
    found = tuple(_found(one, document, outcomes, history) for one in in_header)
    of_table = tuple(_checked(cells(assessed), outcomes))
    return Assessment(tuple(in_header), of_table, tuple(outcomes), party, found, confirmed)


def open_checks(checks: Iterable[Check], values: Iterable[tuple[str, bool]]) -> list[Check]:
    """Those with a part that somebody read or wrote: ``values`` are fieldtypes, each with whether
    an e-invoice says it. That adds up by the arithmetic of its standard, which knows of allowances
    and rounding."""
    every = set(values)
    stated = {name for name, is_stated in every if is_stated and (name, False) not in every}
    return [
        check
        for check in checks
        if not stated.issuperset(name for term in check.terms for name in (term.name, *term.times))
    ]


def _party(
    doctype: DocType, header: Sequence[FieldAssessment], history: SenderHistory
) -> str | None:
    """The known sender, unless a clerk decided what none of its earlier documents says."""
    told = [one for one in header if one.settled and one.value and one.fieldtype in doctype.party]
    known = all(
        any(one.value == earlier.values.get(one.fieldtype) for earlier in history.earlier)
        for one in told
    )
    return history.party if history.party and known else party_of(doctype, header)


def _checked(
    cells: Sequence[FieldAssessment], outcomes: Sequence[CheckOutcome]
) -> Iterator[FieldAssessment]:
    """What fails in a row is said at each of its cells that has a part in it and is not settled."""
    keys = list(rows(cells))
    failed = [(one.check, {keys[at]: said for at, said in one.failing}) for one in outcomes]
    for cell in cells:
        row, name = cell.line_item_id, cell.fieldtype
        told = tuple(
            Blocker(BlockerCode.CHECK_FAILED, said[row], name, row)
            for check, said in failed
            if row in said and name in check.columns and not cell.settled
        )
        yield replace(cell, blockers=cell.blockers + told) if told else cell


def _found(
    assessed: FieldAssessment,
    document: Document,
    outcomes: Sequence[CheckOutcome],
    history: SenderHistory,
) -> AnswerFeatures:
    """Nothing of what a clerk decided, or an e-invoice says."""
    if assessed.settled or assessed.stated:
        return AnswerFeatures()
    field = assessed.field
    sound = not any(one.code in UNSOUND for one in assessed.blockers)
    involved = [outcome for outcome in outcomes if _speaks_of(outcome, field.fieldtype)]
    before = sender_habits(field, assessed.value, history.earlier, document) if sound else None
    return features(field, assessed.spec, document, involved, sound=sound, known=before)


def _speaks_of(outcome: CheckOutcome, name: str) -> bool:
    return any(term.name == name and not term.column for term in outcome.check.terms)


def _as_read(header: Sequence[FieldAssessment], style: WritingStyle) -> dict[str, str | None]:
    """Of numbers that were looked for because they fit a check what was read in their place: a
    number says nothing by fitting the check for which it was chosen."""
    return {
        one.field.fieldtype: normalise(one.field.instead_of, one.spec, style).value
        for one in header
        if one.field.instead_of is not None and not one.settled
    }


def _confirmed(
    numbers: frozenset[str],
    chosen: NormalForms,
    read: NormalForms,
    outcomes: Sequence[CheckOutcome],
) -> frozenset[str]:
    """All of the fields that were ``read`` otherwise, or none: all their checks are passed, one by
    the header and one by the rows, and the one of the header mostly by what was read."""
    about = [one for one in outcomes if any(_speaks_of(one, name) for name in numbers)]
    proving = [one for one in about if one.proves]
    if {one.sums_rows for one in proving} != {True, False}:
        return frozenset()
    terms = ([term.name for term in one.check.terms] for one in proving if not one.sums_rows)
    mostly_read = all(
        is_mostly_read(map(chosen.get, names), {read.get(one, chosen.get(one)) for one in names})
        for names in terms
    )
    passed = all(one.state is CheckState.PASSED for one in about)
    return numbers if passed and mostly_read else frozenset()


def _values(assessed: Sequence[FieldAssessment]) -> dict[str, str | None]:
    return {one.field.fieldtype: one.value for one in assessed}

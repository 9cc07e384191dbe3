"""Four weeks, day by day: documents come, are answered and judged, and a clerk works them off.

Models answer from what is kept, so whatever a policy decides is replayed in minutes.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Document
from appliance.domain.einvoice import EInvoice
from appliance.domain.labels import Label, Labelled
from appliance.domain.prediction import Field, FieldJudgement, Judgement, Prediction
from appliance.domain.results import Job, JobState, ModelVersion
from appliance.domain.senders import SenderLookup
from appliance.evaluation.correctness import field_correctness, row_correctness
from appliance.extraction import EXTRACTION
from appliance.fields.dates import readings
from appliance.fields.style import PLAIN, style_of
from appliance.judgement.judge import unpromised
from appliance.judgement.policy import AcceptancePolicy
from appliance.learning.models.packages import shipped
from appliance.promise.policies import PolicyStore
from appliance.promise.values import accepted, header_correctness
from appliance.reading import READING
from appliance.records.proof import Proof
from appliance.review.editor.editor import take_up
from appliance.review.scripted import Same, means
from appliance.service import wiring
from bench import common
from bench.office import plan
from bench.office.answers import NONE, Answers, Readings
from bench.office.clerk import Work, scripted, work
from bench.office.home import OfficeHome, office
from bench.office.nights import made_of
from bench.office.plan import Arrival, kind
from bench.office.reasons import Reason, reasons

CLOSES = 10 * 3600.0
"""Seconds after the office opens."""
_DAY_FIRST = {stream.name: stream.day_first for stream in plan.STREAMS}


@dataclass(frozen=True)
class Decided:
    """A document as the appliance decided on it."""

    arrival: Arrival
    held_by: frozenset[Reason]
    """Empty when it goes straight through."""
    values: int
    """That the clerk knows, a table row by row, also rows that only the appliance has."""
    accepted: int
    wrong: int
    """Of those that were accepted."""
    right: bool
    """All of them, as the appliance read them, accepted or not."""
    machine: float
    """Seconds of reading and answering."""


@dataclass(frozen=True)
class Outcome:
    decided: Decided
    work: Work | None
    """None when no clerk saw it."""
    left_wrong: int
    """Values of what was delivered in the end."""


@dataclass(frozen=True)
class Morning:
    """What is promised of one stream's type on one day."""

    day: int
    stream: str
    accuracy: float
    """That its owner asks for, 0-1."""
    promised: tuple[str, ...]
    """The header or some of its fields, and the table; of known senders and of new ones."""
    withdrawn: tuple[str, ...]


@dataclass
class Replay:
    outcomes: list[Outcome] = field(default_factory=list)
    """In the order in which they came."""
    mornings: list[Morning] = field(default_factory=list)
    nights: dict[int, ModelVersion] = field(default_factory=dict)
    """By the day before: what came of it."""


def replayed(
    name: str,
    arrivals: Sequence[Arrival],
    *,
    memory: bool = True,
    strict: bool = False,
    einvoices: Mapping[str, EInvoice] = NONE,
    nights: str | None = None,
) -> tuple[Replay, float]:
    """In a home of that ``name``, and the minutes that it took. ``nights``: the home whose nights
    it has, for one that draws the same evidence; None for its own, which learn none of its own
    evidence."""
    answers, readings = Answers(plan.WORK / "answers"), Readings(plan.WORK / "read", einvoices)
    folder = plan.WORK / _key(arrivals)
    start = time.perf_counter()
    where = folder / name, folder / "nights" / (nights or name)
    with office(*where, answers, readings, memory=memory, strict=strict) as home:
        found = replay(home, arrivals)
    return found, (time.perf_counter() - start) / 60


def _key(arrivals: Sequence[Arrival]) -> str:
    """Of all that the nights depend on: offices that differ in it are kept apart."""
    docids = [one.docid for one in arrivals]
    drawn = repr(wiring.sampling(common.settings()))
    nights = [shipped().sha256, made_of(), plan.NIGHTS, drawn]
    whole = json.dumps([READING, EXTRACTION, *nights, docids])
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def replay(office: OfficeHome, arrivals: Sequence[Arrival]) -> Replay:
    found = Replay()
    days = [(day, list(those)) for day, those in groupby(arrivals, key=lambda one: one.day)]
    for day, today in days:
        print(f"day {day} of {len(days)}", flush=True)
        office.clock.set(plan.opens(day))
        office.look_ahead(today)
        office.nights.renew(office.registry.champion().name, now=office.clock())
        found.mornings += _mornings(office, day)
        for batch, those in groupby(today, key=lambda one: one.batch):
            office.clock.set(plan.opens(day) + batch * plan.BATCH)
            found.outcomes += _batch(office, list(those))
        if day in plan.NIGHTS:
            office.clock.set(plan.opens(day) + CLOSES)
            found.nights[day] = office.nights.pass_by(day, now=office.clock())
    return found


def _mornings(office: OfficeHome, day: int) -> Iterator[Morning]:
    calibrations = PolicyStore(office.registry.folder).calibrations(office.registry.champion().name)
    for stream in plan.STREAMS:
        if known := calibrations.types.get(stream.doctype):
            unknown = _sections(stream.doctype, known.policy.toward(known=False).bounds)
            promised = (
                *_sections(stream.doctype, known.policy.bounds),
                *(f"{name} of new senders" for name in unknown),
            )
            withdrawn = dict.fromkeys(
                name for grant in known.grants if grant.withdrawn for name in grant.fields
            )
            asked = known.terms.accuracy
            yield Morning(day, stream.name, asked, promised, tuple(withdrawn))


def _sections(doctype: str, names: Collection[str]) -> Iterator[str]:
    """The ``names`` of fields; where they are the whole header, as that."""
    header = [spec.name for spec in kind(doctype).fields]
    whole = set(header) <= set(names)
    yield from ["the header"] if whole else [name for name in header if name in names]
    yield from (name for name in names if name not in header)


def _batch(office: OfficeHome, those: Sequence[Arrival]) -> Iterator[Outcome]:
    """Comes, is decided on, and is done with before the next batch."""
    office.drop(those)
    decided: dict[str, Decided] = {}
    for step in office.steps():
        if step.job.state is JobState.READ:
            (arrival,) = (one for one in those if one.docid == step.job.docid)
            decided[arrival.docid] = _decided(office, arrival, step.job)
    worked = dict(_work_off(office, {one.docid: one for one in those}))
    for _ in office.steps():
        pass
    for one in those:
        job, document = office.job(one.docid), office.document(one)
        answer = office.store.answer(job)
        assert answer and job.state is JobState.DELIVERED, f"{one.path} is {job.state}"
        right = _rights(one, document, answer.standing)
        yield Outcome(decided[one.docid], worked.get(one.docid), list(right.values()).count(False))


def _decided(office: OfficeHome, arrival: Arrival, job: Job) -> Decided:
    document, doctype = office.document(arrival), kind(arrival.doctype)
    answer = office.store.answer(job)
    assert answer
    judgement = answer.judgement
    prediction = replace(answer.prediction, fields=tuple(map(_printed, judgement.fields)))
    policy = PolicyStore(office.registry.folder)(prediction.model, doctype.name, answer.versions)
    blind = office.blind(job)
    held_by = reasons(
        document,
        doctype,
        prediction,
        judgement,
        unproven=bool(unpromised(doctype, policy.toward(known=True), prediction)),
        new=_is_new(office, doctype, judgement.party, policy, answer.lookup, prediction),
        evidence=bool(blind),
    )
    labelled = _labelled(arrival, document)
    rights = _correctness(prediction, labelled, judgement, doctype)
    taken = [
        right
        for told in accepted(labelled, prediction, judgement, doctype).values()
        for right in told
    ]
    shown = not judgement.accepted and len(office.keyed(job)) < len(doctype.fields)
    seconds = office.seconds(arrival, shown=shown)
    wrong = taken.count(False)
    values = _values(prediction, labelled)
    return Decided(arrival, held_by, values, len(taken), wrong, all(rights.values()), seconds)


def _printed(decided: FieldJudgement) -> Field:
    """What an e-invoice says as the page writes it: so its labels are written."""
    field = decided.field
    return replace(field, text=field.words) if field.einvoice and field.words else field


def _values(prediction: Prediction, labelled: Labelled) -> int:
    """All that might have been accepted, a table row by row; that it has none is one thing."""
    doctype = kind(labelled.doctype)
    many = len(field_correctness(prediction, labelled, doctype))
    table = row_correctness(prediction, labelled, doctype)
    return many - 1 + max(len(table.rights) + table.missed, 1) if table else many


def _is_new(
    office: OfficeHome,
    doctype: DocType,
    party: str | None,
    policy: AcceptancePolicy,
    lookup: SenderLookup,
    prediction: Prediction,
) -> bool:
    """Nothing is promised of unknown senders, or the owner wants to see its first documents."""
    if lookup.party is None and unpromised(doctype, policy.toward(known=False), prediction):
        return True
    wanted = office.settings.promise.new_sender
    return (Proof(office.store).approved(doctype.name, party) if party else 0) < wanted


def _work_off(office: OfficeHome, those: Mapping[str, Arrival]) -> Iterator[tuple[str, Work]]:
    """What was to be keyed blind comes first."""
    desk = office.desk
    for waiting in sorted(desk.queue(), key=lambda one: not one.evidence):
        arrival, loaded = those[waiting.job.docid], desk.load(waiting)
        assert loaded.draft and desk.open(loaded), arrival.path
        script = scripted(loaded.draft, arrival.known, _same(arrival, loaded.draft.document))
        state, cost = work(take_up(loaded.draft), script)
        assert state.done, f"{arrival.path} is never done: {state.entry}"
        desk.approve(loaded, state.draft, cost.seconds(), state.because)
        yield arrival.docid, cost


def _same(arrival: Arrival, document: Document) -> Same | None:
    """Real labels are written as programs write them, those that were made as on the page."""
    if arrival.stream == "invoices":
        return None
    alike = partial(means, style=style_of(document), written=PLAIN)
    return lambda spec, said, text: alike(spec, _day(arrival, spec, said) or said, text)


def _day(arrival: Arrival, spec: FieldSpec, text: str | None) -> str | None:
    """Which one a date means, in ISO 8601."""
    if spec.type is not FieldType.DATE or text is None:
        return None
    day = readings(text).under(_DAY_FIRST[arrival.stream])
    return day.isoformat() if day else None


def _labelled(arrival: Arrival, document: Document) -> Labelled:
    known = arrival.known
    doctype = kind(arrival.doctype)
    labels = [
        Label(name, text, value=_day(arrival, doctype.spec(name), text))
        for name, text in known.values.items()
    ]
    for at, row in enumerate(known.rows or ()):
        labels += [Label(name, text, at) for name, text in row.items()]
    table = known.rows is not None
    return Labelled(document, arrival.doctype, tuple(labels), table, None, None, 0.0, 0.0)


def _rights(arrival: Arrival, document: Document, judgement: Judgement) -> dict[str, bool]:
    fields = tuple(one.field for one in judgement.fields)
    said = Prediction(arrival.docid, arrival.doctype, "", fields)
    return _correctness(said, _labelled(arrival, document), judgement, kind(arrival.doctype))


def _correctness(
    said: Prediction, labelled: Labelled, judgement: Judgement, doctype: DocType
) -> dict[str, bool]:
    whole = field_correctness(said, labelled, doctype)
    return whole | header_correctness(said, labelled, judgement, doctype)

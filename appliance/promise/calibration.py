"""What may be accepted under one model version: fitted, proven and watched from what is recorded.

The same records, and terms since the same time, give the same calibration, whoever asks and
whenever. The score is fitted on what is no evidence; evidence that is a near-duplicate of anything
taught is left out. Of each type the newest documents alone are looked at: what is older says less
of what comes, and a home of years would be computed for minutes after every review.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from itertools import chain

from pydantic import ValidationError

from appliance.domain.doctype import AccuracyTarget, DocType
from appliance.domain.json_form import JsonForm
from appliance.domain.labels import Labelled, TaughtPages
from appliance.domain.prediction import AnswerVersions, Prediction
from appliance.domain.sections import PARTS, Section
from appliance.evaluation.fingerprints import Fingerprint
from appliance.evaluation.near_duplicates import without_near_duplicates
from appliance.judgement.policy import least_certain
from appliance.judgement.score import ScoreModel
from appliance.promise.drift import drifted, looks
from appliance.promise.evidence_need import is_needed, is_proven_together, types_proven_together
from appliance.promise.fitting import fit
from appliance.promise.guarantees import Guarantee, guarantees, shared, together, with_shared
from appliance.promise.policies import FORM, DoctypeCalibration, Promised
from appliance.promise.threshold import EvidenceValue
from appliance.promise.values import Replay, accepted, replayed
from appliance.promise.watch import watch
from appliance.records.proof import AnsweredDocument, Proof
from appliance.records.replays import KeptReplays
from appliance.senders.history import sender_history

PROVING = 400
"""Documents of evidence of a type and of known senders, at most, and as many of unknown ones."""
FITTING = 300
"""Corrected documents of a type, at most: some thousand values, of which a score has twenty
weights."""


_Header = Mapping[str, Sequence[EvidenceValue]]
"""By fieldtype."""
_json = JsonForm(Replay)


@dataclass(frozen=True, slots=True)
class _Watched:
    """Evidence as it was decided on when it came."""

    arrived_at: float
    predicted_at: float
    known: bool
    accepted: Mapping[str, tuple[bool, ...]]
    """By fieldtype of what was accepted, whether it was right."""


@dataclass(frozen=True)
class Calibration:
    proof: Proof
    evidence: Sequence[Labelled]
    """As it is read on ``versions``, without near-duplicates of what was taught."""
    answer: Callable[[Labelled], Prediction | None]
    """The model's on ``versions``; None when it was never asked about the document."""
    model: str
    versions: AnswerVersions
    """On which answers count."""
    kept: KeptReplays | None = None
    """None where nobody asks for the same again: each is made."""

    def of_all(
        self,
        promised: Iterable[Promised],
        *,
        before: Mapping[str, DoctypeCalibration],
        now: float = 0.0,
        told: Callable[[str], None] = lambda name: None,
    ) -> dict[str, DoctypeCalibration]:
        """By type, as ``of``. What the header of a type does not prove by itself it may prove with
        others that are promised the same; ``told`` hears the name of each type as it is begun."""
        every: dict[str, DoctypeCalibration] = {}
        headers: defaultdict[tuple[float, float], dict[str, _Header]] = defaultdict(dict)
        for kind, terms in promised:
            told(kind.name)
            found = self.of(kind, terms, before=before.get(kind.name), now=now)
            every[kind.name] = found
            header = {} if terms.alone else self._header_to_share(kind, found)
            if header:
                headers[terms.accuracy, terms.assurance][kind.name] = header
        for (accuracy, assurance), alike in headers.items():
            values = {name: list(chain(*header.values())) for name, header in alike.items()}
            joint = shared(values, accuracy, assurance=assurance)
            if joint is None:
                continue
            for name in joint.types:
                grants = tuple(with_shared(every[name].grants, joint, alike[name]))
                every[name] = replace(every[name], grants=grants)
            keyed = [one.docid for one in self.evidence]
            sure = types_proven_together(values, accuracy, assurance=assurance, documents=keyed)
            for name in set(sure) & set(joint.types):
                every[name] = _with_enough(every[name])
        return every

    def _header_to_share(self, doctype: DocType, found: DoctypeCalibration) -> _Header:
        """Nothing where the score is no probability, or something was ever in doubt."""
        header = [one for one in found.grants if one.section is Section.HEADER]
        doubts = (self.doubted_since(doctype, one) for one in header)
        if not found.weights or any(one is not None for one in doubts):
            return {}
        values = self.values(doctype, found.weights)
        names = [spec.name for spec in doctype.fields if spec.name not in found.terms.fields]
        return {name: values[name] for name in names}

    def of(
        self,
        doctype: DocType,
        terms: AccuracyTarget,
        *,
        before: DoctypeCalibration | None = None,
        now: float = 0.0,
    ) -> DoctypeCalibration:
        """``before`` is the version's earlier calibration. A guarantee whose terms have changed
        since then begins anew. ``now`` is in seconds since 1970."""
        weights = self._weights(doctype)
        evidence = self._of_type(doctype)
        keyed = [one.docid for one in evidence]
        halves = {
            known: [one for one in evidence if (one.lookup.party is not None) is known]
            for known in (True, False)
        }
        every = self._values(doctype, evidence, weights)
        told: list[Guarantee] = []
        sound: Counter[tuple[str, ...]] = Counter()
        enough: set[tuple[bool, Section]] = set()
        for known, half in halves.items():
            values = self._values(doctype, half, weights)
            if half or not (known or evidence):
                given = self._grants(
                    doctype, terms, half, values, weights, before, now, known=known
                )
                for grant, doubted in given:
                    told.append(grant)
                    sound[grant.fields] += not doubted
            withdrawn = {
                name for one in told if one.known is known for name in one.fields if one.withdrawn
            }
            sections = _enough(doctype, terms, values, withdrawn, keyed)
            enough |= {(known, section) for section in sections}
        groups = {names for names, halves_of_it in sound.items() if halves_of_it == len(halves)}
        told = list(_at_once(told, every, terms, groups))
        for section in PARTS:
            theirs = {one.fields for one in told if one.section is section}
            if not (theirs and theirs <= groups):
                continue
            if is_proven_together(every, terms, theirs, documents=keyed):
                enough |= {(known, section) for known in halves}
        drifted = self._drifted(doctype, evidence)
        answered = len(self._scored(doctype, weights))
        return DoctypeCalibration(
            terms, weights, tuple(told), drifted, frozenset(enough), answered=answered
        )

    def _grants(
        self,
        doctype: DocType,
        terms: AccuracyTarget,
        evidence: Sequence[Labelled],
        values: Mapping[str, Sequence[EvidenceValue]],
        weights: ScoreModel | None,
        before: DoctypeCalibration | None,
        now: float,
        *,
        known: bool,
    ) -> Iterator[tuple[Guarantee, bool]]:
        """For documents of known senders, or of unknown ones, each with whether it was ever in
        doubt; ``values`` of the ``evidence``."""
        table = _table(doctype)
        for grant in guarantees(values, terms, table=table, known=known):
            dated = _dated(grant, before, now)
            doubted = self.doubted_since(doctype, dated)
            if doubted is None:
                yield dated, False
                continue
            recent = [one for one in evidence if one.arrived_at >= doubted]
            anew = self._values(doctype, recent, weights)
            for one in guarantees(
                {name: anew[name] for name in dated.fields}, terms, table=table, known=known
            ):
                yield replace(one, since=dated.since, withdrawn=not one.proven), True

    def values(
        self, doctype: DocType, weights: ScoreModel | None
    ) -> dict[str, list[EvidenceValue]]:
        """All that was keyed blind, by fieldtype in the order of the type and then row by row, as
        ``weights`` score it."""
        return self._values(doctype, self._of_type(doctype), weights)

    def _of_type(self, doctype: DocType) -> list[Labelled]:
        return [one for one in self.evidence if one.doctype == doctype.name]

    def _weights(self, doctype: DocType) -> ScoreModel | None:
        corrected = self.proof.corrected(self.versions, doctype=doctype.name, newest=FITTING)
        every = list(corrected)
        found = {
            one.labelled.docid: self._replay(one.labelled, one.prediction, doctype).samples
            for one in sorted(every, key=lambda one: _sender_first(one.labelled))
        }
        return fit([sample for one in every for sample in found[one.labelled.docid]])

    def _values(
        self, doctype: DocType, known: Sequence[Labelled], weights: ScoreModel | None
    ) -> dict[str, list[EvidenceValue]]:
        """By fieldtype, in the order of the type."""
        names = [spec.name for spec in doctype.fields]
        names += [doctype.items.name] if doctype.items else []
        found: dict[str, list[EvidenceValue]] = {name: [] for name in names}
        scored = self._scored(doctype, weights)
        for one in known:
            for name, told in scored.get(one.docid, {}).items():
                found[name] += told
        return found

    def _scored(
        self, doctype: DocType, weights: ScoreModel | None
    ) -> Mapping[str, Mapping[str, tuple[EvidenceValue, ...]]]:
        """By docid, of all evidence of the type that was answered."""
        kept = self._kept.get(doctype.name)
        if kept is None or kept[0] != weights:
            weigh = weights.weigh if weights else least_certain
            found = {}
            for one in sorted(self._of_type(doctype), key=_sender_first):
                if prediction := self.answer(one):
                    found[one.docid] = self._replay(one, prediction, doctype).values(weigh)
            kept = self._kept[doctype.name] = (weights, found)
        return kept[1]

    def _replay(self, one: Labelled, prediction: Prediction, doctype: DocType) -> Replay:
        made_of = _made_of(one, prediction, doctype, self.versions) if self.kept else ""
        if self.kept and (known := self.kept.get(one.docid, one.doctype, made_of)):
            with suppress(ValidationError):  # of another version of the appliance, or damaged
                return _json.validate_json(known)
        history = sender_history(self.proof, one.docid, one.doctype, one.lookup)
        replay = replayed(one, prediction, doctype, history)
        if self.kept:
            self.kept.keep(one.docid, one.doctype, made_of, _json.dump_json(replay))
        return replay

    def _drifted(self, doctype: DocType, known: Sequence[Labelled]) -> tuple[str, ...]:
        recent = self.proof.recent(doctype.name, reading=self.versions.reading)
        seen = {document.docid for document in recent}
        before = [one.document for one in known if one.document.docid not in seen]
        return tuple(drifted(list(map(looks, before)), list(map(looks, recent))))

    # The watch

    def doubted_since(self, doctype: DocType, grant: Guarantee) -> float | None:
        """When documents came since which the promise is in doubt; None when it never was."""
        stream = list(self._stream(doctype, grant))
        begun, since = 0, None
        while True:
            rest = [rights for _, rights in stream[begun:]]
            found = watch(rest, grant.accuracy, assurance=grant.assurance)
            if found.alarmed is None or found.began is None:
                return since
            since = stream[begun + found.began][0].arrived_at
            begun += found.alarmed + 1

    def _stream(self, doctype: DocType, grant: Guarantee) -> Iterator[tuple[_Watched, list[bool]]]:
        """Evidence that fell among what was accepted under these terms."""
        for one in self._watched(doctype):
            if one.predicted_at < grant.since or one.known is not grant.known:
                continue
            if rights := [right for name in grant.fields for right in one.accepted.get(name, ())]:
                yield one, rights

    def _watched(self, doctype: DocType) -> list[_Watched]:
        if doctype.name not in self._streams:
            self._streams[doctype.name] = [
                _decided(one, doctype)
                for known in (True, False)
                for one in self.proof.keyed(
                    self.model, self.versions, doctype=doctype.name, newest=PROVING, known=known
                )
            ]
        return self._streams[doctype.name]

    # What was computed once

    @cached_property
    def _kept(self) -> dict[str, _Scored]:
        return {}

    @cached_property
    def _streams(self) -> dict[str, list[_Watched]]:
        return {}


_Scored = tuple[ScoreModel | None, Mapping[str, Mapping[str, tuple[EvidenceValue, ...]]]]
"""By which weights, and of each docid its values by fieldtype."""


def _made_of(
    one: Labelled, prediction: Prediction, doctype: DocType, versions: AnswerVersions
) -> str:
    """What a replay follows from, but for earlier documents of the sender: what these were when it
    came no later review changes."""
    pages = [len(page.words) for page in one.document.pages]
    labelled = replace(one, document=replace(one.document, pages=()))
    said = FORM, versions, doctype, pages, labelled, prediction
    return sha256("\n".join(map(repr, said)).encode()).hexdigest()


def _sender_first(one: Labelled) -> tuple[str, float]:
    """The tables of a sender's earlier documents, which are kept for a moment, are found once."""
    return one.lookup.party or "", one.labelled_at


def _decided(one: AnsweredDocument, doctype: DocType) -> _Watched:
    return _Watched(
        one.labelled.arrived_at,
        one.predicted_at,
        one.labelled.lookup.party is not None,
        accepted(one.labelled, one.prediction, one.judgement, doctype),
    )


def _dated(grant: Guarantee, before: DoctypeCalibration | None, now: float) -> Guarantee:
    """A version's first promises hold from its beginning on, and a field's under the same terms
    from when they did, whoever it is looked at with; by a clock that was ahead from ``now`` on, or
    nothing would be watched until then."""
    if before is None:
        return grant
    known = [
        one.since
        for one in before.grants
        if (one.accuracy, one.assurance, one.known)
        == (grant.accuracy, grant.assurance, grant.known)
        and not set(one.fields).isdisjoint(grant.fields)
    ]
    return replace(grant, since=min([*known, now]))


def _at_once(
    told: Iterable[Guarantee],
    evidence: Mapping[str, Sequence[EvidenceValue]],
    terms: AccuracyTarget,
    groups: Iterable[tuple[str, ...]],
) -> Iterator[Guarantee]:
    """``told`` of known and of unknown senders; where both of a group are proven at once, so."""
    both = together(evidence, terms, groups)
    for one in told:
        joint = both.get(one.fields)
        yield (
            replace(joint, known=one.known, since=one.since, section=one.section) if joint else one
        )


def _with_enough(kept: DoctypeCalibration) -> DoctypeCalibration:
    """Of the header, unless one of its fields has an accuracy of its own."""
    if kept.terms.fields:
        return kept
    enough = {(known, Section.HEADER) for known in (True, False)}
    return replace(kept, enough=kept.enough | enough)


def _enough(
    doctype: DocType,
    terms: AccuracyTarget,
    evidence: Mapping[str, Sequence[EvidenceValue]],
    withdrawn: Set[str],
    documents: Sequence[str],
) -> Iterator[Section]:
    """Sections of which more evidence is not worth its price: none where something is
    ``withdrawn``, and always the table of a type that has none. ``documents`` in the order in
    which they were keyed."""
    table = _table(doctype)
    for section in PARTS:
        names = [name for name in evidence if (name == table) is (section is Section.TABLE)]
        values = {name: evidence[name] for name in names}
        if not names or (
            withdrawn.isdisjoint(names)
            and not is_needed(values, terms, documents=documents, table=table)
        ):
            yield section


def _table(doctype: DocType) -> str | None:
    return doctype.items.name if doctype.items else None


def calibrate(
    model: str,
    proof: Proof,
    labelled: Sequence[Labelled],
    taught: Iterable[TaughtPages | Fingerprint],
    answer: Callable[[Labelled], Prediction | None],
    *,
    versions: AnswerVersions,
    kept: KeptReplays | None = None,
) -> Calibration:
    """``labelled`` evidence, ``taught`` whatever may have been learned from."""
    evidence = without_near_duplicates(labelled, taught)
    return Calibration(proof, evidence, answer, model, versions, kept)

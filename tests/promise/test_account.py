"""What may be accepted follows from the records: evidence proves it, later errors end it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from made_up_shop import BILL, DOUBTFUL, RECEIPT, SURE, VERSIONS, Shop, shop

from appliance.domain.doctype import AccuracyTarget
from appliance.domain.errors import HomeError
from appliance.domain.labels import Labelled
from appliance.domain.prediction import AnswerVersions, Prediction
from appliance.domain.sections import WHOLE, Section
from appliance.domain.senders import SenderLookup
from appliance.judgement.policy import AcceptancePolicy, uniform_policy
from appliance.promise import calibration, policies
from appliance.promise.calibration_job import calibration_of, renew, share
from appliance.promise.evidence_answers import EvidenceAnswers
from appliance.promise.policies import (
    CalibrationFile,
    DoctypeCalibration,
    PolicyStore,
    fingerprint,
    withdraw,
)
from appliance.promise.values import Replay, replayed
from appliance.records.erasures import ErasureChoice, Erasures
from appliance.records.labels import Labels
from appliance.records.proof import RECENT, Proof
from appliance.records.sender_rows import begin_anew
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import UNKNOWN, sender_history

TERMS = AccuracyTarget(0.9)
LATER = AnswerVersions(VERSIONS.reading, "2")
READ_LATER = AnswerVersions("2", VERSIONS.extraction)


@pytest.fixture
def town(tmp_path) -> Iterator[Shop]:
    (tmp_path / "m1").mkdir()
    with shop(tmp_path / "appliance.db") as found:
        yield found


def told(town: Shop, tmp_path, model="m1", terms=TERMS, versions=VERSIONS) -> DoctypeCalibration:
    found = calibration_of(model, tmp_path, town.store, [RECEIPT], versions=versions)
    return found.of(RECEIPT, terms)


def of_both_types(
    town: Shop, tmp_path, of_bills: AccuracyTarget = TERMS
) -> tuple[DoctypeCalibration, DoctypeCalibration]:
    found = calibration_of("m1", tmp_path, town.store, [RECEIPT, BILL], versions=VERSIONS)
    every = found.of_all([(RECEIPT, TERMS), (BILL, of_bills)], before={})
    return every["receipt"], every["bill"]


def withdrawn(found: DoctypeCalibration) -> set[str]:
    return {name for grant in found.grants if grant.withdrawn for name in grant.fields}


def evidence(town: Shop, number: int = 60, wrong: int = 20, **more) -> None:
    for _ in range(number):
        town.receipt(evidence=True, **more)
    for _ in range(wrong):
        town.receipt(evidence=True, right=False, sure=DOUBTFUL, **more)


def test_a_cold_start_accepts_nothing_and_says_what_is_missing(town, tmp_path):
    for _ in range(5):
        town.receipt()  # reviewed, but no evidence
    found = told(town, tmp_path)
    assert found.policy.of_unknown == {}
    (grant,) = found.grants
    assert (grant.values, grant.proven, grant.missing) == (0, None, 29)


def test_evidence_proves_what_may_be_accepted(town, tmp_path):
    evidence(town)
    policy = told(town, tmp_path).policy.toward(known=False)
    assert DOUBTFUL < policy.bounds["total"] <= SURE
    assert policy.reached("total", SURE) and not policy.reached("total", DOUBTFUL)


def test_known_and_unknown_senders_are_proven_apart(town, tmp_path):
    evidence(town)
    policy = told(town, tmp_path).policy
    assert not policy.promises("total") and policy.toward(known=False).promises("total")
    evidence(town, 5, 0, known=True)
    assert not told(town, tmp_path).policy.promises("total")
    for _ in range(30):
        town.receipt(evidence=True, right=False, known=True)
    policy = told(town, tmp_path).policy
    assert not policy.promises("total") and policy.toward(known=False).promises("total")


def test_what_neither_known_nor_unknown_senders_prove_alone_they_prove_together(town, tmp_path):
    evidence(town, 10, 0)
    assert not told(town, tmp_path).policy.toward(known=False).promises("total")
    evidence(town, 10, 0, known=True)
    known, unknown = told(town, tmp_path).grants
    assert known.together and unknown.together and known.proven == unknown.proven
    assert (known.known, unknown.known) == (True, False)
    assert (known.documents, known.values) == (20, 40) and known.since == unknown.since
    policy = told(town, tmp_path).policy
    assert policy.promises("total") and policy.toward(known=False).promises("total")


def test_once_one_of_them_was_in_doubt_they_are_proven_apart(town, tmp_path):
    evidence(town, 40)
    evidence(town, 40, known=True)
    policy = told(town, tmp_path).policy
    assert all(grant.together for grant in told(town, tmp_path).grants)
    for _ in range(25):
        town.receipt(evidence=True, policy=policy, right=False, known=False)
    known, unknown = told(town, tmp_path).grants
    assert known.proven and not known.together
    assert unknown.withdrawn and not unknown.proven


def test_what_is_proven_of_both_is_enough_of_either(town, tmp_path):
    for number in range(30):  # as they come, and of neither enough for a look by itself
        evidence(town, 1, 0, known=number % 2 > 0)
    found = told(town, tmp_path)
    assert found.need(known=True).enough == found.need(known=False).enough == WHOLE


def two_types(town: Shop, number: int) -> None:
    """Corrected receipts and bills from which a score is fitted, and ``number`` of evidence of
    each, of known and of unknown senders by turns."""
    for kind in (RECEIPT, BILL):
        for _ in range(30):
            town.receipt(sure=0.8, kind=kind)
            town.receipt(right=False, sure=DOUBTFUL, kind=kind)
        for at in range(number):
            town.receipt(evidence=True, known=at % 2 > 0, kind=kind)


def test_what_no_type_proves_alone_they_prove_together(town, tmp_path):
    two_types(town, 10)
    for found in of_both_types(town, tmp_path):
        known, unknown = found.grants
        assert known.types == unknown.types == ("bill", "receipt")
        assert (known.documents, known.values) == (5, 10), "its own"
        assert known.proven and known.proven.n == 10 and known.proven.bound < 0.1
        assert found.policy.promises("total")
        assert found.policy.toward(known=False).promises("total")
    alone = calibration_of("m1", tmp_path, town.store, [RECEIPT, BILL], versions=VERSIONS)
    assert not alone.of(BILL, TERMS).policy.promises("total")


def test_a_type_that_is_promised_otherwise_proves_it_by_itself(town, tmp_path):
    two_types(town, 14)
    others = AccuracyTarget(0.91), AccuracyTarget(0.9, 0.9), AccuracyTarget(0.9, alone=True)
    for terms in others:
        assert not any(
            grant.types for found in of_both_types(town, tmp_path, terms) for grant in found.grants
        )
    own = AccuracyTarget(0.9, fields={"total": 0.9})
    receipts, bills = of_both_types(town, tmp_path, own)
    assert all(grant.types for grant in receipts.grants)
    assert {name for grant in bills.grants if grant.types for name in grant.fields} == {"shop"}


def test_a_type_that_proves_it_alone_keeps_its_own_proof(town, tmp_path):
    two_types(town, 8)
    for at in range(120):
        town.receipt(evidence=True, known=at % 2 > 0)
    receipts, bills = of_both_types(town, tmp_path)
    assert all(grant.proven and not grant.types for grant in receipts.grants)
    assert all(grant.types for grant in bills.grants)


def test_a_type_that_was_ever_in_doubt_proves_nothing_with_others(town, tmp_path):
    two_types(town, 40)
    assert all(grant.proven for found in of_both_types(town, tmp_path) for grant in found.grants)
    for _ in range(25):
        town.receipt(evidence=True, policy=uniform_policy(BILL, 0.0), right=False, kind=BILL)
    receipts, bills = of_both_types(town, tmp_path)
    assert withdrawn(bills) and not any(one.types for one in (*receipts.grants, *bills.grants))


def test_types_whose_scores_only_rank_prove_nothing_together(town, tmp_path):
    for kind in (RECEIPT, BILL):
        for at in range(10):
            town.receipt(evidence=True, known=at % 2 > 0, kind=kind)
    found = of_both_types(town, tmp_path)
    assert not any(grant.types for one in found for grant in one.grants)


def test_what_is_proven_of_several_types_is_enough_of_each(town, tmp_path):
    for kind in (RECEIPT, BILL):
        for _ in range(30):
            town.receipt(sure=0.8, kind=kind)
            town.receipt(right=False, sure=DOUBTFUL, kind=kind)
    for at in range(38):
        town.receipt(evidence=True, known=at % 4 > 1, kind=(RECEIPT, BILL)[at % 2])
    for found in of_both_types(town, tmp_path):
        assert Section.HEADER not in found.need(known=True).enough, "before the first look"
    for kind in (RECEIPT, BILL):
        town.receipt(evidence=True, kind=kind)
    for found in of_both_types(town, tmp_path):
        assert found.need(known=True).enough == found.need(known=False).enough == WHOLE
    own = AccuracyTarget(0.9, fields={"total": 0.95})
    _, bills = of_both_types(town, tmp_path, own)
    assert Section.HEADER not in bills.need(known=True).enough, "its total is not proven"


def test_what_is_wrong_of_unknown_senders_is_no_doubt_about_known_ones(town, tmp_path):
    evidence(town, 100)
    evidence(town, 100, known=True)
    policy = told(town, tmp_path).policy
    for known in (True, False):
        for _ in range(25):
            town.receipt(evidence=True, policy=policy, right=known, known=known)
    found = told(town, tmp_path)
    assert {grant.known for grant in found.grants if grant.withdrawn} == {False}
    assert found.policy.promises("total")
    assert found.need(known=True).enough == WHOLE
    assert Section.HEADER not in found.need(known=False).enough, (
        "what is withdrawn has to be proven anew"
    )


def test_evidence_that_is_proven_is_enough_and_what_is_kept_says_so(town, tmp_path):
    evidence(town, 100, 0, known=True)
    assert told(town, tmp_path).need(known=True).enough == WHOLE
    renew("m1", tmp_path, town.store, [(RECEIPT, TERMS)], versions=VERSIONS, now=1.0)
    kept = PolicyStore(tmp_path)
    assert kept.need("m1", RECEIPT.name, VERSIONS, known=True).enough == WHOLE
    of_others = kept.need("m1", RECEIPT.name, VERSIONS, known=False).enough
    assert of_others == {Section.TABLE}, "of rows that the type has not there is nothing to key"
    assert not kept.need("m1", RECEIPT.name, LATER, known=True).enough
    assert not kept.need("m2", RECEIPT.name, VERSIONS, known=True).enough


def test_what_is_not_promised_yet_is_told_of_whoever_sent_it(town, tmp_path):
    assert PolicyStore(tmp_path).need("m1", RECEIPT.name, VERSIONS, known=True).unpromised == WHOLE
    evidence(town, 100, 0, known=True)
    found = told(town, tmp_path)
    assert Section.HEADER not in found.need(known=True).unpromised
    assert Section.HEADER in found.need(known=False).unpromised, "nobody keyed one of theirs"


def test_evidence_that_was_answered_by_another_version_says_nothing(town, tmp_path):
    evidence(town)
    assert told(town, tmp_path, model="m2").policy.of_unknown == {}


@pytest.mark.parametrize("versions", [LATER, READ_LATER, AnswerVersions()])
def test_evidence_that_was_answered_on_other_versions_says_nothing(town, tmp_path, versions):
    evidence(town)
    assert told(town, tmp_path).policy.of_unknown
    assert told(town, tmp_path, versions=versions).policy.of_unknown == {}


def test_a_score_is_fitted_on_answers_of_the_same_versions(town, tmp_path):
    for _ in range(30):
        town.receipt(sure=0.8)
        town.receipt(right=False, sure=0.8)
    assert told(town, tmp_path).weights
    assert told(town, tmp_path, versions=LATER).weights is None


def test_what_was_accepted_on_other_versions_is_no_doubt_about_these(town, tmp_path):
    evidence(town)
    policy = told(town, tmp_path).policy.toward(known=False)
    for _ in range(25):
        town.receipt(evidence=True, policy=policy, right=False)
    assert withdrawn(told(town, tmp_path))
    town.versions = LATER
    evidence(town)
    found = told(town, tmp_path, versions=LATER)
    assert not withdrawn(found) and found.policy.toward(known=False).promises("total")


def test_an_answer_of_the_night_on_another_extraction_is_none(town, tmp_path):
    town.receipt(evidence=True, model="other")
    (one,) = Labels(town.store).evidence(reading=VERSIONS.reading)
    said = Prediction(one.document.docid, "receipt", "m1", ())
    EvidenceAnswers("m1", tmp_path, town.store, VERSIONS).keep(
        one.document, RECEIPT, said, seconds=1
    )
    for versions, found in ((VERSIONS, said), (LATER, None)):
        answers = EvidenceAnswers("m1", tmp_path, town.store, versions)
        assert answers.of(one.document, RECEIPT) == found


def test_evidence_of_another_reading_takes_no_part_until_it_is_read_anew(town, tmp_path):
    town.receipt(evidence=True)
    labels, before = Labels(town.store), VERSIONS.reading
    assert list(labels.evidence(reading="2")) == []
    (one,) = labels.evidence(reading=before)
    words = one.document.pages[0].words
    page = replace(one.document.pages[0], words=words[1:])
    town.store.keep_rereading(replace(one.document, pages=(page,)), reading="2", seconds=1)
    (anew,) = labels.evidence(reading="2")
    assert anew.document.pages == (page,)
    assert [(label.text, label.spans) for label in anew.labels] == [
        (label.text, ()) for label in one.labels
    ]
    assert list(labels.evidence(reading=before)) == [one]
    assert town.store.document(one.document.docid) == one.document, "of which its answers speak"


def test_a_score_is_fitted_on_what_is_no_evidence(town, tmp_path):
    for _ in range(30):
        town.receipt(sure=0.8)
        town.receipt(right=False, sure=0.8)
    evidence(town, 5, 5)
    found = told(town, tmp_path)
    # Equally sure of itself, but what is right stands beside the field's label.
    assert found.weights
    by_label = found.weights.names.index("by its label")
    assert found.weights.weight[by_label] > 0
    alone = told(town, tmp_path).weights
    evidence(town, 40, 40)
    assert told(town, tmp_path).weights == alone


def test_accepted_values_that_turn_out_wrong_end_it_and_new_evidence_begins_it_again(
    town, tmp_path
):
    evidence(town)
    policy = told(town, tmp_path).policy.toward(known=False)
    for _ in range(20):
        town.receipt(evidence=True, policy=policy)
    assert not withdrawn(told(town, tmp_path))
    for _ in range(25):
        town.receipt(evidence=True, policy=policy, right=False)
    found = told(town, tmp_path)
    assert withdrawn(found) >= {"total"}
    assert not found.policy.toward(known=False).promises("total")
    for _ in range(250):
        town.receipt(evidence=True)  # held: nothing of it was accepted
    again = told(town, tmp_path)
    assert not withdrawn(again) and again.policy.toward(known=False).promises("total")


def test_what_was_accepted_under_other_terms_says_nothing_of_these(town, tmp_path):
    evidence(town, 120, 30)
    before = told(town, tmp_path)
    for at in range(60):
        town.receipt(evidence=True, policy=before.policy, right=at % 12 > 0)
    assert not withdrawn(told(town, tmp_path))
    stricter = AccuracyTarget(0.999)
    account = calibration_of("m1", tmp_path, town.store, [RECEIPT], versions=VERSIONS)
    assert withdrawn(account.of(RECEIPT, stricter))  # as if it had been promised all along
    found = account.of(RECEIPT, stricter, before=before, now=town.now)
    assert not withdrawn(found) and {one.since for one in found.grants} == {town.now}
    again = account.of(RECEIPT, stricter, before=found, now=town.now + 60)
    assert again == found
    year = 365 * 24 * 3600.0
    ahead = account.of(RECEIPT, stricter, before=before, now=town.now + year)
    assert account.of(RECEIPT, stricter, before=ahead, now=town.now) == found
    apart = AccuracyTarget(
        0.999, fields={"total": 0.999}
    )  # each field by itself, under the same terms
    alone = account.of(RECEIPT, apart, before=found, now=town.now + 60)
    assert len(alone.grants) == 2 and {one.since for one in alone.grants} == {town.now}


def test_only_what_was_approved_when_it_was_answered_is_known_of_a_sender(town):
    job, proof = town.receipt(sender="acme"), Proof(town.store)
    first = SenderDirectory(town.store).learn()
    town.receipt(sender="acme")
    second = SenderDirectory(town.store).learn()
    known = [
        len(sender_history(proof, docid, "receipt", SenderLookup("acme", until)).earlier)
        for docid in ("another", job.docid)
        for until in (0, first, second)
    ]
    assert known == [0, 1, 2, 0, 0, 1]  # nothing of itself
    assert sender_history(proof, "another", "receipt", SenderLookup(None, second)) == UNKNOWN


@pytest.mark.parametrize("damaged", ["", "[]", "{", '{"fields": 1}', '{"fields": [{}]}'])
def test_a_damaged_answer_of_an_earlier_document_says_nothing(town, damaged):
    town.receipt(sender="acme")
    lookup = SenderLookup("acme", SenderDirectory(town.store).learn())
    (before,) = sender_history(Proof(town.store), "another", "receipt", lookup).earlier
    assert before.answered["shop"] == "acme"
    town.store.database.execute("update predictions set prediction = ?", [damaged])
    (one,) = sender_history(Proof(town.store), "another", "receipt", lookup).earlier
    assert one.answered == {} and one.texts["shop"] == "acme"


def test_an_answer_after_the_first_approval_is_none_to_fit_a_score_on(town):
    """The model may have learned the document by then."""
    proof, job = Proof(town.store), town.receipt()
    (before,) = proof.corrected(VERSIONS)
    town.store.database.execute("update predictions set predicted_at = predicted_at + 100")
    town.now += 200
    town.approve(job, before.labelled.document, before.prediction)
    assert list(proof.corrected(VERSIONS)) == []


def test_an_answer_about_an_earlier_reading_counts_for_nothing(town, tmp_path):
    evidence(town, 1, 0)
    town.receipt()
    proof = Proof(town.store)
    (keyed,), (corrected,) = proof.keyed("m1", VERSIONS), proof.corrected(VERSIONS)
    for one in (keyed, corrected):
        document = one.labelled.document
        fewer = replace(document.pages[0], words=document.pages[0].words[:2])
        town.store.keep_reading(replace(document, pages=(fewer,)), reading="2", seconds=1)
    assert list(proof.keyed("m1", VERSIONS)) == [] == list(proof.corrected(VERSIONS))
    document = town.store.document(keyed.labelled.document.docid)
    assert proof.answer("m1", document, "receipt", VERSIONS) is None
    assert told(town, tmp_path).policy.toward(known=False) == AcceptancePolicy()


def test_the_book_is_made_once_for_the_same_records(town, tmp_path):
    evidence(town)
    made: list[str] = []

    def made_anew(terms=TERMS) -> list[str]:
        made.clear()
        about = town.store, [(RECEIPT, terms)]
        renew("m1", tmp_path, *about, versions=VERSIONS, now=town.now, told=made.append)
        return list(made)

    assert made_anew() == ["receipt"] and made_anew() == []
    store = PolicyStore(tmp_path)
    assert store("m1", "receipt", VERSIONS).toward(known=False).promises("total")
    town.receipt()
    assert made_anew() == ["receipt"]
    assert made_anew(AccuracyTarget(0.999)) == ["receipt"]
    assert not store("m1", "receipt", VERSIONS).toward(known=False).promises("total")


def test_what_was_replayed_once_is_replayed_again_only_where_something_is_another(
    town, tmp_path, monkeypatch
):
    made: list[str] = []

    def noted(one: Labelled, *about: Any) -> Replay:
        made.append(one.docid)
        return replayed(one, *about)

    monkeypatch.setattr(calibration, "replayed", noted)

    def anew(versions: AnswerVersions = VERSIONS) -> CalibrationFile:
        made.clear()
        now = {"versions": versions, "now": town.now}
        return renew("m1", tmp_path, town.store, [(RECEIPT, TERMS)], **now)

    for known in (True, False):
        evidence(town, 10, 5, known=known)
    for at in range(40):
        town.receipt(right=at % 2 > 0)
    anew()
    assert len(made) == len(set(made)) == 70
    (last,) = town.store.find(town.receipt(evidence=True).docid)
    anew()
    assert made == [last.docid]
    document, answer = town.store.document(last.docid), town.store.answer(last)
    assert document and answer
    town.now += 60
    town.approve(last, document, answer.prediction, blind=True)
    again = anew()
    assert made == [last.docid], "her labels are newer"
    for damaged in (b"", zlib.compress(b'{"document": 1}')):
        town.store.database.execute(
            "update replays set replay = ? where docid = ?", [damaged, last.docid]
        )
        withdraw(tmp_path / "m1")
        assert anew().types == again.types and made == [last.docid]
    SenderDirectory(town.store).learn()
    begin_anew(town.store.database)
    assert town.store.database.rows("select * from replays") == []
    withdraw(tmp_path / "m1")
    assert anew().types == again.types and len(made) == 71
    anew(LATER)
    assert made == [] == town.store.database.rows("select * from replays"), "no answer is left"


def test_what_is_made_while_documents_are_forgotten_is_not_kept(town, tmp_path):
    evidence(town, 10, 5)
    goes = town.receipt(evidence=True).docid

    def forget(name: str) -> None:
        about = {"chosen": ErasureChoice.NAMED, "who": "owner", "why": "", "now": town.now}
        Erasures(town.store).begin([goes], files=[], versions=[], **about)

    about = {"versions": VERSIONS, "now": town.now}
    with pytest.raises(HomeError, match="forgotten"):
        renew("m1", tmp_path, town.store, [(RECEIPT, TERMS)], told=forget, **about)
    assert not (tmp_path / "m1" / policies.FILE).exists()
    assert town.store.database.rows("select * from replays") == []
    renew("m1", tmp_path, town.store, [(RECEIPT, TERMS)], **about)
    assert len(town.store.database.rows("select * from replays")) == 15


def test_a_book_that_was_made_on_other_versions_promises_nothing_and_is_kept(town, tmp_path):
    evidence(town)
    known = renew("m1", tmp_path, town.store, [(RECEIPT, TERMS)], versions=VERSIONS, now=town.now)
    for versions in (LATER, READ_LATER, AnswerVersions()):
        assert PolicyStore(tmp_path)("m1", "receipt", versions) == AcceptancePolicy()
    assert PolicyStore(tmp_path).calibrations("m1") == known
    anew = renew("m1", tmp_path, town.store, [(RECEIPT, TERMS)], versions=LATER, now=town.now)
    assert anew.versions == LATER and anew.made_of != known.made_of
    assert not PolicyStore(tmp_path)("m1", "receipt", LATER).promises("total")


def test_a_book_that_is_damaged_or_of_another_form_promises_nothing(town, tmp_path):
    evidence(town)
    renew("m1", tmp_path, town.store, [(RECEIPT, TERMS)], versions=VERSIONS, now=town.now)
    path = tmp_path / "m1" / policies.FILE
    whole = path.read_text()
    for broken in (whole[:100], whole.replace(f'"form": {policies.FORM}', '"form": 3')):
        path.write_text(broken)
        assert PolicyStore(tmp_path)("m1", "receipt", VERSIONS) == AcceptancePolicy()
    assert PolicyStore(tmp_path)("unknown", "receipt", VERSIONS) == AcceptancePolicy()


def mark(town: Shop, terms: AccuracyTarget = TERMS, **more: Any) -> str:
    return fingerprint(town.store, [(RECEIPT, terms)], **{"versions": VERSIONS} | more)


def test_a_mark_is_of_records_terms_versions_and_the_last_backfill(town):
    one = mark(town)
    assert one == mark(town)
    assert one != mark(town, AccuracyTarget())
    assert one != mark(town, versions=LATER)
    assert one != mark(town, backfilled_at=5.0)
    town.receipt()
    assert one != mark(town)


def test_many_documents_are_looked_at_for_having_changed_though_nobody_reviewed_any(town):
    before = mark(town)
    for _ in range(RECENT):
        town.receipt(reviewed=False)
    assert before != mark(town)


def test_the_share_that_may_be_accepted_is_of_the_answers_given(town, tmp_path):
    evidence(town, 60, 20)
    whole = calibration_of("m1", tmp_path, town.store, [RECEIPT], versions=VERSIONS)

    def shared(answer: Callable[[Labelled], Prediction | None]) -> float:
        kept = {"versions": VERSIONS, "calibrations": CalibrationFile(), "now": town.now}
        return share("m1", town.store, [(RECEIPT, TERMS)], answer, **kept)

    assert shared(whole.answer) > 0.7
    assert shared(lambda one: None) == 0.0


def test_what_is_proven_of_known_and_unknown_senders_at_once_counts_once_in_the_share(
    town, tmp_path
):
    evidence(town, 10, 0)
    evidence(town, 10, 0, known=True)
    whole = calibration_of("m1", tmp_path, town.store, [RECEIPT], versions=VERSIONS)
    terms = AccuracyTarget(0.99, fields={"total": 0.8})
    grants = whole.of(RECEIPT, terms).grants
    assert {(*one.fields, one.together) for one in grants} == {("total", True), ("shop", False)}
    kept = {"versions": VERSIONS, "calibrations": CalibrationFile(), "now": town.now}
    assert share("m1", town.store, [(RECEIPT, terms)], whole.answer, **kept) == 0.5


def test_what_a_version_was_taught_proves_nothing_of_it(town, tmp_path):
    """Also where it was taught elsewhere, and has too few words to be known again by them."""
    evidence(town, 3, 0)
    first, *others = (one.docid for one in Labels(town.store).evidence(reading=VERSIONS.reading))
    about = (RECEIPT, TERMS)
    made = calibration_of(
        *("m1", tmp_path, town.store, [RECEIPT]), versions=VERSIONS, taught=[first]
    )
    assert [one.docid for one in made.evidence] == others
    kept = renew(
        *("m1", tmp_path, town.store, [about]), versions=VERSIONS, now=town.now, taught=[first]
    )
    assert kept.types["receipt"].grants[0].documents == len(others)


def test_documents_that_look_different_are_told(town, tmp_path):
    evidence(town, 60, 0)
    assert told(town, tmp_path).drifted == ()
    for _ in range(40):
        town.receipt(words=("paid", "by", "card", "thank", "you", "come", "again", "soon") * 5)
    (said,) = [one for one in told(town, tmp_path).drifted if "more words" in one]
    assert "40 documents" in said


def test_documents_of_another_reading_do_not_look_different(town, tmp_path):
    evidence(town, 60, 0)
    town.versions = READ_LATER
    for _ in range(40):
        town.receipt(words=("paid", "by", "card", "thank", "you", "come", "again", "soon") * 5)
    assert told(town, tmp_path).drifted == ()

"""What other sites tell is offered and held; whatever they tell, nothing more is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_day import Day
from told_papers import Answers, ToldPaper, kind, papers, told_of

from appliance.domain.blockers import BlockerCode
from appliance.domain.prediction import Basis, Field, FieldJudgement, Judgement
from appliance.domain.sender_rulings import SenderTold
from appliance.domain.senders import KnownSender, SenderCard, ToldSender, ToldValue
from appliance.judgement.assess import assess
from appliance.judgement.policy import uniform_policy
from appliance.judgement.reasons import explained
from appliance.promise.values import ACCEPTED
from appliance.review.draft.draft import begin
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import UNKNOWN, SenderHistory
from appliance.service.decide import decide_on

POLICY = uniform_policy(kind(), 0.5)
GERMAN = papers()[0]
NAME, VAT_ID, IBAN = "supplier_name", "supplier_vat_id", "iban"
NEW = "DE02120300000000202051"


def judged(answers: Answers, told: ToldSender | None = None) -> Judgement:
    history = SenderHistory(told=told) if told else UNKNOWN
    document, doctype = answers.paper.document, kind()
    _, judgement, _ = decide_on(
        document, doctype, answers, policy=lambda model: POLICY, history=history
    )
    return judgement


def at_the_station(answers: Answers, told: ToldSender | None = None) -> Judgement:
    """Before she has done anything."""
    document, doctype = answers.paper.document, kind()
    draft = begin(
        document,
        doctype,
        answers.extract(document, doctype),
        judged(answers, told),
        policy=POLICY,
        history=SenderHistory(told=told) if told else UNKNOWN,
    )
    return draft.derived.judgement


def accepted(judgement: Judgement) -> set[tuple[str, str | None, str | None]]:
    return {
        (one.fieldtype, one.field.text, one.value)
        for one in judgement.fields
        if one.how in ACCEPTED and not one.blockers
    }


def of(judgement: Judgement, name: str) -> FieldJudgement:
    (found,) = [one for one in judgement.header if one.fieldtype == name]
    return found


@pytest.mark.parametrize("paper", papers(), ids=lambda paper: paper.truth[NAME])
def test_a_sure_document_is_accepted_where_nobody_tells_or_all_tell_the_same(
    paper: ToldPaper,
) -> None:
    alone = judged(Answers(paper))
    assert alone.accepted
    same = told_of({name: (text,) for name, text in paper.truth.items() if text})
    agreed = judged(Answers(paper), same)
    assert agreed.accepted and accepted(agreed) == accepted(alone)
    assert [(one.score, one.how) for one in agreed.fields] == [
        (one.score, one.how) for one in alone.fields
    ]
    assert of(agreed, NAME).field.remembered and not of(alone, NAME).field.remembered


@pytest.mark.parametrize("said", [None, GERMAN.truth["buyer_name"]])
def test_what_is_told_stands_in_place_and_is_held_however_sure_the_model_is(
    said: str | None,
) -> None:
    name = GERMAN.truth[NAME]
    answers = Answers(GERMAN, {NAME: said})
    found = judged(answers, told_of({NAME: (str(name),)}))
    one = of(found, NAME)
    assert (one.field.text, one.score, one.how) == (name, None, Basis.UNSUPPORTED)
    assert one.field.runners_up[:1] == ((said,) if said else ())
    (blocker,) = one.blockers
    assert blocker.code == BlockerCode.UNSURE and blocker in found.blockers
    assert blocker.message == f"supplier name is unsure: {name!r}, as on 7 documents at other sites"
    assert accepted(found) == accepted(judged(answers)) - {(NAME, said, said)}
    shown = at_the_station(answers, told_of({NAME: (str(name),)}))
    assert of(shown, NAME) == one


def test_whoever_asks_why_it_is_held_reads_that_it_is_from_other_sites() -> None:
    answers, name = Answers(GERMAN, {NAME: None}), str(GERMAN.truth[NAME])
    document, doctype = GERMAN.document, kind()
    about = assess(document, doctype, answers.extract(document, doctype))
    found = explained(about, judged(answers, told_of({NAME: (name,)})), POLICY, None)
    said = f"{name}: as on 7 documents at other sites, which accepts nothing here"
    assert list(found) == [f"supplier name {said}"]


def test_being_told_takes_no_doubt_from_a_value_that_the_model_doubts_too() -> None:
    """It is said beside it, and weighs nothing."""
    answers = Answers(GERMAN, unsure=frozenset({NAME}))
    told = told_of({NAME: (str(GERMAN.truth[NAME]),)}, documents=1000)
    alone, found = of(judged(answers), NAME), of(judged(answers, told), NAME)
    assert (found.score, found.how) == (alone.score, alone.how) == (alone.score, "unsupported")
    assert found.blockers == alone.blockers
    assert found.field.remembered and found.field.remembered.told


def test_an_account_is_never_put_in_place_and_one_that_was_not_paid_to_is_told() -> None:
    account = str(GERMAN.truth[IBAN])
    bare = account.replace(" ", "")
    told = told_of({IBAN: (account,)}, (bare, NEW))
    assert of(judged(Answers(GERMAN, {IBAN: None}), told), IBAN).field.text is None
    assert judged(Answers(GERMAN), told_of({}, (NEW, bare))).accepted
    found = judged(Answers(GERMAN), told_of({}, (NEW,)))
    (blocker,) = found.blockers
    assert (blocker.code, blocker.fieldtype) == (BlockerCode.ACCOUNT_CHANGED, IBAN)
    assert blocker.message == f"the account {bare} is not one that other sites paid to: {NEW}"
    assert accepted(found) == accepted(judged(Answers(GERMAN)))


def test_evidence_is_decided_on_as_if_nothing_had_been_told_but_accounts() -> None:
    answers = Answers(GERMAN, {NAME: None})
    document, doctype = GERMAN.document, kind()
    told = SenderHistory(told=told_of({NAME: (str(GERMAN.truth[NAME]),)}, (NEW,)))
    _, found, _ = decide_on(
        document, doctype, answers, policy=lambda model: POLICY, history=told, keyed=[NAME]
    )
    alone = judged(answers)
    assert found.fields == alone.fields
    (account,) = set(found.blockers) - set(alone.blockers)
    assert account.code == BlockerCode.ACCOUNT_CHANGED


def test_once_it_is_known_here_nothing_but_accounts_is_asked_of_others() -> None:
    told = told_of({NAME: (str(GERMAN.truth[NAME]),)}, (NEW,))
    answers = Answers(GERMAN, {NAME: None})
    document, doctype = GERMAN.document, kind()
    _, found, _ = decide_on(
        document,
        doctype,
        answers,
        policy=lambda model: POLICY,
        history=SenderHistory("known", (), told),
    )
    assert of(found, NAME).field == Field(NAME, None, tokens=of(found, NAME).field.tokens)
    assert BlockerCode.ACCOUNT_CHANGED in [one.code for one in found.blockers]


def test_a_home_that_was_told_of_others_decides_as_one_that_was_told_nothing(
    tmp_path: Path,
) -> None:
    """To the letter: no version of the extraction has to be another one."""
    found = []
    for others in (0, 3):
        folder = tmp_path / f"told of {others}"
        folder.mkdir()
        day = Day(folder)
        for at in range(others):
            card = SenderCard(KnownSender(f"other{at}", 9, 9, frozenset({f"Other {at} Ltd"})))
            values = {"receipt": {"company": (ToldValue("ACME", 7, 0.0),)}}
            ruling = SenderTold(ToldSender("hub", card, values))
            SenderDirectory(day.store).rule(ruling, who="fleet", now=1.0)
        day.drop("one")
        day.work()
        day.asks.logprob = -1.0
        day.drop("two")
        day.work()
        sql = "select docid, prediction, judgement, sender, told from predictions order by id"
        delivered = [file.read_bytes() for file in day.delivered()]
        found.append((day.store.database.rows(sql), delivered, day.codes))
        day.store.close()
    assert found[0][0] and found[0][1] and found[0] == found[1]


NAMES = tuple(spec.name for spec in kind().fields)
TEXTS = st.sampled_from(
    sorted({text for paper in papers() for text in paper.truth.values() if text})
    + ["DE136695976", "EUR", "credit_note", "1", "0.00", "2026-03-04"]
) | st.text(max_size=12)
TOLD = st.builds(
    told_of,
    st.dictionaries(
        st.sampled_from(NAMES), st.lists(TEXTS, min_size=1, max_size=3).map(tuple), max_size=6
    ),
    st.lists(
        st.sampled_from([NEW, *(str(one.truth[IBAN]).replace(" ", "") for one in papers())]),
        max_size=2,
    ).map(tuple),
    st.integers(1, 1000),
)
WRONG = st.dictionaries(st.sampled_from(NAMES), TEXTS | st.none(), max_size=3)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(papers()), WRONG, st.frozensets(st.sampled_from(NAMES), max_size=2), TOLD)
def test_whatever_is_told_accepts_no_value_of_any_document(
    paper: ToldPaper, wrong: Mapping[str, str | None], unsure: frozenset[str], told: ToldSender
) -> None:
    answers = Answers(paper, wrong, unsure)
    for decided in (judged, at_the_station):
        alone, found = decided(answers), decided(answers, told)
        assert accepted(found) <= accepted(alone)
        assert alone.accepted or not found.accepted
        assert found.party == alone.party
        for one, before in zip(found.fields, alone.fields, strict=True):
            if one.field.is_told:
                assert one.how == Basis.UNSUPPORTED and set(one.blockers) <= set(found.blockers)
            else:
                assert (one.field.text, one.value, one.score, one.how, one.blockers) == (
                    *(before.field.text, before.value, before.score, before.how, before.blockers),
                )

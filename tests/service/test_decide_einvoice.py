"""A valid e-invoice that agrees with its page is accepted without a promise."""

from dataclasses import replace

from einvoice_papers import INVOICE, PAGE, TYPE, hybrid, saying

from appliance.domain.blockers import BlockerCode
from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.prediction import NO_MODEL, Basis, Field, Prediction
from appliance.judgement.policy import AcceptancePolicy
from appliance.reading.text import text_page
from appliance.records.store import SeenBefore
from appliance.service.decide import decide_on


class Model:
    """It answers the cost centre, and counts how often it is asked."""

    asked = 0

    def extract(self, document, doctype):
        self.asked += 1
        return Prediction(document.docid, doctype.name, "m1", (Field("cost_centre", None),))

    def runners_up(self, document, doctype, prediction, fieldtypes):
        assert set(fieldtypes) <= {"cost_centre"}
        return prediction


def decided(document, doctype=TYPE, **how):
    model = Model()
    promised_nothing = AcceptancePolicy()
    prediction, judgement, twin = decide_on(
        document, doctype, model, policy=lambda model: promised_nothing, **how
    )
    return model, prediction, judgement


def codes(judgement):
    return {one.code for one in judgement.blockers}


def test_it_is_accepted_and_no_model_is_asked():
    model, prediction, judgement = decided(hybrid())
    assert judgement.accepted, judgement.blockers
    assert model.asked == 0 and prediction.model == NO_MODEL
    hows = {one.fieldtype: one.how for one in judgement.header}
    assert hows.pop("due") == Basis.ABSENT
    assert set(hows.values()) == {Basis.EINVOICE}
    (first, _) = judgement.rows
    assert [(cell.value, cell.how) for cell in first][1] == ("1.500", Basis.EINVOICE)
    assert {one.score for one in judgement.fields} == {None}


def test_the_arithmetic_of_the_standard_stands_in_for_the_checks_of_the_type():
    """The rows add up to 1,000.00, less an allowance of 50.00."""
    assert decided(hybrid())[2].accepted
    _, _, invalid = decided(hybrid(invoice=replace(INVOICE, faults=("it does not add up",))))
    assert codes(invalid) == {BlockerCode.EINVOICE_INVALID}


def test_what_the_page_says_otherwise_holds_it():
    _, _, judgement = decided(hybrid(PAGE.replace("1.130,50", "1.910,50")))
    assert codes(judgement) == {BlockerCode.EINVOICE_DIFFERS}


def test_what_is_missing_or_no_account_holds_it():
    assert codes(decided(hybrid(invoice=saying(BT_1="")))[2]) == {BlockerCode.MISSING_REQUIRED}
    wrong = decided(hybrid(PAGE.partition("IBAN")[0], saying(BT_84="DE02120300000000202052")))[2]
    assert codes(wrong) == {BlockerCode.DOES_NOT_PARSE}


def test_a_duplicate_holds_it():
    seen = SeenBefore("earlier.pdf", None, None, 0.0)
    _, _, judgement = decided(hybrid(), seen_before=lambda twin, is_another: seen)
    assert codes(judgement) == {BlockerCode.SEEN_BEFORE}


def test_a_field_that_only_the_page_can_say_keeps_its_promise():
    wider = replace(TYPE, fields=(*TYPE.fields, FieldSpec("cost_centre")))
    model, prediction, judgement = decided(hybrid(), wider)
    assert model.asked == 1 and prediction.model == "m1"
    assert not judgement.accepted
    assert {one.fieldtype for one in judgement.header if one.how == Basis.EINVOICE} >= {"gross"}


def test_what_cannot_be_seen_holds_it_and_check_digits_of_a_vat_id_do_not():
    turned = saying(BT_27="Muster\u202e GmbH")
    assert codes(decided(hybrid(invoice=turned))[2]) == {BlockerCode.UNSEEN_CHARACTER}
    vat = FieldSpec("vat", FieldType.VAT_ID, einvoice="BT-31")
    _, _, judgement = decided(hybrid(), replace(TYPE, fields=(*TYPE.fields, vat)))
    assert judgement.accepted and judgement.header[-1].value == "DE123456788"


def test_a_second_invoice_behind_the_first_holds_it():
    document = hybrid()
    lines = (
        "Papierhandel Kranich KG, Am Speicher 8, 28195 Bremen, www.kranich.example",
        "RECHNUNG",
        "Rechnung Nr. K-99120",
        "Kopierpapier weiss 40 3,20 128,00",
        "Briefumschlag lang fensterlos 100 0,12 12,00",
        "Gesamt 140,00 zahlbar sofort ohne jeden Abzug",
    )
    stack = replace(document, pages=(*document.pages, text_page(lines)))
    _, _, judgement = decided(stack)
    assert BlockerCode.SEVERAL_DOCUMENTS in codes(judgement)
    assert not judgement.accepted

"""An e-invoice that is held, in a clerk's hand."""

from dataclasses import replace

from einvoice_papers import INVOICE, LINES, PAGE, TYPE, hybrid, terms

from appliance.domain.sections import NOTHING
from appliance.extraction.einvoice_answer import answered
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.draft import begin
from appliance.review.draft.places import FieldRef
from appliance.review.editor.editor import take_up
from appliance.review.editor.keyboard import Keyboard, edited
from appliance.review.widgets.fields import score_run

GROSS, QUANTITY = FieldRef("gross"), FieldRef("quantity", 0)


def draft(invoice=INVOICE):
    """Of one whose page says another total."""
    document, policy = hybrid(PAGE.replace("1.130,50", "1.910,50"), invoice), AcceptancePolicy()
    said = answered(document, TYPE)
    assert said is not None
    judgement = judge(document, TYPE, said, policy=policy)
    return begin(document, TYPE, said, judgement, policy=policy, blind=NOTHING)


def test_only_what_differs_needs_her_and_says_both():
    begun = draft()
    assert [one.place for one in begun.entries if one.needs] == [GROSS]
    (problem,) = begun.entry(GROSS).problems
    assert "1130.50" in problem and "1.910,50" in problem


def test_a_value_says_that_the_einvoice_says_it():
    entry = draft().entry(FieldRef("number"))
    assert entry.stated == "from the e-invoice, BT-1" and score_run(entry).text == "XML"
    assert draft().entry(FieldRef("due")).stated == ""


def test_a_number_is_as_the_xml_means_it_whatever_the_page_writes():
    assert draft().entry(QUANTITY).value == "1.500"


def test_she_edits_a_number_as_the_page_would_write_it():
    opened = take_up(draft()).stand(QUANTITY).type()
    assert opened.typed is not None and opened.typed.text == "1,500"
    assert opened.keep().draft.entry(QUANTITY).value == "1.500"
    for key in ("right", "backspace", "1", "enter"):
        opened = edited(opened, key, Keyboard())
    assert opened.draft.entry(QUANTITY).value == "1.501"


def test_what_she_wrote_instead_may_be_taken_back():
    written = draft().act(DraftAction(ActionKind.WRITE, GROSS, text="1.910,50"))
    at = written.entry(GROSS).choices.index("1.130,50") + 1
    assert written.act(DraftAction(ActionKind.TAKE, GROSS, number=at)).entry(GROSS).value == (
        "1130.50"
    )


def test_joined_rows_say_the_numbers_of_the_xml():
    for upper, lower in (("1.500", "2"), ("", "1.500")):
        said = [LINES[0] | {"BT-129": upper}, LINES[1] | {"BT-129": lower}]
        lines = tuple(terms({at: text for at, text in line.items() if text}) for line in said)
        begun = take_up(draft(replace(INVOICE, lines=lines)))
        joined = begun.stand(FieldRef("quantity", 1)).join_row().draft
        assert [cell.value for cell in joined.rows[0]] == ["Bolzen Muttern", "1.500", "900.00"]


def test_she_confirms_it_and_no_check_of_the_type_asks_for_a_reason():
    """The rows add up to more than the net total, by an allowance that the type does not know."""
    done = draft().act(DraftAction(ActionKind.CONFIRM, GROSS))
    assert done.next(None) is None and done.failing == ()
    review = done.reviewed(3.0)
    (gross,) = (one for one in review.judgement.fields if one.fieldtype == "gross")
    assert (gross.value, gross.how) == ("1130.50", "clerk")


def test_what_she_writes_instead_is_hers():
    done = draft().act(DraftAction(ActionKind.WRITE, GROSS, text="1.910,50"))
    entry = done.entry(GROSS)
    assert (entry.value, entry.stated, entry.by_clerk) == ("1910.50", "", True)

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from figures import figures
from hypothesis import given
from hypothesis import strategies as st
from paper import DOUBTFUL, SURE, answer, document, prediction

from appliance.doctypes.expressions import parse
from appliance.domain.blockers import Blocker
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import Span
from appliance.domain.prediction import Field, Judgement
from appliance.fields.folding import alike
from appliance.fields.party import twin_key
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy, uniform_policy
from appliance.judgement.said_values import others_said

ROWS = TableSpec(
    "rows", (FieldSpec("description"), FieldSpec("amount", FieldType.AMOUNT, required=True))
)
CHECKS = ("net + tax == gross", "sum(rows.amount) == net", "sent <= due")
NOTE = DocType(
    name="note",
    title="Note",
    fields=(
        FieldSpec("number", FieldType.CODE, required=True),
        FieldSpec("sent", FieldType.DATE, required=True),
        FieldSpec("due", FieldType.DATE),
        FieldSpec("sender_vat_id", FieldType.VAT_ID),
        FieldSpec("sender"),
        FieldSpec("currency", FieldType.CURRENCY, values={"EUR": ("EUR", "€"), "USD": ("USD",)}),
        FieldSpec("packages", FieldType.INTEGER),
        FieldSpec("net", FieldType.AMOUNT),
        FieldSpec("tax", FieldType.AMOUNT),
        FieldSpec("gross", FieldType.AMOUNT, required=True),
    ),
    items=ROWS,
    party=("sender_vat_id", "sender"),
    number="number",
    gross="gross",
    checks=tuple(parse(text, ROWS, Decimal("0.02")) for text in CHECKS),
)
LINES = (
    "ACME Ltd GB980780684 Note RE-7",
    "on 25/12/2018 due 03/01/2019",
    "Bolts 60.00",
    "Nuts 40.00",
    "net 100.00 tax 19.00 gross 119.00 EUR",
    "packages 3 also 191.00 and 90.00 03/04/2018",
)
PAPER = document(*LINES)


def header(**changes):
    """The right answers by field name; sure ones, except the sums, which nobody is sure of."""
    said = {
        "number": "RE-7",
        "sent": "25/12/2018",
        "due": "03/01/2019",
        "sender_vat_id": "GB980780684",
        "sender": "ACME Ltd",
        "currency": "EUR",
        "packages": "3",
        "net": "100.00",
        "tax": "19.00",
        "gross": "119.00",
    }
    fields = {
        name: answer(
            PAPER,
            name,
            text,
            words="EUR" if name == "currency" else None,
            **({"tokens": DOUBTFUL} if name in ("net", "tax", "gross") else {}),
        )
        for name, text in said.items()
    }
    return list({**fields, **changes}.values())


def table(*rows, amounts=DOUBTFUL, descriptions=SURE):
    """Nobody is sure of the amounts, since the sums prove them."""
    return [
        answer(PAPER, name, text, row=at, tokens=tokens)
        for at, (description, amount) in enumerate(rows)
        for name, text, tokens in (
            ("description", description, descriptions),
            ("amount", amount, amounts),
        )
    ]


RIGHT = table(("Bolts", "60.00"), ("Nuts", "40.00"))


def judged(fields, doctype=NOTE, paper=PAPER, bound=0.95, **more):
    return judge(paper, doctype, prediction(*fields), policy=uniform_policy(doctype, bound), **more)


def codes(judgement: Judgement):
    return {(blocker.code, blocker.fieldtype) for blocker in judgement.blockers}


def how(judgement: Judgement):
    return {one.field.fieldtype: one.how for one in judgement.fields}


def test_a_document_in_which_all_is_proven_is_accepted():
    judgement = judged(header() + RIGHT)
    assert judgement.accepted, judgement.blockers
    assert how(judgement)["gross"] == how(judgement)["amount"] == "check"
    assert how(judgement)["number"] == "probability"
    assert judgement.party == "GB980780684"


def test_a_number_whose_sign_stands_apart_is_asked_about_though_the_sums_are_right_without_it():
    paper = document(*(line.replace("net 100", "net - 100") for line in LINES))
    fields = [*header(net=answer(paper, "net", "100.00", tokens=DOUBTFUL)).copy(), *RIGHT]
    fields = [
        replace(one, spans=answer(paper, one.fieldtype, one.words or one.text).spans)
        for one in fields
    ]
    judgement = judged(fields, paper=paper)
    assert codes(judgement) == {("ambiguous-number", "net")}
    assert "- 100.00" in judgement.blockers[0].message


def test_values_are_normal_forms():
    values = {one.field.fieldtype: one.value for one in judged(header()).fields}
    assert values["sent"] == "2018-12-25"
    assert values["gross"] == "119.00"
    assert values["currency"] == "EUR"


def test_fields_keep_the_order_of_the_prediction():
    fields = RIGHT[:2] + header() + RIGHT[2:]
    assert [one.field for one in judged(fields).fields] == fields


@pytest.mark.parametrize("name", ["number", "sent", "gross"])
def test_a_missing_required_field_holds(name):
    absent = judged(header(**{name: answer(PAPER, name, None)}) + RIGHT)
    assert ("missing-required", name) in codes(absent)
    unasked = [field for field in header() if field.fieldtype != name]
    assert ("missing-required", name) in codes(judged(unasked + RIGHT))


def test_an_absent_optional_field_does_not():
    judgement = judged(header(due=answer(PAPER, "due", None)) + RIGHT)
    assert judgement.accepted
    assert how(judgement)["due"] == "absent"


def test_an_unsure_optional_value_holds():
    doubtful = answer(PAPER, "sender", "ACME Ltd", tokens=DOUBTFUL)
    judgement = judged(header(sender=doubtful) + RIGHT)
    assert codes(judgement) == {("unsure", "sender")}
    assert how(judgement)["sender"] == "unsupported"


DECIDED = replace(NOTE, decides=("currency",))


def test_a_value_that_decides_what_the_document_is_is_asked_about_until_it_is_promised():
    """A10."""
    fields = header() + RIGHT
    nothing = judge(PAPER, DECIDED, prediction(*fields), policy=AcceptancePolicy())
    assert codes(nothing) == {("decides", "currency")}
    assert how(nothing) == how(judge(PAPER, NOTE, prediction(*fields), policy=AcceptancePolicy()))
    assert judged(fields, DECIDED).accepted
    rest = {name: 0.95 for name in ("number", "gross", "rows")}
    partly = judge(PAPER, DECIDED, prediction(*fields), policy=AcceptancePolicy(bounds=rest))
    assert codes(partly) == {("decides", "currency")}


def test_where_the_page_says_another_value_too_a_clerk_is_asked_what_the_document_is():
    """Sure of "invoice" is a model also on a credit note that names the invoice."""
    also = document(*LINES, "or 130.00 USD today")
    (asked,) = judged(header() + RIGHT, DECIDED, also).blockers
    assert asked.code == "decides" and '"USD"' in asked.message and "'EUR'" in asked.message
    assert judged(header() + RIGHT, NOTE, also).accepted
    assert judged(header() + RIGHT, DECIDED, also, settled={("currency", None): "EUR"}).accepted


def test_words_within_those_that_say_the_value_say_no_other():
    kinds = {"invoice": ("factura",), "credit_note": ("factura rectificativa",)}
    spec = FieldSpec("kind", FieldType.ENUM, values=kinds)
    credit = document("Factura rectificativa 17")
    assert others_said(credit, spec, "credit_note") == ()
    assert others_said(credit, spec, "invoice") == ("Factura rectificativa",)
    both = document("Factura rectificativa 17", "de la factura 9")
    assert others_said(both, spec, "credit_note") == ("factura",)


def test_that_nothing_says_what_the_document_is_is_asked_about_too():
    fields = header(currency=answer(PAPER, "currency", None)) + RIGHT
    judgement = judge(PAPER, DECIDED, prediction(*fields), policy=AcceptancePolicy())
    assert codes(judgement) == {("decides", "currency")}


def test_a_doubt_about_what_the_document_is_is_said_alone_and_a_clerk_ends_it():
    doubtful = answer(PAPER, "currency", "EUR", words="EUR", tokens=DOUBTFUL)
    asked = prediction(*header(currency=doubtful), *RIGHT)
    nothing = partial(judge, PAPER, DECIDED, asked, policy=AcceptancePolicy())
    assert codes(nothing()) == {("unsure", "currency")}
    assert nothing(settled={("currency", None): "EUR"}).accepted


def test_what_speaks_against_a_document_is_said_before_what_is_only_asked():
    first = replace(NOTE, fields=(NOTE.spec("currency"), *NOTE.fields), decides=("currency",))
    doubtful = answer(PAPER, "sender", "ACME Ltd", tokens=DOUBTFUL)
    asked = prediction(*reversed(header(sender=doubtful)), *RIGHT)
    judgement = judge(PAPER, first, asked, policy=AcceptancePolicy())
    assert [one.code for one in judgement.blockers] == ["unsure", "decides"]


def test_a_value_that_no_model_scored_is_unsure():
    assert codes(judged(header(sender=answer(PAPER, "sender", "ACME Ltd", tokens=())) + RIGHT)) == {
        ("unsure", "sender")
    }


def test_a_value_that_its_words_do_not_say_holds():
    invented = replace(answer(PAPER, "sender", "ACME Ltd"), text="ACNE Ltd")
    assert codes(judged(header(sender=invented) + RIGHT)) == {("not-on-the-page", "sender")}
    nowhere = Field("sender", "ACME Ltd", tokens=invented.tokens)
    assert codes(judged(header(sender=nowhere) + RIGHT)) == {("not-on-the-page", "sender")}
    for span in (Span(7, 0, 1), Span(0, 999, 1000)):
        outside = replace(nowhere, text="AC", spans=(span,))
        assert codes(judged(header(sender=outside) + RIGHT)) == {("not-on-the-page", "sender")}


@pytest.mark.parametrize("words", ["€", "€119.00"])
def test_a_mark_glued_to_its_number_stands_on_the_page(words):
    paper = document(words)
    euros = replace(answer(paper, "currency", "EUR", words=words), words="€")
    assert not judged([euros], paper=paper).fields[0].blockers


def test_a_listed_value_whose_words_say_another_holds():
    dollars = answer(PAPER, "currency", "USD", words="EUR")
    (blocker,) = judged(header(currency=dollars) + RIGHT).blockers
    assert (blocker.code, blocker.fieldtype) == ("unsure", "currency")
    assert "EUR" in blocker.message and "USD" in blocker.message


def test_a_listed_value_holds_when_its_words_are_not_known_for_it():
    (blocker,) = judged(
        header(currency=answer(PAPER, "currency", "USD", words="gross")) + RIGHT
    ).blockers
    assert (blocker.code, blocker.fieldtype) == ("unsure", "currency")
    assert "gross" in blocker.message and "USD" in blocker.message


def test_a_listed_value_may_be_said_by_itself_in_any_case():
    kind = replace(
        NOTE, fields=(*NOTE.fields, FieldSpec("box", FieldType.ENUM, values={"Net": ()}))
    )
    assert judged([*header(), answer(PAPER, "box", "Net", words="net"), *RIGHT], kind).accepted


def test_a_value_that_does_not_parse_holds():
    wrong = answer(PAPER, "due", "Bolts")
    assert ("does-not-parse", "due") in codes(judged(header(due=wrong) + RIGHT))


def test_an_ambiguous_date_holds():
    paper = document("RE-7 03/04/2018 119.00")
    kind = replace(NOTE, items=None, checks=())
    fields = [
        answer(paper, "number", "RE-7"),
        answer(paper, "sent", "03/04/2018"),
        answer(paper, "gross", "119.00"),
    ]
    judgement = judged(fields, kind, paper)
    (blocker,) = judgement.blockers
    assert (blocker.code, blocker.fieldtype) == ("ambiguous-date", "sent")
    assert "3 April" in blocker.message and "4 March" in blocker.message


def test_the_vat_id_tells_the_country():
    paper = document("RE-7 03/04/2018 119.00 GB980780684")
    fields = [answer(paper, "sent", "03/04/2018"), answer(paper, "sender_vat_id", "GB980780684")]
    assert judged(fields, paper=paper).fields[0].value == "2018-04-03"


def test_a_failed_check_holds_and_marks_its_fields():
    judgement = judged(header(gross=answer(PAPER, "gross", "191.00")) + RIGHT)
    (failed,) = (one.message for one in judgement.blockers if one.code == "check-failed")
    assert figures(failed) == ["119.00", "191.00"]
    marked = {one.field.fieldtype for one in judgement.fields if one.blockers}
    assert {"net", "tax", "gross"} <= marked


@pytest.mark.parametrize(
    ("read", "told"),
    [("191.00", [["119.00", "191.00"], ["191.00"]]), ("", [[]])],
)
def test_a_number_that_is_proposed_because_it_fits_proves_nothing(read, told):
    """As if the check had failed, until a clerk says that it is right."""
    gross = replace(answer(PAPER, "gross", "119.00"), instead_of=read)
    judgement = judged(header(gross=gross) + RIGHT)
    failed = [one for one in judgement.blockers if one.code == "check-failed"]
    assert [figures(one.message) for one in failed] == told and failed[-1].fieldtype == "gross"
    was = f"Read was {read}." if read else "Nothing was read."
    assert failed[-1].message == f"gross: suggested because the sums are right with it. {was}"
    proposed = next(one for one in judgement.fields if one.field.fieldtype == "gross")
    assert proposed.value == "119.00" and proposed.how != "check"
    settled = judged(header(gross=gross) + RIGHT, settled={("gross", None): None})
    assert not settled.blockers


def swapped(rows=RIGHT, **changes) -> Judgement:
    """Net and gross were read in each other's places, and put right because net + tax is gross."""
    net = replace(answer(PAPER, "net", "100.00"), instead_of="119.00")
    gross = replace(answer(PAPER, "gross", "119.00"), instead_of="100.00")
    return judged(header(net=net, gross=gross, **changes) + list(rows))


def test_numbers_that_were_chosen_by_one_check_are_confirmed_by_another():
    """The rows were read from their table, whatever the header says: their sum is evidence."""
    judgement = swapped()
    assert judgement.accepted and how(judgement)["net"] == how(judgement)["gross"] == "check"


def test_where_more_than_one_number_was_looked_for_nothing_confirms_them():
    """That they fit is why they were looked for."""
    net = replace(answer(PAPER, "net", "100.00"), instead_of="7.00")
    gross = replace(answer(PAPER, "gross", "119.00"), instead_of="9.00")
    judgement = judged(header(net=net, gross=gross) + RIGHT)
    suggested = {one.fieldtype for one in judgement.blockers if "suggested" in one.message}
    assert suggested == {"net", "gross"}


def test_sums_do_not_confirm_a_day_that_was_suggested_nor_does_it_keep_them_from_confirming():
    due = next(one for one in header() if one.fieldtype == "due")
    judgement = swapped(due=replace(due, instead_of="03/04/2018"))
    suggested = {one.fieldtype for one in judgement.blockers if "suggested" in one.message}
    assert suggested == {"due"} and how(judgement)["net"] == how(judgement)["gross"] == "check"


@pytest.mark.parametrize(
    "rows",
    [
        RIGHT[:2],  # another sum
        table(("Bolts", "100.00")),  # a copy of the sum
        table(("Bolts", None), ("Nuts", "40.00")),  # no sum
        [],
    ],
)
def test_without_rows_that_say_the_same_they_prove_nothing(rows):
    judgement = swapped(rows)
    suggested = {one.fieldtype for one in judgement.blockers if "suggested" in one.message}
    assert suggested == {"net", "gross"}


def test_dates_in_the_wrong_order_hold():
    early = header(due=answer(PAPER, "due", "03/04/2018"))
    assert ("check-failed", None) in codes(judged(early + RIGHT))


def test_a_day_that_is_suggested_for_its_order_holds_and_says_what_was_read():
    due = next(one for one in header() if one.fieldtype == "due")
    judgement = judged(header(due=replace(due, instead_of="03/04/2018")) + RIGHT)
    suggested = [one.message for one in judgement.blockers if one.fieldtype == "due"]
    assert suggested == [
        "due: suggested because the days are in order with it. Read was 03/04/2018."
    ]


def test_a_check_that_fails_without_a_suggestion_names_what_was_read():
    """Not the day that is suggested, with which it holds."""
    due = next(one for one in header() if one.fieldtype == "due")
    judgement = judged(header(due=replace(due, instead_of="19/12/2018")) + RIGHT)
    (failed,) = (
        one for one in judgement.blockers if one.message.endswith(" is after the due, 19/12/2018.")
    )
    assert failed.code == "check-failed" and due.text not in failed.message


def test_a_short_value_needs_its_label_beside_it():
    kind = replace(NOTE, items=None, checks=())
    fields = {"number": "RE-7", "sent": "25/12/2018", "gross": "119.00", "packages": "3"}

    def held(last_line):
        paper = document("RE-7 25/12/2018 119.00", "and then", "so on", "far on", last_line)
        answers = [answer(paper, name, text) for name, text in fields.items()]
        return codes(judged(answers, kind, paper))

    assert held("Packages: 3") == set()
    assert held("box 3") == {("not-on-the-page", "packages")}


def test_a_short_listed_word_needs_its_label_beside_it_but_for_a_currency():
    values = {"no": ("no",), "yes": ("yes",)}

    def held(kind_of, text, words, last_line):
        spec = FieldSpec("reverse", kind_of, values=values if text == "no" else {"USD": ("$",)})
        kind = replace(NOTE, fields=(spec,), items=None, checks=(), party=())
        paper = document("RE-7 25/12/2018 $ 9.00", "and then", "so on", "far on", last_line)
        said = replace(answer(paper, "reverse", words), text=text, words=words)
        return codes(judged([said], kind, paper))

    assert held(FieldType.BOOLEAN, "no", "no", "Reverse: no") == set()
    assert held(FieldType.BOOLEAN, "no", "no", "or no") == {("not-on-the-page", "reverse")}
    assert held(FieldType.CURRENCY, "USD", "$", "end") == set()


def test_rows_that_do_not_add_up_hold():
    judgement = judged(header() + RIGHT[:2])
    assert ("check-failed", None) in codes(judgement)
    assert how(judgement)["amount"] == "unsupported"


def test_rows_that_cannot_be_added_up_hold_the_table():
    judgement = judged(header() + table(("Bolts", "60.00"), ("Nuts", None)))
    assert ("table-unproven", "rows") in codes(judgement)
    assert ("missing-required", "amount") in codes(judgement)


def test_a_table_without_rows_holds_when_its_sum_says_that_there_are_some():
    judgement = judged(header())
    assert ("table-unproven", "rows") in codes(judgement)


def test_a_table_without_rows_holds_when_nothing_says_that_there_are_none():
    absent = header(net=answer(PAPER, "net", None), tax=answer(PAPER, "tax", None))
    judgement = judged([*absent[:-1], answer(PAPER, "gross", "119.00")])
    assert codes(judgement) == {("table-unproven", "rows")}


def test_one_row_that_copies_the_total_needs_its_scores():
    copied = judged(header() + table(("Bolts", "100.00")))
    assert codes(copied) == {("table-unproven", "rows")}
    assert how(copied)["amount"] == "unsupported"
    sure = judged(header() + table(("Bolts", "100.00"), amounts=SURE))
    assert sure.accepted
    assert how(sure)["amount"] == "probability"


def test_a_sum_that_cannot_be_computed_holds_the_table_whatever_another_says():
    rows = TableSpec("rows", (FieldSpec("pieces", FieldType.INTEGER), *ROWS.fields[1:]))
    pieces = parse("sum(rows.pieces) == packages", rows, Decimal(0))
    kind = replace(NOTE, items=rows, checks=(*NOTE.checks, pieces))
    paper = document("2 60.00", "1 40.00")
    cells = [
        answer(paper, name, text, row=at, tokens=SURE)
        for at, row in enumerate(((None, "60.00"), ("1", "40.00")))
        for name, text in zip(("pieces", "amount"), row, strict=True)
    ]
    judgement = judged(header() + cells, kind)
    assert ("table-unproven", "rows") in codes(judgement)
    assert how(judgement)["amount"] == "unsupported"


def test_a_cell_that_does_not_parse_holds():
    assert ("does-not-parse", "amount") in codes(
        judged(header() + table(("Bolts", "60.00"), ("Nuts", "Nuts")))
    )


def test_a_table_without_a_sum_check_needs_every_score():
    kind = replace(NOTE, checks=NOTE.checks[:1])
    assert ("table-unproven", "rows") in codes(judged(header() + RIGHT, kind))
    sure = table(("Bolts", "60.00"), ("Nuts", "40.00"), amounts=SURE)
    judgement = judged(header() + sure, kind)
    assert judgement.accepted
    assert how(judgement)["amount"] == "probability"


def test_what_reading_and_extraction_found_comes_first():
    hidden, cut = Blocker("hidden-text", "hidden"), Blocker("table-cut", "cut")
    paper = replace(PAPER, blockers=(hidden,))
    asked = replace(prediction(*header(), *RIGHT), blockers=(cut,))
    judgement = judge(
        paper,
        NOTE,
        asked,
        policy=uniform_policy(NOTE, 0.95),
        extra_blockers=[Blocker("seen-before", "old.pdf")],
    )
    assert [one.code for one in judgement.blockers] == ["hidden-text", "table-cut", "seen-before"]
    assert "old.pdf" in judgement.blockers[2].message


def test_two_scans_of_one_document_have_one_key():
    paper = document("ACME Ltd GB 980 7806 84 re 7 119.0")
    number, gross = answer(paper, "number", "re 7"), answer(paper, "gross", "119.0")
    vat_id = answer(paper, "sender_vat_id", "GB 980 7806 84")
    again = judged([number, gross, vat_id], paper=paper)
    assert twin_key(NOTE, again) == twin_key(NOTE, judged(header())) == "GB980780684|RE7|119"
    assert twin_key(NOTE, judged([number, vat_id], paper=paper)) is None


@pytest.mark.parametrize(
    "number", ["R\u0415-7", "\uff32\uff25-7", "RE\u3164-7", "R\u0395-\U000e00417"]
)
def test_d6_what_only_looks_like_a_number_has_its_key(number):
    paper = document(f"ACME Ltd GB980780684 {number} 119.00")
    said = [
        answer(paper, name, text)
        for name, text in (
            ("number", number),
            ("gross", "119.00"),
            ("sender_vat_id", "GB980780684"),
        )
    ]
    assert twin_key(NOTE, judged(said, paper=paper)) == twin_key(NOTE, judged(header()))


def test_d6_letters_and_figures_that_look_alike_are_alike_and_others_are_not():
    assert alike("INV-47О1") == alike("lNV-470I")
    assert alike("СФ-12") == alike("СФ-12") != alike("СЖ-12")


def test_d6_what_cannot_be_seen_in_a_field_or_a_cell_holds_the_document():
    paper = document("ACME Ltd GB980780684 Note RE\u202e-7", "Bo\u2066lts 60.00")
    fields = header(number=answer(paper, "number", "RE\u202e-7"))
    cells = [replace(one, text="Bo\u2066lts") if one.text == "Bolts" else one for one in RIGHT]
    held = judged([*fields, *cells])
    found = codes(held)
    assert ("unseen-character", "number") in found
    assert ("unseen-character", "description") in found
    message = next(one.message for one in held.blockers if one.code == "unseen-character")
    assert "U+202E" in message
    assert {one.field.fieldtype: one.value for one in held.fields}["number"] == "RE-7"


def test_without_a_vat_id_the_name_is_the_party():
    judgement = judged(header(sender_vat_id=answer(PAPER, "sender_vat_id", None)))
    assert judgement.party == "acmeltd"


def test_a_field_that_the_type_no_longer_has_breaks_nothing():
    judged([*header(), answer(PAPER, "gone", "ACME")])


ANYTHING = st.lists(
    st.builds(
        answer,
        st.just(PAPER),
        st.sampled_from([spec.name for spec in NOTE.fields] + ["description", "amount"]),
        st.none() | st.sampled_from(PAPER.pages[0].words).map(lambda word: word.text) | st.text(),
        row=st.none() | st.integers(0, 2),
        tokens=st.sampled_from([(), DOUBTFUL, answer(PAPER, "x", "x").tokens]),
    ),
    max_size=20,
)


@given(ANYTHING, st.floats(0, 1))
def test_nothing_unproven_is_ever_accepted(fields, bound):
    judgement = judged(fields, bound=bound)
    assert len(judgement.fields) == len(fields)
    if judgement.accepted:
        present = {one.field.fieldtype for one in judgement.fields if one.value}
        assert {"number", "sent", "gross"} <= present
        assert all(one.how in ("check", "probability", "absent") for one in judgement.fields)
        assert all(one.value is not None or one.field.text is None for one in judgement.fields)


@given(st.sampled_from([spec.name for spec in NOTE.fields if spec.required]), ANYTHING)
def test_without_a_required_field_nothing_else_helps(name, more):
    fields = [field for field in [*header(), *RIGHT, *more] if field.fieldtype != name]
    assert not judged(fields, bound=0.0).accepted


@given(ANYTHING)
def test_judging_twice_gives_the_same(fields):
    assert judged(fields) == judged(fields)


def test_a_value_of_several_lines_is_said_by_all_of_them_and_by_none_alone():
    paper = document("Hex", "bolts", "Hex bolts")
    kind = replace(NOTE, fields=(FieldSpec("sender"),), items=None, checks=(), party=())
    first, second = Span(0, 0, 1), Span(0, 1, 2)
    whole = Field("sender", "Hex bolts", (first,), wraps=(second,), tokens=SURE)
    assert judged([whole], kind, paper).accepted
    for cut in (replace(whole, wraps=()), replace(whole, spans=(first, second), wraps=())):
        assert codes(judged([cut], kind, paper)) == {("not-on-the-page", "sender")}

"""What is drafted changes how often a model is asked, never what is answered."""

import pytest
from fake_engine import FakeEngine
from hypothesis import given
from hypothesis import strategies as st
from typed_pages import INVOICE, RECEIPT, document

from appliance.extraction.asking import build_request
from appliance.extraction.batches import whole
from appliance.extraction.decode import decode
from appliance.extraction.drafting import PromptLookup
from appliance.extraction.prompt import PLAIN
from appliance.extraction.windows import PageRange
from appliance.fields.chunks import chunks

SHOP = document(
    'ACME "Zum Löwen" LTD\n12 HIGH STREET\n25 Dec 2017 8:13:39 PM\nwood 9.00\n'
    "TOTAL RM 9.00\nCASH 10.00"
)
BILL = document("Invoice No A1\nwood 5 €\niron 6 €\nwood 7 €\nTotal 18 €")
PROMPT = (whole(b"JSON:\n"),)


def asked(paper, doctype):
    window = tuple(PageRange(at, 0, len(page.words)) for at, page in enumerate(paper.pages))
    one = build_request(doctype, paper, window, form=PLAIN)
    return one.grammar, PromptLookup(doctype, paper.pages, one.runs)


def both(said, paper, doctype, **how):
    """The answer without drafts and with them, and how often each asked the model."""
    rules, guess = asked(paper, doctype)
    for one in (None, guess):
        engine = FakeEngine(*said)
        yield decode(engine, rules, PROMPT, guess=one, **how), len(engine.asked)


ANSWERS = [
    (SHOP, RECEIPT, '{"company": "ACME \\"Zum Löwen\\" LTD", "date": null, "total": "9.00"}'),
    (SHOP, RECEIPT, '{"company": "STREET 25 Dec", "date": "25 Dec 2017", "total": "10.00"}'),
    (
        BILL,
        INVOICE,
        '{"number": "A1", "currency": {"words": "€", "value": "EUR"}}',
    ),
]


@pytest.mark.parametrize("paper, doctype, said", ANSWERS)
def test_a_drafted_answer_is_the_same_and_asks_less(paper, doctype, said):
    (plain, often), (drafted, seldom) = both([said], paper, doctype, budget=500)
    assert FakeEngine().detokenize(plain.tokens).decode() == said
    assert (drafted.tokens, drafted.steps, drafted.whole) == (plain.tokens, plain.steps, True)
    assert seldom <= 0.6 * often


@given(st.integers(0, 200), st.sampled_from(ANSWERS))
def test_a_budget_cuts_a_drafted_answer_where_it_cuts_a_plain_one(budget, asked):
    paper, doctype, said = asked
    (plain, _), (drafted, _) = both([said], paper, doctype, budget=budget)
    assert (drafted.tokens, drafted.whole) == (plain.tokens, plain.whole)


def test_what_was_computed_before_a_step_is_told_as_it_was_computed():
    (_, _), (trace, _) = both([ANSWERS[0][2]], SHOP, RECEIPT, budget=500)
    for step in range(len(trace.steps)):
        held = [token for batch in trace.upto(step) for token in batch.stays]
        assert held == [*b"JSON:\n", *trace.before(step)]
        computed = [batch.tokens for batch in trace.batches]
        assert [batch.tokens for batch in trace.upto(step)] == computed[: len(trace.upto(step))]


def test_another_branch_goes_on_from_what_was_computed():
    rules, guess = asked(SHOP, RECEIPT)
    engine = FakeEngine(ANSWERS[0][2], '{"company": "12 HIGH STREET", "date": null, "total": null}')
    trace = decode(engine, rules, PROMPT, budget=500, guess=guess)
    step = next(
        at for at, one in enumerate(trace.steps) if one.others and chr(one.tokens[0]) == "A"
    )
    other = trace.steps[step].others[0][0]
    again = decode(
        engine, rules, trace.upto(step), budget=500, said=trace.before(step), given=(other,)
    )
    assert engine.detokenize(again.tokens).startswith(b'{"company": "12 HIGH STREET", ')
    assert again.asked == trace.asked


def test_a_model_that_cannot_forget_is_not_given_drafts():
    rules, guess = asked(SHOP, RECEIPT)
    engine = FakeEngine(ANSWERS[0][2])
    engine.forgets = False
    trace = decode(engine, rules, PROMPT, budget=500, guess=guess)
    assert all(batch.kept == len(batch.tokens) for batch in trace.batches)


@pytest.mark.parametrize(
    "answer, said, rest",
    [
        ('{"company":', "", ' "'),
        ('{"company": "AC', "AC", 'ME \\"Zum Löwen\\" LTD"'),
        (
            '{"company": "ACME \\"Zum Löwen\\" LTD 12',
            'ACME \\"Zum Löwen\\" LTD 12',
            ' HIGH STREET"',
        ),
        ('{"company": "ACME \\"Zum Löwen\\" LTD', 'ACME \\"Zum Löwen\\" LTD', '"'),
        ('{"company": "CME', "CME", ""),  # no chunk begins so
        ('{"company": null, "date": "', "", '25 Dec 2017"'),
        ('{"company": null, "date": "25 D', "25 D", 'ec 2017"'),
        ('{"company": null, "date": null, "total": "', "", '9.00"'),
        ('{"company": null, "date": null, "total": "1', "1", '2"'),
        ('{"company": null,', "", ""),
        ("", "", ""),
    ],
)
def test_what_probably_follows(answer, said, rest):
    guess = PromptLookup(RECEIPT, SHOP.pages, [chunks(page.words) for page in SHOP.pages])
    assert guess(answer.encode()) == (said.encode(), rest.encode())

"""A given answer, token by token, in the way in which decoding writes."""

import pytest
from fake_engine import FakeEngine
from typed_pages import RECEIPT, document

from appliance.extraction.asking import build_request
from appliance.extraction.batches import whole
from appliance.extraction.decode import decode
from appliance.extraction.prompt import PLAIN
from appliance.extraction.walk import RefusedByGrammar, walk
from appliance.extraction.windows import PageRange

SMILES = document("a😀b a😁b 😀😁 25/12/2017")


def rules(paper, doctype):
    window = tuple(PageRange(at, 0, len(page.words)) for at, page in enumerate(paper.pages))
    return build_request(doctype, paper, window, form=PLAIN).grammar


def walked(paper, doctype, said):
    return list(walk(FakeEngine(), rules(paper, doctype), said.encode()))


@pytest.mark.parametrize("company", ['"a😁b"', '"a😁b 😀😁 25/12/2017"', '"25/12/2017"', "null"])
def test_it_writes_what_decoding_writes(company):
    said = f'{{"company": {company}, "date": "25/12/2017", "total": null}}'
    found = walked(SMILES, RECEIPT, said)
    assert bytes(token for token, _ in found) == said.encode()
    trace = decode(FakeEngine(said), rules(SMILES, RECEIPT), [whole(b"JSON:\n")], budget=500)
    assert [token for token, _ in found] == trace.tokens
    assert [token for token, chosen in found if chosen] == [step.tokens[0] for step in trace.steps]


def test_a_choice_within_a_character_is_one():
    """The two faces differ in their last byte alone."""
    found = walked(SMILES, RECEIPT, '{"company": "a😁b", "date": null, "total": null}')
    assert ("😁".encode()[-1], True) in found


@pytest.mark.parametrize(
    "said",
    [
        '{"company": "c", "date": null, "total": null}',  # not in the document
        '{"company": null, "date": "a😀b", "total": null}',  # no date
        '{"company": null, "total": null, "date": null}',
        '{"company": null, "date": null, "total": null',
        '{"company": null, "date": null, "total": null} ',
        "",
    ],
)
def test_what_the_grammar_does_not_allow_is_refused(said):
    with pytest.raises(RefusedByGrammar):
        walked(SMILES, RECEIPT, said)

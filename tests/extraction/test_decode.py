import math

import numpy as np
import pytest
from fake_engine import FakeEngine
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.errors import WorkerError
from appliance.extraction.batches import whole
from appliance.extraction.choice import scores
from appliance.extraction.decode import decode

RULES = '%llguidance {}\nstart: "{\\"a\\": " ("\\"b\\"" | "\\"c\\"" | "null") "}"'
PROMPT = (whole(b"JSON:\n"),)


@given(st.lists(st.floats(-50, 50, width=32), min_size=2, max_size=20), st.data())
def test_log_probabilities_are_those_of_the_definition(values, data):
    allowed = sorted(data.draw(st.sets(st.integers(0, len(values) - 1), min_size=1)))
    free, among = scores(np.array(values, dtype=np.float32), np.array(allowed))
    for at, token in enumerate(allowed):
        every = math.fsum(math.exp(value) for value in values)
        chosen = math.fsum(math.exp(values[other]) for other in allowed)
        assert free[at] == pytest.approx(values[token] - math.log(every), abs=1e-6)
        assert among[at] == pytest.approx(values[token] - math.log(chosen), abs=1e-6)


def test_forced_tokens_are_fed_together_and_not_sampled():
    engine = FakeEngine('{"a": "c"}')
    trace = decode(engine, RULES, PROMPT, budget=99)
    assert engine.detokenize(trace.tokens) == b'{"a": "c"}'
    assert [bytes(step.tokens) for step in trace.steps] == [b'"', b'c"}']
    assert trace.begun == (*b'{"a": ',)
    assert trace.whole and engine.asked[-1] == (whole(b'JSON:\n{"a": '), whole(b'"'))


def test_what_is_forced_is_fed_in_parts_where_it_is_much():
    engine = FakeEngine('{"a": "c"}', batch=6)
    trace = decode(engine, RULES, [whole(b"JSON:\n")], budget=99)
    assert engine.detokenize(trace.tokens) == b'{"a": "c"}'
    assert engine.asked[0] == (whole(b"JSON:\n"), whole(b'{"a": '))
    small = FakeEngine('{"a": "c"}', batch=4)
    again = decode(small, RULES, [whole(b"JSO"), whole(b"N:\n")], budget=99)
    assert small.asked[0][-2:] == (whole(b'{"a"'), whole(b": "))
    assert again.tokens == trace.tokens


def test_the_next_likeliest_are_remembered():
    trace = decode(FakeEngine('{"a": "c"}', '{"a": null}'), RULES, PROMPT, budget=99)
    assert [chr(token) for token, _ in trace.steps[0].others] == ["n"]
    assert [chr(token) for token, _ in trace.steps[1].others] == ["b"]


def test_a_given_beginning_is_kept():
    engine = FakeEngine('{"a": "c"}')
    trace = decode(engine, RULES, PROMPT, budget=99, given=b'{"a": "b')
    assert engine.detokenize(trace.tokens) == b'{"a": "b"}'
    assert trace.steps == () and trace.whole


def test_a_budget_cuts_the_answer():
    trace = decode(FakeEngine('{"a": "c"}'), RULES, PROMPT, budget=7)
    assert bytes(trace.tokens) == b'{"a": "' and not trace.whole


def test_a_grammar_that_fails_costs_one_attempt_of_its_document():
    with pytest.raises(WorkerError, match="llguidance"):
        decode(FakeEngine(), "start: (", PROMPT, budget=9)

"""Looks at rows with other eyes: the question asked anew, the grammar, and decoding itself."""

from __future__ import annotations

import numpy as np
from keyed_papers import labelled
from llguidance import LLMatcher

from appliance.extraction import batches
from appliance.extraction.asking import build_request, token_budget, tokenize
from appliance.extraction.choice import LIMITS
from appliance.extraction.column_question import column_request
from appliance.extraction.decode import decode
from appliance.extraction.prompt import choose_format
from appliance.extraction.row_reader import RowReader
from appliance.extraction.windows import windows
from appliance.learning.dataset.examples import examples
from appliance.learning.dataset.header_windows import ANSWER
from appliance.learning.trainer.recipe import ROW
from appliance.tables.find import find_tables


class Scripted:
    """Wants the next token of a row, whatever is before it; else the engine that it was made of."""

    def __init__(self, engine, tokens):
        self.context, self.batch, self.start = engine.context, engine.batch, engine.start
        self.tokenizer, self.knows = engine.tokenizer, engine.knows
        self.tokenize, self.detokenize = engine.tokenize, engine.detokenize
        self.tokens, self.vocabulary, self.forgets = tokens, engine.vocabulary, True

    def logits(self, asked, at=(-1,)):
        assert at == [len(asked[-1].tokens) - 1]
        before = [token for batch in asked for token in batch.stays]
        assert list(self.tokens[: len(before)]) == before
        wanted = np.zeros((1, self.vocabulary), dtype=np.float32)
        wanted[0, self.tokens[len(before)]] = 9.0
        return wanted


def made(engine, paper, doctype, labels):
    return examples(engine, labelled(paper, *labels, doctype=doctype), doctype)


def cut(engine, paper, doctype):
    form = choose_format(engine.knows)
    limit = token_budget(engine, doctype, form=form, answer=ANSWER, context=ROW)
    hidden = RowReader(paper, doctype).inner_words
    return windows(paper, limit=limit, count=lambda text: len(engine.tokenize(text)), hidden=hidden)


def asked(engine, paper, doctype):
    """The question about each window in tokens, and the rules of its answer."""
    form = choose_format(engine.knows)
    for window in cut(engine, paper, doctype):
        one = build_request(doctype, paper, window, form=form)
        pieces = (*one.question.shared, *one.question.own)
        yield (*engine.start, *tokenize(engine, pieces)), one.grammar


def asked_of_columns(engine, paper, doctype):
    """The question about each table in tokens, and the rules of its answer."""
    form = choose_format(engine.knows)
    for table in find_tables(paper):
        one = column_request(doctype, paper, table, form=form)
        pieces = (*one.question.shared, *one.question.own)
        yield (*engine.start, *tokenize(engine, pieces)), one.grammar


def answers(engine, paper, doctype, rows, *, ask=asked):
    """Of each row its question, the rules, its answer in tokens, and whether each is taught."""
    every = list(ask(engine, paper, doctype))
    for one in rows:
        prompt, rules = next(pair for pair in every if one.tokens[: len(pair[0])] == pair[0])
        assert not any(one.taught[: len(prompt)])
        yield prompt, rules, one.tokens[len(prompt) :], one.taught[len(prompt) :]


def said(engine, paper, doctype, rows, *, ask=asked):
    return [
        engine.detokenize(tokens).decode()
        for _, _, tokens, _ in answers(engine, paper, doctype, rows, ask=ask)
    ]


def check_forced(engine, paper, doctype, rows, *, ask=asked):
    """Each row is accepted token by token, and holds what the grammar forces as it forces it."""
    for _, rules, tokens, taught in answers(engine, paper, doctype, rows, ask=ask):
        matcher = LLMatcher(engine.tokenizer, rules, log_level=0, limits=LIMITS)
        left = list(zip(tokens, taught, strict=True))
        while left:
            forced = matcher.compute_ff_tokens()
            told = left[: len(forced)] if forced else left[:1]
            if forced:
                assert [token for token, _ in told] == forced[: len(told)]
                assert not any(learned for _, learned in told)
            assert matcher.try_consume_tokens([token for token, _ in told]) == len(told)
            left = left[len(told) :]
        assert not matcher.is_error()


def check_decoded(engine, paper, doctype, rows, *, whole=True, ask=asked):
    """A model that wants the row writes the row; where all is known it chose what is taught."""
    for prompt, rules, tokens, taught in answers(engine, paper, doctype, rows, ask=ask):
        model = Scripted(engine, [*prompt, *tokens])
        # A row ends at its last choice; what is forced behind it is not held.
        trace = decode(model, rules, batches.split(prompt, engine.batch), budget=len(tokens))
        assert tuple(trace.tokens[: len(tokens)]) == tokens
        at, chosen = len(trace.begun), []
        for step in trace.steps:
            chosen.append(at)
            at += len(step.tokens)
        learned = [at for at, one in enumerate(taught) if one]
        assert learned == chosen if whole else set(learned) <= set(chosen)

"""Which rows a night learns: of each document, and of variants where there are few."""

from __future__ import annotations

from dataclasses import replace

import pytest
from keyed_papers import NOTE, document, header, labelled

from appliance.domain.errors import DoctypeError
from appliance.learning.night import collect
from appliance.learning.night.collect import VARIANTS

pytestmark = pytest.mark.model


def history(count):
    return [
        labelled(
            document(f"Firm {n}\nDate {n + 1}.12.2018\nTotal {n}.50", docid=f"{n:064x}"),
            *header(company=f"Firm {n}", date=f"{n + 1}.12.2018", total=f"{n}.50"),
        )
        for n in range(count)
    ]


def collected(engine, labelled, doctype=lambda name: NOTE):
    lesson, rows = collect.collect(engine, labelled, doctype)
    return lesson, [row for row in rows if row.held], [row for row in rows if not row.held]


def said(engine, row):
    return engine.detokenize(row.tokens).decode()


def test_of_few_documents_variants_are_learned_as_well(engine):
    lesson, held, learned = collected(engine, history(5))
    assert (len(held), len(learned)) == (1, 4 + 4 * VARIANTS)
    assert (lesson.rows, lesson.variants) == (len(held + learned), 4 * VARIANTS)
    assert lesson.values == 15, "a variant is no label more"
    assert len({row.tokens for row in learned}) > 4 * 2, "they differ, though chance may repeat one"


def test_nothing_of_what_is_held_back_is_in_a_variant(engine):
    every = history(5)
    _, (held,), learned = collected(engine, every)
    (company,) = (
        one.labels[0].text for one in every if f"{one.labels[0].text}\n" in said(engine, held)
    )
    assert all(company not in said(engine, row) for row in learned)


def test_of_many_there_are_none(engine, monkeypatch):
    monkeypatch.setattr(collect, "FEW", 9)
    lesson, _, learned = collected(engine, history(5))
    assert (lesson.variants, len(learned)) == (0, 4)
    monkeypatch.setattr(collect, "FEW", 10)
    assert collected(engine, history(5))[0].variants == 4


def test_another_type_lends_nothing(engine):
    mine, (other, *_) = history(1), history(2)[1:]
    others = [replace(other, doctype="other")]
    lesson, held, learned = collected(engine, mine + others, lambda name: replace(NOTE, name=name))
    assert (lesson.variants, len(held), len(learned)) == (0, 1, 1)


def test_a_type_that_is_gone_is_told_and_the_others_are_learned(engine):
    def doctype(name):
        if name == "gone":
            raise DoctypeError("no such type")
        return NOTE

    gone = [replace(one, doctype="gone") for one in history(9)[5:]]
    lesson, _, _ = collected(engine, history(5) + gone, doctype)
    assert [(why.split(":")[0], many) for why, many in lesson.masked.items()] == [("gone", 4)]
    assert lesson.variants

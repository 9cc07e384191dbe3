"""Which rows a night learns: of each document, and of variants where there are few."""

from __future__ import annotations

from dataclasses import replace

import pytest
from keyed_papers import BILL, NOTE, document, header, labelled, row
from tabled_papers import sheet

from appliance.domain.errors import DoctypeError, DocumentError, ModelError, UnwritableText
from appliance.learning.dataset.left_out import TooManyLeftOut
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


def bills(count, *, price="{}.50"):
    """Each with a table of five rows and a number."""
    for n in range(count):
        pieces = [str(n + at + 3) for at in range(5)]
        lines = [f"thing {n}{at}  {pieces[at]}  {at}.50" for at in range(5)]
        paper = sheet(
            "\n".join([f"Nr {n}7", "", "Article  Pieces  Price", *lines]), docid=f"{n:064x}"
        )
        labels = [
            label
            for at in range(5)
            for label in row(at, what=f"thing {n}{at}", pieces=pieces[at], price=price.format(at))
        ]
        yield labelled(paper, *header(number=f"{n}7"), *labels, doctype=BILL, table=True)


NAMED = '{"Article": "what", "Pieces": "pieces", "Price": "price"}'


def naming(engine, rows):
    """What is learned of tables that were named."""
    return [text for one in rows if (text := said(engine, one)).endswith(NAMED)]


def test_tables_are_learned_with_the_header_and_held_back_with_it(engine):
    every = list(bills(5))
    lesson, held, learned = collected(engine, every, lambda name: BILL)
    (kept,) = naming(engine, held)
    assert all(kept != text for text in naming(engine, learned))
    assert lesson.values == 5 * (1 + 3) and not lesson.masked
    assert lesson.columns >= 5


def test_a_variant_shows_other_rows_of_the_table(engine):
    lesson, _, learned = collected(engine, list(bills(5)), lambda name: BILL)
    texts = naming(engine, learned)
    # Of five rows 1 and 2 are shown, then 3 and 4, then 5 and 1.
    assert len(texts) == len(set(texts)) == 4 * 3
    assert sum("Price | 2.50 | 3.50\n" in text for text in texts) == 4


def test_what_rows_dispute_is_told_and_the_rest_is_learned(engine):
    lesson, _, _ = collected(engine, list(bills(5, price="{}.75")), lambda name: BILL)
    assert lesson.masked == {"price is disputed: the rows do not settle its column": 5}
    assert lesson.values == 5 * (1 + 2)


def test_rows_that_stand_in_no_table_are_told(engine):
    papers = [replace(one, document=document("Nr 7", docid=one.document.docid)) for one in bills(5)]
    lesson, _, _ = collected(engine, papers, lambda name: BILL)
    assert lesson.masked["row that stands in no table"] == 25


def broken(one, monkeypatch, name, error):
    """What is done to one document raises ``error``."""
    real = getattr(collect, name)

    def fails(*given, **named):
        seen = [getattr(each, "labelled", each) for each in given]
        if any(getattr(each, "docid", None) == one.docid for each in seen):
            raise error
        return real(*given, **named)

    monkeypatch.setattr(collect, name, fails)


FAULTS = [ValueError("Firm 3"), KeyError("Firm 3"), RecursionError(), UnwritableText("Firm 3")]


@pytest.mark.parametrize("step", ["examples", "column_examples", "locate_labels", "variant"])
@pytest.mark.parametrize("error", [*FAULTS, DocumentError("it is odd")], ids=repr)
def test_one_that_cannot_be_made_into_rows_is_left_out_and_named(engine, monkeypatch, step, error):
    every = history(5)
    held = collect._held(every)
    gone = next(one for one in every if one.docid not in held)
    others = [one for one in every if one is not gone]
    as_if_never_there = collected(engine, others)
    broken(gone, monkeypatch, step, error)
    lesson, *rows = collected(engine, every)
    (one,) = lesson.left_out
    assert (one.docid, one.doctype) == (gone.docid, gone.doctype)
    assert "Firm" not in one.reason and one.reason
    assert rows == list(as_if_never_there[1:]), "nor do others say its values"
    assert lesson.docids == tuple(one.docid for one in others)
    assert lesson.values == as_if_never_there[0].values


@pytest.mark.parametrize("error", [OSError(28, "full"), MemoryError(), ModelError("gone")])
def test_what_the_machine_lacks_is_blamed_on_no_document(engine, monkeypatch, error):
    every = history(5)
    broken(every[2], monkeypatch, "examples", error)
    with pytest.raises(type(error)):
        collected(engine, every)


def test_more_than_a_tenth_ends_the_night_and_names_them(engine, monkeypatch):
    every = history(5)
    broken(every[2], monkeypatch, "examples", ValueError())
    broken(every[4], monkeypatch, "examples", DocumentError("it is odd"))
    with pytest.raises(TooManyLeftOut, match="2 of 5 documents") as caught:
        collected(engine, every)
    assert [one.docid for one in caught.value.left_out] == [every[2].docid, every[4].docid]

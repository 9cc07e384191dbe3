"""What is known to stand above columns, in the words of made papers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typed_tables import ORDER

from appliance.domain.doctype import FieldSpec, FieldType, TableSpec
from appliance.extraction.column_words import alike, header_words, trigrams

WORDS = header_words(ORDER.items)
texts = st.text(max_size=12)


@given(texts, texts)
def test_likeness_is_a_share_and_the_same_both_ways(one, other):
    likeness = alike(trigrams(one), trigrams(other))
    assert 0 <= likeness <= 1
    assert likeness == alike(trigrams(other), trigrams(one))


@given(texts)
def test_any_header_can_be_looked_up(header):
    for spec in ORDER.items.fields:
        own, other = WORDS.likeness(spec.name, header)
        assert 0 <= own <= 1 and 0 <= other <= 1


@pytest.mark.parametrize(
    "header, name",
    [
        ("Menge", "quantity"),
        ("Qté", "quantity"),
        ("Einzelpreis EUR", "unit_price"),
        ("Precio unitario", "unit_price"),
        ("Gesamtpreis", "net_amount"),
        ("Montant HT", "net_amount"),
        ("Bezeichnung", "description"),
        ("Ilość / Quantity", "quantity"),
    ],
)
def test_a_header_is_more_alike_to_its_field_than_to_all_else(header, name):
    own, other = WORDS.likeness(name, header)
    assert own > 0.5 and own > other
    for spec in ORDER.items.fields:
        if spec.name != name:
            own, other = WORDS.likeness(spec.name, header)
            assert own < other


def test_without_the_known_words_the_type_speaks_for_itself():
    bare = header_words(ORDER.items, known=False)
    assert bare.likeness("quantity", "Quantity")[0] == 1
    assert bare.likeness("quantity", "Menge")[0] < 0.3 < WORDS.likeness("quantity", "Menge")[0]


def test_a_lone_letter_is_like_nothing():
    assert WORDS.likeness("quantity", "C") == (0, 0)


def test_a_lone_letter_above_a_column_is_the_field_of_that_name():
    """As an element of a certificate; within other words it is a unit."""
    elements = TableSpec("results", (FieldSpec("c", FieldType.PERCENT), FieldSpec("sulphur")))
    words = header_words(elements)
    assert words.likeness("c", "C")[0] == 1
    assert words.likeness("sulphur", "S")[0] > 0.5 > words.likeness("sulphur", "C")[0]
    assert words.likeness("c", "Temp. C")[0] < 0.5

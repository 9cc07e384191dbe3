"""The seller of an invoice is known by any of its ids, else by its name."""

import pytest

from appliance.fields.sellers import bare_id, seller_marks


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DE123456788", "123456788"),
        ("DE 123.456.788", "de123456788"),
        ("CHE-123.456.788 MWST", "CHE123456788"),
        ("NO 123456785 MVA", "123456785"),
        ("IT01234567890", "01234567890"),
        ("201/113/40209", "201 113 40209"),
    ],
)
def test_ids_are_the_same_however_they_are_written(one, other):
    assert bare_id(one) == bare_id(other)


def test_a_name_counts_only_where_no_vat_id_tells_two_apart():
    named = seller_marks("mustergmbh", None, None)
    one = seller_marks("DE123456788", "Muster GmbH", None)
    other = seller_marks("DE811569869", "Muster GmbH", None)
    assert named.is_same(one) and one.is_same(named)
    assert not one.is_same(other)
    assert not named.is_same(seller_marks("anderegmbh", "Andere GmbH", None))

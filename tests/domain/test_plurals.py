from __future__ import annotations

from appliance.domain.plurals import counted


def test_one_thing_is_one_and_no_other_number_is() -> None:
    assert [counted(n, "earlier one") for n in (0, 1, 2)] == [
        "0 earlier ones",
        "1 earlier one",
        "2 earlier ones",
    ]

from __future__ import annotations

import pytest
from small_bench import small_bench

from appliance.domain.document import Document
from appliance.domain.labels import Label, Labelled
from bench.aside import difference
from bench.poison import lies_of_one, shuffled


def _labelled(docid: str, party: str | None) -> Labelled:
    said = {"company": "ACME", "date": "1/2/2026", "address": "MILL LANE 1", "total": "9.00"}
    labels = tuple(Label(name, text) for name, text in said.items())
    return Labelled(Document(docid, ()), "sroie", labels, False, party, None, 0.0, 0.0)


def _said(one: Labelled) -> dict[str, str | None]:
    return {label.fieldtype: label.text for label in one.labels}


def test_shuffling_leaves_a_document_its_values_and_takes_their_names() -> None:
    honest = [_labelled(str(number), None) for number in range(40)]
    spoilt = shuffled(honest)
    assert spoilt == shuffled(honest), "the same poison whenever the night goes on"
    for one in spoilt:
        assert sorted(_said(one)) == sorted(_said(honest[0]))
        assert sorted(map(str, _said(one).values())) == ["1/2/2026", "9.00", "ACME", "MILL LANE 1"]
    wrong = sum(_said(one)["company"] != "ACME" for one in spoilt)
    assert wrong > len(spoilt) / 2


def test_only_the_party_of_most_documents_lies() -> None:
    parties = ["acme", "bolt", "acme", None, None, None]
    spoilt = lies_of_one([_labelled(str(n), party) for n, party in enumerate(parties)])
    liars = [one for one in spoilt if _said(one)["company"] != "ACME"]
    assert [one.party for one in liars] == ["acme", "acme"]
    assert _said(liars[0])["company"] == "MILL LANE 1"
    assert _said(liars[0])["total"] == "9.00"


def test_a_difference_counts_documents_and_measures_in_points_of_values() -> None:
    champion = [[True, False], [False, False], [True, True], [True]]
    candidate = [[True, True], [True, True], [False, True], [True]]
    found = difference(champion, candidate)
    assert (found.fixed, found.broken) == (2, 1)
    assert found.points == pytest.approx(100 * (3 - 1) / 7)
    assert found.low < found.points < found.high
    assert found.worse == pytest.approx(7 / 8), "one break or more of three"


def test_what_is_broken_by_chance_once_in_thirty_two_is_worse() -> None:
    found = difference([[True]] * 5, [[False]] * 5)
    assert found.worse == pytest.approx(1 / 32)
    assert found.points == found.low == found.high == -100


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.data
@pytest.mark.timeout(1800)
def test_the_bench_holds_nights_and_no_truncated_file_goes_live() -> None:
    printed = small_bench("nights", COLUMNS="120")
    first, second = (line for line in printed.splitlines() if line[:4] in ("| 1 ", "| 2 "))
    assert "| – | 9 | 6 |" in first, "nine taught it, six judged it"
    assert "| file cut in half | 9 | 0 | worse |" in second
    assert printed.count("loading") == 1, "the same rows are not trained on twice"

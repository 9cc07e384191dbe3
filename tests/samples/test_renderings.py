"""Scans open, hide what they should hide, and are as bad as they should be."""

from __future__ import annotations

import io
from random import Random

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
import textlayer
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from appliance.samples import drafts, wear
from appliance.samples.misread import misread
from appliance.samples.renderings import TURNED, render


@pytest.fixture(scope="module")
def draft():
    return drafts.production_report(Random(1), "pl", layout="board", stops=3)


@pytest.fixture(scope="module")
def searchable(draft):
    return render(draft.pdf, "searchable", rng=Random(1)).data


def _modes(page: pdfium.PdfPage) -> set[int]:
    texts = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT])
    return {pdfium_c.FPDFTextObj_GetTextRenderMode(text.raw) for text in texts}


def test_the_text_of_a_searchable_scan_is_invisible_and_lies_over_an_image(searchable):
    with pdfium.PdfDocument(searchable) as document:
        assert _modes(document[0]) == {pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE}
        images = list(document[0].get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE]))
        assert len(images) == 1


def test_the_text_of_a_searchable_scan_has_a_few_mistakes(draft, searchable):
    typed, scanned = textlayer.text(draft.pdf).split(), textlayer.text(searchable).split()
    assert len(typed) == len(scanned)
    wrong = sum(one != other for one, other in zip(typed, scanned, strict=True))
    assert 0 < wrong < 0.2 * len(typed)


def test_the_hidden_words_lie_where_the_image_shows_them(draft, searchable):
    with pdfium.PdfDocument(draft.pdf) as typed, pdfium.PdfDocument(searchable) as scanned:
        where = [document[0].get_textpage().get_charbox(0) for document in (typed, scanned)]
    assert where[0] == pytest.approx(where[1], abs=2)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_bad_scan_opens_and_has_no_text(draft, seed):
    copy = render(draft.pdf, "degraded", rng=Random(seed))
    if copy.suffix == ".jpg":
        assert Image.open(io.BytesIO(copy.data)).size == (1654, 2339)
    else:
        assert textlayer.text(copy.data) == ""


def test_a_turned_page_lies_on_its_side(draft):
    copy = render(draft.pdf, TURNED, rng=Random(1))
    if copy.suffix == ".jpg":
        wide, high = Image.open(io.BytesIO(copy.data)).size
    else:
        with pdfium.PdfDocument(copy.data) as document:
            wide, high = document[0].get_size()
    assert wide > high


def test_an_unknown_rendering_is_refused(draft):
    with pytest.raises(ValueError, match="fax"):
        render(draft.pdf, "fax", rng=Random(1))


@given(st.integers(0, 2**32))
def test_a_bad_scan_is_askew_by_half_a_degree_to_two_and_a_half(seed):
    assert 0.5 <= abs(wear.heavy(Random(seed)).angle) <= 2.5


def test_the_same_seed_wears_a_page_the_same_way():
    page = Image.new("L", (60, 80), 255)
    one, same, other = (
        np.asarray(wear.worn(page, wear.heavy(Random(1)), seed=seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@given(st.lists(st.text(alphabet="abcde058", min_size=1), max_size=9), st.integers(0, 99))
def test_misreading_keeps_the_words_apart_and_changes_something(words, seed):
    read = misread(words, Random(seed))
    assert len(read) == len(words)
    assert (read != words) == any(set(word) & set("ce058") for word in words)

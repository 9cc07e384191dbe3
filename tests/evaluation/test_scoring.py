from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.errors import ConfigError, DocumentError, WorkerError
from appliance.domain.prediction import Field, Prediction, TokenScore
from appliance.evaluation.evaluate import evaluate, labels
from appliance.evaluation.scoring import (
    CountedLabels,
    ScoredDocument,
    ScoredValue,
    clustered,
    missed,
    score,
    summarise,
    truth,
    wilson,
)
from appliance.fields.style import style_of
from appliance.judgement.policy import AcceptancePolicy, uniform_policy

DOCTYPE = DocType(
    "invoice",
    "Invoice",
    (
        FieldSpec("supplier", label="seller.name"),
        FieldSpec("total", FieldType.AMOUNT),
        FieldSpec("currency", FieldType.CURRENCY, values={"EUR": ("€",)}),
    ),
    TableSpec("lines", (FieldSpec("text"), FieldSpec("net", FieldType.AMOUNT))),
    party=("supplier",),
)
LINE: dict[str, Any] = {
    "file": "a.pdf",
    "labels": {
        "seller": {"name": "Müller GmbH"},
        "total": "1234.50",
        "currency": "EUR",
        "lines": [{"text": "Nails", "net": "1234.50"}],
    },
}
TEXT = ["MÜLLER", "GmbH", "Nails", "1.234,50", "€"]
DOCUMENT = Document(
    "d" * 64,
    (
        Page(
            595,
            842,
            tuple(Word(text, BBox(0, 0, 1, 1), line=at) for at, text in enumerate(TEXT)),
            "text",
        ),
    ),
)
ALL = CountedLabels()


def predicted(**values: str | None) -> Prediction:
    fields = [
        Field(name, text, (Span(0, 0, 1),), words="€" if name == "currency" else None)
        for name, text in values.items()
    ]
    row = Field("net", "1.234,50", line_item_id=0), Field("text", "Nails", line_item_id=0)
    return Prediction(DOCUMENT.docid, "invoice", "m", (*fields, *row))


def scored(**values: str | None) -> ScoredDocument:
    return score(
        "a.pdf",
        DOCUMENT,
        DOCTYPE,
        predicted(**values),
        truth(LINE, DOCTYPE, ALL),
        style=style_of(DOCUMENT),
        accepted=True,
        counted=ALL,
    )


def test_labels_are_found_by_their_path() -> None:
    found = truth(LINE, DOCTYPE, ALL)
    assert found.values == {"supplier": "Müller GmbH", "total": "1234.50", "currency": "EUR"}
    assert found.rows == [{"text": "Nails", "net": "1234.50"}]
    assert found.party == "müllergmbh"


def test_what_is_null_or_not_on_the_page_is_not_scored() -> None:
    line = LINE | {
        "labels": LINE["labels"] | {"total": None},
        "on_page": {"seller.name": False, "currency": "verbatim"},
    }
    assert set(truth(line, DOCTYPE, ALL).values) == {"currency"}
    assert set(truth(LINE, DOCTYPE, CountedLabels(frozenset({"total"}))).values) == {"total"}


def test_a_document_is_scored_value_by_value() -> None:
    found = scored(supplier="MÜLLER GmbH", total="1.234,50", currency="EUR")
    assert found.values == (
        ScoredValue("supplier", exact=False, normalised=True),
        ScoredValue("total", exact=False, normalised=True),
        ScoredValue("currency", exact=True, normalised=True),
    )
    assert (found.rows.matched, found.rows.predicted, found.rows.true) == (1, 1, 1)
    assert found.grounded == found.verbatim == 4


def test_a_value_that_is_nowhere_in_the_text_is_seen() -> None:
    found = scored(supplier="Somebody Else", total=None, currency=None)
    assert (found.grounded, found.verbatim) == (2, 3)
    assert [value.normalised for value in found.values] == [False, False, False]


def test_a_document_that_fails_counts_as_wrong_and_says_whose_fault_it_is() -> None:
    wanted = truth(LINE, DOCTYPE, ALL)
    scores = [
        missed("a.pdf", wanted, error="encrypted", crashed=False),
        missed("b.pdf", wanted, error="killed", crashed=True),
    ]
    found = summarise(scores, DOCTYPE, model="m", parties=frozenset())
    assert (found.refused, found.crashed, found.overall.exact.right) == (1, 1, 0)
    assert (found.overall.exact.n, found.rows_true, found.accepted.n) == (6, 2, 0)


def test_failed_documents_count_the_rows_that_others_would() -> None:
    lines = [{"text": "Nails", "net": None}, {"text": None, "net": "2"}, {"text": None}]
    line = LINE | {"labels": LINE["labels"] | {"lines": lines}}
    for columns, rows in ((None, 2), (frozenset({"net"}), 1), (frozenset(), 0)):
        counted = CountedLabels(columns=columns)
        wanted = truth(line, DOCTYPE, counted)
        done = score(
            "a.pdf",
            DOCUMENT,
            DOCTYPE,
            predicted(),
            wanted,
            style=style_of(DOCUMENT),
            accepted=True,
            counted=counted,
        )
        failed = missed("a.pdf", wanted, error="encrypted", crashed=False)
        assert failed.rows.true == done.rows.true == rows


def test_a_tables_label_may_be_a_path() -> None:
    assert DOCTYPE.items
    kind = replace(DOCTYPE, items=replace(DOCTYPE.items, label="body.lines"))
    line = {"file": "a.pdf", "labels": {"body": {"lines": LINE["labels"]["lines"]}}}
    assert truth(line, kind, ALL).rows == [{"text": "Nails", "net": "1234.50"}]


def test_known_and_unknown_parties_are_told_apart_where_the_training_is_known() -> None:
    scores = [
        scored(total="1.234,50"),
        ScoredDocument("b", (ScoredValue("total", False, False),), party="x"),
    ]
    told = summarise(scores, DOCTYPE, model="m", parties=frozenset({"x"}))
    assert told.known and told.known.normalised.n == 1
    assert told.unknown and told.unknown.normalised.right == 1
    assert summarise(scores, DOCTYPE, model="m", parties=frozenset()).known is None


def test_wilson_agrees_with_its_published_example() -> None:
    # Newcombe (1998), table I: 81 of 263 and 0 of 20.
    assert (wilson(81, 263).low, wilson(81, 263).high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (wilson(0, 20).low, wilson(0, 20).high) == pytest.approx((0, 0.1611), abs=5e-5)


@given(st.lists(st.lists(st.booleans(), max_size=4), max_size=12))
def test_an_interval_holds_its_share(documents: list[list[bool]]) -> None:
    found = clustered(documents)
    assert 0 <= found.low <= (found.share if found.share is not None else 0.5) <= found.high <= 1
    assert found == clustered(documents)


def test_documents_that_stand_and_fall_together_widen_the_interval() -> None:
    together = clustered([[True] * 5, [False] * 5] * 10)
    alone = wilson(50, 100)
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_a_folder_is_scored_document_by_document(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text(
        '{"file": "good.pdf", "labels": {"total": "9"}}\n'
        '{"file": "bad.pdf", "labels": {"total": "9"}}\n'
        '{"file": "deadly.pdf", "labels": {"total": "9"}}\n'
    )
    for name in ("good.pdf", "bad.pdf", "deadly.pdf"):
        (tmp_path / name).touch()

    def read(path: Path) -> Document:
        if path.name == "bad.pdf":
            raise DocumentError("encrypted")
        if path.name == "deadly.pdf":
            raise WorkerError("the reader ended")
        return DOCUMENT

    scores = evaluate(
        tmp_path,
        DOCTYPE,
        read=read,
        extract=lambda document, doctype: predicted(total="9"),
        policy=uniform_policy(DOCTYPE, 0.9),
        counted=ALL,
    )
    assert [(each.name, each.error, each.crashed) for each in scores] == [
        ("good.pdf", "", False),
        ("bad.pdf", "encrypted", False),
        ("deadly.pdf", "the reader ended", True),
    ]


@pytest.mark.parametrize(
    "text, words",
    [
        (None, "no labels.jsonl"),
        ("{", "line 1"),
        ('{"labels": {}}', "`file`"),
        ('{"file": "a.pdf"}\n["b.pdf"]\n', "line 2.*`file`"),
    ],
)
def test_labels_that_do_not_do_are_named_with_their_line(
    text: str | None, words: str, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / "labels.jsonl").write_text(text)
    with pytest.raises(ConfigError, match=words) as caught:
        labels(tmp_path)
    assert "JSON" in caught.value.hint


@pytest.mark.parametrize(
    "text, words",
    [
        ("[" * 200_000, "20"),
        (
            '{"file": "a", "labels": ' + "[" * 30 + "]" * 30 + "}",
            "20",
        ),
        ('{"file": ""}', "file name"),
        ('{"file": " "}', "file name"),
        ('{"file": "a\\ud800.pdf"}', "character"),
        ('{"file": "a", "labels": {"\\udfff": 1}}', "character"),
        ('{"file": "a", "labels": {"total": ' + "1" * 5000 + "}}", "digits"),
        ('{"file": "a", "labels": {"note": "' + "x" * 1_000_000 + '"}}', "1000000"),
    ],
)
def test_e_a_line_that_cannot_be_understood_is_named_and_no_traceback(
    text: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "labels.jsonl").write_text('{"file": "first.pdf"}\n' + text)
    with pytest.raises(ConfigError, match=f"labels.jsonl.* 2: .*{words}") as caught:
        labels(tmp_path)
    assert "JSON" in caught.value.hint


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such file")
@pytest.mark.parametrize("what", ["pipe", "link", "huge"])
def test_c8_a_list_that_is_no_ordinary_file_is_refused(tmp_path: Path, what: str) -> None:
    path = tmp_path / "labels.jsonl"
    if what == "pipe":
        os.mkfifo(path)
    elif what == "link":
        path.symlink_to(tmp_path / "elsewhere.jsonl")
        (tmp_path / "elsewhere.jsonl").write_text('{"file": "a.pdf"}')
    else:
        with path.open("wb") as file:
            file.truncate(3_000_000_000)
    with pytest.raises(ConfigError, match=r"labels\.jsonl"):
        labels(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such file")
def test_c8_what_is_evaluated_lies_in_the_folder_as_an_ordinary_file(tmp_path: Path) -> None:
    folder, secret = tmp_path / "folder", tmp_path / "secret.txt"
    folder.mkdir()
    secret.write_text("secret")
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to(secret)
    names = ["pipe", "link", "../secret.txt", str(secret), "a\0b", "."]
    lines = (json.dumps({"file": name, "labels": {"total": "9"}}) for name in names)
    (folder / "labels.jsonl").write_text("\n".join(lines))

    def read(path: Path) -> Document:
        raise AssertionError(f"{path} is read")

    scores = evaluate(
        folder,
        DOCTYPE,
        read=read,
        extract=lambda document, doctype: predicted(total="9"),
        policy=AcceptancePolicy(),
        counted=ALL,
    )
    assert [(bool(one.error), one.crashed) for one in scores] == [(True, False)] * 6


def test_where_nothing_is_promised_nothing_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text('{"file": "good.pdf", "labels": {"total": "9"}}\n')
    (tmp_path / "good.pdf").touch()
    kind = DocType("note", "Note", (FieldSpec("supplier"),))
    sure = Field("supplier", TEXT[0], (Span(0, 0, 1),), tokens=(TokenScore(-0.01, -0.01),))
    said = Prediction(DOCUMENT.docid, "note", "m", (sure,))
    told = [
        one.accepted
        for policy in (uniform_policy(kind, 0.5), AcceptancePolicy())
        for one in evaluate(
            tmp_path,
            kind,
            read=lambda path: DOCUMENT,
            extract=lambda document, doctype: said,
            policy=policy,
            counted=ALL,
        )
    ]
    assert told == [True, False]


def test_labels_of_another_encoding_say_how_to_save_them(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_bytes('{"file": "Müller.pdf"}'.encode("cp1252"))
    with pytest.raises(ConfigError, match=r"labels\.jsonl") as caught:
        labels(tmp_path)
    assert "UTF-8" in caught.value.hint


def test_a_line_ends_at_its_line_feed_only(tmp_path: Path) -> None:
    lines = '{"file": "a\u2028b.pdf"}\r\n\n{"file": "c\x85.pdf"}\n'
    (tmp_path / "labels.jsonl").write_text(lines, encoding="utf-8", newline="")
    assert [line["file"] for line in labels(tmp_path)] == ["a\u2028b.pdf", "c\x85.pdf"]

from __future__ import annotations

import json
import re
import stat
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import appliance.delivery
from appliance.delivery.outbox import Outbox, file_name
from appliance.delivery.result import result
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.einvoice import TermPlace
from appliance.domain.errors import HomeError
from appliance.domain.prediction import (
    AnswerVersions,
    Field,
    FieldJudgement,
    Judgement,
    Prediction,
    Remembered,
)
from appliance.domain.results import Job, JobState
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy, uniform_policy
from appliance.system.files import inside

SCHEMA = json.loads(
    (Path(appliance.delivery.__file__).parent / "result.schema.json").read_text(encoding="utf-8")
)
DOCID = "0123456789abcdef" * 4
JOB = Job(DOCID, "invoice", JobState.ACCEPTED, "Müller/Rechnung 7.pdf", arrived_at=1_700_000_000)
WORDS = tuple(
    Word(text, BBox(0.1 * n, 0.5, 0.1 * n + 0.05, 0.52), line=0)
    for n, text in enumerate(["Total", "1.234,56", "€"])
)
DOCUMENT = Document(DOCID, (Page(595, 842, WORDS, "text"),))
DOCTYPE = DocType(
    "invoice",
    "Invoice",
    (FieldSpec("gross_total", FieldType.AMOUNT), FieldSpec("currency", FieldType.CURRENCY)),
    TableSpec("lines", (FieldSpec("net", FieldType.AMOUNT),)),
)
VERSIONS = AnswerVersions("7 rapidocr", "7 6000+1500")
FORMAT_1 = {
    *("format", "docid", "doctype", "source", "revision", "model", "party", "pages"),
    *("arrived_at", "delivered_at", "checks_failed", "fields", "items"),
}
VALUE_OF_FORMAT_2 = {
    *("value", "normalised", "text", "page", "box", "score", "how", "looked_at"),
}
JUDGEMENT = Judgement(
    (
        FieldJudgement(
            Field("gross_total", "1.234,56", (Span(0, 1, 2),)), "1234.56", 0.99, "check"
        ),
        FieldJudgement(
            Field("currency", "EUR", (Span(0, 2, 3),), words="€"), "EUR", 0.9, "probability"
        ),
        FieldJudgement(Field("due_date", None), None, 0.8, "absent"),
        FieldJudgement(
            Field("net", "1.234,56", (Span(0, 1, 2),), line_item_id=0), "1234.56", 1, "check"
        ),
    ),
    (),
    party="DE123",
)


def made(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "model": "m1",
        "versions": VERSIONS,
        "revision": 1,
        "now": 1_700_000_060.5,
    } | changes
    return result(JOB, DOCUMENT, DOCTYPE, JUDGEMENT, **values)


def test_a_result_keeps_to_the_published_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(made(), SCHEMA)


def test_a_result_names_the_versions_on_which_it_stands_and_has_all_that_format_1_had() -> None:
    found = made()
    assert (found["format"], found["reading"], found["extraction"]) == (
        5,
        "7 rapidocr",
        "7 6000+1500",
    )
    before = made(versions=AnswerVersions())  # an answer that nobody wrote the versions of
    assert before["reading"] is None and before["extraction"] is None
    jsonschema.validate(before, SCHEMA)
    assert found.keys() - {"reading", "extraction", "joined", "mail"} == FORMAT_1


def test_the_schema_refuses_what_is_not_a_result() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made() | {"docid": "short"}, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made() | {"surprise": 1}, SCHEMA)


def test_a_result_says_what_a_clerk_let_pass_and_why() -> None:
    assert made()["checks_failed"] == []
    passed = replace(JUDGEMENT, checks_failed=("9.00 is not 8.00",), because="it is rounded")
    delivered = result(
        JOB, DOCUMENT, DOCTYPE, passed, model="m1", versions=VERSIONS, revision=1, now=0
    )
    assert delivered["checks_failed"] == [{"check": "9.00 is not 8.00", "because": "it is rounded"}]
    jsonschema.validate(delivered, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(delivered | {"checks_failed": [{"check": "9.00"}]}, SCHEMA)


def test_a_value_says_whether_a_clerk_saw_it_also_one_that_an_earlier_version_kept() -> None:
    one = JUDGEMENT.fields[0]
    for kept, seen in (
        (one, False),
        (replace(one, looked_at=True), True),
        (replace(one, how="clerk"), True),
    ):
        delivered = result(
            JOB,
            DOCUMENT,
            DOCTYPE,
            Judgement((kept,), ()),
            model="m1",
            versions=VERSIONS,
            revision=1,
            now=0,
        )
        assert delivered["fields"]["gross_total"]["looked_at"] is seen


def test_a_value_names_its_words_and_where_they_stand() -> None:
    fields = made()["fields"]
    assert fields["gross_total"]["box"] == [0.1, 0.5, 0.15, 0.52]
    assert fields["gross_total"]["page"] == 1
    assert (fields["currency"]["value"], fields["currency"]["text"]) == ("EUR", "€")
    assert fields["due_date"]["value"] is None
    assert made()["items"] == {"lines": [{"net": fields["gross_total"] | {"score": 1}}]}


def placed(field: Field, document: Document = DOCUMENT) -> dict[str, Any]:
    """The value of a document of this one."""
    judgement = Judgement((FieldJudgement(field, None, 0.9, "probability"),), ())
    delivered = result(
        JOB, document, DOCTYPE, judgement, model="m1", versions=VERSIONS, revision=1, now=0
    )
    jsonschema.validate(delivered, SCHEMA)
    value: dict[str, Any] = delivered["fields"][field.fieldtype]
    return value


FIRST = {"page": 1, "box": [0.0, 0.5, 0.05, 0.52]}
SECOND = {"page": 1, "box": [0.1, 0.5, 0.15, 0.52]}


def test_alternative_places_are_not_the_lines_of_one_value() -> None:
    total, amount = Span(0, 0, 1), Span(0, 1, 2)
    assert placed(Field("name", "x", (total, amount)))["places"] == [[FIRST], [SECOND]]
    wrapped = placed(Field("name", "x", (total,), wraps=(amount,)))
    assert wrapped["places"] == [[FIRST, SECOND]]
    assert (wrapped["page"], wrapped["box"]) == (1, FIRST["box"])


def test_a_value_has_all_that_format_2_had() -> None:
    later = {"places", "earlier_documents", "einvoice"}
    assert made()["fields"]["gross_total"].keys() - later == VALUE_OF_FORMAT_2


def test_a_value_of_the_sender_says_how_the_page_writes_it_and_on_how_many_it_was() -> None:
    remembered = Remembered(7, 1.0, 0.95, "Total")
    field = Field("name", "ACME", (Span(0, 0, 1),), words="ACNE", remembered=remembered)
    known = placed(field)
    assert (known["value"], known["text"], known["earlier_documents"]) == ("ACME", "ACNE", 7)
    assert placed(Field("name", "ACME Ltd"))["earlier_documents"] is None


def test_a_value_that_other_sites_told_says_on_how_many_documents_it_was_there() -> None:
    told = Field("name", "ACME", remembered=Remembered(7, 1.0, 1.0, None, told=True))
    assert placed(told)["earlier_documents"] is None
    assert placed(told)["documents_elsewhere"] == 7
    fields = made()["fields"] | {"supplier_name": placed(told)}
    jsonschema.validate(made() | {"fields": fields}, SCHEMA)
    assert "documents_elsewhere" not in placed(Field("name", "ACME"))


def test_a_value_of_an_einvoice_says_where_its_xml_has_it() -> None:
    said = Field("name", "ACME", einvoice=TermPlace("BT-27", "/ubl:Invoice/cbc:Name"))
    assert placed(said)["einvoice"] == {"term": "BT-27", "xpath": "/ubl:Invoice/cbc:Name"}
    assert placed(Field("name", None, einvoice=TermPlace("BT-27", None)))["einvoice"] is None


def test_a_value_of_which_a_line_is_gone_stands_nowhere_and_of_two_places_one_is_left() -> None:
    there, gone = Span(0, 0, 1), Span(4, 0, 1)
    nowhere = placed(Field("name", "x", (there,), wraps=(gone,)))
    assert (nowhere["page"], nowhere["box"], nowhere["places"]) == (None, None, [])
    assert placed(Field("name", "x", (gone, there)))["places"] == [[FIRST]]


def test_rows_are_delivered_in_their_place_whatever_their_number() -> None:
    added = FieldJudgement(Field("net", "1,00", line_item_id=1), "1.00", None, "clerk")
    judgement = replace(JUDGEMENT, fields=(added, *JUDGEMENT.fields))
    delivered = result(
        JOB, DOCUMENT, DOCTYPE, judgement, model="m1", versions=VERSIONS, revision=1, now=0
    )
    assert [row["net"]["normalised"] for row in delivered["items"]["lines"]] == ["1.00", "1234.56"]
    jsonschema.validate(delivered, SCHEMA)


def test_what_a_clerk_approved_without_deciding_on_it_keeps_to_the_schema() -> None:
    note = replace(DOCTYPE, items=None)
    asked = Prediction(DOCID, "invoice", "m1", tuple(one.field for one in JUDGEMENT.fields[:2]))
    for policy in (AcceptancePolicy(), uniform_policy(note, 0.5)):
        settled = {("gross_total", None): "1234.56"}
        judgement = judge(DOCUMENT, note, asked, policy=policy, settled=settled)
        delivered = result(
            JOB, DOCUMENT, note, judgement, model="m1", versions=VERSIONS, revision=1, now=0
        )
        assert delivered["fields"]["gross_total"]["how"] == "clerk"
        assert delivered["fields"]["currency"]["how"] in ("unpromised", "unsupported")
        jsonschema.validate(delivered, SCHEMA)


def test_times_are_utc_with_their_offset() -> None:
    assert made()["arrived_at"] == "2023-11-14T22:13:20.000+00:00"
    assert made()["delivered_at"] == "2023-11-14T22:14:20.500+00:00"


def test_a_file_is_named_by_source_and_document() -> None:
    assert file_name(JOB) == PurePath("invoice/Müller_Rechnung 7.01234567.json")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/srv/scans/a.txt", "srv_scans_a"),
        ("../../etc/passwd.txt", "etc_passwd"),
        ("C:\\scans\\a.pdf", "C__scans_a"),
        ("\\\\nas\\scans/a.pdf", "nas_scans_a"),
        (".hidden.pdf", "hidden"),
        ('Re: <1> "a|b?*.pdf', "Re_ _1_ _a_b__"),
        ("a\x00b\x1b\ud800.pdf", "a_b__"),
        ("aux.pdf", "_aux"),
        ("Com1", "_Com1"),
        ("CONTRACT.pdf", "CONTRACT"),
        *((source, "document") for source in ("", ".", "..", "/", "...", "/../ /")),
    ],
)
def test_b2_a_result_has_a_clean_name_whatever_its_source(source: str, name: str) -> None:
    path = file_name(Job(DOCID, "invoice", JobState.ACCEPTED, source, arrived_at=0))
    assert path == PurePath(f"invoice/{name}.01234567.json")


@given(st.text(min_size=1))
def test_b2_no_source_name_is_too_long_or_leaves_its_folder(name: str) -> None:
    path = file_name(Job(DOCID, "invoice", JobState.ACCEPTED, name, arrived_at=0))
    assert len(path.name.encode()) <= 255
    assert len(path.parts) == 2 and path.parent == PurePath("invoice")
    assert not path.name.startswith(".") and inside(path)


@pytest.mark.parametrize("path", ["/srv/a.json", "../a.json", "invoice/../../a.json", ""])
def test_b2_the_outbox_refuses_what_would_leave_it(tmp_path: Path, path: str) -> None:
    outbox = Outbox(tmp_path / "outbox")
    for act in (outbox.publish, outbox.is_staged, lambda path: outbox.stage(path, made())):
        with pytest.raises(HomeError, match=re.escape(path) or None):
            act(PurePath(path))
    assert not list(tmp_path.iterdir())


def test_a_result_is_not_seen_before_it_is_published(tmp_path: Path) -> None:
    outbox, path = Outbox(tmp_path), PurePath("invoice/a.json")
    outbox.stage(path, made())
    assert list(tmp_path.glob("[!.]*")) == []
    assert outbox.publish(path)
    delivered = tmp_path / path
    assert json.loads(delivered.read_bytes()) == made()
    assert stat.S_IMODE(delivered.stat().st_mode) == 0o640


def test_a_result_that_somebody_collected_is_not_published_again(tmp_path: Path) -> None:
    outbox, path = Outbox(tmp_path), PurePath("invoice/a.json")
    outbox.stage(path, made())
    outbox.publish(path)
    (tmp_path / path).unlink()
    assert not outbox.publish(path)
    assert not (tmp_path / path).exists()


def test_a_result_on_a_disk_that_is_away_has_not_appeared(tmp_path: Path) -> None:
    outbox, path = Outbox(tmp_path / "outbox"), PurePath("invoice/a.json")
    outbox.stage(path, made())
    away = outbox.folder.rename(tmp_path / "away")
    outbox.folder.mkdir()  # where it is mounted
    with pytest.raises(HomeError, match="invoice"):
        outbox.publish(path)
    outbox.folder.rmdir()
    away.rename(outbox.folder)
    assert outbox.publish(path)


def test_an_outbox_that_cannot_be_written_says_that_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeError) as caught:
        Outbox(tmp_path / "file").stage(PurePath("invoice/a.json"), made())
    assert "lost" in caught.value.hint

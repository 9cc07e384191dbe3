"""What lies beside the JSON, and that nothing of a document is ever computed by a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Any
from xml.etree import ElementTree

from crash import Killed, dies_at, watched
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.delivery.beside import files_beside
from appliance.delivery.csv_files import inert
from appliance.delivery.outbox import BESIDE, CSV, ROWS_CSV, XLSX, Outbox
from appliance.domain.delivery import DeliveryPlan, FileFormat
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from bench.campaign.escapes_cells import acting, computed
from bench.campaign.escapes_strings import PIECES

DOCTYPE = DocType(
    "invoice",
    "Invoice",
    (
        FieldSpec("name"),
        FieldSpec("number", FieldType.CODE),
        FieldSpec("sent", FieldType.DATE),
        FieldSpec("gross", FieldType.AMOUNT),
        FieldSpec("remark"),
    ),
    TableSpec("lines", (FieldSpec("what"), FieldSpec("net", FieldType.AMOUNT))),
)
BOTH = DeliveryPlan(files=(FileFormat.CSV, FileFormat.XLSX))
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def value(text: str | None, normal: str | None = None) -> dict[str, str | None]:
    return {"value": text, "normalised": normal}


def result(name: str = "ACME", **changes: Any) -> dict[str, Any]:
    return {
        "docid": "0" * 64,
        "source": "a.pdf",
        "revision": 2,
        "party": "DE1",
        "delivered_at": "2026-11-14T22:14:20.500+00:00",
        "fields": {
            "name": value(name),
            "number": value("00123", "00123"),
            "sent": value("14.11.26", "2026-11-14"),
            "gross": value("-1.234,50", "-1234.50"),
        },
        "items": {
            "lines": [
                {"what": value("Bolts; -5 °C"), "net": value("1,5", "1.5")},
                {"what": value(None), "net": value("five")},
            ]
        },
    } | changes


def lines(data: bytes, delimiter: str = ",") -> list[list[str]]:
    text = data.decode("utf-8")
    assert text.startswith("\ufeff") and text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=delimiter))


def cells(xlsx: bytes, sheet: int) -> dict[str, str | Decimal]:
    """By their places: texts, and numbers."""
    with zipfile.ZipFile(io.BytesIO(xlsx)) as archive:
        assert archive.testzip() is None
        page = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
    return {
        cell.attrib["r"]: "".join(cell.itertext())
        if cell.get("t") == "inlineStr"
        else Decimal(cell.findtext(f"{SHEET}v") or "")
        for cell in page.iter(f"{SHEET}c")
    }


def test_a_csv_of_the_document_and_one_of_its_rows_have_the_columns_of_the_type() -> None:
    files = files_beside(result(), DOCTYPE, DeliveryPlan(files=(FileFormat.CSV,)))
    assert files.keys() == {CSV, ROWS_CSV}
    about = [f"document.{key}" for key in ("docid", "source", "revision", "party")]
    assert lines(files[CSV]) == [
        [*about, "name", "number", "sent", "gross", "remark"],
        ["0" * 64, "a.pdf", "2", "DE1", "ACME", "00123", "2026-11-14", "-1234.50", ""],
    ]
    assert lines(files[ROWS_CSV]) == [
        ["document.docid", "document.row", "what", "net"],
        ["0" * 64, "1", "Bolts;' -5 °C", "1.5"],
        ["0" * 64, "2", "", "five"],
    ]


def test_a_comma_in_numbers_puts_semicolons_between_columns() -> None:
    plan = DeliveryPlan(files=(FileFormat.CSV,), decimal=",")
    files = files_beside(result(), DOCTYPE, plan)
    assert lines(files[CSV], ";")[1][-2:] == ["-1234,50", ""]
    assert lines(files[ROWS_CSV], ";")[1][-1] == "1,5"


def test_a_workbook_has_a_sheet_of_the_document_and_one_of_its_rows() -> None:
    files = files_beside(result(), DOCTYPE, DeliveryPlan(files=(FileFormat.XLSX,)))
    assert files.keys() == {XLSX}
    header, rows = cells(files[XLSX], 1), cells(files[XLSX], 2)
    assert [header[f"{column}1"] for column in "AEFGHI"] == [
        *("document.docid", "name", "number", "sent", "gross", "remark"),
    ]
    assert [header.get(f"{column}2") for column in "EFGHI"] == [
        *("ACME", "00123", (date(2026, 11, 14) - date(1899, 12, 30)).days, Decimal("-1234.50")),
        None,
    ]
    assert [rows.get(f"{column}2") for column in "BCD"] == [1, "Bolts; -5 °C", Decimal("1.5")]
    assert [rows.get(f"{column}3") for column in "BCD"] == [2, None, "five"]


def test_the_columns_of_a_wide_type_have_their_letters() -> None:
    wide = DocType("wide", "Wide", tuple(FieldSpec(f"f{number}") for number in range(800)))
    said = result(fields={"f23": value("AB"), "f697": value("ZZ"), "f698": value("AAA")})
    found = cells(files_beside(said, wide, BOTH)[XLSX], 1)
    assert (found["AB2"], found["ZZ2"], found["AAA2"]) == ("AB", "ZZ", "AAA")


def test_the_same_result_gives_the_same_bytes() -> None:
    assert files_beside(result(), DOCTYPE, BOTH) == files_beside(result(), DOCTYPE, BOTH)


def test_a_number_with_more_digits_than_excel_keeps_is_text() -> None:
    fields = {"gross": value("x", "12345678901234567.89")}
    files = files_beside(result(fields=fields), DOCTYPE, BOTH)
    assert cells(files[XLSX], 1)["H2"] == "12345678901234567.89"
    assert lines(files[CSV])[1][7] == "12345678901234567.89"


def test_what_was_answered_when_the_field_was_of_another_type_is_text() -> None:
    fields = {"gross": value("NaN", "NaN"), "sent": value("soon", "soon")}
    files = files_beside(result(fields=fields), DOCTYPE, BOTH)
    assert lines(files[CSV])[1][6:8] == ["soon", "NaN"]


@given(st.lists(st.sampled_from(PIECES) | st.text(alphabet='=+-@,;\t\r\n" a')).map("".join))
@example("\t=1+1")
@example("\r\n=1+1")
@example('";=1+1')
@example('"\r;')
@example(" ＝1+1")
def test_no_text_of_a_document_is_computed(text: str) -> None:
    said = result(text, source=text, party=text, fields={"name": value(text, text)})
    files = files_beside(said, DOCTYPE, BOTH)
    assert not computed(files[CSV]) and not computed(files[ROWS_CSV])
    assert not list(acting(files[XLSX]))


def test_what_would_be_computed_is_seen() -> None:
    said = [["a", "=1+1"], ['a;=1+1"'], [" @SUM(1)"]]
    text = io.StringIO()
    csv.writer(text).writerows(said)
    assert len(computed(text.getvalue().encode("utf-8-sig"))) > len(said)
    assert not computed(b"-1.50,12\r\n")
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet><f>1</f></worksheet>")
    assert list(acting(book.getvalue())) == ["f"]


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12
    )
)
def test_numbers_stay_numbers(number: Decimal) -> None:
    files = files_beside(result(fields={"gross": value("x", f"{number:f}")}), DOCTYPE, BOTH)
    assert lines(files[CSV])[1][7] == f"{number:f}"
    assert cells(files[XLSX], 1)["H2"] == number


def test_a_text_that_looks_like_the_number_of_a_character_stays_and_one_too_long_is_cut() -> None:
    files = files_beside(result("_x0041_ & <b>", party="𝄞" * 20_000), DOCTYPE, BOTH)
    found = cells(files[XLSX], 1)
    assert found["E2"] == "_x005F_x0041_ & <b>"
    assert found["D2"] == "𝄞" * (32767 // 2)


def test_what_is_no_formula_is_not_touched() -> None:
    for text in ("ACME - Bolts", "a@b.example", "1+1", "DE-123", "x = y", "12,5"):
        assert inert(text) == text


# In the outbox

PATH = PurePath("invoice/a.json")
FILES = {CSV: b"header", ROWS_CSV: b"rows", XLSX: b"book"}


def there(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("[!.]*/*")}


def staged(folder: Path, revision: int, beside: dict[str, bytes] = FILES) -> Outbox:
    outbox = Outbox(folder)
    outbox.stage(
        PATH,
        {"revision": revision},
        {key: b"%d " % revision + data for key, data in beside.items()},
    )
    return outbox


def test_wherever_it_is_cut_the_json_is_there_only_with_all_the_others(tmp_path: Path) -> None:
    for cut in range(200):
        folder = tmp_path / str(cut)
        staged(folder, 1).publish(PATH)
        outbox = staged(folder, 2)
        try:
            with watched(dies_at(cut)):
                outbox.publish(PATH)
            break
        except Killed:
            pass
        found = there(folder)
        assert all(
            data in (b"1 " + FILES[name[1:]], b"2 " + FILES[name[1:]])
            for name, data in found.items()
            if name != "a.json"
        )
        if json.loads(found["a.json"])["revision"] == 2:
            assert all(found[f"a{suffix}"].startswith(b"2 ") for suffix in BESIDE)
        outbox.publish(PATH)
        assert all(
            data.startswith(b"2 ") for name, data in there(folder).items() if name != "a.json"
        )
        assert json.loads(there(folder)["a.json"])["revision"] == 2
    assert cut >= 8  # four names, each made durable


def test_what_an_attempt_of_before_staged_and_nobody_wants_now_does_not_appear(
    tmp_path: Path,
) -> None:
    staged(tmp_path, 1)
    staged(tmp_path, 1, {CSV: b"header"}).publish(PATH)
    assert there(tmp_path).keys() == {"a.json", "a.csv"}

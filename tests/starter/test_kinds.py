"""A kind of document is two files: what is wrong with them is told by file, line and column."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from appliance.domain.errors import ConfigError
from appliance.domain.limits import Limits
from appliance.reading.read import read

pytest.importorskip("fpdf", reason="the extra `samples` is not installed")

from starter import kinds, locales
from starter.drawn import draw_papers
from starter.fields import FIELDS, FIXED
from starter.kinds import KINDS, lacking, read_kinds
from starter.locales import LOCALES, read_locales
from starter.notation import MADE_AS_TOLD
from starter.page.paper import draw
from starter.papers import paper
from starter.values import SIMPLE

PAGE = Path(__file__).parents[2] / "docs" / "starter.md"
NAME = "pallet_voucher"


class NoOcr:
    def recognise(self, image: object) -> list[object]:
        return []


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """The folder with the kind that docs/starter.md makes from nothing."""
    folder = tmp_path / "mine"
    folder.mkdir()
    text = PAGE.read_text(encoding="utf-8")
    for language in ("toml", "csv"):
        (block,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)
        (folder / f"{NAME}.{language}").write_text(block, encoding="utf-8")
    return folder


def test_the_kind_of_the_docs_is_printed_in_both_languages(mine: Path, tmp_path: Path) -> None:
    kind, path = read_kinds(mine)[NAME], tmp_path / "paper.pdf"
    printed: dict[str, int] = {}
    for number in range(12):
        told = paper("docs", number, kind=kind).story
        path.write_bytes(draw(Random(number), told))
        document = read(path, docid="paper", limits=Limits(), ocr=NoOcr())
        words = {word.text for page in document.pages for word in page.words}
        values = {fact.concept.names[0]: fact.value.text for fact in told.told}
        code = told.how.locale.code
        printed[code] = printed.get(code, 0) + (values.get("voucher_number") in words)
    assert set(printed) == {"en", "de"} and all(printed.values())


def test_drawn_papers_lie_beside_their_labels(mine: Path, tmp_path: Path) -> None:
    kind = read_kinds(mine)[NAME]
    drawn = draw_papers(tmp_path, [kind], seed="docs", number=12)
    lines = (tmp_path / NAME / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    assert [line["file"] for line in said] == [path.name for path in drawn]
    assert any("voucher_number" in line["labels"] for line in said)
    rows = [row for line in said for row in line["labels"].get("pallet_movements", ())]
    assert rows and all(set(row) <= {"pallet", "quantity", "quality"} for row in rows)


def test_the_fault_of_the_docs_is_told_as_it_stands_there(mine: Path) -> None:
    (block,) = re.findall(r"^```text\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    changed(mine / f"{NAME}.csv", "day 7..60", "dae 7..60")
    (told,) = faults(lambda: read_kinds(mine))
    assert told == f"{mine.parent}/{block.strip()}"


def test_the_docs_name_every_key_every_column_and_all_that_makes_values() -> None:
    named = set(re.findall(r"[a-z_]+", PAGE.read_text(encoding="utf-8")))
    keys = {one.name for shape in kinds.SHAPES for one in dataclasses.fields(shape)}
    assert keys | {*FIXED, *FIELDS, *SIMPLE, *MADE_AS_TOLD} <= named


def test_the_maker_of_papers_imports_no_bench() -> None:
    for path in Path(kinds.__file__).parent.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(import|from) bench", source, re.M), path


def test_the_command_of_the_docs_draws_its_papers(mine: Path, tmp_path: Path) -> None:
    (line,) = re.findall(r"^python -m (starter .*)$", PAGE.read_text(encoding="utf-8"), re.M)
    command = [sys.executable, "-m", *line.split()]
    root = PAGE.parents[1]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(root)}, check=True)
    assert not done.returncode
    assert len(list((tmp_path / "drawn" / NAME).glob("paper_*"))) == 4


def test_an_own_kind_comes_among_the_shipped_ones_and_is_asked_for(mine: Path) -> None:
    every = {**KINDS, **read_kinds(mine)}
    drawn = [paper("own", number, kinds=every).story.kind.name for number in range(600)]
    assert NAME in drawn and len(set(drawn)) > 40


def faults(act: Callable[[], object]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        act()
    return str(caught.value).splitlines()


def place(path: Path, piece: str) -> str:
    """``file:line:column`` of the first ``piece``."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if piece in line:
            return f"{path}:{number}:{line.index(piece) + 1}: "
    raise AssertionError(piece)


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, text.count(old)
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "piece", "message"),
    [
        ("date,day 0..0", "date,dae 0..0", "dae", "did you mean 'day'?"),
        ("date,day 0..0", "date,day 0-0", "day 0-0", "not so many days"),
        ("date,day 0..0", "date,day 9..0", "day 9..0", "not so many days"),
        ("number 1..66", "number 1..many", "number 1..many", "not numbers as"),
        ("amount 8..900", "amount 8..900 places 3", "amount 8", "two decimals anyway"),
        ("code PV-{y}-####|######", "code PV-{x}-####", "code PV", "no placeholder {x}"),
        ("text,person,", "text,person tall,", "person tall", "nothing stands behind 'person'"),
        ("text,person,", "text,function age,", "function age", "no function 'age'"),
        ("text,person,", "text,computed,", "computed", "no functions that compute"),
        ("enum,enum,", "enum,words,", "words,,left or", "'enum' makes the values of type enum"),
        ("enum,enum,", "text,enum,", "enum,,left or", "'enum' makes the values of type enum"),
        ("enum,enum,", "enum,enum way,", "enum way", "no row of part 'value' has the name 'way'"),
        ("enum,enum,", "enum,enum or words,", "enum or words", "no row of part 'words'"),
        ("enum,enum,", "enum,enum or person,", "enum or person", "'enum' stands alone"),
        ("text,words,", "text,words colour,", "words colour", "no row of part 'words'"),
        (",driver,", ",Driver,", "Driver,driver_name", "small letters, digits and _"),
        (",driver_name|fahrer,", ",driver_name|driver,", "driver_name|", "stands there twice"),
        (",driver_name|fahrer,", ",voucher_no|,", "voucher_no|,", "small letters"),
        (",return_by,", ",voucher_date,", "voucher_date,due", "a second 'voucher_date'"),
        ("header,driver,", "heading,driver,", "heading", "did you mean 'header'?"),
        ("text,person,", "texts,person,", "texts", "did you mean 'text'?"),
        ("name of the driver,Driver,Fahrer", "d,Driver,", "header,driver", "no label"),
        ("Driver,Fahrer", "Driver|,Fahrer", "Driver|", "an alternative is empty"),
        ("Taken along,mitg", "Taken|,mitg", "Taken|", "an alternative is empty"),
        ("Driver,Fahrer", "Driver,Fahrer,Chauffeur", "header,driver", "10 cells below 9 columns"),
        ("Driver,Fahrer", 'Driver,"Fahrer', '"Fahrer', "a quote"),
        (",says,en,de", ",says,en", "part,name", "no column 'de'"),
        (",says,en,de", ",says,en,de,fr", "fr", "unknown column"),
        (",unit,says,", ",unit,unit,", "unit,en", "a second column 'unit'"),
        ("value,direction,,,left,", "value,direction,,,,", "direction,,,,", "value: is missing"),
        ("words,pallet,,,,,,Mesh", "words,pallet,x,,,,,Mesh", "x,,,,,Mesh", "nothing stands here"),
    ],
)
def test_a_fault_of_the_fields_is_told_by_file_line_and_column(
    mine: Path, old: str, new: str, piece: str, message: str
) -> None:
    path = mine / f"{NAME}.csv"
    changed(path, old, new)
    told = faults(lambda: read_kinds(mine))
    line = place(path, piece).rsplit(":", 2)[0]
    assert any(one.startswith(f"{line}:") and message in one for one in told), told
    if piece in new and "missing" not in message:
        assert any(one.startswith(place(path, piece)) for one in told), told


@pytest.mark.parametrize(
    ("old", "new", "piece", "message"),
    [
        ("core = [", "cores = [", "cores", "unknown key, did you mean 'core'?"),
        ('"pallets"]', '"palets"]', '"palets"', "no field 'palets', did you mean 'pallets'?"),
        ('en = ["Pallet Voucher"', 'eo = ["Pallet Voucher"', "eo", "no such language"),
        ('de = ["Frachtf', 'fr = ["Frachtf', "fr = ", "a language without a title"),
        ("due back by {return_by}", "due back by {return}", '"The', "no field {return}"),
        ("rows = [1, 4]", "rows = [1]", "rows", "rows"),
        ("rows = [1, 4]", "rows = [4, 1]", "rows", "fewest"),
        ("[items]\n", "[lines]\n", "lines", "unknown key"),
        ('title = "Pallet voucher"\n', "", "asked", "is missing"),
        ("sender = [", 'functions = "none"\nsender = [', "functions", "unknown"),
        ("sender = [", 'written = "driver"\nsender = [', "written", "no field 'driver'"),
        ("sender = [", 'name = "x"\nsender = [', "name", "unknown key"),
        ("sender = [", 'country = "usa"\nsender = [', "country", "should match pattern"),
        ("[titles]", '[[asked]]\ntitel = "Note"\n\n[titles]', "titel", "unknown key"),
        ("sender = [", "sender = ", "sender", "Expected newline"),
    ],
)
def test_a_fault_of_the_kind_is_told_by_file_line_and_column(
    mine: Path, old: str, new: str, piece: str, message: str
) -> None:
    path = mine / f"{NAME}.toml"
    changed(path, old, new)
    told = faults(lambda: read_kinds(mine))
    line = place(path, piece).rsplit(":", 2)[0]
    assert any(one.startswith(f"{line}:") and message in one for one in told), told


def test_a_kind_without_its_other_file_is_named(mine: Path) -> None:
    (mine / f"{NAME}.csv").rename(mine / "other.csv")
    told = faults(lambda: read_kinds(mine))
    assert any(f"there is no {NAME}.csv" in one for one in told)
    assert any("other.toml is missing" in one for one in told)
    assert "no kind of document" in faults(lambda: read_kinds(mine / "nothing"))[0]


def test_a_language_more_touches_data_files_only(tmp_path: Path) -> None:
    """Swedish, in one kind: it is drawn, and the loader says which kinds lack it."""
    spoken = Path(shutil.copytree(locales.FOLDER, tmp_path / "locales"))
    known = Path(shutil.copytree(kinds.FOLDER, tmp_path / "kinds"))
    swedish = (spoken / "en.toml").read_text(encoding="utf-8").replace("Purchase", "Inköps")
    (spoken / "sv.toml").write_text(swedish, encoding="utf-8")
    changed(known / "purchase_order.toml", "[titles]\n", '[titles]\nsv = ["Inköpsorder"]\n')
    table = known / "purchase_order.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([f"{head},sv", *(f"{row},på svenska" for row in rows), ""]), "utf-8")
    languages = read_locales(spoken)
    every = read_kinds(known, languages)
    missing = lacking(every, languages)
    assert missing["sv"] == [name for name in KINDS if name != "purchase_order"]
    assert {code: missing[code] for code in LOCALES} == lacking()
    stories = [paper("sv", at, kind=every["purchase_order"]).story for at in range(60)]
    told = next(story for story in stories if story.how.locale.code == "sv")
    assert told.title == "Inköpsorder"
    path = tmp_path / "paper.pdf"
    path.write_bytes(draw(Random(1), told))
    document = read(path, docid="paper", limits=Limits(), ocr=NoOcr())
    assert "svenska" in " ".join(word.text.lower() for word in document.pages[0].words)


def test_a_table_saved_by_a_spreadsheet_of_windows_is_read(mine: Path) -> None:
    path = mine / f"{NAME}.csv"
    plain = read_kinds(mine)[NAME]
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b",,,,,,,,\r\n")
    again = read_kinds(mine)[NAME]
    assert [one.labels for one in again.concepts] == [one.labels for one in plain.concepts]

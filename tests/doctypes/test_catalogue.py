import json
import re
import tomllib
from pathlib import Path

import pytest

from appliance.doctypes import catalogue
from appliance.domain.delivery import NO_PLAN, CallKind, FileFormat
from appliance.domain.doctype import AccuracyTarget, FieldType
from appliance.domain.errors import DoctypeError

BENCH = Path(__file__).parents[2] / "bench" / "fields.toml"
SHIPPED = sorted(catalogue.SHIPPED.glob("*.toml"))
EXAMPLES = sorted(catalogue.EXAMPLES.glob("*.toml"))

GOOD = """\
title = "Note"
party = ["sender"]
checks = ["net + tax == gross", "sum(rows.amount) == net", "sent <= due"]

[fields.sender]
required = true

[fields.sent]
type = "date"

[fields.due]
type = "date"

[fields.net]
type = "amount"

[fields.tax]
type = "amount"

[fields.gross]
type = "amount"

[fields.mark]
type = "currency"
values = ["EUR", "USD"]

[items]
name = "rows"

[items.fields.amount]
type = "amount"
"""


@pytest.fixture
def note(tmp_path):
    def write(text: str = GOOD) -> Path:
        path = tmp_path / "note.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("path", SHIPPED + EXAMPLES, ids=lambda path: path.stem)
def test_every_type_that_we_ship_can_be_used(path):
    doctype = catalogue.load(path)
    assert doctype.name == path.stem
    assert doctype.party
    assert len(doctype.fields) <= 21


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_field_that_we_ship_tells_the_model_what_it_is(path):
    doctype = catalogue.load(path)
    columns = doctype.items.fields if doctype.items else ()
    assert all(spec.description for spec in (*doctype.fields, *columns))


def test_fields_keep_the_order_of_the_file(note):
    names = [spec.name for spec in catalogue.load(note())]
    assert names == ["sender", "sent", "due", "net", "tax", "gross", "mark"]


def test_a_check_knows_columns_from_fields(note):
    _, total, days = catalogue.load(note()).checks
    assert [(term.name, term.column) for term in total.terms] == [("amount", True), ("net", False)]
    assert days.relation == "<="


def test_a_check_of_rows_knows_its_columns(note):
    text = GOOD.replace("sent <= due", "rows.amount * rows.amount - rows.amount <= rows.amount")
    *others, each = catalogue.load(note(text)).checks
    assert each.of_rows and each.columns == {"amount"}
    assert [(term.sign, term.in_row, term.times) for term in each.left] == [
        (1, True, ("amount",)),
        (-1, True, ()),
    ]
    assert not any(check.of_rows for check in others)


def test_a_type_names_the_fields_that_say_what_the_document_is(note):
    assert catalogue.load(note()).decides == ()
    assert catalogue.load(note(f'decides = ["mark"]\n{GOOD}')).decides == ("mark",)
    assert catalogue.find("supplier_invoice", folder=None).decides == ("kind",)


def test_a_difference_is_a_check_too(note):
    text = GOOD.replace("net + tax == gross", "gross - tax == net")
    check = catalogue.load(note(text)).checks[0]
    assert [term.sign for term in check.left] == [1, -1]


def test_a_bare_list_of_values_takes_the_words_that_we_know(note):
    values = catalogue.load(note()).spec("mark").values
    assert list(values) == ["EUR", "USD"]
    assert "€" in values["EUR"]


WRONG = [
    ('title = "Note"', 'titel = "Note"', 1, "titel", "did you mean 'title'?"),
    ('title = "Note"', 'title = "Note', 1, "syntax", "Illegal character"),
    ('party = ["sender"]', 'party = ["sendr"]', 2, "party", "did you mean 'sender'?"),
    ('party = ["sender"]', 'party = ["sender", "sender"]', 2, "party", "twice"),
    ('party = ["sender"]', 'gross = "sender"', 2, "gross", "not a number"),
    ('party = ["sender"]', 'decides = ["marc"]', 2, "decides", "did you mean 'mark'?"),
    ('party = ["sender"]', 'decides = ["sender"]', 2, "decides", "no values are listed"),
    ("net + tax == gross", "net + tax = gross", 3, "checks", "one == or <="),
    ("net + tax == gross", "net + vat == gross", 3, "checks", "no field 'vat'"),
    ("net + tax == gross", "net + sender == gross", 3, "checks", "not a number"),
    ("net + tax == gross", "net + == gross", 3, "checks", "no sum of fields"),
    ("net + tax == gross", "sent == gross", 3, "checks", "not a number"),
    ("sum(rows.amount)", "sum(lines.amount)", 3, "checks", "no table 'lines'"),
    ("sum(rows.amount)", "sum(rows.price)", 3, "checks", "no column 'price'"),
    ("sent <= due", "rows.amount == net", 3, "checks", "columns alone"),
    ("sent <= due", "rows.amount * lines.amount == rows.amount", 3, "checks", "no table 'lines'"),
    ("sent <= due", "rows.amount * rows.price == rows.amount", 3, "checks", "no column 'price'"),
    ("sent <= due", "rows.amount * net == rows.amount", 3, "checks", "no sum of fields"),
    ("sent <= due", "sent + due <= due", 3, "checks", "one other date only"),
    ("required = true", 'required = "yes"', 6, "fields.sender.required", "boolean"),
    ("required = true", 'requird = "yes"', 6, "fields.sender.requird", "did you mean 'required'?"),
    ("required = true", 'pattern = "[0-9]"', 6, "fields.sender.pattern", "only a field of type"),
    ("required = true", 'type = "code"\npattern = "("', 7, "fields.sender.pattern", "regular"),
    ("required = true", 'type = "enum"', 5, "fields.sender", "needs its values"),
    ("required = true", 'values = ["a"]', 6, "fields.sender.values", "no listed values"),
    ("required = true", 'type = "money"', 6, "fields.sender.type", "there are text, code"),
    ("[fields.sender]", "[fields.Sender]", 5, "fields.Sender", "small letters"),
    ("[items]", "[keep]\nyears = true\n[items]", 28, "keep.years", "valid number"),
    ('name = "rows"', 'name = "net"', 28, "items.name", "name of a field already"),
    ('name = "rows"', 'nam = "rows"', 28, "items.nam", "did you mean 'name'?"),
]


@pytest.mark.parametrize(("good", "wrong", "line", "key", "message"), WRONG)
def test_a_fault_is_told_with_key_and_line(note, good, wrong, line, key, message):
    assert good in GOOD
    path = note(GOOD.replace(good, wrong, 1))
    told = [str(problem) for problem in catalogue.problems(path)]
    assert any(one.startswith(f"line {line}, {key}: ") and message in one for one in told), told
    with pytest.raises(DoctypeError, match=r"note\.toml.* \d+"):
        catalogue.load(path)


def test_a_check_that_stands_within_another_is_told_with_its_own_line(note):
    checks = 'checks = [\n  "net + tax == gros",\n  "tax == gros",\n]'
    path = note(re.sub("checks = .*", checks, GOOD))
    assert [problem.line for problem in catalogue.problems(path)] == [4, 5]


@pytest.mark.parametrize("pattern", ["(", "a{99999999999999999999}", "(" * 3000 + ")" * 3000])
def test_a_pattern_that_python_cannot_read_is_a_fault(note, pattern):
    path = note(f'{GOOD}\n[fields.code]\ntype = "code"\npattern = "{pattern}"\n')
    (problem,) = catalogue.problems(path)
    assert problem.key == "fields.code.pattern"


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000])
def test_what_python_does_not_read_to_its_end_is_a_fault(note, value):
    (problem,) = catalogue.problems(note(f"{GOOD}\ncount = {value}\n"))
    assert "limit" in problem.message or "recursion" in problem.message


def test_all_faults_are_found_at_once(note):
    path = note(GOOD.replace("net + tax", "nett + tax").replace('["sender"]', '["who"]'))
    assert [problem.key for problem in catalogue.problems(path)] == ["party", "checks"]


def test_a_file_that_is_no_text_is_told(tmp_path):
    path = tmp_path / "note.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DoctypeError, match=r"note\.toml"):
        catalogue.load(path)


def test_the_owners_type_goes_before_the_shipped(note, tmp_path):
    (tmp_path / "receipt.toml").write_text(GOOD, encoding="utf-8")
    assert catalogue.find("receipt", folder=tmp_path).title == "Note"
    assert catalogue.find("receipt", folder=None).title == "Receipt"


def test_an_example_is_found_but_not_listed():
    assert catalogue.find("sroie", folder=None).party == ("company",)
    assert "sroie" not in catalogue.names(None)


def test_an_unknown_type_is_answered_with_those_that_exist(note, tmp_path):
    note()
    with pytest.raises(DoctypeError) as caught:
        catalogue.find("zebra", folder=tmp_path)
    assert "note" in caught.value.hint and "receipt" in caught.value.hint
    with pytest.raises(DoctypeError) as caught:
        catalogue.find("reciept", folder=tmp_path)
    assert "receipt" in caught.value.hint and "note" not in caught.value.hint


@pytest.mark.parametrize(
    "before, after, key",
    [
        ("[fields.tax]", '[fields.tax]\nlabel = "net.tax"', "fields.tax.label"),
        ("[fields.tax]", '[fields.tax]\nlabel = "rows.tax"', "fields.tax.label"),
        ("[items]", '[items]\nlabel = "gross.rows"', "items.label"),
        ("[items.", '[items.fields.of]\nlabel = "amount.of"\n[items.', "items.fields.of.label"),
    ],
)
def test_no_label_lies_within_another(note, before, after, key):
    (problem,) = catalogue.problems(note(GOOD.replace(before, after)))
    assert problem.key == key and "lies within" in problem.message


def test_the_bench_scores_only_fields_that_the_examples_have():
    scored = tomllib.loads(BENCH.read_text(encoding="utf-8"))
    assert set(scored) == {path.stem for path in EXAMPLES}
    for folder, which in scored.items():
        doctype = catalogue.find(folder, folder=None)
        assert all(doctype.spec(name) for name in which["fields"])
        assert all(doctype.spec(name, in_items=True) for name in which["columns"])


@pytest.mark.data
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_field_of_an_example_has_labels(path, data):
    doctype = catalogue.load(path)
    lines = (data / path.stem / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    labels = [row.get("labels") or row["fields"] for row in rows]
    for spec in doctype.fields:
        assert any(_at(label, spec.label or spec.name) for label in labels), spec.name
    if doctype.items:
        name = doctype.items.label or doctype.items.name
        cells = {key for label in labels for row in label.get(name) or () for key in row}
        assert {spec.label or spec.name for spec in doctype.items.fields} <= cells


def _at(label, dotted):
    for key in dotted.split("."):
        label = (label or {}).get(key)
    return label


@pytest.mark.parametrize("kind", [FieldType.CURRENCY, FieldType.COUNTRY])
def test_every_listed_value_is_said_by_itself(kind):
    values = catalogue.find("customs_declaration", folder=None)
    spec = next(spec for spec in values if spec.type is kind)
    assert len(spec.values) > 150
    assert all(value in words for value, words in spec.values.items())


DELIVER = """
[deliver]
files = ["csv", "xlsx"]
decimal = ","
command = ["/usr/local/bin/post", "--file", "{json}"]
url = "https://erp.example/documents?from=office"
secret_file = "secrets/erp.key"
timeout = 20
"""


def test_a_type_says_what_is_asked_of_its_deliveries(note):
    path = note(GOOD + DELIVER)
    assert catalogue.load(path) == catalogue.load(note())  # it is asked no other question
    plan = catalogue.delivery_plan("note", folder=note(GOOD + DELIVER).parent)
    assert plan.files == (FileFormat.CSV, FileFormat.XLSX)
    assert plan.calls == (CallKind.COMMAND, CallKind.WEBHOOK)
    assert (plan.decimal, plan.command[2], plan.timeout) == (",", "{json}", 20)


def test_a_type_that_says_nothing_asks_for_the_json_alone(note):
    assert catalogue.delivery_plan("note", folder=note().parent) == NO_PLAN
    assert all(catalogue.delivery_plan(path.stem, folder=None) == NO_PLAN for path in SHIPPED)


@pytest.mark.parametrize(
    ("before", "after", "key", "said"),
    [
        ('["csv", "xlsx"]', '["cvs"]', "deliver.files.0", "'csv' or 'xlsx'"),
        ('["csv", "xlsx"]', '["csv", "csv"]', "deliver.files", "twice"),
        ('decimal = ","', 'decimal = "%"', "deliver.decimal", "'.' or ','"),
        ("files =", "file =", "deliver.file", "did you mean 'files'?"),
        ("/usr/local/bin/post", "post", "deliver.command", "whole path"),
        ("/usr/local/bin/post", "", "deliver.command", "whole path"),
        ("https://erp.example", "http://erp.example", "deliver.url", "https://"),
        ("https://erp.example", "https://me:word@erp.example", "deliver.url", "user name"),
        ("https://erp.example", "erp.example", "deliver.url", "not an address"),
        ("https://erp.example", "https://erp.example:x", "deliver.url", "not an address"),
        ("https://erp.example", "https://erp..example", "deliver.url", "not an address"),
        ("?from=office", "?a=b\\r\\nX-Y: z", "deliver.url", "not an address"),
        ("?from=office", "#there", "deliver.url", "no user name and no #"),
        ("secret_file =", "# secret_file =", "deliver.url", "secret_file"),
        ("url =", "# url =", "deliver.secret_file", "no url"),
        ("timeout = 20", "timeout = 0", "deliver.timeout", "greater"),
        ("timeout = 20", "timeout = 6000", "deliver.timeout", "less"),
    ],
)
def test_what_is_wrong_with_the_deliveries_of_a_type_is_told(note, before, after, key, said):
    assert before in DELIVER
    (problem, *_) = catalogue.problems(note(GOOD + DELIVER.replace(before, after)))
    assert problem.key == key and said in problem.message
    assert problem.line > GOOD.count("\n")


SHARING = "[fleet]\nshare_documents = true\n"


def test_a_type_with_a_promise_of_its_own_proves_it_alone(note):
    of_all = AccuracyTarget(0.9, 0.8)
    own = {"": of_all, "assurance = 0.9": AccuracyTarget(0.9, 0.9, alone=True)}
    for said, wanted in own.items():
        path = note(f"{GOOD}\n[promise]\n{said}\n")
        assert catalogue.terms(path.stem, folder=path.parent, default=of_all) == wanted


def test_an_accuracy_of_a_column_counts_for_the_rows(note):
    path = note(f"{GOOD}accuracy = 0.99\n[items.fields.text]\n")
    terms = catalogue.terms(path.stem, folder=path.parent, default=AccuracyTarget())
    assert (terms.of("rows"), terms.of("net")) == (0.99, 0.95)


def test_a_type_says_whether_files_of_its_documents_go_to_the_hub(note):
    assert not catalogue.sharing("note", folder=note(GOOD).parent).documents
    assert catalogue.sharing("note", folder=note(GOOD + SHARING).parent).documents


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[fleet]\n", "[fleet]\nshare = false\n", "`share` beside it is false"),
        ("[fields.due]\n", "[fields.due]\nshare = false\n", "what due keeps here"),
        ("[items.fields.amount]\n", "[items.fields.amount]\nshare = false\n", "what amount keeps"),
    ],
)
def test_a_file_goes_only_where_nothing_of_it_is_kept(note, before, after, said):
    whole = GOOD + SHARING
    assert before in whole
    (problem,) = catalogue.problems(note(whole.replace(before, after)))
    assert problem.key == "fleet.share_documents" and said in problem.message
    assert whole.replace(before, after).splitlines()[problem.line - 1] == "share_documents = true"


def test_a_server_on_this_machine_needs_no_https(note):
    text = DELIVER.replace("https://erp.example", "http://localhost:8080")
    assert not catalogue.problems(note(GOOD + text))


def test_a_file_that_a_shell_emptied_shows_the_shipped_type_or_says_what_happened(tmp_path):
    for name in ("receipt", "mine"):
        (tmp_path / f"{name}.toml").write_text("\n")
    shipped = (catalogue.SHIPPED / "receipt.toml").read_text()
    assert catalogue.source("receipt", folder=tmp_path) == shipped
    with pytest.raises(DoctypeError, match=r"mine\.toml is empty: `>` empties") as empty:
        catalogue.source("mine", folder=tmp_path)
    assert "backup" in empty.value.hint

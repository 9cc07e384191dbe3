from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from test_delivery import DOCTYPE, made
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.delivery.result import FORMAT
from appliance.delivery.schema import GENERAL, schema
from appliance.doctypes import catalogue
from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.errors import DoctypeError

LISTED = FieldSpec("currency", FieldType.CURRENCY, values={"EUR": ("€",), "USD": ("$",)})
FIELDS = DOCTYPE.spec("gross_total"), LISTED, FieldSpec("due_date", FieldType.DATE)
SCHEMA = schema(replace(DOCTYPE, fields=FIELDS))


def fits(result: dict[str, Any], described: dict[str, Any] = SCHEMA) -> bool:
    return jsonschema.Draft202012Validator(described).is_valid(result)


@pytest.mark.parametrize("name", [*catalogue.names(None), *catalogue.examples()])
def test_each_shipped_type_has_a_valid_schema_that_names_its_fields(name: str) -> None:
    kind = catalogue.find(name, folder=None)
    found = schema(kind)
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$id"].endswith(f":{FORMAT}:{name}")
    assert list(found["properties"]["fields"]["properties"]) == [one.name for one in kind.fields]


def test_a_result_fits_the_schema_of_its_type_and_that_of_no_other() -> None:
    assert fits(made()) and fits(made(), json.loads(GENERAL.read_bytes()))
    assert not fits(made(), schema(catalogue.find("receipt", folder=None)))


def change(*way: str, to: object = None) -> dict[str, Any]:
    """A result that is another at the end of ``way``, which is left out for None."""
    result = copy.deepcopy(made())
    place: Any = result
    for step in way[:-1]:
        place = place[int(step) if step.isdigit() else step]
    if to is None:
        del place[way[-1]]
    else:
        place[way[-1]] = to
    return result


@pytest.mark.parametrize(
    "result",
    [
        change("fields", "gross_total"),
        change("fields", "discount", to=made()["fields"]["gross_total"]),
        change("fields", "gross_total", "normalised", to="1.234,56"),
        change("fields", "gross_total", "score", to="sure"),
        change("fields", "currency", "normalised", to="XXX"),
        change("fields", "due_date", "normalised", to="1 May"),
        change("items", "lines"),
        change("items", "lines", "0", "net"),
        change("doctype", to="receipt"),
        change("format", to=FORMAT + 1),
    ],
)
def test_what_the_type_does_not_have_or_not_so_is_no_result_of_it(result: dict[str, Any]) -> None:
    assert not fits(result)


def test_the_command_prints_it_for_a_program() -> None:
    printed = CliRunner().invoke(app, ["schema", "receipt"]).output
    assert json.loads(printed) == schema(catalogue.find("receipt", folder=None))
    assert isinstance(CliRunner().invoke(app, ["schema", "reciept"]).exception, DoctypeError)

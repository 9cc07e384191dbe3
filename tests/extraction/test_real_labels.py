"""What people keyed can be answered: their labels are runs of our chunks and of their shape."""

import json
import re

import pytest
from typed_pages import words

from appliance.domain.doctype import FieldType
from appliance.fields.chunks import chunks, find
from appliance.fields.types import SHAPES

pytestmark = pytest.mark.data

TYPES = {"date": FieldType.DATE, "total": FieldType.AMOUNT}


def test_labels_that_stand_on_a_receipt_can_be_answered(data):
    unreachable = []
    for row in map(json.loads, (data / "sroie" / "labels.jsonl").read_text("utf-8").splitlines()):
        within = chunks(words("\n".join(line["text"] for line in row["lines"])))
        for name, label in row["fields"].items():
            text = " ".join(label.split())
            shape = SHAPES[TYPES.get(name, FieldType.TEXT)]
            if (
                text
                and text in within.text
                and not (find(text, within) and re.fullmatch(shape, text))
            ):
                unreachable.append(label)
    # One total was keyed as 43.7 where the receipt says 43.70.
    assert unreachable == ["43.7"]

"""Which files lie beside a result's JSON, by what their names end in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appliance.delivery.columns import header_columns, row_columns
from appliance.delivery.csv_files import as_csv
from appliance.delivery.outbox import CSV, ROWS_CSV, XLSX
from appliance.delivery.workbook import as_xlsx
from appliance.domain.delivery import DeliveryPlan, FileFormat
from appliance.domain.doctype import DocType


def files_beside(
    result: Mapping[str, Any], doctype: DocType, plan: DeliveryPlan
) -> dict[str, bytes]:
    """Of a type without line items there is nothing about rows."""
    header, rows = header_columns(result, doctype), row_columns(result, doctype)
    files = {}
    if FileFormat.CSV in plan.files:
        files[CSV] = as_csv(header, plan.decimal)
        if rows:
            files[ROWS_CSV] = as_csv(rows, plan.decimal)
    if FileFormat.XLSX in plan.files:
        files[XLSX] = as_xlsx({"document": header} | ({"rows": rows} if rows else {}))
    return files

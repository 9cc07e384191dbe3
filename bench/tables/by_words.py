"""Rows as the production extractor reads them for a model that was never taught to name columns."""

from __future__ import annotations

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Prediction
from appliance.domain.results import ModelVersion
from appliance.extraction.row_reader import RowReader


class ByWords:
    """No model is asked, since such a one names no column; its header fields are left out."""

    def __init__(self, model: ModelVersion) -> None:
        """Raises ValueError for one that names columns: its rows are other ones."""
        if model.names_columns:
            raise ValueError(f"{model.name} names columns, and has to be asked")
        self.model = model

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        rows = RowReader(document, doctype).read()
        return Prediction(document.docid, doctype.name, self.model.name, rows.fields)

    def stop(self) -> None:
        """Nothing was begun."""

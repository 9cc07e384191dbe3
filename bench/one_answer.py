"""Half of a model that stands in where no choice is measured."""

from __future__ import annotations

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Prediction


class OneAnswer:
    """Has no runners-up to what it answered. The other half is ``extract``."""

    def runners_up(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        fieldtypes: tuple[str, ...],
    ) -> Prediction:
        return prediction

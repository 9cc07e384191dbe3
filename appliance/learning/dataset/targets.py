"""What the perfect answer about one window of a labelled document says, and what nobody knows.

Pure. A value is taught as it stands in the window; in a window that does not show it, and where
the document does not say it, null is taught. What nobody labelled, and what does not stand in the
document as it was read, is written as null and masked: the model learns nothing of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.labels import Labelled
from appliance.domain.prediction import Field
from appliance.domain.rows import header
from appliance.extraction.windows import Window
from appliance.fields.chunks import chunks
from appliance.fields.occurrences import Occurrences
from appliance.fields.style import style_of
from appliance.learning.dataset.located import TaughtField, located, nothing


@dataclass(frozen=True, slots=True)
class Target:
    """Of one window."""

    fields: tuple[Field, ...]
    masked: frozenset[str]
    """Names of the fields that are not taught."""

    @property
    def shown(self) -> frozenset[str]:
        """Fields that it has a value of."""
        return frozenset(field.fieldtype for field in self.fields if field.text is not None)


class Targets:
    """Of one document's header, whose values are looked for once. Labels of fields that the type no
    longer has say nothing."""

    def __init__(self, labelled: Labelled, doctype: DocType) -> None:
        document = labelled.document
        places = Occurrences([chunks(page.words) for page in document.pages], style_of(document))
        specs = {spec.name: spec for spec in doctype.fields}
        self._doctype = doctype
        self._header = {
            label.fieldtype: located(label, specs[label.fieldtype], places, document)
            for label in header(labelled.labels)
            if label.fieldtype in specs
        }

    @property
    def taught(self) -> int:
        """Labels that can be taught."""
        return sum(not one.unread for one in self._header.values())

    @property
    def unread(self) -> Counter[str]:
        """Labels that cannot, since they do not stand in the document as it was read; by field."""
        return Counter(one.spec.name for one in self._header.values() if one.unread)

    def of(self, window: Window) -> Target:
        told = [self._asked(spec, window) for spec in self._doctype.fields]
        return Target(
            tuple(field for field, _ in told),
            frozenset(field.fieldtype for field, known in told if not known),
        )

    def _asked(self, spec: FieldSpec, window: Window) -> TaughtField:
        known = self._header.get(spec.name)
        return known.told(window) if known else (nothing(spec), False)

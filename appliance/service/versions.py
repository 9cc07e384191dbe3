"""On which versions of reading and extraction answers stand under the owner's settings."""

from __future__ import annotations

from appliance.domain.prediction import AnswerVersions
from appliance.einvoice import EINVOICE
from appliance.extraction import EXTRACTION
from appliance.reading import READING
from appliance.settings.config import Settings


def reading(settings: Settings) -> str:
    """The version of a reading: another OCR reads otherwise, and e-invoices are read or not."""
    ocr = settings.reading.ocr
    languages = "" if ocr == "rapidocr" else f" {settings.reading.languages}"
    einvoice = f" e-invoice {EINVOICE}" if settings.einvoice.use else ""
    return f"{READING} {ocr}{languages}{einvoice}"


def answer_versions(settings: Settings) -> AnswerVersions:
    """Of the answers that are given under ``settings``."""
    return AnswerVersions(reading(settings), f"{EXTRACTION} {settings.extraction.manner}")

"""Documents that are evidence, or are not, as a test wants; the lots are not touched."""

from __future__ import annotations

from contextlib import closing
from hashlib import sha256

from appliance.records.evidence import is_drawn
from appliance.records.store import Store
from appliance.settings.home import Home


def key_of(home: Home) -> bytes:
    """By which evidence is drawn here."""
    with closing(Store(home.database)) as store:
        (row,) = store.database.rows("select key from lots")
        return bytes(row["key"])


def drawn_if(evidence: bool, text: str, key: bytes, *, one_in: int) -> str:
    """The text with as many empty lines at its end as make it evidence, or not."""
    while is_drawn(sha256(text.encode()).hexdigest(), key, one_in=one_in) is not evidence:
        text += "\n"
    return text

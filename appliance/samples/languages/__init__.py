"""One vocabulary a language. A new one is a file here and a line in ``LANGUAGES``."""

from __future__ import annotations

from appliance.samples.language import Language
from appliance.samples.languages import de, en, es, fr, pl

LANGUAGES: dict[str, Language] = {
    module.LANGUAGE.code: module.LANGUAGE for module in (en, de, fr, es, pl)
}

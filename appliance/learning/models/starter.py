"""What the embedded model learned from made-up documents before it was shipped.

An adapter of some ten megabytes and its manifest, in ``appliance/starter``; ``make starter`` makes
them again. Base and adapter become one model when a home is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from appliance.domain.errors import ModelError
from appliance.learning.models.packages import PACKAGED, Packaged
from appliance.learning.models.versions import ADAPTER, MANIFEST, sha256_of

FOLDER = Path(__file__).parents[2] / "starter"
QUANTISATION = "Q8_0"


class _Manifest(BaseModel):
    """What counts of it; the rest tells how it was made."""

    model_config = ConfigDict(extra="ignore")

    base: str
    adapter_sha256: str


@dataclass(frozen=True, slots=True)
class Starter:
    base: Packaged
    adapter: Path
    sha256: str
    """Of the adapter."""

    @property
    def name(self) -> str:
        """Of the version that it becomes."""
        return f"starter-{self.sha256[:8]}"


def shipped(folder: Path = FOLDER) -> Starter:
    """Raises ModelError when it is not there, or not the one of its manifest."""
    hint = "install the appliance again"
    try:
        manifest = _Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        sha256 = sha256_of([folder / ADAPTER])
    except (OSError, ValidationError) as error:
        raise ModelError(f"the starter in {folder} cannot be read", hint=hint) from error
    if sha256 != manifest.adapter_sha256 or manifest.base not in PACKAGED:
        raise ModelError(f"the starter in {folder} is not the one that we know", hint=hint)
    return Starter(PACKAGED[manifest.base], folder / ADAPTER, sha256)

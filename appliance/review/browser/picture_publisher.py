"""The browser beside a station: the picture that lies there is what the page shows.

The server that started the station names a private folder; the file in it appears whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

VARIABLE = "APPLIANCE_ONLOOKER"
"""Names the folder."""
FILE = "picture.png"


class PicturePublisher:
    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    @staticmethod
    def invited(environment: Mapping[str, str]) -> PicturePublisher | None:
        """None when nobody looks on."""
        folder = environment.get(VARIABLE)
        return PicturePublisher(Path(folder)) if folder else None

    def show(self, png: bytes) -> None:
        """Empty for no picture. Raises OSError when the folder is gone or full."""
        partial = self._file.with_suffix(".partial")
        partial.write_bytes(png)
        partial.replace(self._file)

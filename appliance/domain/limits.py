"""How much of a file we are willing to read."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.errors import DocumentError


@dataclass(frozen=True, slots=True)
class Limits:
    max_bytes: int = 100_000_000
    """Of one file."""
    max_pages: int = 200
    """Of one document."""
    max_pixels: int = 80_000_000
    """Of one picture: an A3 page at 600 dots an inch has 70 million."""

    max_characters: int = 200_000
    """Typed on one page: one that is full of the smallest print has 20,000."""

    def check_bytes(self, size: int) -> None:
        """Raises DocumentError, as the other checks do."""
        if size == 0:
            raise DocumentError("The file is empty.", hint="Scan or send it again.")
        if size > self.max_bytes:
            raise DocumentError(
                f"The file is too large: {megabytes(size)}, the limit is "
                f"{megabytes(self.max_bytes)}.",
                hint="Scan it with a lower resolution or split it.",
            )

    def check_pages(self, pages: int) -> None:
        """Raises DocumentError for more than ``max_pages``."""
        if pages > self.max_pages:
            raise DocumentError(
                f"The file has more pages than the limit of {self.max_pages}.",
                hint="Split it into single documents.",
            )

    def check_pixels(self, pixels: int, *, page: int) -> None:
        """``page`` counts from 0. Raises DocumentError for more than ``max_pixels``."""
        if pixels > self.max_pixels:
            raise DocumentError(
                f"The picture on page {page + 1} is too large: {pixels / 1e6:.0f} million dots, "
                f"the limit is {self.max_pixels / 1e6:.0f} million.",
                hint="Scan it with a lower resolution.",
            )

    def check_characters(self, characters: int, *, page: int) -> None:
        """``page`` counts from 0. Raises DocumentError for more than ``max_characters``."""
        if characters > self.max_characters:
            raise DocumentError(
                f"Page {page + 1} holds {characters:,} characters, the limit is "
                f"{self.max_characters:,}.",
                hint="Print it to several pages.",
            )


def megabytes(size: int) -> str:
    """As ``max_megabytes`` counts them; rounded up, so that what is too large also looks it."""
    return f"{-(-size // 10**5) / 10:.1f}".removesuffix(".0") + " MB"

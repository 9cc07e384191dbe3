"""What a copier, a fax and a hurried hand do to a page: skew, shade, blur, noise, dust, JPEG.

Pixels only: a grey page goes in, a grey page of the same size comes out (turned by 90 degrees,
its sides change places). The same wear and seed give the same pixels.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageFilter


@dataclass(frozen=True, slots=True)
class Wear:
    angle: float = 0.0
    """Degrees counter-clockwise."""
    turn: int = 0
    """Quarter turns counter-clockwise."""
    shade: float = 0.0
    """Share of the light that is lost in the darkest corner."""
    ink: int = 0
    """Grey level of what was black, 0-255."""
    blur: float = 0.0
    """Radius in pixels."""
    noise: float = 0.0
    """Standard deviation in grey levels."""
    dust: int = 0
    """Specks on the page."""
    quality: int = 80
    """Of the JPEG, 1-95."""


LIGHT = Wear(blur=0.4, noise=2.5, ink=20, quality=70)
"""A good office scanner."""


def heavy(rng: Random, *, turned: bool = False) -> Wear:
    """A bad scan that a person still reads without effort."""
    return Wear(
        angle=rng.choice((-1, 1)) * rng.uniform(0.5, 2.5),
        turn=rng.choice((1, 3)) if turned else 0,
        shade=rng.uniform(0.05, 0.2),
        ink=rng.randint(35, 75),
        blur=rng.uniform(0.6, 1.0),
        noise=rng.uniform(7, 13),
        dust=rng.randint(30, 120),
        quality=rng.randint(38, 58),
    )


def worn(page: Image.Image, wear: Wear, *, seed: int) -> Image.Image:
    chance = np.random.default_rng(seed)
    paper = 250
    image = page.convert("L").point(lambda level: wear.ink + level * (paper - wear.ink) // 255)
    if wear.angle:
        image = image.rotate(wear.angle, Image.Resampling.BICUBIC, fillcolor=paper)
    image = image.filter(ImageFilter.GaussianBlur(wear.blur))
    levels = np.asarray(image, dtype=np.float32)
    levels = levels * _light(levels.shape, wear.shade)
    levels = levels + chance.normal(0, wear.noise, levels.shape).astype(np.float32)
    _sprinkle(levels, wear.dust, chance)
    image = Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))
    return image.rotate(90 * wear.turn, expand=True) if wear.turn else image


def jpeg(image: Image.Image, *, quality: int, dpi: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, dpi=(dpi, dpi))
    return out.getvalue()


def _light(shape: tuple[int, ...], shade: float) -> np.ndarray:
    """Full at the top left, ``shade`` less at the bottom right."""
    down = np.linspace(0, 0.5, shape[0], dtype=np.float32)[:, None]
    across = np.linspace(0, 0.5, shape[1], dtype=np.float32)[None, :]
    return 1 - shade * (down + across)


def _sprinkle(levels: np.ndarray, specks: int, chance: np.random.Generator) -> None:
    """In place: specks of 2 by 2 pixels, half of them dark and half light."""
    for place in range(specks):
        y, x = chance.integers(0, levels.shape[0] - 2), chance.integers(0, levels.shape[1] - 2)
        levels[y : y + 2, x : x + 2] = 60 if place % 2 else 255

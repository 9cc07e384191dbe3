"""Machines that read pictures of text, behind one interface.

RapidOCR carries its models in its package; Tesseract is a program of the system, for scripts that
RapidOCR does not know. A machine is made once and used for one picture after the other.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any, Protocol

from PIL import Image

from appliance.domain.characters import legible
from appliance.domain.document import BBox
from appliance.domain.errors import ToolError, WorkerError
from appliance.reading.doubtful_letters import SeenLetter, page_texts
from appliance.reading.words import TextRun

RAPIDOCR_READING = "rapidocr-4"
"""Goes up whenever RapidOcr would read the same picture differently, and ``READING`` with it: what
was read of single pictures is kept under this one."""

_LOOKED_AT = 1280
"""Pixels of the longer side in which lines are looked for. RapidOCR makes the shorter one at least
736, which takes three times as long and finds no more: 98.8 % of the words of ten pages at 200 dpi
either way, 97.8 % at 960."""
_LOWEST, _NARROWEST = 48, 32
"""Pixels of a line that is recognised. Each goes by itself and as wide as it is: RapidOCR fills
them up to the widest of six and to 320, which takes longer and recognises less."""

_LEAST_SIDE = 10
"""Pixels: no letter is lower, and the engines fail on such strips."""
_LONGEST_STRIP = 80
"""Times as long as wide: where lines are looked for, nothing is left of the width of longer ones,
and the engines fail on them."""

_ALTERNATIVES = 5
"""Letters of which it is asked whether they fit in better."""
_CERTAIN = 0.995
"""Probability from which nobody asks."""

_WIDE_FORMS = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20}


class Ocr(Protocol):
    def recognise(self, image: Image.Image) -> list[TextRun]:
        """The lines and words of an RGB picture, in no order; boxes in shares of the picture.

        Text is expected to run from left to right. Raises WorkerError when this one picture
        cannot be read, ToolError when none can.
        """
        ...


class OcrEngine(Ocr, Protocol):
    """One that serves: made once, for one picture after the other."""

    def spread(self, threads: int) -> None:
        """Computes on so many cores from now on; what is read is the same."""
        ...


class RapidOcr:
    """PP-OCR models on onnxruntime; seconds a page."""

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = 0
        self._engine: Any = None
        self._seen: list[Sequence[SeenLetter]] = []
        """Of the picture that is read, line by line."""
        self.spread(threads)

    def spread(self, threads: int) -> None:
        """Computes on so many cores from now on; what is read is the same."""
        if threads != self._threads:
            # The old one goes first: each holds 24 MB, and a new one takes 20 ms. Where none can be
            # made, the next call tries again.
            self._threads, self._engine = 0, None
            self._engine = self._made(threads)
            self._threads = threads

    def _made(self, threads: int) -> Any:
        from onnxruntime import disable_telemetry_events  # type: ignore[attr-defined]
        from rapidocr import RapidOCR  # costs a second: OpenCV, onnxruntime

        disable_telemetry_events()  # on Windows the variable does not

        engine = RapidOCR(
            params={
                "Global.use_cls": False,  # turned pages are our matter; it would hide them
                "Global.log_level": "critical",
                "Det.limit_type": "max",
                "Det.limit_side_len": _LOOKED_AT,
                "Rec.rec_img_shape": [3, _LOWEST, _NARROWEST],
                "Rec.rec_batch_num": 1,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
        recogniser = engine._load_rec_model()
        recogniser.postprocess_op = _Decoder(recogniser.postprocess_op.character, self._seen)
        return engine

    def recognise(self, image: Image.Image) -> list[TextRun]:
        """Raises WorkerError for a picture on which RapidOCR fails."""
        import numpy as np  # already in memory once the engine is

        shorter, longer = sorted(image.size)
        if shorter < _LEAST_SIDE or longer > _LONGEST_STRIP * shorter:
            return []
        self._seen.clear()
        try:
            found = self._engine(np.ascontiguousarray(np.asarray(image)[:, :, ::-1]))
        except Exception as error:
            # RapidOCR, OpenCV and onnxruntime have a dozen error classes without a common base.
            raise WorkerError(
                f"RapidOCR failed on a picture of {image.width} x {image.height} dots "
                f"({type(error).__name__})"
            ) from error
        if found.boxes is None or not found.txts:
            return []
        lines = page_texts(self._seen[int(number)] for number in found.txts)
        return [
            TextRun(text, _around(corners, image), float(score))
            for corners, said, score in zip(found.boxes, lines, found.scores, strict=True)
            if (text := legible(said.translate(_WIDE_FORMS)).strip())
        ]


class _Decoder:
    """What the recogniser makes of a line, in the place of RapidOCR's own, which knows no doubt.

    The letters of each line go to ``seen``. RapidOCR, which sorts lines and leaves out unsure ones,
    is told which line of them it is, and nothing where it is blank.
    """

    def __init__(self, letters: Sequence[str], seen: list[Sequence[SeenLetter]]) -> None:
        self._letters = letters
        self._seen = seen

    def __call__(self, found: Any, *_: Any, **__: Any) -> tuple[list[tuple[str, float]], list[Any]]:
        """``found``: of each line, at each place from the left, the probability of each letter."""
        return [self._line(places) for places in found], []

    def _line(self, places: Any) -> tuple[str, float]:
        """And how sure it is on average; by CTC a letter is seen at several places in a row, and
        the first of all letters is a gap."""
        best = places.argmax(axis=1)
        seen = [at for at, one in enumerate(best) if one and (at == 0 or best[at - 1] != one)]
        line = [self._likely(places[at], best[at]) for at in seen]
        if not any(one.text.strip() for one in line):
            return "", 0.0
        self._seen.append(line)
        return str(len(self._seen) - 1), float(places[seen, best[seen]].mean())

    def _likely(self, place: Any, best: int) -> SeenLetter:
        others = (
            place.argpartition(-_ALTERNATIVES)[-_ALTERNATIVES:] if place[best] < _CERTAIN else ()
        )
        found = {self._letters[one]: float(place[one]) for one in (best, *others)}
        return SeenLetter(self._letters[best], found)


def _around(corners: Sequence[tuple[float, float]], image: Image.Image) -> BBox:
    """``corners`` clockwise from the top left; of a leaning line the height at its middle."""
    xs = [min(max(float(x) / image.width, 0.0), 1.0) for x, _ in corners]
    ys = [min(max(float(y) / image.height, 0.0), 1.0) for _, y in corners]
    top, bottom = sorted(((ys[0] + ys[1]) / 2, (ys[2] + ys[3]) / 2))
    return BBox(min(xs), top, max(xs), bottom)


class TesseractOcr:
    """The ``tesseract`` program; ``languages`` as it names them, such as ``eng+ell``."""

    def __init__(self, *, languages: str = "eng", timeout: float = 120.0) -> None:
        self._languages = languages
        self._timeout = timeout

    def spread(self, threads: int) -> None:
        """Each call is a process of its own, on the cores that it takes."""

    def recognise(self, image: Image.Image) -> list[TextRun]:
        """Raises ToolError without Tesseract, WorkerError for a picture on which it fails."""
        if min(image.size) < _LEAST_SIDE:
            return []
        command = ["tesseract", "-", "-", "-l", self._languages, "--psm", "3", "tsv"]
        png = BytesIO()
        image.save(png, format="PNG")
        try:
            done = subprocess.run(
                command,
                input=png.getvalue(),
                capture_output=True,
                timeout=self._timeout,
                check=True,
            )
        # Where it is not found the cage lets nothing be started, and nothing is looked for.
        except (FileNotFoundError, PermissionError) as error:
            raise ToolError(
                "Tesseract is not installed", hint="install tesseract-ocr or set ocr to rapidocr"
            ) from error
        except subprocess.TimeoutExpired as error:
            raise WorkerError(f"Tesseract took over {self._timeout:.0f} s on one page") from error
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip()
            if "loading language" in said or "traineddata" in said:
                raise ToolError(
                    f"Tesseract cannot load the languages {self._languages}",
                    hint="install them, or name others in `[reading] languages`",
                ) from error
            raise WorkerError(f"Tesseract failed: {said[:200]}") from error
        return rows_of_tesseract(done.stdout.decode(), width=image.width, height=image.height)


def rows_of_tesseract(table: str, *, width: int, height: int) -> list[TextRun]:
    """The words of its tab-separated table; ``width`` and ``height`` of the picture in pixels."""
    words = []
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5" and (text := legible(cells[11]).strip()):
            left, top, wide, high = (int(cell) for cell in cells[6:10])
            box = BBox(left / width, top / height, (left + wide) / width, (top + high) / height)
            words.append(TextRun(text, box, max(float(cells[10]), 0.0) / 100))
    return words


ENGINES: Mapping[str, Callable[[int, str], OcrEngine]] = {
    "rapidocr": lambda threads, languages: RapidOcr(threads=threads),
    "tesseract": lambda threads, languages: TesseractOcr(languages=languages),
}
"""By the name that settings give it: made for so many cores, and for languages as it names them."""

"""Documents at fault: ``failed/NAME`` beside ``failed/NAME.reason.txt``, for a clerk to act on.

The reason comes first and names its document, so what a crash left is found and completed when
the step is repeated. The file is a copy: the archive keeps the original whatever is done here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath

from appliance.domain.characters import shown_lines
from appliance.domain.errors import ApplianceError, DocumentError, HomeError
from appliance.intake import archive
from appliance.system import files
from appliance.system.fault_points import reached

SUFFIX = ".reason.txt"
_PARTIAL = ".partial"
_DOCID = "Document: "
_LONGEST = 255 - len(SUFFIX) - len(_PARTIAL)
"""Bytes of a name, so that those made from it are not too long for common file systems."""


@dataclass(frozen=True, slots=True)
class FailedFile:
    """What a reason file in ``failed/`` speaks of."""

    path: Path
    """Of the document, which is missing after a crash or when a clerk took it."""
    docid: str


class Quarantine:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(
        self, original: Path, *, name: str, docid: str, error: ApplianceError, now: float
    ) -> Path:
        """Show the document that stands in ``original``; done twice it gives the same file.

        ``name`` is the one it was dropped under, ``now`` in seconds since 1970. Raises HomeError,
        and DocumentError when the original cannot be read; the reason stands there even so.
        """
        try:
            path = self._place(name, docid)
            text = _reason(path.name, original, docid=docid, error=error, now=now)
            files.make_folder(self.folder)
            files.write(_reason_path(path), text.encode())
            reached("quarantine.explained")
            if not path.exists():
                self._copy(original, path, docid)
        except OSError as problem:
            raise HomeError(
                f"{self.folder} cannot be written: {problem.strerror}",
                hint="make room on its disk, and let the appliance write there",
            ) from problem
        return path

    def _copy(self, original: Path, path: Path, docid: str) -> None:
        """Nothing, where the original holds other bytes: they would pass for what was dropped."""
        partial = path.with_name(path.name + _PARTIAL)
        try:
            poured = files.pour(partial, archive.chunks(original))
        except DocumentError:
            files.remove(partial)
            raise
        if poured == docid:
            files.publish(partial, path)
        else:
            files.remove(partial)

    def find(self, name: str, docid: str) -> Path | None:
        """Where the document is shown; None when it is not."""
        path = self._place(name, docid)
        return path if _owner(path) == docid else None

    def remove(self, name: str, docid: str) -> None:
        """It is tried again. The reason goes last, so that a crash leaves what can be found; both
        are gone for good before a row says that it has not failed."""
        path = self.find(name, docid)
        if path:
            files.remove(path)
            files.sync_folder(self.folder)
            reached("quarantine.emptied")
            files.remove(_reason_path(path))
            files.sync_folder(self.folder)

    def files(self, docids: Collection[str]) -> Iterator[Path]:
        """All that is shown of these documents, their reasons last."""
        for kept in self.kept():
            if kept.docid in docids:
                yield from (kept.path, _reason_path(kept.path))

    def kept(self) -> Iterator[FailedFile]:
        for reason in sorted(self.folder.glob("*" + SUFFIX)):
            path = reason.with_name(reason.name.removesuffix(SUFFIX))
            docid = _owner(path)
            if docid:
                yield FailedFile(path, docid)

    def _place(self, name: str, docid: str) -> Path:
        """The document's own place, else the first that is free."""
        for candidate in _names(name, docid):
            path = self.folder / candidate
            if _owner(path) == docid:
                return path
        for candidate in _names(name, docid):
            path = self.folder / candidate
            if not path.exists() and not _reason_path(path).exists():
                break
        return path


def _names(name: str, docid: str) -> list[str]:
    """From the plainest to one that nobody else has."""
    whole = PurePath(files.of_no_device(PurePath(name).name))
    plain = [whole.name, f"{whole.stem}.{docid[:8]}{whole.suffix}"]
    last = f"{whole.stem[:30]}.{docid}{whole.suffix[:8]}"
    return [name for name in plain if _fits(name)] + [last]


def _fits(name: str) -> bool:
    """Short enough, and not the name of a reason or of a half-written copy itself."""
    return len(name.encode()) <= _LONGEST and not name.endswith((SUFFIX, _PARTIAL))


def _reason_path(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def _owner(path: Path) -> str | None:
    try:
        lines = _reason_path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    marks = [line.removeprefix(_DOCID) for line in lines if line.startswith(_DOCID)]
    return marks[-1] if marks else None


def _reason(name: str, original: Path, *, docid: str, error: ApplianceError, now: float) -> str:
    when = datetime.fromtimestamp(now, UTC).isoformat(sep=" ", timespec="seconds")
    lines = [
        f"{name} could not be processed.",
        "",
        f"Why:      {error}",
        f"Next:     {error.hint or 'key it by hand, or ask the sender for another copy'}",
        f"When:     {when}",
        f"Original: {original} (kept there unchanged)",
        f"{_DOCID}{docid}",
    ]
    return shown_lines("\n".join(lines) + "\n")

"""Where document types are found: the owner's folder first, then the shipped ones.

A type is one TOML file, its name the file's. Examples are found by name but not listed.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from appliance.doctypes.definition import read, read_plan, read_sharing, read_terms, read_years
from appliance.doctypes.shape import DoctypeFault
from appliance.domain.delivery import DeliveryPlan
from appliance.domain.doctype import AccuracyTarget, DocType
from appliance.domain.errors import DoctypeError
from appliance.domain.fleet import Sharing

SHIPPED = Path(__file__).parent
EXAMPLES = SHIPPED / "examples"


def load(path: Path) -> DocType:
    """Raises DoctypeError naming file, key and line of the first problem."""
    found = read(path.stem, _text(path))
    if isinstance(found, DocType):
        return found
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    raise DoctypeError(
        f"{path.name}, {found[0]}{more}", hint=f"appliance doctypes check {path} shows everything"
    )


def problems(path: Path) -> list[DoctypeFault]:
    """Everything that is wrong with the file; empty when it can be used."""
    found = read(path.stem, _text(path))
    return [] if isinstance(found, DocType) else found


def find(name: str, *, folder: Path | None) -> DocType:
    """The type of this name; ``folder`` holds the owner's own, which go before the shipped.

    Raises DoctypeError when there is none or when its file is wrong.
    """
    return load(path_of(name, folder=folder))


def source(name: str, *, folder: Path | None) -> str:
    """The text of its file; of the shipped one where the owner's is empty, as ``show X > X.toml``
    makes it before anything is printed. Raises DoctypeError as ``find``."""
    path = path_of(name, folder=folder)
    text = _text(path)
    if not text.strip():
        if folder is not None and name in _stems(SHIPPED) | _stems(EXAMPLES):
            return source(name, folder=None)
        raise DoctypeError(
            f"{path} is empty: `>` empties a file before anything is printed into it",
            hint="print into another file and rename that; `appliance backup` may have the old one",
        )
    return text


def terms(name: str, *, folder: Path | None, default: AccuracyTarget) -> AccuracyTarget:
    """What is promised of the type of this name. Raises DoctypeError as ``find``."""
    path = path_of(name, folder=folder)
    load(path)
    return read_terms(_text(path), default)


def delivery_plan(name: str, *, folder: Path | None) -> DeliveryPlan:
    """What is asked of deliveries of the type of this name. Raises DoctypeError as ``find``."""
    path = path_of(name, folder=folder)
    load(path)
    return read_plan(_text(path))


def years_kept(name: str, *, folder: Path | None) -> float | None:
    """How long documents of the type of this name are kept; None for ever. Raises DoctypeError as
    ``find``."""
    path = path_of(name, folder=folder)
    load(path)
    return read_years(_text(path))


def sharing(name: str, *, folder: Path | None) -> Sharing:
    """What of documents of the type of this name the hub of a fleet hears. Raises DoctypeError as
    ``find``."""
    path = path_of(name, folder=folder)
    load(path)
    return read_sharing(_text(path))


def path_of(name: str, *, folder: Path | None) -> Path:
    """Of its file. Raises DoctypeError when there is none."""
    for place in (folder, SHIPPED, EXAMPLES):
        if place is not None and name in _stems(place):
            return place / f"{name}.toml"
    known = names(folder)
    close = get_close_matches(name, known, n=1)
    raise DoctypeError(
        f"there is no document type {name!r}",
        hint=f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}",
    )


def names(folder: Path | None) -> list[str]:
    """The owner's and the shipped types, sorted."""
    return sorted(_stems(SHIPPED) | (_stems(folder) if folder is not None else set()))


def examples() -> list[str]:
    """Types to learn from, sorted; they are found by name but make no folder in the inbox."""
    return sorted(_stems(EXAMPLES))


def _stems(folder: Path) -> set[str]:
    return {file.stem for file in folder.glob("*.toml")}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DoctypeError(
            f"{path}: cannot be read: {error}", hint="is it a UTF-8 file?"
        ) from error

"""What nights learn from leaves the home for other trainers, a folder for each document type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath

from appliance.domain.errors import ConfigError, HomeError
from appliance.domain.labels import Labelled
from appliance.intake.archive import Archive
from appliance.learning.exporting.exporting import ExportedLabels, export_chats, export_labels
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import checked
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.service import wiring
from appliance.settings.home import Home

EVIDENCE = "evidence"
"""The folder beside those of the types: what is in it is never trained on."""
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


class Export:
    def __init__(self, home: Home, store: Store, folder: Path) -> None:
        """Into ``folder``. Raises ConfigError when something is in it."""
        if folder.exists() and any(folder.iterdir()):
            raise ConfigError(f"{folder} is not empty", hint="name a new folder: --to NEW")
        self._home = home
        self._store = store
        self._folder = folder
        self._labels = Labels(store)

    def labels(self, doctype: str) -> ExportedLabels:
        """Raises DoctypeError, HomeError."""
        found = self._labels.training(doctype=doctype)
        with self._writing():
            return self._list(self._folder / doctype, doctype, found)

    def evidence(self, doctype: str) -> ExportedLabels:
        """As ``labels``, into a folder apart."""
        found = self._labels.evidence(reading=None, doctype=doctype)
        with self._writing():
            return self._list(self._folder / EVIDENCE / doctype, doctype, found)

    def chats(self, doctypes: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Each type with the number of its chats, cut for the model that serves. Raises ModelError,
        DoctypeError, HomeError."""
        from appliance.extraction.engine import Engine  # llama.cpp, which `status` does without

        with Engine(checked(Registry(self._home.models).champion())) as tokens:
            for name in doctypes:
                kind = wiring.doctype(self._home, name)
                found = self._labels.training(doctype=name)
                with self._writing():
                    count = export_chats(self._folder / name, found, kind, tokens)
                yield name, count

    def _list(self, folder: Path, doctype: str, found: Iterable[Labelled]) -> ExportedLabels:
        kind = wiring.doctype(self._home, doctype)
        return export_labels(
            folder,
            found,
            kind,
            Archive(self._home.archive),
            came_here=self._store.came_here,
            suffix=self._suffix,
        )

    def _suffix(self, docid: str) -> str:
        """As it came."""
        said = (PurePath(job.source).suffix for job in self._store.find(docid))
        return next((one.lower() for one in said if _SUFFIX.fullmatch(one)), "")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise HomeError(
                f"{self._folder} cannot be written: {error.strerror}",
                hint="make room there, or name another folder",
            ) from error

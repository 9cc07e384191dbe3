"""A home with a dozen made-up documents in its inbox, for the main job to be seen at work."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from appliance.domain.errors import HomeError
from appliance.learning.models.registry import Registry
from appliance.service import model_files
from appliance.settings.home import Home

MARK = "THIS_IS_A_DEMO.txt"
"""Only a folder that holds it, or nothing, may be replaced."""


def prepare(home: Home, make: Callable[[Path], list[Path]]) -> int:
    """How many documents lie in the new inbox; ``make`` writes them below a folder by type.

    An earlier demo is replaced. Raises HomeError when a daemon works there, when anything else lies
    in the home's folder, or when it cannot be written.
    """
    try:
        _clear(home)
    except OSError as error:
        raise HomeError(
            f"{home.folder} cannot be written: {error.strerror}",
            hint="name a new folder for the demo",
        ) from error
    home.make()
    model_files.add_default(Registry(home.models))
    samples = home.folder / "samples"
    made = make(samples)
    for sample in made:
        target = home.inbox / sample.relative_to(samples)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sample, target)
    return len(made)


def _clear(home: Home) -> None:
    mark = home.folder / MARK
    if mark.exists():
        if home.daemon() is not None:
            raise HomeError(
                f"the demo in {home.folder} is running", hint="end it, or name a new folder"
            )
        shutil.rmtree(home.folder)
    elif home.folder.exists() and any(home.folder.iterdir()):
        raise HomeError(
            f"{home.folder} is not empty and not a demo", hint="name a new folder for the demo"
        )
    home.folder.mkdir(parents=True, exist_ok=True)
    mark.write_text("Made by `appliance demo`, which replaces this folder the next time.\n")

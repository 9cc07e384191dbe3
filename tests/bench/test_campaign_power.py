"""What a cut of power may leave of a small journal, and a day whose power is cut at every sync."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from random import Random

import pytest

from bench.campaign.power import PowerCuts, shim
from bench.campaign.power_disk import SECTOR, Act, Disk, acts
from bench.campaign.power_work import HEAD

A, B, FOLDER, FOLDER_A = (PurePosixPath(one) for one in ("a", "b", "d", "d/a"))
OLD, NEW = b"o" * 3 * SECTOR, b"n" * 3 * SECTOR


def act(kind: str, inode: int = 0, at: int = 0, first: bytes = b"", second: bytes = b"") -> Act:
    return Act(kind, inode, at, first, second)


def disks(*done: Act) -> list[dict[PurePosixPath, bytes | None]]:
    """As many cuts may leave it."""
    disk = Disk("/r")
    for one in done:
        disk.do(one)
    return [disk.remains(Random(seed), ordered=seed % 2 == 0) for seed in range(200)]


MADE = act("C", 1, first=b"/r/a"), act("W", 1, first=OLD)
KEPT = *MADE, act("S", 1), act("F", 9)


def test_what_was_synced_is_always_there() -> None:
    assert all(disk == {A: OLD} for disk in disks(*KEPT))


def test_the_sync_of_a_file_does_not_keep_its_name() -> None:
    assert {A in disk for disk in disks(*MADE, act("S", 1))} == {True, False}


def test_the_sync_of_a_folder_does_not_keep_the_bytes() -> None:
    assert {len(disk[A] or b"") for disk in disks(*MADE, act("F", 9))} >= {0, len(OLD)}


def test_what_is_written_since_is_torn_between_sectors_only() -> None:
    left = {disk[A] or b"" for disk in disks(*KEPT, act("W", 1, first=NEW))}
    assert {OLD, NEW} < left
    for held in left:
        assert {held[at : at + SECTOR] for at in range(0, len(held), SECTOR)} <= {
            OLD[:SECTOR],
            NEW[:SECTOR],
        }


def test_a_rename_is_done_or_not_and_never_half() -> None:
    moved = act("R", 1, first=b"/r/a", second=b"/r/b")
    left = [set(disk) for disk in disks(*KEPT, moved)]
    assert {A} in left and {B} in left and all(len(one) == 1 for one in left)


def test_a_name_is_never_kept_without_the_folder_in_which_it_stands() -> None:
    made = act("D", 2, first=b"/r/d")
    moved = act("R", 1, first=b"/r/a", second=b"/r/d/a")
    left = [set(disk) for disk in disks(*KEPT, made, moved)]
    assert {FOLDER, FOLDER_A} in left and {FOLDER, A} in left
    assert all(FOLDER in one for one in left if FOLDER_A in one)


def test_a_journal_is_read_as_it_was_written() -> None:
    line = HEAD.pack(ord("W"), 5, 7, 2, 0) + b"ab"
    assert list(acts(line * 2)) == [act("W", 5, 7, b"ab")] * 2


@pytest.mark.slow
@pytest.mark.skipif(shim() is None, reason="there is no C compiler")
@pytest.mark.parametrize("kind", ["inbox", "refused"])  # of the others a day takes a minute
def test_nothing_is_lost_wherever_the_power_is_cut(kind: str, tmp_path: Path) -> None:
    outcome = PowerCuts().run(kind, 0, tmp_path)
    assert outcome.found == ()
    assert outcome.faults > 100

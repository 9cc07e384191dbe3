from __future__ import annotations

import shutil
import subprocess
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from appliance.system.mounts import REMOTE, Mount, find, mount_of

MOUNTS = [
    Mount("/", "ext4"),
    Mount("/srv", "xfs"),
    Mount("/srv/scans of today", "cifs"),
    Mount("/srv/twice", "ext4"),
    Mount("/srv/twice", "nfs4"),
    Mount("/srv/ssh", "fuse.sshfs"),
    Mount("/srv/disk", "fuseblk"),
]
DRIVES = [Mount("C:\\", "NTFS"), Mount("Z:\\", REMOTE)]


@pytest.mark.parametrize(
    ("folder", "mount", "network"),
    [
        ("/home/me/inbox", Mount("/", "ext4"), False),
        ("/srv/inbox", Mount("/srv", "xfs"), False),
        ("/srvother", Mount("/", "ext4"), False),
        ("/srv/scans of today/inbox", Mount("/srv/scans of today", "cifs"), True),
        ("/srv/twice", Mount("/srv/twice", "nfs4"), True),
        ("/srv/ssh/inbox", Mount("/srv/ssh", "fuse.sshfs"), True),
        ("/srv/disk/inbox", Mount("/srv/disk", "fuseblk"), False),
    ],
)
def test_the_innermost_and_latest_mount_holds_a_folder(
    folder: str, mount: Mount, network: bool
) -> None:
    found = find(PurePosixPath(folder), MOUNTS)
    assert found == mount
    assert found.network == network


@pytest.mark.parametrize(
    ("folder", "mount", "network"),
    [
        (r"C:\Users\me\inbox", Mount("C:\\", "NTFS"), False),
        (r"z:\inbox", Mount("Z:\\", REMOTE), True),
        (r"\\nas\scans\inbox", Mount(r"\\nas\scans" + "\\", REMOTE), True),
    ],
)
def test_windows_has_drives_and_shares(folder: str, mount: Mount, network: bool) -> None:
    found = find(PureWindowsPath(folder), DRIVES)
    assert found == mount
    assert found.network == network


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert find(PurePosixPath("/srv"), []) is None


def test_this_machine_knows_the_mount_of_a_real_folder(tmp_path: Path) -> None:
    mount = mount_of(tmp_path)
    assert mount
    assert tmp_path.is_relative_to(mount.point)


@pytest.mark.skipif(not shutil.which("findmnt"), reason="`findmnt` is not installed")
def test_the_system_says_the_same(tmp_path: Path) -> None:
    said = subprocess.run(
        ["findmnt", "-n", "-o", "TARGET,FSTYPE", "-T", tmp_path], capture_output=True, text=True
    )
    mount = mount_of(tmp_path)
    assert mount and said.stdout.split() == [mount.point, mount.kind]

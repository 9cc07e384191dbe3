from __future__ import annotations

import sys
from pathlib import Path

import pytest

from appliance.system.mounts import Mount, find, mount_of

MOUNTINFO = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
36 22 0:31 / /srv rw,relatime shared:7 master:1 - xfs /dev/vdb rw
40 36 0:45 / /srv/scans\\040of\\040today rw,relatime - cifs //nas/scans rw,vers=3.1.1
41 36 0:46 / /srv/twice rw - ext4 /dev/vdc rw
42 41 0:47 / /srv/twice rw - nfs4 nas:/twice rw
43 36 0:48 / /srv/ssh rw - fuse.sshfs me@host: rw
44 36 0:49 / /srv/disk rw - fuseblk /dev/sdb1 rw
a line that nobody understands
"""


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
    found = find(Path(folder), MOUNTINFO)
    assert found == mount
    assert found.network == network


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert find(Path("/srv"), "") is None


@pytest.mark.skipif(sys.platform != "linux", reason="known on Linux only")
def test_this_machine_knows_the_mount_of_a_real_folder(tmp_path: Path) -> None:
    mount = mount_of(tmp_path)
    assert mount
    assert tmp_path.is_relative_to(mount.point)

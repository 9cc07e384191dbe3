"""On what kind of file system a folder lies, and whether changes made elsewhere cause events there.

Known on Linux only, from ``/proc/self/mountinfo``; elsewhere nothing is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_NETWORK = {
    "9p", "afs", "ceph", "cifs", "davfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4",
    "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs",
}  # fmt: skip
_MOUNTINFO = Path("/proc/self/mountinfo")


@dataclass(frozen=True, slots=True)
class Mount:
    point: str
    kind: str
    """As in ``/proc/filesystems``; ``ext4``, ``cifs``, ``fuse.sshfs``."""

    @property
    def network(self) -> bool:
        """Changes made on the far side cause no event here. FUSE counts, few of it tell; but for
        ``fuseblk``, a disk of this machine."""
        return self.kind in _NETWORK or self.kind == "fuse" or self.kind.startswith("fuse.")


def mount_of(folder: Path) -> Mount | None:
    """The mount on which ``folder`` lies; None where nobody can tell."""
    try:
        mountinfo = _MOUNTINFO.read_text(errors="surrogateescape")
        place = folder.resolve()
    except OSError:
        return None
    return find(place, mountinfo)


def find(folder: Path, mountinfo: str) -> Mount | None:
    """The innermost mount that holds ``folder``, which is absolute and free of links."""
    mounts = [mount for mount in map(_parse, mountinfo.splitlines()) if mount]
    holding = [mount for mount in mounts if folder.is_relative_to(mount.point)]
    # On the same point the later one hides the earlier, and ``max`` takes the first of equals.
    return max(reversed(holding), key=lambda mount: len(mount.point), default=None)


def _parse(line: str) -> Mount | None:
    """A line is ``36 35 98:0 /root /point options optional... - kind source options``."""
    before, separator, after = line.partition(" - ")
    fields = before.split()
    if not separator or len(fields) < 5 or not after:
        return None
    return Mount(_unescape(fields[4]), after.split()[0])


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)

"""On which file system a folder lies, and whether changes made elsewhere cause events there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

REMOTE = "remote"
"""The kind of what Windows reaches over the network, whatever file system the server has."""
_NETWORK = {
    "9p", "afpfs", "afs", "ceph", "cifs", "davfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4",
    "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "webdav", REMOTE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mount:
    point: str
    kind: str
    """As the system names it: ``ext4``, ``cifs``, ``fuse.sshfs``, ``apfs``, ``NTFS``; or
    ``REMOTE``."""

    @property
    def network(self) -> bool:
        """Changes made on the far side cause no event here. FUSE counts, few of it tell; but for
        ``fuseblk``, a disk of this machine."""
        return self.kind in _NETWORK or self.kind == "fuse" or self.kind.startswith("fuse.")


def mount_of(folder: Path) -> Mount | None:
    """The mount on which ``folder`` lies; None where nobody can tell."""
    import psutil  # `status` does without, and is asked often

    try:
        mounts = [
            Mount(one.mountpoint, REMOTE if REMOTE in one.opts.split(",") else one.fstype)
            for one in psutil.disk_partitions(all=True)
        ]
        place = folder.resolve()
    except OSError:
        return None
    return find(place, mounts)


def find(folder: PurePath, mounts: Iterable[Mount]) -> Mount | None:
    """The innermost mount that holds ``folder``, which is absolute and free of links. ``mounts`` in
    the order in which they were mounted."""
    if folder.drive.startswith(r"\\"):  # a share that Windows reaches without a letter
        return Mount(folder.anchor, REMOTE)
    holding = [mount for mount in mounts if folder.is_relative_to(mount.point)]
    # On the same point the later one hides the earlier, and ``max`` takes the first of equals.
    return max(reversed(holding), key=lambda mount: len(mount.point), default=None)

"""Is another program still writing a file? Linux tells; elsewhere the claim is refused instead.

Never waits, and never says yes where it does not know (a file of another user, most shares).
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from appliance.intake.folder import File
from appliance.intake.mounts import mount_of

if sys.platform == "linux":
    import fcntl
    import signal

    def being_written(file: File) -> bool:
        """True while somebody has it open for writing. Raises OSError when it does not open."""
        handle = file.handle()
        try:
            # Whoever opens the file in this instant makes the kernel signal us. Its default,
            # SIGIO, would end the process; SIGURG is ignored by all.
            fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
            # A read lease is refused while anybody has the file open for writing.
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except OSError as error:
            # NFS and SMB refuse it whenever the server has not delegated the file.
            return error.errno == errno.EAGAIN and not _on_share(file.path)
        finally:
            os.close(handle)
        return False

    def _on_share(path: Path) -> bool:
        mount = mount_of(path.parent)
        return mount is None or mount.network

else:

    def being_written(file: File) -> bool:
        """False: unknown here. Raises OSError when it does not open."""
        with file.open("rb"):
            return False

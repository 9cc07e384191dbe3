"""The child that tunes: ``python -m appliance.learning.trainer.child FOLDER``.

It is tied to its parent before it loads anything, which takes many seconds.
"""

from __future__ import annotations

import os
import signal

from appliance.system.lifeline import die_with_parent, on_parting


def main() -> None:
    die_with_parent()
    on_parting(lambda: os._exit(1))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # systemd's reaches us too; the night says when

    from appliance.learning.trainer.training import main as train  # torch and all that goes with it

    train()


if __name__ == "__main__":
    main()

"""The appliance's memory, one SQLite file: jobs and answers, what waits, what clerks said."""

import sys

# Where they are installed, sqlite-utils takes pandas and numpy along for types that no record has:
# 54 of the daemon's 104 MB, and a fifth of the time of `status`. For the time of its import they
# are not there.
_HEAVY = [name for name in ("pandas", "numpy") if name not in sys.modules]
for _name in _HEAVY:
    sys.modules[_name] = None  # type: ignore[assignment]
import sqlite_utils as sqlite_utils  # noqa: E402

for _name in _HEAVY:
    del sys.modules[_name]

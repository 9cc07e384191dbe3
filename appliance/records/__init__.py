"""The appliance's memory, one SQLite file: jobs and answers, what waits, what clerks said."""

import sys

# Where pandas is installed, as it is beside the tuning, sqlite-utils takes it along for types that
# no record has: 54 of the daemon's 104 MB. For the time of its import it is not there.
if "pandas" not in sys.modules:
    sys.modules["pandas"] = None  # type: ignore[assignment]
    import sqlite_utils as sqlite_utils

    del sys.modules["pandas"]

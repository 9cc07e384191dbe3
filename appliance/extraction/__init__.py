"""From a document and its type to a prediction, by a local model that may only copy."""

import os

# llama.cpp's libgomp reads these once, when it is loaded. Threads that wait for each other spin a
# little, then sleep. On two idle cores a token takes 9 ms so, 27 ms when they sleep at once; on two
# busy ones it takes 40 ms, where it takes a quarter of a second when they spin for long.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

EXTRACTION = "17"
"""Goes up whenever the same document and model would be answered differently; what is kept of
answers hangs on it."""

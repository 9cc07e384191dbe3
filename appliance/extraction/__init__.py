"""From a document and its type to a prediction, by a local model that may only copy."""

import os

# llama.cpp's libgomp reads this once, when it is loaded. Threads that wait for each other would
# spin: on two busy cores a receipt took 18 s with two threads, and takes 3 s when they sleep.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

EXTRACTION = "2"
"""Goes up whenever the same document and model would be answered differently; what is kept of
answers hangs on it."""

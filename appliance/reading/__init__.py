"""From a file to words with boxes in reading order. The libraries beneath live in a child."""

READING = "12"
"""Goes up whenever the same file would be read differently; caches of readings hang on it."""

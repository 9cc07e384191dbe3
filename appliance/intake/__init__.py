"""The inbox to the archive: what has settled is claimed, kept under its hash, and recorded."""

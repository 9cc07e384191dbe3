"""A decided document becomes one JSON file in the outbox."""

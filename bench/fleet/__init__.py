"""What a fleet survives, and what it costs."""

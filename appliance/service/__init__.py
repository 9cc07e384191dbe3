"""The day: what runs, in which order, and which model serves."""

"""The child that trains, and what its parent says to it."""

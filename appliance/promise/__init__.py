"""The accuracy that the owner states, and what may be accepted so that it is kept."""

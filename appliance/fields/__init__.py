"""All that a field type means: how its values are written, read, compared and found on a page."""

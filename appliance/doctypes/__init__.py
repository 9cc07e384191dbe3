"""The shipped document types, one TOML each, and how a type is read from its file."""

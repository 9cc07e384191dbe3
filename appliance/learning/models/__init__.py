"""Model versions: how they come, which one serves, which files stay."""

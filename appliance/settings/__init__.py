"""What the owner sets, and the folders of a home."""

"""How models come to be, and which one serves."""

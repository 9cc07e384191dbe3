"""Rows that are read from where their words stand: how right, what proves them, what they cost."""

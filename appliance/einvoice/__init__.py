"""From the XML of an e-invoice to its values, what is wrong with it, and a page to read. Pure."""

EINVOICE = "2"
"""Goes up whenever the same XML would be read differently; readings hang on it."""

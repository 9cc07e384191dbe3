"""What the screens are drawn of: pure drawings of runs of text, and the widget that shows them."""

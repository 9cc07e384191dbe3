"""The station's screens: they listen to keys and clicks, and draw."""

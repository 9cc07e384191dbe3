"""That it stands here lets the tests of the rooms below import ``keyed_papers``."""

"""Four weeks of one office, replayed: what a document costs, from the first day on."""

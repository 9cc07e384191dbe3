"""How right answers are: scores by field, near-duplicates, one model compared with another."""

"""How right answers are: scores by field, near-twins, one model compared with another."""

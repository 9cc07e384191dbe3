"""The report: what the records of some days add up to, as one page for people."""

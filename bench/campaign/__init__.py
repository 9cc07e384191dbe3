"""Faults and hostile input, trial by trial, against real homes: ``python -m bench.campaign``."""

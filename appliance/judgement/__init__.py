"""Prediction -> accept or hold. Pure: no files, no clock, no model."""

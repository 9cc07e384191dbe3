"""The words everybody talks about. Pure: no files, no clock, no model."""

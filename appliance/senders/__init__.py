"""Who sent a page, and what is remembered of earlier ones: pure, without a model."""

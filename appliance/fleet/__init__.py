"""Homes of one owner that share what they learn: a hub, and sites that need no other."""

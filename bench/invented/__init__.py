"""Kinds of documents that are never trained on, told as those in ``starter.kinds``."""

from __future__ import annotations

from pathlib import Path

from starter.kinds import read_kinds

KINDS = read_kinds(Path(__file__).parent)

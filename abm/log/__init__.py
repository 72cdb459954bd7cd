"""The decision log: who did what in which month, and the terms that tipped it; the same from both drivers."""

from .book import COLUMNS, Log
from .month import KINDS
from .words import words

__all__ = ["COLUMNS", "KINDS", "Log", "words"]

"""Nodes of a market: its origins, then the outlets of the licensed exporter."""

OUTLETS = 2  # all destinations under licence, and those it has named

"""Zabota: customer service that keeps its promises."""

__version__ = "0.0.1"

"""Decisions of channels, pure: dataclasses in, dataclasses out."""

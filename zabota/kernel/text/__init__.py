"""Texts to people: what a text is, and how values are put into it. Free of Django."""

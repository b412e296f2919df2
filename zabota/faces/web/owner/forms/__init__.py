"""Forms of the owner's pages: what may be typed, and what it becomes."""

"""Tools for those who work on Zabota; nothing of this is needed to run it."""

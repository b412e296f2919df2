"""The chat of a site: its script, and the calls that the script makes. Answers are JSON."""

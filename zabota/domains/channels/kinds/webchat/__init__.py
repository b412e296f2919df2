"""The chat on a site: what is sent waits here, and the visitor's browser asks for it."""

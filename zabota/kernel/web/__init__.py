"""The pieces of the web front: ASGI callables that stand before Django. No pages, no routes."""

"""Real servers for tests: Dovecot, an SMTP sink, PostgreSQL, a browser, Zabota itself.

Each part is a small class with `start()` and `stop()`, usable in a `with` block, on a free
loopback port and in a folder of its own; it returns from `start()` when it is ready to be
talked to. Fixtures for them are in `plugin.py`; nothing here knows a domain of the product.
"""

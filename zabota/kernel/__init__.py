"""The ground of the house: accounts, facts, jobs, clock, ids, files, secrets, search, live hints.

The kernel knows no domain.
"""

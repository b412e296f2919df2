"""Reads of the desk, one module a noun: access, inbox, thread, card."""

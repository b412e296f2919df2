"""Writes of the desk, one module a noun: take_in, replies, closing, and work on a conversation."""

"""Decisions about people, pure. Those about addresses are used most and stand here."""

from zabota.domains.people.rules.addresses import called, normalised

__all__ = ["called", "normalised"]

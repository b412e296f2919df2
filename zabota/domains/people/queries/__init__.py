"""Reads about people: who sees a customer, his dossier, his consents."""

from zabota.domains.people.queries.dossier import Dossier, dossier_for

__all__ = ["Dossier", "dossier_for"]

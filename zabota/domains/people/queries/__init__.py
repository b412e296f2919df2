"""Reads about people: who sees a customer, his dossier, how he is served."""

from zabota.domains.people.queries.attention import service_of
from zabota.domains.people.queries.dossier import Dossier, dossier_for

__all__ = ["Dossier", "dossier_for", "service_of"]

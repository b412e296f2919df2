"""Reads about brands."""

from django.db.models import QuerySet

from zabota.kernel.brands.models import Brand


def brands() -> QuerySet[Brand]:
    return Brand.objects.select_related("legal_entity").order_by("pk")


def first() -> Brand | None:
    """The brand of a one-brand company; None before the first-run page was answered."""
    return brands().first()

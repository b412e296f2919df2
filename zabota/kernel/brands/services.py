"""Making and changing brands."""

from collections.abc import Sequence
from dataclasses import dataclass

from zabota.kernel import tx
from zabota.kernel.brands.models import Brand


@dataclass(frozen=True, kw_only=True)
class BrandCard:
    """A brand as it shall be; `language` is the one it speaks when nobody chose."""

    name: str
    language: str
    languages: Sequence[str]
    time_zone: str
    country: str


def settle_first(*, card: BrandCard) -> Brand:
    """Give a new house its brand; one that an import made meanwhile gets its real name."""
    with tx.within():
        brand = Brand.objects.order_by("pk").first() or Brand()
        brand.name, brand.language = card.name, card.language
        brand.languages = list(card.languages)
        brand.time_zone, brand.country = card.time_zone, card.country
        brand.save()
    return brand

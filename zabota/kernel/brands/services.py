"""Making and changing brands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zabota.kernel import tx
from zabota.kernel.brands import events
from zabota.kernel.brands.models import Brand, LegalEntity
from zabota.kernel.facts import log as facts


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
        _set(brand, card)
        brand.save()
    return brand


@dataclass(frozen=True, kw_only=True)
class Company:
    """Who answers for personal data: named with its address in each consent (S-718)."""

    name: str
    registration: str = ""
    address: str = ""


def change(
    ref: str,
    *,
    card: BrandCard,
    company: Company,
    director_address: str,
    actor_id: int | None,
    at: datetime,
) -> Brand:
    """The brand as it shall be from now on. An empty `director_address` closes the direct line
    (S-087); a company without a name is none. Raises Brand.DoesNotExist.
    """
    with tx.write():
        brand = Brand.objects.select_for_update(of=("self",)).get(ref=ref)
        _set(brand, card)
        brand.director_address = director_address.strip().lower()
        brand.legal_entity = _company(brand, company)
        brand.save()
        facts.publish(events.BrandChanged(brand_id=brand.pk), at=at, actor_id=actor_id)
    return brand


def _set(brand: Brand, card: BrandCard) -> None:
    brand.name, brand.language = card.name, card.language
    brand.languages = list(card.languages)
    brand.time_zone, brand.country = card.time_zone, card.country


def _company(brand: Brand, company: Company) -> LegalEntity | None:
    if not company.name.strip():
        return None
    row = brand.legal_entity or LegalEntity()
    row.name, row.registration, row.address = company.name, company.registration, company.address
    row.save()
    return row

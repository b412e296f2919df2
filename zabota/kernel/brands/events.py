"""What happens to brands."""

from dataclasses import dataclass

from zabota.kernel.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class BrandChanged(Fact):
    """Its name, languages, place, company or direct line: who did it, and when."""

    brand_id: int

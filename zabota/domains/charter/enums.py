"""The levels at which the charter can give a value."""

from enum import StrEnum


class Level(StrEnum):
    """From the weakest to the strongest. `default` is what the product came with."""

    DEFAULT = "default"
    COMPANY = "company"
    BRAND = "brand"
    CHANNEL = "channel"
    SEGMENT = "segment"
    RELATIONSHIP = "relationship"
    CUSTOMER = "customer"

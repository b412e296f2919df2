"""A section as another domain would register it, for the tests of the charter alone."""

from typing import Any, ClassVar, Self

from pydantic import model_validator
from typing_extensions import override

from zabota.domains.charter.rules.sections import Part, Section
from zabota.kernel.text.texts import Text


class Greeting(Text):
    placeholders = frozenset({"customer"})


class Limits(Part):
    ideal: int
    limit: int

    @model_validator(mode="after")
    def _ideal_within_limit(self) -> Self:
        if self.ideal > self.limit:
            raise ValueError(f"The ideal, {self.ideal}, is above the limit, {self.limit}.")
        return self


class Answers(Section):
    name: ClassVar[str] = "answers"

    minutes: Limits
    days: tuple[str, ...]
    greeting: Greeting

    @classmethod
    @override
    def defaults(cls) -> dict[str, Any]:
        return {
            "minutes": {"ideal": 60, "limit": 120},
            "days": ["monday", "tuesday"],
            "greeting": {
                "ru": "Здравствуйте, {customer}!",
                "lv": "Labdien, {customer}!",
                "en": "Hello, {customer}!",
            },
        }


class AnswersWithPhone(Answers):
    """The section as a later release has it: with one field more."""

    phone: bool

    @classmethod
    @override
    def defaults(cls) -> dict[str, Any]:
        later = super().defaults()
        later["minutes"] = {"ideal": 10, "limit": 20}
        return {**later, "phone": True}

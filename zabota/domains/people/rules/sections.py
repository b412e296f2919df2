"""Sections of the charter that people execute: `customers`, `vip`, `personal_data`."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from zabota.domains.charter.rules.sections import Part, Section
from zabota.domains.people.enums import Purpose, RelationshipType
from zabota.kernel.text.texts import LANGUAGES, Text

Days = Annotated[int, Field(ge=1, le=3660)]


class Greeting(Text):
    placeholders: ClassVar[frozenset[str]] = frozenset({"name", "brand"})


class DayGreeting(Text):
    placeholders: ClassVar[frozenset[str]] = frozenset({"name", "brand", "day"})


class WantedQuestion(Text):
    placeholders: ClassVar[frozenset[str]] = frozenset({"name", "brand", "what"})


class Customers(Section):
    """How customers are looked after: their groups, and what we do for them by ourselves.

    A group that stands in neither list is served personally (S-033).
    """

    name: ClassVar[str] = "customers"

    segments: tuple[str, ...]
    dedicated_segments: tuple[str, ...]
    self_service_segments: tuple[str, ...]
    greet_days_before: Annotated[int, Field(ge=0, le=60)]
    wanted_days: Days
    confirm_data_days: Days
    greeting_birthday: Greeting
    greeting_holiday: DayGreeting
    ask_again: WantedQuestion
    confirm_data: Greeting

    def relationship(self, segment: str, *, own: str = "") -> RelationshipType:
        """How a customer of that segment is served; what was said for him goes before (S-032)."""
        if own:
            return RelationshipType(own)
        if segment and segment in self.dedicated_segments:
            return RelationshipType.DEDICATED
        if segment and segment in self.self_service_segments:
            return RelationshipType.SELF_SERVICE
        return RelationshipType.PERSONAL


class Apology(Text):
    placeholders: ClassVar[frozenset[str]] = frozenset({"what"})


class Level(Part):
    """A level: its name, and what it entitles to, one line each. `first_answer_minutes` is the
    working time in which the first entitlement, an answer before others, must have been given.
    """

    first_answer_minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)]
    name: Text
    entitlements: Text

    @model_validator(mode="after")
    def _lines_agree(self) -> Self:
        counted = {len(self.lines(language)) for language in LANGUAGES}
        if len(counted) > 1:
            raise ValueError("Each language must name the same entitlements, one a line.")
        return self

    def lines(self, language: str) -> tuple[str, ...]:
        """What it entitles to, in that language and this order."""
        text = self.entitlements.in_language(language)
        return tuple(line.strip() for line in text.splitlines() if line.strip())


class Vip(Section):
    """Levels of customers who are entitled to more (S-026, S-029)."""

    name: ClassVar[str] = "vip"

    apology: Apology
    silver: Level
    gold: Level
    platinum: Level

    def level(self, key: str) -> Level | None:
        """The level of that key; None for none."""
        return {"silver": self.silver, "gold": self.gold, "platinum": self.platinum}.get(key)


LEVELS = ("silver", "gold", "platinum")


class ConsentWording(Text):
    placeholders: ClassVar[frozenset[str]] = frozenset({"company", "law"})


class PersonalData(Section):
    """What customers are told of their data, by which law, and when the data go (S-728, S-736)."""

    name: ClassVar[str] = "personal_data"

    adult_age: Annotated[int, Field(ge=14, le=21)]
    erase_after_days: Annotated[int, Field(ge=0, le=36600)]
    erase_by_two: bool
    looks_kept_days: Annotated[int, Field(ge=30, le=3660)]
    law_ru: Text
    law_lv: Text
    law_other: Text
    of_age: Text
    consent_marketing: ConsentWording
    consent_survey: ConsentWording
    consent_greeting: ConsentWording
    consent_care: ConsentWording

    def law(self, country: str) -> Text:
        """The law that governs data of a brand of that country (S-728)."""
        return {"RU": self.law_ru, "LV": self.law_lv}.get(country, self.law_other)

    def wording(self, purpose: Purpose, *, company: str, country: str, language: str) -> str:
        """The words to which a customer agrees: for one purpose, naming the law (S-725, S-734).

        Raises KeyError for letters about own matters, which need no consent.
        """
        texts = {
            Purpose.MARKETING: self.consent_marketing,
            Purpose.SURVEY: self.consent_survey,
            Purpose.GREETING: self.consent_greeting,
            Purpose.CARE: self.consent_care,
        }
        law = self.law(country).in_language(language)
        return texts[purpose].say(language, company=company, law=law)

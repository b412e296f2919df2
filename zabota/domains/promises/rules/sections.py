"""The section `answers` of the charter: how soon a customer is answered, channel by channel."""

from datetime import timedelta
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from zabota.domains.charter.rules.sections import Part, Section
from zabota.domains.promises import rules

Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 30)]
Percent = Annotated[int, Field(ge=1, le=100)]


class FirstAnswer(Part):
    """Working minutes until the first answer: what we aim at, and what we promise."""

    ideal_minutes: Minutes
    limit_minutes: Minutes

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.ideal_minutes > self.limit_minutes:
            raise ValueError("the ideal is longer than the limit.")
        return self


class Answers(Section):
    """How soon an answer comes (S-055, S-145) and when its owner is warned.

    A channel that needs other times overrides them at its own level.
    """

    name: ClassVar[str] = "answers"

    first: FirstAnswer
    # Letters by the direct line to the director (S-087).
    director: FirstAnswer
    warn_at_percent: tuple[Percent, ...]

    def terms(self, *, to_director: bool = False) -> rules.Terms:
        """The clock of a first answer; a letter to the director has its own (S-087)."""
        answer = self.director if to_director else self.first
        return rules.Terms(
            ideal=timedelta(minutes=answer.ideal_minutes),
            limit=timedelta(minutes=answer.limit_minutes),
            warn_at=self.warn_at_percent,
        )

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


class ChatAnswer(Part):
    """Seconds of working time until somebody answers in a chat, and until others step in (S-146).

    `warn_at_percent` says when; the step comes at the share of `step_in_seconds`.
    """

    limit_seconds: Annotated[int, Field(ge=10, le=3600)]
    step_in_seconds: Annotated[int, Field(ge=5, le=3600)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.step_in_seconds >= self.limit_seconds:
            raise ValueError("nobody could step in before the limit.")
        return self


class Answers(Section):
    """How soon an answer comes (S-055, S-145) and when its owner is warned.

    A channel that needs other times overrides them at its own level.
    """

    name: ClassVar[str] = "answers"

    first: FirstAnswer
    # Letters by the direct line to the director (S-087).
    director: FirstAnswer
    chat: ChatAnswer
    warn_at_percent: tuple[Percent, ...]

    def terms_in_chat(self) -> rules.Terms:
        """The clock of a chat: the one warning before its end calls others to step in (S-146)."""
        limit = timedelta(seconds=self.chat.limit_seconds)
        step = self.chat.step_in_seconds * 100 // self.chat.limit_seconds
        return rules.Terms(ideal=limit / 2, limit=limit, warn_at=(step, 100))

    def terms(self, *, to_director: bool = False) -> rules.Terms:
        """The clock of a first answer; a letter to the director has its own (S-087)."""
        answer = self.director if to_director else self.first
        return rules.Terms(
            ideal=timedelta(minutes=answer.ideal_minutes),
            limit=timedelta(minutes=answer.limit_minutes),
            warn_at=self.warn_at_percent,
        )

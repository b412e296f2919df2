"""A text that customers read, in the three languages of the product."""

from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from zabota.kernel.text import placeholders

LANGUAGES = ("ru", "lv", "en")

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Text(BaseModel):
    """The same text in Russian, Latvian and English; none may be missing or empty.

    A text with placeholders is a subclass that declares the closed list of them:

        class Greeting(Text):
            placeholders = frozenset({"customer"})

    A placeholder outside the list is refused when the text is read, not when it is sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    placeholders: ClassVar[frozenset[str]] = frozenset()

    ru: Words
    lv: Words
    en: Words

    @model_validator(mode="after")
    def _uses_declared_placeholders(self) -> Self:
        for language in LANGUAGES:
            unknown = placeholders.names(self.in_language(language)) - self.placeholders
            if unknown:
                allowed = ", ".join(f"{{{name}}}" for name in sorted(self.placeholders)) or "none"
                raise ValueError(
                    f"{{{min(unknown)}}} in the text in {language} is no placeholder of it; "
                    f"allowed: {allowed}."
                )
        return self

    def in_language(self, language: str) -> str:
        """Give the text as written; English for a language that the product does not speak."""
        words = {"ru": self.ru, "lv": self.lv}
        return words.get(language, self.en)

    def say(self, language: str, /, **values: str) -> str:
        """Give the text with its values. Raises TypeError unless exactly the declared ones come."""
        if values.keys() != self.placeholders:
            raise TypeError(
                f"{type(self).__name__} takes {sorted(self.placeholders)}, not {sorted(values)}"
            )
        return placeholders.fill(self.in_language(language), values=values)

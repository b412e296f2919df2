"""What this library refuses, each in one sentence, with a code and data for a translated page."""


class WorktimeError(ValueError):
    """Base of every refusal here. `code` names the case, `data` holds what the sentence names."""

    def __init__(self, sentence: str, *, code: str, **data: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.data = data


class CalendarError(WorktimeError):
    """A calendar that cannot be: overlapping hours, an unknown zone, nothing ever open.

    Codes: `time`, `interval`, `order`, `overlap`, `weekday`, `week`, `zone`, `date`, `holiday`,
    `country`, `year`, `empty`.
    """


class NoAnswerError(WorktimeError):
    """The question has no answer.

    Codes: `naive` (the moment has no time zone), `range` (it lies outside 1900 to 2199),
    `negative` (a duration below zero, or a period that ends before it begins), `never` (so much
    working time never passes on this calendar), `far` (it would take more than fifty years).
    """

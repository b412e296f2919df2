"""Sections of the charter that the desk executes: `replies`, `closing`, and the texts of
`notices`.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from zabota.domains.charter.rules.sections import Section
from zabota.kernel.text.texts import Text

Hours = Annotated[int, Field(ge=1, le=24 * 60)]


class Signature(Text):
    """What stands under each reply; the agent's own lines come first."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"agent", "brand"})


class DirectLine(Text):
    """The line that tells how to reach the director (S-087)."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"address"})


class QuoteIntroduction(Text):
    placeholders: ClassVar[frozenset[str]] = frozenset({"name", "when"})


class Replies(Section):
    """How replies leave.

    `undo_seconds` is the time in which a reply can be taken back; `sender_name` shows who writes.
    `files_megabytes` is what all files of one reply weigh at most, before they are wrapped for mail
    (a third more); `files_kept_hours` how long files of a reply that was not sent are kept.
    """

    name: ClassVar[str] = "replies"

    undo_seconds: Annotated[int, Field(ge=0, le=120)]
    files_megabytes: Annotated[int, Field(ge=1, le=25)]
    files_kept_hours: Annotated[int, Field(ge=24, le=24 * 90)]
    sender_name: Signature
    signature: Signature
    direct_line: DirectLine
    quote_introduction: QuoteIntroduction
    # Words that tell nothing as a subject (S-118).
    empty_subjects: tuple[str, ...]


class Letters(Section):
    """How a letter of ours is built and when it leaves: the standard of a channel (S-055, S-070).

    `greet`: it begins with a greeting; `number_questions`: two questions or more are a numbered
    list (S-120); `only_in_hours`: it leaves within the working hours alone; `tone`: how we write,
    told to who writes. Its close is the signature of the section `replies`. What always holds for
    letters (subject, participants, tasks) is no setting: the desk does so.
    """

    name: ClassVar[str] = "letters"

    greet: bool
    number_questions: bool
    only_in_hours: bool
    tone: Text


class Closing(Section):
    """When a matter is closed (S-100): reminders to a silent customer, in hours after each step."""

    name: ClassVar[str] = "closing"

    remind_after_hours: tuple[Hours, ...]
    reminders_before_silence: Annotated[int, Field(ge=1, le=10)]


class Question(Text):
    """A text that may greet by name."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"name"})


class AboutAddress(Text):
    """A note of the house for those who work on a matter."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"address"})


class Notices(Section):
    """What the house itself writes: to a customer, with the words of its buttons, and as a note."""

    name: ClassVar[str] = "notices"

    closing_question: Question
    closing_reminder: Question
    your_matter: Text
    neutral_subject: Text
    asked_to_stop: AboutAddress
    not_theirs: AboutAddress


class FirmWords(Text):
    """A polite, firm text to a customer whose conduct we cannot accept."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"name", "brand"})


class Introduction(Text):
    """The line by which a new agent introduces himself."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"agent"})


class Handovers(Section):
    """How a conversation passes from one agent to another.

    `introduce`: whether the new agent's first reply begins with a line that introduces him; by
    default the customer need not notice (S-113).
    """

    name: ClassVar[str] = "handover"

    introduce: bool
    introduction: Introduction


class Refusals(Section):
    """How service is refused (S-131): a warning first, then a leader's last word."""

    name: ClassVar[str] = "refusal"

    warning: FirmWords
    refusal: FirmWords
